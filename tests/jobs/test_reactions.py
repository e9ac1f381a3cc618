"""What follows from events."""

import pytest

from skypurser.events.relaying import relay
from skypurser.history.events import EventView
from skypurser.jobs import reactions
from skypurser.webhooks import queries
from tests import cast
from tests.webhooks.receiver import receiving
from tests.webhooks.stage import listen


def test_every_event_is_delivered_to_whoever_asked() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        listen(airline.actor, receiver)
        cast.post(cast.credit(airline.agency, 1))
        relay(react=reactions.react)

    assert [one.event_type for one in queries.deliveries(actor=airline.actor)] == ["account.credited"]


def test_a_reaction_to_one_type_sees_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[EventView] = []
    monkeypatch.setattr(reactions, "BY_TYPE", {"account.debited": (seen.extend,), "ticket.issued": (seen.extend,)})
    agency = cast.airline().agency
    relay()
    cast.post(cast.credit(agency, 1))
    cast.post(cast.debit(agency, 2))
    relay(react=reactions.react)

    assert [(event.type, event.account_id) for event in seen] == [("account.debited", agency.id)]
