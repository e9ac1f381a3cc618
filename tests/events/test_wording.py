"""What an event says, in public words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skypurser.electronic import managing
from skypurser.events.relaying import relay
from skypurser.history import events
from skypurser.history.events import EventView
from skypurser.ledger.requests import Request, RequestRefused
from skypurser.ledger.states import Status
from tests import cast


def told(account: cast.Account) -> list[EventView]:
    """The account's events after it was opened."""
    relay()
    return events.page(carrier_id=account.carrier.id, account_id=account.id, limit=500)[1:]


def named(account: cast.Account, *, kind: str = "agency", city: str = "NYC") -> dict[str, Any]:
    return {"id": account.id, "type": kind, "code": account.code, "city": city, "currency": account.currency}


def test_a_booking_is_told_with_its_amounts_and_so_is_its_payment() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator, 120_000)
    relay()

    found = {one.type: one for one in events.page(carrier_id=operator.carrier.id, limit=500)}

    assert found["booking.made"].data == {
        "account": named(operator.card, kind="jet_card", city="") | {"code": operator.customer.code, "city": None},
        "jet_card": {
            "name": operator.card.code,
            "customer": {"id": operator.customer.id, "code": operator.customer.code},
        },
        "reference": "Booking 1",
        "actor": "desk",
        "changes": {
            "booking": {"old": None, "new": 1},
            "quote": {"old": None, "new": 1},
            "price": {"old": None, "new": "1200.00"},
            "currency": {"old": None, "new": "USD"},
            "method": {"old": None, "new": "jet_card"},
        },
    }
    assert found["quote.quoted"].data["changes"]["price"] == {"old": None, "new": "1200.00"}
    assert found["jet_card.paid"].data["document_number"] == booking.document
    assert found["jet_card.paid"].data["movement"]["debit"] == "1200.00"


def test_a_quote_that_was_refused_is_told_with_its_price() -> None:
    operator = cast.charter_operator(balance=100)
    with pytest.raises(RequestRefused):
        cast.quote(operator, 250)
    relay()

    data = events.page(carrier_id=operator.carrier.id, types=["quote.refused"])[0].data

    assert (data["code"], data["operation"]) == ("insufficient_funds", "save_quote")
    assert (data["price"], data["available"], data["shortfall"]) == ("2.50", "1.00", "1.50")
    assert data["jet_card"]["name"] == operator.card.code


def test_a_sale_is_told_with_its_account_its_movement_and_its_commission() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    cast.post(sale)

    event = told(agency)[0]

    assert (event.type, event.account_id, event.occurred_at) == ("ticket.issued", agency.id, cast.NOON)
    assert event.data == {
        "account": named(agency),
        "document_number": sale.document,
        "reference": "PNR ABC123",
        "actor": "gds",
        "movement": {
            "item": 1,
            "business_date": "2026-01-15",
            "debit": "448.00",
            "credit": "0.00",
            "net": "-448.00",
            "available": "9552.00",
        },
        "sale": {
            "form_of_payment": "account",
            "scope": "domestic",
            "route": ["JFK", "LAX"],
            "fare": "400.00",
            "taxes": "80.00",
            "commission": {"mode": "FIXED", "percent": "8.00", "amount": "32.00"},
        },
    }


def test_a_refusal_is_told_with_its_code_and_the_shortfall() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_799)
    sale = cast.issue(agency)
    cast.post(sale)

    event = told(agency)[0]

    assert event.type == "ticket.refused"
    assert event.data == {
        "account": named(agency),
        "account_named": agency.code,
        "operation": "ticket",
        "code": "insufficient_funds",
        "actor": "gds",
        "document_number": sale.document,
        "available": "447.99",
        "shortfall": "0.01",
    }


def test_a_refusal_for_an_account_that_is_not_there_is_told_by_the_name_that_was_given() -> None:
    airline = cast.airline()
    request = cast.issue(airline.agency)
    request.account_id = None
    cast.post(request)
    relay()

    event = events.page(carrier_id=airline.carrier.id, types=["ticket.refused"])[0]

    assert (event.account_id, event.data["account"]) == (None, None)
    assert (event.data["code"], event.data["account_named"]) == ("account_not_found", airline.agency.code)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "448"), ("USD", "4.48"), ("KWD", "0.448")])
