"""Read events: what happened, in public words, in the order in which it was committed.

Numbers rise in that order and are visible in it, so whoever remembers the last one misses nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from skypurser.access.acting import acting_for
from skypurser.errors import Refusal
from skypurser.history.models import Event

#: The longest page; ask for one more to see whether another page follows.
LONGEST_PAGE = 500


class EventNotFound(Refusal):
    """There is no such event."""

    code = "event_not_found"


@dataclass(frozen=True, slots=True)
class EventView:
    """An event. `occurred_at` is UTC; `data` is ready for JSON, its amounts decimal strings."""

    carrier_id: int
    id: int
    type: str
    account_id: int | None
    occurred_at: datetime
    data: dict[str, Any]

    @property
    def message_id(self) -> str:
        """The id of the messages that tell it."""
        return message_id(self.id)

    @property
    def message(self) -> dict[str, Any]:
        """What a webhook sends of it."""
        return message(event_id=self.id, type_=self.type, occurred_at=self.occurred_at, data=self.data)


def message_id(event_id: int) -> str:
    """Return the id under which webhooks tell an event, each time it is sent."""
    return f"evt_{event_id}"


def message(*, event_id: int, type_: str, occurred_at: datetime, data: Any) -> dict[str, Any]:
    """Return what a webhook sends of an event, ready for JSON; the same each time."""
    return {"id": message_id(event_id), "type": type_, "timestamp": occurred_at, "data": data}


def page(
    *,
    carrier_id: int,
    after: int = 0,
    limit: int = 50,
    types: Collection[str] = (),
    account_id: int | None = None,
    since: datetime | None = None,
    within: Collection[int] | None = None,
) -> list[EventView]:
    """Return the events after the one with the id `after`, oldest first.

    Args:
        limit: At most `LONGEST_PAGE`, and one more.
        types: Only these; empty for all.
        account_id: Only this account's; None for all.
        since: Only what occurred at this instant or later.
        within: Only these accounts'; None for all, and for what concerns no account.
    """
    with acting_for(carrier_id):
        rows = Event.objects.filter(carrier_id=carrier_id, id__gt=after)
        if types:
            rows = rows.filter(type__in=list(types))
        if account_id is not None:
            rows = rows.filter(account_id=account_id)
        if within is not None:
            rows = rows.filter(account_id__in=list(within))
        if since is not None:
            rows = rows.filter(occurred_at__gte=since)
        return [_view(row) for row in rows.order_by("id")[: min(limit, LONGEST_PAGE + 1)]]


def get(event_id: int, *, carrier_id: int) -> EventView:
    """Return the event with this id.

    Raises:
        EventNotFound: None of this carrier's.
    """
    return by_id([event_id], carrier_id=carrier_id)[0]


def by_id(event_ids: Collection[int], *, carrier_id: int) -> list[EventView]:
    """Return the events with these ids, in order.

    Raises:
        EventNotFound: One of them is none of this carrier's.
    """
    with acting_for(carrier_id):
        rows = Event.objects.filter(carrier_id=carrier_id, id__in=list(event_ids)).order_by("id")
        found = [_view(row) for row in rows]
    if len(found) != len(set(event_ids)):
        raise EventNotFound
    return found


def type_of(column: str) -> Subquery:
    """Return, for a query of rows that each name an event of their carrier's in `column`, the type of that event."""
    event = Event.objects.filter(carrier_id=OuterRef("carrier_id"), id=OuterRef(column))
    return Subquery(event.values("type"))


def _view(row: Event) -> EventView:
    return EventView(row.carrier_id, row.id, row.type, row.account_id, row.occurred_at, row.data)
