"""Sell, replay, refuse, void, refund, hold: the same story and the same bodies through both ways in."""

from typing import Any

import pytest
from django.test import Client, override_settings

from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic.opening import open_corporate_account
from skypurser.parties.registering import ClientData
from tests import cast
from tests.counter.conftest import Way
from tests.counter.keys import make_key
from tests.counter.stage import sale


def money(told: Any) -> tuple[str, str, str]:
    """Net, held and available as a response shows them."""
    return told["net"], told["held"], told["available"]


def test_worked_example_a_ticket_on_account(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token = make_key(airline.carrier)

    told = way("POST", "/api/v1/tickets", sale(airline.agency, document), token, key="sale")

    assert told.status_code == 201
    assert told.json() == {
        "id": document,
        "document_number": document,
        "status": "ISSUED",
        "scope": "domestic",
        "commission": {"mode": "FIXED", "percent": "8.00", "amount": "32.00"},
        "movement": {"item": 1, "debit": "448.00", "credit": "0.00", "net": "-448.00"},
        "account": {"id": airline.agency.id, "net": "-448.00", "held": "0.00", "available": "9552.00"},
    }
    assert told.headers["Content-Type"] == "application/json"
    assert "Idempotency-Replayed" not in told.headers
    assert cast.standing(airline.agency).net == -44_800


def test_a_replay_answers_as_the_first_time_even_after_a_void(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token, body = make_key(airline.carrier), sale(airline.agency, document)
    first = way("POST", "/api/v1/tickets", body, token, key="sale")
    way("POST", f"/api/v1/tickets/{document}/void", None, token, key="void")

    again = way("POST", "/api/v1/tickets", body, token, key="sale")

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(cast.statement(airline.agency)) == 2


def test_a_refusal_says_what_is_missing_and_is_replayed_after_money_has_come(way: Way) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_799)
    token, body = make_key(agency.carrier), sale(agency, cast.fresh_document())

    first = way("POST", "/api/v1/tickets", body, token, key="sale")
    cast.post(cast.credit(agency, 100_000, now=None))
    again = way("POST", "/api/v1/tickets", body, token, key="sale")

    assert first.status_code == 402
    assert first.headers["Content-Type"] == "application/problem+json"
    assert first.json() == {
        "type": "/api/v1/problems/insufficient_funds",
        "title": "The amount is above what is available",
        "status": 402,
        "detail": "447.99 USD is available, 0.01 is missing.",
        "code": "insufficient_funds",
        "available": "447.99",
        "shortfall": "0.01",
    }
    assert (again.status_code, again.content, again.headers["Idempotency-Replayed"]) == (402, first.content, "true")


def test_another_payload_under_the_same_key_is_a_conflict(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token = make_key(airline.carrier)
    way("POST", "/api/v1/tickets", sale(airline.agency, document), token, key="sale")

    told = way("POST", "/api/v1/tickets", sale(airline.agency, document, fare="400.01"), token, key="sale")

    assert (told.status_code, told.json()["code"]) == (409, "key_reused")
    assert "Idempotency-Replayed" not in told.headers


def test_worked_example_void_the_same_day_nets_to_zero(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token = make_key(airline.carrier)
    way("POST", "/api/v1/tickets", sale(airline.agency, document), token, key="sale")

    voided = way("POST", f"/api/v1/tickets/{document}/void", {"reference": "asked for"}, token, key="void")
    twice = way("POST", f"/api/v1/tickets/{document}/void", {}, token, key="void again")

    assert voided.status_code == 200
    assert voided.json() == {
        "id": document,
        "document_number": document,
        "status": "VOIDED",
        "movement": {"item": 2, "debit": "0.00", "credit": "448.00", "net": "0.00"},
        "account": {"id": airline.agency.id, "net": "0.00", "held": "0.00", "available": "10000.00"},
    }
    assert (twice.status_code, twice.json()["code"]) == (409, "already_voided")


def test_worked_example_partial_refund_recalls_commission(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token = make_key(airline.carrier)
    way("POST", "/api/v1/tickets", sale(airline.agency, document), token, key="sale")
    body = {"fare": "250.00", "taxes": "30.00", "penalty": "50.00"}

    told = way("POST", f"/api/v1/tickets/{document}/refunds", body, token, key="refund")
    way("POST", f"/api/v1/tickets/{document}/refunds", {"fare": "100.00"}, token, key="another refund")
    again = way("POST", f"/api/v1/tickets/{document}/refunds", body, token, key="refund")
    beyond = way("POST", f"/api/v1/tickets/{document}/refunds", {"fare": "50.01"}, token, key="beyond")

    assert told.status_code == 201
    assert told.json() == {
        "id": document,
        "document_number": document,
        "status": "REFUNDED",
        "fare": "250.00",
        "taxes": "30.00",
        "penalty": "50.00",
        "commission_recalled": "20.00",
        "movement": {"item": 2, "debit": "0.00", "credit": "210.00", "net": "-238.00"},
        "account": {"id": airline.agency.id, "net": "-238.00", "held": "0.00", "available": "9762.00"},
    }
    assert (again.content, again.headers["Idempotency-Replayed"]) == (told.content, "true")
    assert (beyond.status_code, beyond.json()["code"]) == (409, "refund_exceeds_sale")
    assert (beyond.json()["refundable_fare"], beyond.json()["refundable_taxes"]) == ("50.00", "50.00")


def test_worked_example_by_card_credits_the_commission_and_a_refund_recalls_it(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token = make_key(airline.carrier)

    sold = way("POST", "/api/v1/tickets", sale(airline.agency, document, form_of_payment="card"), token, key="sale")
    refunded = way("POST", f"/api/v1/tickets/{document}/refunds", {"fare": "100.00"}, token, key="refund")

    assert sold.json()["movement"] == {"item": 1, "debit": "0.00", "credit": "20.00", "net": "20.00"}
    assert refunded.json()["movement"] == {"item": 2, "debit": "5.00", "credit": "0.00", "net": "15.00"}
    assert refunded.json()["commission_recalled"] == "5.00"


def test_a_sale_by_card_offline_is_recorded_without_a_movement(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    body = sale(airline.agency, document, form_of_payment="card_offline")

    told = way("POST", "/api/v1/tickets", body, make_key(airline.carrier), key="sale")

    assert (told.status_code, told.json()["movement"]) == (201, None)


@pytest.mark.parametrize(
    ("currency", "fare", "taxes", "debit"), [("JPY", "333", "0", "306"), ("KWD", "1.234", "0.000", "1.135")]
)
def test_amounts_have_exactly_the_digits_of_their_currency(
    way: Way, currency: str, fare: str, taxes: str, debit: str
) -> None:
    agency = cast.agency(cast.carrier(), currency=currency)
    body = sale(agency, cast.fresh_document(), fare=fare, taxes=taxes)

    told = way("POST", "/api/v1/tickets", body, make_key(agency.carrier), key="sale")

    assert told.json()["movement"]["debit"] == debit


def test_a_void_of_what_was_never_sold_says_so_and_stays_so(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token = make_key(airline.carrier)

    first = way("POST", f"/api/v1/tickets/{document}/void", {}, token, key="void")
    way("POST", "/api/v1/tickets", sale(airline.agency, document), token, key="sale")
    again = way("POST", f"/api/v1/tickets/{document}/void", {}, token, key="void")

    assert (first.status_code, first.json()["code"]) == (404, "sale_not_found")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    assert cast.standing(airline.agency).net == -44_800


def test_what_was_refused_for_want_of_an_account_stays_refused(way: Way) -> None:
    carrier, document = cast.carrier(), cast.fresh_document()
    token, code = make_key(carrier), f"NEW{document[-6:]}"
    body = sale(cast.airline().agency, document, account={"type": "agency", "code": code, "currency": "USD"})

    first = way("POST", "/api/v1/tickets", body, token, key="sale")
    cast.agency(carrier, code=code)
    again = way("POST", "/api/v1/tickets", body, token, key="sale")
    anew = way("POST", "/api/v1/tickets", body, token, key="another")

    assert (first.status_code, first.json()["code"]) == (404, "account_not_found")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    assert anew.status_code == 201


def test_a_client_with_accounts_in_two_cities_is_named_with_its_city(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    _open_in_chicago(airline)
    token, name = make_key(airline.carrier), {"type": "corporate", "code": airline.client.code, "currency": "USD"}

    without = way("POST", "/api/v1/tickets", sale(airline.client, document, account=name), token, key="sale")
    boston = way(
        "POST", "/api/v1/tickets", sale(airline.client, document, account={**name, "city": "BOS"}), token, key="sale"
    )

    assert (without.status_code, without.json()["code"]) == (422, "account_ambiguous")
    assert (boston.status_code, boston.json()["account"]["id"]) == (201, airline.client.id)


def test_a_replay_is_the_same_after_the_clients_name_has_become_ambiguous(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token, name = make_key(airline.carrier), {"type": "corporate", "code": airline.client.code, "currency": "USD"}
    hold = {"account": name, "amount": "7.00", "expires_at": "2999-01-01T00:00:00Z"}
    asked = [("/api/v1/holds", hold), ("/api/v1/tickets", sale(airline.client, document, account=name))]
    first = [way("POST", path, body, token, key=path) for path, body in asked]
    _open_in_chicago(airline)

    again = [way("POST", path, body, token, key=path) for path, body in asked]

    assert [told.json()["account"]["id"] for told in first] == [airline.client.id] * 2
    assert [(told.status_code, told.content) for told in again] == [(201, told.content) for told in first]


def test_an_account_can_be_given_by_its_id_and_one_key_is_one_key(way: Way) -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token = make_key(airline.carrier)
    by_id = sale(airline.agency, document, account=None, account_id=airline.agency.id)

    first = way("POST", "/api/v1/tickets", by_id, token, key="sale")
    by_name = way(
        "POST", "/api/v1/tickets", sale(airline.agency, f"{document}-{int(document[3:]) % 7}"), token, key="sale"
    )

    assert first.status_code == 201
    assert (by_name.content, by_name.headers["Idempotency-Replayed"]) == (first.content, "true")


def test_worked_example_hold(way: Way) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    token, until = make_key(agency.carrier), "2999-01-01T00:00:00Z"
    body = {"account_id": agency.id, "amount": "700.00", "expires_at": until, "document": "2792400001001"}

    placed = way("POST", "/api/v1/holds", body, token, key="hold")
    second = way("POST", "/api/v1/holds", {**body, "amount": "400.00"}, token, key="second")
    hold_id = placed.json()["id"]
    captured = way("POST", f"/api/v1/holds/{hold_id}/capture", {"amount": "650.00"}, token, key="capture")
    again = way("POST", f"/api/v1/holds/{hold_id}/capture", {"amount": "650.00"}, token, key="capture")
    twice = way("POST", f"/api/v1/holds/{hold_id}/capture", {"amount": "1.00"}, token, key="twice")

    assert placed.status_code == 201
    assert placed.json() == {
        "id": hold_id,
        "status": "OPEN",
        "amount": "700.00",
        "expires_at": until,
        "account": {"id": agency.id, "net": "0.00", "held": "700.00", "available": "300.00"},
    }
    assert (second.status_code, second.json()["shortfall"]) == (402, "100.00")
    assert captured.status_code == 200
    assert captured.json() == {
        "id": hold_id,
        "status": "CAPTURED",
        "amount": "700.00",
        "captured": "650.00",
        "movement": {"item": 1, "debit": "650.00", "credit": "0.00", "net": "-650.00"},
        "account": {"id": agency.id, "net": "-650.00", "held": "0.00", "available": "350.00"},
    }
    assert (again.content, again.headers["Idempotency-Replayed"]) == (captured.content, "true")
    assert (twice.status_code, twice.json()["code"], twice.json()["hold_status"]) == (409, "hold_resolved", "CAPTURED")


def test_a_hold_is_extended_and_given_back(way: Way) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    token = make_key(agency.carrier)
    body = {"account_id": agency.id, "amount": "700.00", "expires_at": "2998-01-01T00:00:00Z"}
    hold_id = way("POST", "/api/v1/holds", body, token, key="hold").json()["id"]

    extended = way("PATCH", f"/api/v1/holds/{hold_id}", {"expires_at": "2999-06-30T12:00:00.5Z"}, token, key="extend")
    released = way("POST", f"/api/v1/holds/{hold_id}/release", None, token, key="release")

    assert (extended.status_code, extended.json()["expires_at"]) == (200, "2999-06-30T12:00:00.500000Z")
    assert released.json() == {
        "id": hold_id,
        "status": "RELEASED",
        "amount": "700.00",
        "account": {"id": agency.id, "net": "0.00", "held": "0.00", "available": "1000.00"},
    }


@pytest.mark.parametrize("call", [("POST", "/capture", {"amount": "1.00"}), ("POST", "/release", {})])
def test_a_hold_that_is_not_there_is_not_found(way: Way, call: tuple[str, str, Any]) -> None:
    token = make_key(cast.carrier())
    method, what, body = call

    told = way(method, f"/api/v1/holds/{2**62}{what}", body, token, key=f"no hold {what}")

    assert (told.status_code, told.json()["code"]) == (404, "hold_not_found")


def test_availability_says_what_a_sale_would_be_told_and_changes_nothing(way: Way) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)
    token, path = make_key(agency.carrier), f"/api/v1/accounts/{agency.id}/availability"

    fits = way("GET", f"{path}?amount=448.00", None, token)
    beyond = way("GET", f"{path}?amount=448.01", None, token)
    malformed = way("GET", f"{path}?amount=448", None, token)

    assert (fits.status_code, fits.json()["verdict"], fits.json()["shortfall"]) == (200, "passes", "0.00")
    assert (beyond.json()["verdict"], beyond.json()["shortfall"], beyond.json()["reasons"]) == (
        "refused",
        "0.01",
        ["insufficient_funds"],
    )
    assert (malformed.status_code, malformed.json()["errors"][0]["pointer"]) == (422, "/amount")
    assert cast.statement(agency) == []


def test_a_batch_is_judged_in_order_and_its_flaws_stay_in_their_place(way: Way) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)
    token, document, other = make_key(agency.carrier), cast.fresh_document(), cast.fresh_document()
    tickets = [
        {**sale(agency, document), "key": "1"},
        {**sale(agency, other), "key": "2"},
        {**sale(agency, document), "key": "1"},
        {**sale(agency, document, fare=400), "key": "4"},
        {**sale(agency, document, fare="400"), "key": "5"},
        sale(agency, document),
        {**sale(agency, document), "key": "7"},
    ]

    told = way("POST", "/api/v1/tickets:batch", {"tickets": tickets}, token)

    assert told.status_code == 200
    results = told.json()["results"]
    assert [result["key"] for result in results] == ["1", "2", "1", "4", "5", None, "7"]
    assert [result["status"] for result in results] == [201, 402, 201, 422, 422, 422, 409]
    assert results[0]["ticket"] == results[2]["ticket"]
    assert (results[0].get("replayed"), results[2]["replayed"]) == (None, True)
    assert results[1]["problem"]["shortfall"] == "448.00"
    assert [result["problem"]["errors"][0]["pointer"] for result in results[3:6]] == [
        "/tickets/3/fare",
        "/tickets/4/fare",
        "/tickets/5/key",
    ]
    assert results[6]["problem"]["code"] == "duplicate_document"
    alone = way("POST", "/api/v1/tickets", sale(agency, document), token, key="1")
    assert (alone.json(), alone.headers["Idempotency-Replayed"]) == (results[0]["ticket"], "true")


def test_both_ways_give_the_same_bodies_byte_for_byte(way: Way) -> None:
    """One key through two channels is one key: what was sold here is replayed there."""
    airline, document = cast.airline(), cast.fresh_document()
    token, body = make_key(airline.carrier), sale(airline.agency, document)

    here = way("POST", "/api/v1/tickets", body, token, key="sale")
    with override_settings(ROOT_URLCONF="skypurser.counter.urls"):
        there = Client().post(
            "/api/v1/tickets",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "sale"},
        )

    assert (there.status_code, there.content, there.headers["Idempotency-Replayed"]) == (201, here.content, "true")


def _open_in_chicago(airline: cast.Airline) -> None:
    """Open a second account of the client in another city."""
    open_corporate_account(
        client=ClientData(code=airline.client.code, name="Client in Chicago", city="CHI", airport="ORD", country="US"),
        currency="USD",
        credit_limit=1_000_000,
        rates=Rates(Rule.parse("FREE"), Rule.parse("FREE")),
        reference="corporate agreement",
        actor=airline.actor,
        now=cast.NOON,
    )
