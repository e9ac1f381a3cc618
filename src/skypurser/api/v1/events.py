"""What happened, in public words, in the order in which it was committed: for those who ask instead of being told."""

from typing import Annotated, Any

from ninja import Query as FromQuery
from ninja import Router
from pydantic import AfterValidator, Field

from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import AskedInstant, Id, Instant, PathId, Shown, instant
from skypurser.contract.amounts import read_instant
from skypurser.events import reading
from skypurser.events.types import TYPES
from skypurser.history.events import EventView

router = Router(tags=["events"])


def _known(name: str) -> str:
    if name not in TYPES:
        raise ValueError("There is no such type of event.")
    return name


#: What is asked for; what is shown may be of a later version.
EventType = Annotated[str, AfterValidator(_known), Field(max_length=60, json_schema_extra={"enum": sorted(TYPES)})]


class EventsQuery(PageQuery):
    """Which events."""

    types: list[EventType] = Field(default=[], description="Any of these; all if none is given.")
    account_id: Id | None = None
    since: AskedInstant | None = Field(None, description="Only what occurred at this instant or later.")


class Event(Shown):
    """Something that happened. `message_id` is the `webhook-id` under which it is sent, `data` what is sent with it."""

    id: int
    message_id: str
    type: str
    account_id: int | None
    occurred_at: Instant
    data: dict[str, Any]


class EventPage(Shown):
    """One page of events, in the order in which they were committed."""

    items: list[Event]
    next_cursor: str | None


class EventTypeDescription(Shown):
    """A type, and what it says."""

    type: str
    description: str


class EventTypes(Shown):
    """All types, on one page."""

    items: list[EventTypeDescription]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/events",
    summary="List events, oldest first",
    scopes=(Scope.EVENTS,),
    result=EventPage,
)
def list_events(request: Request, query: FromQuery[EventsQuery]) -> Any:
    """Ids rise in the order of commits: whoever goes on behind the last one misses nothing."""
    found = reading.page(
        actor=request.call.actor,
        after=after(query, int) or 0,
        limit=query.limit + 1,
        types=query.types,
        account_id=query.account_id,
        since=None if query.since is None else read_instant(query.since, field="since"),
    )
    return page(query, found, lambda event: event.id, _shown)


@operation(
    router,
    "GET",
    "/events/{event_id}",
    summary="Read an event",
    scopes=(Scope.EVENTS,),
    result=Event,
    refusals=("event_not_found",),
)
def read_event(request: Request, event_id: PathId) -> Any:
    """An event never changes."""
    return _shown(reading.event(event_id, actor=request.call.actor))


@operation(
    router,
    "GET",
    "/event-types",
    summary="List the types of events",
    scopes=(Scope.EVENTS,),
    result=EventTypes,
)
def list_event_types(request: Request) -> Any:  # noqa: ARG001 — every operation gets it
    """A type stays; later versions add others."""
    items = [{"type": name, "description": description} for name, description in sorted(TYPES.items())]
    return {"items": items, "next_cursor": None}


def _shown(event: EventView) -> dict[str, Any]:
    return {
        "id": event.id,
        "message_id": event.message_id,
        "type": event.type,
        "account_id": event.account_id,
        "occurred_at": instant(event.occurred_at),
        "data": event.data,
    }
