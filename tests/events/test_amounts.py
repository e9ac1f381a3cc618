"""Amounts of every type of event are decimal strings; whole numbers are ids, numbers and counts alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from skypurser.charter import cancelling, closing, quoting, repricing
from skypurser.charter.content import Method
from skypurser.charter.pricing import PriceLine
from skypurser.electronic import managing, manual
from skypurser.events.relaying import relay
from skypurser.events.types import TYPES
from skypurser.events.wording import AMOUNTS
from skypurser.history import events
from skypurser.invoices import linking
from skypurser.invoices.crediting import credit_invoice
from skypurser.invoices.receiving import give_back
from skypurser.jetcards import adding, funding, transferring
from skypurser.jetcards.adding import CardChanges
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Status
from skypurser.money import Money
from tests import cast
from tests.statements.stage import statement

#: What a whole number in an event may be called.
NUMBERS = frozenset(
    {
        *("id", "item", "booking", "quote", "version", "hold", "entry", "reverses_item", "days", "person_ids"),
        *("invoice", "credit_note", "payment", "refund_id", "statement", "from_card", "to_card", "movements"),
        *("bookings", "booking_numbers", "low_bps", "number"),
    }
)
#: What an amount is called besides, where a movement or a sale is told.
MORE = frozenset({"debit", "credit", "fare", "taxes"})
AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")


def how(of: Any, **more: Any) -> dict[str, Any]:
    return {"key": cast.fresh_key(), "actor": of.actor, "now": cast.NOON, "reference": "x", **more}


def refused(verb: Any, **asked: Any) -> None:
    with pytest.raises(RequestRefused):
        verb(**asked)


def of_accounts() -> int:
    """Do everything that is told of electronic accounts, and return the carrier."""
    home = cast.airline()
    agency, later = home.agency, timedelta(hours=2)
    sold, second = cast.issue(agency), cast.issue(agency)
    captured = cast.post(cast.hold(agency, 700)).facts["hold"]
    released = cast.post(cast.hold(agency, 700)).facts["hold"]
    for request in (
        *(sold, cast.refund(agency, str(sold.document), fare=100), second, cast.void(agency, str(second.document))),
        *(cast.void(agency, cast.fresh_document()), cast.credit(agency, 500), cast.debit(agency, 100)),
        *(cast.extend(agency, captured, cast.NOON + later), cast.capture(agency, captured, 650)),
        *(cast.release(agency, released), cast.release(agency, 1), cast.hold(agency, 100), cast.hold(agency, 10**12)),
        cast.credit(agency, 1, now=cast.NOON + later),
    ):
        cast.post(request)
    manual.reverse(account_id=agency.id, entry_id=_newest(agency), **how(home))
    named: dict[str, Any] = {"account_id": agency.id, "reference": "x", "actor": home.actor, "now": cast.NOON}
    managing.set_terms(credit_card=False, **named)
    managing.correct_party(name="Another name", **named)
    managing.set_credit_limit(credit_limit=100, account_id=agency.id, **how(home))
    for status in (Status.SUSPENDED, Status.INHIBITED, Status.SUSPENDED, Status.ACTIVE):
        cast.post(cast.status(agency, status))
    refused(managing.set_status, status=Status.INHIBITED, account_id=agency.id, **how(home))
    statement(agency)
    managing.delete(account_id=cast.client(home.carrier).id, reference="x", actor=home.actor, now=cast.NOON)
    return home.carrier.id


def of_cards() -> int:
    """Do everything that is told of cards, quotes, bookings, invoices and payments, and return the carrier."""
    of = cast.charter_operator(balance=500_000)
    cast.issuer(of.carrier)
    second = cast.card(of.carrier, of.customer, balance=10_000)
    named: dict[str, Any] = {"actor": of.actor, "now": cast.NOON}
    funding.add_funds(card_id=second.id, amount=500, **how(of))
    funding.remove_funds(card_id=second.id, amount=500, **how(of))
    refused(funding.remove_funds, card_id=second.id, amount=10**12, **how(of))
    transferring.transfer(from_card_id=second.id, to_card_id=of.card.id, amount=10_000, **how(of))
    closing.close(card_id=second.id, **how(of))
    adding.change_card(card_id=of.card.id, changes=CardChanges(low_mark=450_000), **named)

    saved = cast.quote(of, 100_000)
    again: dict[str, Any] = {"quote_id": saved.id, "expected_version": 1, "data": cast.quote_data(of, 90_000)}
    quoting.save(quoted=True, key="again", **again, **named)
    quoting.cancel(quote_id=saved.id, expected_version=2, key="end", **named)
    refused(quoting.save, data=cast.quote_data(of, 10**9), quoted=True, key="short", **named)

    booking = cast.booking(of, 100_000)
    cast.invoiced(of, cast.flight(unit_price=100_000, tax_bps=0), document=booking.document)
    lines = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=80_000),)
    changed: dict[str, Any] = {"booking_id": booking.id, "lines": lines, "expected_version": 1}
    repricing.change_price(**changed, **how(of))
    refused(repricing.change_price, **changed, **how(of))
    cancelling.cancel(booking_id=booking.id, expected_version=2, fee=10_000, **how(of))

    ahead = cast.paid_ahead(of, 50_000, "order:1")
    invoice = cast.invoiced(of)
    linking.link_payment(payment_id=ahead.id, invoice_id=invoice.id, amount=Money(40_000, "USD"), **named)
    linking.unlink_payment(payment_id=ahead.id, invoice_id=invoice.id, reference="x", **named)
    give_back(payment_id=ahead.id, amount=Money(50_000, "USD"), reference="x", **named)
    credit_invoice(invoice_id=invoice.id, reason="x", **named)

    flown = cast.booking(of, 400_000, method=Method.JET_CARD)
    more = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=900_000),)
    late = how(of, now=flown.arrives_at)
    repricing.change_price(booking_id=flown.id, lines=more, expected_version=1, **late)
    return of.carrier.id


def _newest(account: cast.Account) -> int:
    return next(one.entry_id for one in reversed(cast.statement(account)) if one.kind == "credit")


def leaves(name: str, data: Any) -> Iterator[tuple[str, Any]]:
    """Each value with the name that it bears; of old and new values, the field's."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(name if key in {"old", "new"} else key, value)
    elif isinstance(data, list):
        for value in data:
            yield from leaves(name, value)
    else:
        yield name, data


def test_every_type_tells_its_amounts_as_decimals() -> None:
    carriers = [of_accounts(), of_cards()]
    relay()
    made = [one for carrier_id in carriers for one in events.page(carrier_id=carrier_id, limit=500)]

    assert {one.type for one in made} == set(TYPES)
    told = [(one.type, name, value) for one in made for name, value in leaves("", one.data)]
    whole = {(kind, name) for kind, name, value in told if type(value) is int and name not in NUMBERS}
    odd = {
        (kind, name, value)
        for kind, name, value in told
        if name in AMOUNTS | MORE and value is not None and not AMOUNT.fullmatch(str(value))
    }
    assert (whole, odd) == (set(), set())
    amounts = {(kind, name) for kind, name, value in told if name in AMOUNTS and value is not None}
    assert {
        *(("invoice.issued", "amount"), ("invoice.paid", "amount"), ("credit_note.issued", "amount")),
        *(("payment.recorded", "amount"), ("payment.refunded", "amount"), ("booking.cancelled", "fee")),
    } <= amounts
