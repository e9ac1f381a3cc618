"""The counter as a server starts it: `granian --interface rsgi --factory skypurser.config.counter:rsgi`.

Any other server calls it as an ASGI application, `skypurser.config.counter:asgi`.

Needs `DATABASE_URL`: whoever starts servers leases the embedded database for them.
"""

import gc
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skypurser.counter.application import Counter
    from skypurser.counter.asgi import AsgiCounter
    from skypurser.counter.rsgi import RsgiCounter


_log = logging.getLogger(__name__)


class CounterMisconfigured(Exception):
    """A variable is missing, or has a value that makes no sense."""


def rsgi() -> "RsgiCounter":
    """Set up Django and return the application as granian calls it.

    Raises:
        CounterMisconfigured: Says which variable, and never a password.
        DatabaseUrlUnreadable: `DATABASE_URL` can't be parsed.
    """
    counter = _counter()
    from skypurser.counter.rsgi import RsgiCounter  # noqa: PLC0415 — needs Django set up

    return RsgiCounter(counter, body_seconds=_body_seconds())


def asgi() -> "AsgiCounter":
    """Set up Django and return the application as any ASGI server calls it.

    Raises:
        CounterMisconfigured, DatabaseUrlUnreadable: As `rsgi`.
    """
    counter = _counter()
    from skypurser.counter.asgi import AsgiCounter  # noqa: PLC0415 — needs Django set up

    return AsgiCounter(counter, body_seconds=_body_seconds())


def _counter() -> "Counter":
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise CounterMisconfigured("DATABASE_URL is not set; the counter starts no database of its own.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skypurser.config.settings")
    import django  # noqa: PLC0415 — needs the settings

    django.setup()
    metrics_folder = _metrics_folder()
    from skypurser.counter.application import Counter  # noqa: PLC0415 — needs Django, and the metrics' place known

    made = Counter(
        url,
        check=_check,
        metrics_folder=metrics_folder,
        deadline=_number("SKYPURSER_COUNTER_DEADLINE", 10),
        longest_queue=int(_number("SKYPURSER_COUNTER_QUEUE", 20_000)),
    )
    # Whatever was made until now stays: the collector need not go through it again and again while callers wait.
    gc.collect()
    gc.freeze()
    return made


def _body_seconds() -> float:
    return _number("SKYPURSER_COUNTER_BODY_SECONDS", 10)


def _metrics_folder() -> Path | None:
    """Return the folder in which this process keeps its metrics beside those of others, if it does.

    What was counted there before goes on; what waited there waits no more. Where no folder can be made, sales go on,
    and the metrics are this process's alone.
    """
    for name in ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"):  # the library looks when it is imported
        os.environ.pop(name, None)
    named = os.environ.get("SKYPURSER_COUNTER_METRICS")
    if not named:
        return None
    folder = Path(named)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in folder.glob("gauge_*.db"):
            file.unlink()
    except OSError as error:
        _log.warning("these metrics are of one process only: %s", error)
        return None
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = named
    return folder


def _check() -> None:
    from django.db import connection  # noqa: PLC0415 — needs Django set up

    from skypurser.config.database import check_server  # noqa: PLC0415

    connection.ensure_connection()
    check_server(connection)


def _number(name: str, default: float) -> float:
    text = os.environ.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < 1e9:
        raise CounterMisconfigured(f"{name} is a number above zero.")
    return number
