"""What is attached to a letter when it is sent: documents made anew, the same each time, from what never changes.

Setting a document takes time, and whoever writes the letter may hold a lock that sales wait for. So the letter only
names the document, and the package that knows how to make it says so once, when the process starts.
"""

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError

#: Makes a document of a carrier: what it is, in words of the maker's own, and whose.
type Maker = Callable[[str, int], bytes]

#: So much of a name stands in the log; what it says further on may be the holder's own.
_TOLD = 40

_log = structlog.get_logger(__name__)
_makers: dict[str, Maker] = {}


class CannotEnclose(Exception):
    """A document can't be made, now or ever; what is wrong is in the log."""


def register(kind: str, maker: Maker) -> None:
    """Say who makes what is named `kind:…` in a letter."""
    _makers[kind] = maker


def made(source: str, *, carrier_id: int) -> bytes:
    """Return the document that a letter names. Inside `acting_for`.

    Raises:
        CannotEnclose: Whatever the reason, one letter's document holds no other letter up.
        OperationalError, InterfaceError: The database is not there; it can be tried again.
    """
    kind, _, what = source.partition(":")
    try:
        return _makers[kind](what, carrier_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        named = source[:_TOLD]
        _log.exception("enclosure", source=named, carrier_id=carrier_id)
        raise CannotEnclose(f"{named}: {type(error).__name__}") from error
