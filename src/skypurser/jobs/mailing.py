"""The tight loop of letters: write what alerts are noted, send what is due, and look again soon.

Beside webhooks, which no mail server holds up.
"""

import threading
from datetime import UTC, datetime

from django.db import connection

from skypurser.access.carriers import all_carrier_ids
from skypurser.alerts.writing import write_noted
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

    def once() -> bool:
        carrier_ids = all_carrier_ids()
        written = write_noted(carrier_ids=carrier_ids, now=datetime.now(UTC))
        return bool(written + deliver(carrier_ids=carrier_ids, is_asked_to_stop=stop.is_set))

    patiently(
        once,
        stop=stop,
        rest=lambda: stop.wait(pause),
    )
    connection.close()
