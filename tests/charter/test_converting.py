"""A quote becomes a booking: both sides of it, or neither. Source: FL3XX, "Automatic Deduction"."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.charter import closing, converting, lists, queries
from skypurser.charter.content import Method, QuoteData
from skypurser.charter.converting import book, told_booking
from skypurser.charter.models import Quote
from skypurser.charter.quoting import save, told_quote
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.charter.views import BookingStatus, BookingView, QuoteStatus, QuoteView, StepKind
from skypurser.history import acts
from skypurser.jetcards import adding, funding
from skypurser.jetcards.adding import CardChanges
from skypurser.ledger.control import balances
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Control
from tests import cast
from tests.databases import unchanged

LATER = cast.NOON + timedelta(hours=1)


def booked(of: cast.CharterOperator, quote: QuoteView, **differently: Any) -> BookingView:
    how = {"quote_id": quote.id, "expected_version": quote.version, "key": cast.fresh_key("book"), "actor": of.actor}
    return told_booking(book(**{**how, "now": cast.NOON, **differently}))


def refused(of: cast.CharterOperator, quote: QuoteView, **differently: Any) -> RequestRefused:
    with pytest.raises(RequestRefused) as no:
        booked(of, quote, **differently)
    return no.value


def advances(of: cast.CharterOperator) -> tuple[int, int]:
    with acting_for(of.carrier.id):
        return balances().get((Control.CUSTOMER_ADVANCES, "USD"), (0, 0))


def test_the_conversion_deducts_the_price_at_once() -> None:
    operator = cast.charter_operator(balance=500_000)
    quote = cast.quote(operator, 200_000)
    assert cast.standing(operator.card).net == 500_000

    booking = booked(operator, quote)

    assert (booking.status, booking.price, booking.paid, booking.number) == (BookingStatus.BOOKED, 200_000, 200_000, 1)
    assert cast.standing(operator.card).net == 300_000
    assert advances(operator) == (0, 200_000)
    movement = cast.statement(operator.card)[-1]
    assert (movement.debit, movement.kind, movement.document) == (200_000, "card_payment", f"booking:{booking.id}")
    assert movement.reference == "Booking 1"
    shown = queries.quote(quote.id, actor=operator.actor, now=cast.NOON)
    assert shown.status is QuoteStatus.BOOKED
    again = queries.quote(quote.id, actor=operator.actor, now=cast.NOON)
    assert lists.booking_of(again, actor=operator.actor) == booking
    (step,) = queries.steps(booking.id, actor=operator.actor)
    assert (step.kind, step.debit, step.entry_id) == (StepKind.MADE, 200_000, movement.entry_id)


def test_what_the_quote_holds_is_captured() -> None:
    operator = cast.charter_operator(balance=500_000)
    quote = cast.quote(operator, 500_000, hold_until=LATER)

    booking = booked(operator, quote)

    standing = cast.standing(operator.card)
    assert (standing.net, standing.held) == (0, 0)
    movement = cast.statement(operator.card)[-1]
    assert (movement.kind, movement.document) == ("capture", f"booking:{booking.id}")
    assert advances(operator) == (0, 500_000)


def test_a_hold_that_has_ended_is_no_hold_and_what_is_there_pays() -> None:
    operator = cast.charter_operator(balance=500_000)
    expired, released = (cast.quote(operator, 200_000, hold_until=LATER) for _ in range(2))
    cast.post(cast.release(operator.card, released.hold_id or 0)).raise_if_refused()

    assert booked(operator, released).paid == 200_000
    assert booked(operator, expired, now=LATER).paid == 200_000
    assert [one.kind for one in cast.statement(operator.card)[1:]] == ["card_payment"] * 2


def test_a_held_price_is_there_although_all_else_was_spent() -> None:
    operator = cast.charter_operator(balance=500_000)
    quote = cast.quote(operator, 300_000, hold_until=LATER)
    cast.booking(operator, 200_000)

    assert booked(operator, quote).paid == 300_000


def test_a_quote_that_the_card_can_no_longer_pay_stays_a_quote(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator(balance=500_000)
    first, second = cast.quote(operator, 300_000), cast.quote(operator, 300_000)
    booked(operator, first)

    with unchanged(superuser, operator.carrier.id):
        no = refused(operator, second, key="second")

    assert no.code == "insufficient_funds"
    assert dict(no.facts) == {"price_minor": 300_000, "available": 200_000, "shortfall": 100_000, "currency": "USD"}
    assert queries.quote(second.id, actor=operator.actor, now=cast.NOON).status is QuoteStatus.QUOTED
    funding.add_funds(
        card_id=operator.card.id, amount=100_000, reference="w", key="w", actor=operator.actor, now=cast.NOON
    )
    assert refused(operator, second, key="second").answer.replayed
    assert booked(operator, second).number == 2


def test_a_retry_gets_the_same_booking() -> None:
    operator = cast.charter_operator(balance=500_000)
    quote = cast.quote(operator)

    first = booked(operator, quote, key="book")
    cast.booking(operator)
    again = booked(operator, quote, key="book")

    assert again == first
    assert cast.standing(operator.card).net == 100_000
    assert refused(operator, quote, key="book", expected_version=9).code == "key_reused"


def test_what_was_booked_is_not_booked_again() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator)
    booked(operator, quote)

    assert refused(operator, quote, expected_version=2).code == "quote_not_open"
    assert refused(operator, quote).code == "changed_meanwhile"


def test_drafts_cancelled_and_expired_quotes_are_not_booked() -> None:
    operator = cast.charter_operator()
    how: dict[str, Any] = {"key": "draft", "actor": operator.actor, "now": cast.NOON}
    draft = told_quote(save(data=QuoteData(), quoted=False, **how))
    expiring = cast.quote(operator, valid_until=LATER)

    assert refused(operator, draft).code == "quote_not_open"
    no = refused(operator, expiring, now=LATER)
    assert (no.code, no.facts["expired_at"]) == ("quote_expired", LATER.isoformat())
    assert booked(operator, expiring, now=LATER - timedelta(seconds=1)).number == 1


def test_another_method_books_without_a_deduction() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator, method=Method.BANK_TRANSFER, card_id=None)

    booking = booked(operator, quote)

    assert (booking.method, booking.paid, booking.card_id) == (Method.BANK_TRANSFER, 0, None)
    assert len(cast.statement(operator.card)) == 1
    assert advances(operator) == (0, 0)


@pytest.mark.parametrize("is_held", [False, True])
def test_who_lost_the_card_meanwhile_does_not_book_by_it(superuser: psycopg.Connection, is_held: bool) -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator, person_id=operator.bob.id, hold_until=LATER if is_held else None)
    adding.change_card(
        card_id=operator.card.id,
        changes=CardChanges(person_ids=frozenset({operator.ann.id})),
        actor=operator.actor,
        now=cast.NOON,
    )

    with unchanged(superuser, operator.carrier.id):
        assert refused(operator, quote).code == "card_not_available"


def test_a_closed_card_books_nothing() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator)
    closing.close(card_id=operator.card.id, reference="end", key="close", actor=operator.actor, now=cast.NOON)

    assert refused(operator, quote).code == "card_not_available"


def test_a_booking_keeps_the_tiers_that_held_when_it_was_made() -> None:
    operator = cast.charter_operator()
    set_tiers(tiers=[Tier(24, 10_000), Tier(72, 5_000)], actor=operator.actor, now=cast.NOON)
    booking = cast.booking(operator)
    set_tiers(tiers=[], actor=operator.actor, now=cast.NOON)

    assert booking.tiers == (Tier(72, 5_000), Tier(24, 10_000))
    assert queries.booking(booking.id, actor=operator.actor) == booking


def test_only_who_sells_books_and_only_their_own(superuser: psycopg.Connection) -> None:
    operator, outsider = cast.charter_operator(), cast.charter_operator()
    quote = cast.quote(operator)
    invoices = Actor(operator.carrier.id, "invoices", frozenset({Permission.INVOICES, Permission.HOLDS}))
    abroad = Actor(operator.carrier.id, "abroad", frozenset({Permission.SALES}), countries=frozenset({"DE"}))

    with unchanged(superuser, operator.carrier.id, but=()):
        for actor in (invoices, abroad):
            with pytest.raises(PermissionDenied):
                booked(operator, quote, actor=actor)
        assert refused(outsider, quote).code == "quote_not_found"

    seller = Actor(operator.carrier.id, "seller", frozenset({Permission.SALES}), countries=frozenset({"US"}))
    assert booked(operator, quote, actor=seller).booked_by == "seller"


def test_lists_show_the_newest_first_and_page() -> None:
    operator = cast.charter_operator()
    other = cast.customer(operator.carrier, name="Other")
    made = [cast.booking(operator, 1).id for _ in range(3)]
    theirs = cast.booking(operator, customer_id=other.id, method=Method.INVOICE, card_id=None).id

    def ids(**how: Any) -> list[int]:
        return [one.id for one in lists.bookings(actor=operator.actor, **how)]

    assert ids() == [theirs, *made[::-1]]
    assert ids(after=made[2], limit=1) == [made[1]]
    assert ids(customer_id=other.id) == [theirs]
    assert ids(status=BookingStatus.CANCELLED) == []


def test_the_history_tells_of_the_booking_and_of_the_payment() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)

    customers = acts.of_customer(carrier_id=operator.carrier.id, customer_id=operator.customer.id, limit=1)
    cards = acts.of_account(carrier_id=operator.carrier.id, account_id=operator.card.id, limit=2)

    assert customers[0].action == "booking.made"
    assert customers[0].changes is not None
    assert customers[0].changes["price"] == [None, 200_000]
    assert [act.action for act in cards] == ["booking.made", "jet_card.paid"]
    assert cards[1].document == booking.document


def test_when_the_booking_fails_nothing_is_deducted(
    monkeypatch: pytest.MonkeyPatch, superuser: psycopg.Connection
) -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator, hold_until=LATER)

    class Lost(Exception):
        pass

    def lose(**_: Any) -> None:
        raise Lost

    monkeypatch.setattr(converting, "record", lose)

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(Lost):
        booked(operator, quote)

    with acting_for(operator.carrier.id):
        assert Quote.objects.get(carrier_id=operator.carrier.id, id=quote.id).status == "quoted"


def test_what_has_departed_is_booked_only_by_who_says_so(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator)
    departure = quote.content.legs[0].departs_at
    how: dict[str, Any] = {"quote_id": quote.id, "expected_version": 1, "actor": operator.actor, "now": departure}

    with unchanged(superuser, operator.carrier.id), pytest.raises(RequestRefused) as no:
        book(key="silent", **how)

    assert (no.value.code, no.value.facts["departed_at"]) == ("already_departed", departure.isoformat())
    assert told_booking(book(key="meant", departed=True, **how)).departs_at == departure
