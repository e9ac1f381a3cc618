"""How servers log: one line per event, JSON for machines or text for a terminal, with the request's id.

Django calls `configure` through its setting LOGGING_CONFIG. Commands log nothing of their own and keep Django's manner;
servers are told by `SKYPURSER_LOGS`, which the supervisor sets.
"""

import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

#: Never written, whoever logs them: what opens a door.
_SECRET = ("authorization", "cookie", "password", "secret", "token")
_HIDDEN = "…"

#: Links that open a door to whoever has them; Django logs paths that it refuses.
_LINKS = re.compile(r"(/account/(?:invitation|password/new)/)[^/?\s\"']+")


def without_tokens(text: str) -> str:
    """Return the text with the tokens of links in it hidden."""
    return _LINKS.sub(rf"\1{_HIDDEN}", text)


def configure(settings: Mapping[str, Any]) -> None:  # noqa: ARG001 — Django hands over LOGGING
    """Send the log of this process to standard error in the manner that `SKYPURSER_LOGS` names, if any."""
    manner = os.environ.get("SKYPURSER_LOGS", "")
    if not manner:
        return
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _hide_secrets,
    ]
    is_json = manner == "json"
    rendered: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if is_json
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for talkative in ("httpx", "procrastinate"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _hide_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("request", None)  # Django's own extra; as text it has the path
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = without_tokens(value)
        if any(secret in name.lower() for secret in _SECRET):
            event[name] = _HIDDEN
    return event
