"""Whether a local time is there at all, and whether it is there once."""

from datetime import UTC, datetime
from enum import StrEnum

from skypurser.errors import InvalidRequest
from skypurser.parties.airports import zone


class Told(StrEnum):
    """How often the clocks of a zone show a local time; NEVER also where the calendar has no such instant."""

    ONCE = "once"
    TWICE = "twice"
    NEVER = "never"


def told(local: datetime, zone_name: str) -> Told:
    """Tell how often a local time, without an offset, is there in an IANA time zone.

    Raises:
        InvalidRequest: There is no such zone, or the time has an offset.
    """
    if local.tzinfo is not None:
        raise InvalidRequest("a local time has no offset", field="local")
    there = zone(zone_name)
    try:
        first, second = (local.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first == second:
            return Told.ONCE
        return Told.TWICE if first.astimezone(there).replace(tzinfo=None) == local.replace(fold=0) else Told.NEVER
    except OverflowError:
        return Told.NEVER
