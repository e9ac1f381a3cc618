"""Which instants a local time is: none where the clocks skip it, two where they show it twice."""

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
    return (Told.NEVER, Told.ONCE, Told.TWICE)[len(instants_of(local, zone_name, field="local"))]


def instants_of(local: datetime, zone_name: str, *, field: str) -> tuple[datetime, ...]:
    """Return the instants, in UTC, at which the clocks of a zone show a local time, the first one first.

    Raises:
        InvalidRequest: As `told`; names the field.
    """
    if local.tzinfo is not None:
        raise InvalidRequest("a local time has no offset", field=field)
    there = zone(zone_name)
    try:
        first, second = (local.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first == second:
            return (first,)
        is_there = first.astimezone(there).replace(tzinfo=None) == local.replace(fold=0)
    except OverflowError:
        return ()
    return (first, second) if is_there else ()
