"""Who sees drafts for nobody yet, and which acts tell of the card that pays."""

from typing import Any

import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.charter import lists, queries, quoting
from skypurser.charter.cancelling import cancel
from skypurser.charter.content import Method
from skypurser.charter.pricing import PriceLine
from skypurser.charter.quoting import told_quote
from skypurser.charter.repricing import change_price
from skypurser.charter.views import QuoteView
from skypurser.events.relaying import relay
from skypurser.history import acts, events
from tests import cast

SALES = frozenset({Permission.SALES})


def draft(of: cast.CharterOperator, actor: Actor | None = None, **differently: Any) -> QuoteView:
    data = cast.quote_data(of, customer_id=None, method=None, card_id=None)
    how: dict[str, Any] = {"key": cast.fresh_key("draft"), "actor": actor or of.actor, "now": cast.NOON}
    return told_quote(quoting.save(data=data, quoted=False, **{**how, **differently}))


def limited(of: cast.CharterOperator, **where: Any) -> Actor:
    return Actor(of.carrier.id, "limited", SALES, **where)


@pytest.mark.parametrize("where", [{"cities": frozenset({"NYC"})}, {"offices": frozenset({"NYC01"})}])
def test_who_reaches_no_customer_sees_and_makes_no_draft_for_nobody(where: dict[str, Any]) -> None:
    operator = cast.charter_operator()
    made = draft(operator)
    nowhere = limited(operator, **where)

    assert lists.quotes(actor=nowhere, now=cast.NOON) == []
    with pytest.raises(PermissionDenied):
        queries.quote(made.id, actor=nowhere, now=cast.NOON)
    with pytest.raises(PermissionDenied):
        draft(operator, nowhere, quote_id=made.id, expected_version=1)
    with pytest.raises(PermissionDenied):
        draft(operator, nowhere)
    with pytest.raises(PermissionDenied):
        quoting.cancel(quote_id=made.id, expected_version=1, key="c", actor=nowhere, now=cast.NOON)


@pytest.mark.parametrize("where", [{}, {"countries": frozenset({"PE"})}])
def test_who_reaches_some_customers_sees_drafts_for_nobody(where: dict[str, Any]) -> None:
    operator = cast.charter_operator()
    made = draft(operator)
    theirs = limited(operator, **where)

    assert lists.quotes(actor=theirs, now=cast.NOON) == [made]
    assert queries.quote(made.id, actor=theirs, now=cast.NOON) == made
    assert draft(operator, theirs, quote_id=made.id, expected_version=1).version == 2


def test_acts_on_what_a_card_pays_tell_of_the_card_and_stand_in_the_customers_history_once() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)
    how: dict[str, Any] = {"actor": operator.actor, "now": cast.NOON}
    lines = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=210_000),)
    change_price(booking_id=booking.id, lines=lines, reference="de-icing", expected_version=1, key="c", **how)
    cancel(booking_id=booking.id, expected_version=2, key="x", **how)
    lost = cast.quote(operator)
    quoting.cancel(quote_id=lost.id, expected_version=1, key="q", **how)

    found = acts.of_customer(
        carrier_id=operator.carrier.id, customer_id=operator.customer.id, account_ids=[operator.card.id]
    )

    sold = [(act.action, act.account_id) for act in found if act.action.startswith(("quote.", "booking."))]
    assert sold == [
        (action, operator.card.id)
        for action in (
            *("quote.cancelled", "quote.quoted", "booking.cancelled", "booking.changed", "booking.made"),
            "quote.quoted",
        )
    ]


def test_their_events_are_those_of_the_card_in_its_order() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)
    by_invoice = cast.booking(operator, method=Method.INVOICE, card_id=None)
    relay()

    with acting_for(operator.carrier.id):
        told = events.page(carrier_id=operator.carrier.id, account_id=operator.card.id, limit=50)
        every = events.page(carrier_id=operator.carrier.id, types=["booking.made"], limit=50)

    types = [one.type for one in told if one.type.startswith(("quote.", "booking.", "jet_card.paid"))]
    assert types == ["quote.quoted", "jet_card.paid", "booking.made"]
    made = {one.data["changes"]["booking"]["new"]: one for one in every}
    assert made[booking.number].data["account"]["id"] == operator.card.id
    assert made[booking.number].data["jet_card"]["name"] == operator.card.code
    assert made[booking.number].data["changes"]["price"]["new"] == "2000.00"
    assert made[by_invoice.number].data["account"] is None
