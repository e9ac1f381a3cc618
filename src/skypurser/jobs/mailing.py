"""The tight loop of letters: send what is due, and look again soon. Beside webhooks, which no mail server holds up."""

import threading

from django.db import connection

from skypurser.access.carriers import all_carrier_ids
from skypurser.jobs.patience import patiently
from skypurser.mail import mailer
from skypurser.mail.delivering import deliver

#: How often to look when there was nothing to do, in seconds.
PAUSE = 1.0


def post(*, stop: threading.Event, pause: float = PAUSE) -> None:
    """Send letters until `stop` is set; then end with the batch under way. Without a mail server, only wait."""
    if not mailer.is_configured():
        stop.wait()
        return
    patiently(
        lambda: bool(deliver(carrier_ids=all_carrier_ids(), is_asked_to_stop=stop.is_set)),
        stop=stop,
        rest=lambda: stop.wait(pause),
    )
    connection.close()
