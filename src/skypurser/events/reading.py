"""Show events to those who may ask: all of them take WEBHOOKS, and a member's limits to places hold."""

from collections.abc import Collection
from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.history import events
from skypurser.history.events import EventView
from skypurser.ledger.accounts import AccountNotFound


def page(
    *,
    actor: Actor,
    after: int = 0,
    limit: int = 50,
    types: Collection[str] = (),
    account_id: int | None = None,
    since: datetime | None = None,
) -> list[EventView]:
    """Return the events after the one with the id `after`, oldest first; arguments are those of `history.events.page`.

    Where the member is limited to places, events of accounts elsewhere, and of none that exists, are left out.

    Raises:
        PermissionDenied: The actor lacks WEBHOOKS.
    """
    actor.require(Permission.WEBHOOKS)
    with acting_for(actor.carrier_id):
        return events.page(
            carrier_id=actor.carrier_id,
            after=after,
            limit=limit,
            types=types,
            account_id=account_id,
            since=since,
            within=directory.within(actor),
        )


def event(event_id: int, *, actor: Actor) -> EventView:
    """Return one event.

    Raises:
        PermissionDenied: The actor lacks WEBHOOKS, or is limited to places where the event's account is not.
        EventNotFound: None of the carrier's.
    """
    actor.require(Permission.WEBHOOKS)
    with acting_for(actor.carrier_id):
        found = events.get(event_id, carrier_id=actor.carrier_id)
        if actor.is_limited:
            _require_reach(found, actor)
    return found


def _require_reach(found: EventView, actor: Actor) -> None:
    try:
        account = None if found.account_id is None else directory.get(found.account_id, carrier_id=actor.carrier_id)
    except AccountNotFound:  # deleted; nobody knows any more where it was
        account = None
    if account is None:
        actor.require_everywhere(Permission.WEBHOOKS)
    else:
        actor.require(Permission.WEBHOOKS, at=account.place)