def test_amounts_have_the_currencys_digits(currency: str, amount: str) -> None:
    agency = cast.agency(cast.carrier(), currency=currency)
    cast.post(cast.credit(agency, 448))

    assert told(agency)[0].data["movement"]["credit"] == amount


def test_each_thing_done_to_an_account_has_its_type() -> None:
    agency = cast.agency(cast.carrier())
    sale, second = cast.issue(agency), cast.issue(agency)
    done: list[Request] = [
        sale,
        cast.refund(agency, str(sale.document), fare=100),
        second,
        cast.void(agency, str(second.document)),
        cast.credit(agency, 500),
        cast.debit(agency, 100),
        cast.limit(agency, 900_000),
        cast.status(agency, Status.SUSPENDED),
        cast.status(agency, Status.INHIBITED),
        cast.status(agency, Status.SUSPENDED),
        cast.status(agency, Status.ACTIVE),
        cast.hold(agency, 700, lasts=timedelta(minutes=5)),
        cast.credit(agency, 1, now=cast.NOON + timedelta(hours=1)),
        cast.void(agency, cast.fresh_document()),
        cast.release(agency, 1),
    ]
    for request in done:
        cast.post(request)
    managing.set_terms(account_id=agency.id, credit_card=False, reference="agreed", actor=agency.actor, now=cast.NOON)

    assert [event.type for event in told(agency)] == [
        "ticket.issued",
        "ticket.refunded",
        "ticket.issued",
        "ticket.voided",
        "account.credited",
        "account.debited",
        "account.limit_changed",
        "account.suspended",
        "account.inhibited",
        "account.suspended",
        "account.activated",
        "hold.authorised",
        "hold.expired",
        "account.credited",
        "ticket.refused",
        "hold.refused",
        "account.terms_changed",
    ]


def test_what_was_changed_is_told_with_old_and_new() -> None:
    agency = cast.airline().agency
    cast.post(cast.limit(agency, 500_050))
    managing.set_terms(account_id=agency.id, credit_card=False, reference="agreed", actor=agency.actor, now=cast.NOON)

    limit, terms = told(agency)

    assert limit.data["changes"] == {"credit_limit": {"old": "10000.00", "new": "5000.50"}}
    assert terms.data["changes"] == {"credit_card": {"old": True, "new": False}}


def test_an_expired_hold_is_told_with_its_amount() -> None:
    agency = cast.airline().agency
    hold_id = cast.post(cast.hold(agency, 70_000)).facts["hold"]
    cast.post(cast.credit(agency, 1, now=cast.NOON + timedelta(hours=5)))

    expired = next(event for event in told(agency) if event.type == "hold.expired")

    assert (expired.data["hold"], expired.data["amount"]) == (hold_id, "700.00")
    assert expired.occurred_at == cast.NOON + timedelta(hours=1)


def test_a_deleted_account_is_still_told_by_its_name() -> None:
    agency = cast.airline().agency
    relay()
    managing.delete(account_id=agency.id, reference="opened twice", actor=agency.actor, now=cast.NOON)

    event = told(agency)[0]

    assert (event.type, event.data["reference"]) == ("account.deleted", "opened twice")
    assert event.data["account"] == named(agency)
    assert "changes" not in event.data


def test_a_clients_account_is_told_with_its_city() -> None:
    client = cast.airline().client
    cast.post(cast.credit(client, 100))

    assert told(client)[0].data["account"] == named(client, kind="corporate", city="BOS")


def test_the_number_of_queries_does_not_depend_on_the_number_of_facts() -> None:
    agency = cast.airline().agency
    relay()

    def queries(sales: int) -> int:
        for _ in range(sales):
            cast.post(cast.issue(agency, fare=100, taxes=0))
        with CaptureQueriesContext(connection) as captured:
            assert relay() == sales
        return len(captured)

    assert queries(1) == queries(20)
