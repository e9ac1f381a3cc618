"""Payments over the API: taken ahead, listed, linked to an invoice and taken off it, given back; and settings."""

from typing import Any

import pytest

from skypurser.access.api_keys import Scope
from tests import cast
from tests.api.v1.asking import Program, program

LINE = {"text": "Charter JFK-MIA", "unit_price": "1000.00", "tax_percent": "7.50"}


@pytest.fixture
def desk() -> tuple[cast.CharterOperator, Program]:
    operator = cast.charter_operator(balance=500_000)
    cast.issuer(operator.carrier)
    return operator, program(operator.carrier)


def taken(of: cast.CharterOperator, ask: Program, amount: str = "600.00", **differently: Any) -> Any:
    body = {"amount": amount, "method": "bank_transfer", "reference": "wire 7", **differently}
    told = ask("POST", f"/customers/{of.customer.id}/payments", body)
    assert told.status == 201, told.body
    return told.body


def issued(of: cast.CharterOperator, ask: Program, **differently: Any) -> Any:
    draft = ask("POST", "/invoices", {"customer_id": of.customer.id, "lines": [LINE], **differently}).body
    return ask("POST", f"/invoices/{draft['id']}/issue").body


def test_an_advance_is_taken_once_per_key_and_read(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    body = {"amount": "600.00", "method": "bank_transfer", "reference": "wire 7"}
    path = f"/customers/{of.customer.id}/payments"

    first, again = ask("POST", path, body, key="k"), ask("POST", path, body, key="k")
    other = ask("POST", path, {**body, "amount": "600.01"}, key="k")

    assert (first.status, first.body["advance"], first.body["linked"], first.body["confirmed"]) == (
        201,
        "600.00",
        "0.00",
        False,
    )
    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert (other.status, other.code) == (409, "key_reused")
    assert ask("GET", f"/payments/{first.body['id']}").body == first.body
    assert ask("GET", "/payments").body["items"] == [first.body]


def test_a_jet_card_pays_ahead_at_once(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk

    body = taken(of, ask, method="jet_card", card_id=of.card.id)
    short = ask(
        "POST",
        f"/customers/{of.customer.id}/payments",
        {"amount": "4400.01", "method": "jet_card", "reference": "x", "card_id": of.card.id},
    )

    assert (body["card_id"], cast.standing(of.card).net) == (of.card.id, 440_000)
    assert (short.status, short.code) == (402, "insufficient_funds")


def test_what_was_paid_for_a_document_belongs_to_its_invoice(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    paid = taken(of, ask, document="trip:17")

    invoice = issued(of, ask, document="trip:17")

    assert (invoice["paid"], invoice["open_amount"]) == ("600.00", "475.00")
    assert ask("GET", "/payments?document=trip:17").body["items"][0]["id"] == paid["id"]
    assert ask("GET", "/payments?document=trip:18").body["items"] == []


def test_an_advance_is_linked_by_hand_and_taken_off_again(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    paid, invoice = taken(of, ask), issued(of, ask)
    place = f"/payments/{paid['id']}"

    part = ask("POST", f"{place}/link", {"invoice_id": invoice["id"], "amount": "100.00"}, key="part")
    again = ask("POST", f"{place}/link", {"invoice_id": invoice["id"], "amount": "100.00"}, key="part")
    rest = ask("POST", f"{place}/link", {"invoice_id": invoice["id"]})
    none = ask("POST", f"{place}/link", {"invoice_id": invoice["id"]})
    too_much = ask(
        "POST", f"{place}/unlink", {"invoice_id": invoice["id"], "reference": "wrong one", "amount": "600.01"}
    )
    back = ask("POST", f"{place}/unlink", {"invoice_id": invoice["id"], "reference": "wrong one", "amount": "600.00"})
    gone = ask("POST", f"{place}/unlink", {"invoice_id": invoice["id"], "reference": "wrong one"})

    assert (part.status, part.body["open_amount"], again.body) == (200, "975.00", part.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert rest.body["open_amount"] == "475.00"
    assert (none.status, none.code) == (409, "exceeds_advance")
    assert (too_much.status, too_much.code, too_much.body["linked"]) == (409, "payment_not_linked", "600.00")
    assert (back.status, back.body["open_amount"], back.body["paid"]) == (200, "1075.00", "0.00")
    assert (gone.status, gone.code) == (409, "payment_not_linked")
    assert ask("GET", place).body["advance"] == "600.00"


def test_an_advance_is_given_back_as_far_as_it_is_one(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    paid, invoice = taken(of, ask), issued(of, ask)
    place = f"/payments/{paid['id']}"
    ask("POST", f"{place}/link", {"invoice_id": invoice["id"], "amount": "500.00"})

    beyond = ask("POST", f"{place}/refund", {"amount": "100.01", "reference": "back"})
    done = ask("POST", f"{place}/refund", {"amount": "100.00", "reference": "back"}, key="back")
    again = ask("POST", f"{place}/refund", {"amount": "100.00", "reference": "back"}, key="back")

    assert (beyond.status, beyond.code, beyond.body["advance"]) == (409, "exceeds_advance", "100.00")
    assert (done.status, done.body["refunded"], done.body["advance"]) == (201, "100.00", "0.00")
    assert again.body == done.body


def test_what_a_booking_took_is_neither_given_back_nor_taken_off(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    paid = cast.paid_booking(of, 50_000, "trip:17")
    invoice = issued(of, ask, document="trip:17")

    off = ask("POST", f"/payments/{paid.id}/unlink", {"invoice_id": invoice["id"], "reference": "x"})
    back = ask("POST", f"/payments/{paid.id}/refund", {"amount": "1.00", "reference": "x"})

    assert {(told.status, told.code) for told in (off, back)} == {(409, "payment_bound")}


def test_payments_are_paged_newest_first(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    ids = [taken(of, ask)["id"] for _ in range(3)]

    page = ask("GET", f"/payments?limit=2&customer_id={of.customer.id}").body
    rest = ask("GET", f"/payments?limit=2&customer_id={of.customer.id}&cursor={page['next_cursor']}").body

    assert [one["id"] for one in (*page["items"], *rest["items"])] == ids[::-1]
    assert rest["next_cursor"] is None
    assert ask("GET", f"/payments?customer_id={of.customer.id + 1}").body["items"] == []


def test_another_customers_payment_pays_nothing(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    stranger = cast.customer(of.carrier, name="Other")
    paid = ask(
        "POST", f"/customers/{stranger.id}/payments", {"amount": "1.00", "method": "other", "reference": "x"}
    ).body
    invoice = issued(of, ask)

    for verb, body in (("link", {}), ("unlink", {"reference": "x"})):
        told = ask("POST", f"/payments/{paid['id']}/{verb}", {"invoice_id": invoice["id"], **body})
        assert (told.status, told.code) == (409, "other_customers_payment")


def test_another_carrier_finds_no_payment(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    paid, invoice = taken(of, ask), issued(of, ask)
    outsider = program(cast.charter_operator().carrier)
    place = f"/payments/{paid['id']}"

    for method, path, body in (
        ("GET", place, None),
        ("POST", f"{place}/link", {"invoice_id": invoice["id"]}),
        ("POST", f"{place}/unlink", {"invoice_id": invoice["id"], "reference": "x"}),
        ("POST", f"{place}/refund", {"amount": "1.00", "reference": "x"}),
    ):
        told = outsider(method, path, body)
        assert (told.status, told.code) == (404, "payment_not_found"), path
    body = {"amount": "1.00", "method": "other", "reference": "x"}
    assert outsider("POST", f"/customers/{of.customer.id}/payments", body).code == "customer_not_found"
    assert outsider("GET", "/payments").body["items"] == []


def test_payments_take_the_scope_of_the_charter_desk() -> None:
    of = cast.charter_operator()
    ask = program(of.carrier, Scope.MONEY, Scope.ADMINISTRATION)

    for method, path, body in (
        ("GET", "/payments", None),
        ("GET", "/payments/1", None),
        ("POST", "/payments/1/link", {"invoice_id": 1}),
        ("POST", "/payments/1/unlink", {"invoice_id": 1, "reference": "x"}),
        ("POST", "/payments/1/refund", {"amount": "1.00", "reference": "x"}),
        ("POST", "/customers/1/payments", {"amount": "1.00", "method": "other", "reference": "x"}),
    ):
        assert ask(method, path, body).code == "permission_denied", path


# ----------------------------------------------------------------------------------------------------------- settings


def test_cancellation_tiers_are_set_whole_and_read(desk: tuple[cast.CharterOperator, Program]) -> None:
    _, ask = desk
    tiers = [{"hours": 24, "percent": "100.00"}, {"hours": 72, "percent": "25.50"}]

    assert ask("GET", "/cancellation-tiers").body == {"tiers": [], "fee_tax_percent": "0.00"}
    done = ask("PUT", "/cancellation-tiers", {"tiers": tiers}, key="set")
    again = ask("PUT", "/cancellation-tiers", {"tiers": tiers}, key="set")

    assert (done.status, done.body) == (200, {"tiers": tiers[::-1], "fee_tax_percent": "0.00"})
    assert (again.body, again.headers["Idempotency-Replayed"]) == (done.body, "true")
    assert ask("PUT", "/cancellation-tiers", {"tiers": []}, key="set").code == "key_reused"
    assert ask("GET", "/cancellation-tiers").body == done.body
    taxed = ask("PUT", "/cancellation-tiers", {"tiers": [], "fee_tax_percent": "7.50"})
    assert taxed.body == {"tiers": [], "fee_tax_percent": "7.50"}
    assert ask("PUT", "/cancellation-tiers", {"tiers": []}).body == taxed.body


@pytest.mark.parametrize(
    ("tiers", "pointer"),
    [
        ([{"hours": 24, "percent": "10.00"}, {"hours": 24, "percent": "20.00"}], "/tiers"),
        ([{"hours": 24, "percent": "10.00"}, {"hours": 72, "percent": "20.00"}], "/tiers"),
        ([{"hours": 0, "percent": "10.00"}], "/tiers/0/hours"),
        ([{"hours": 24, "percent": "100.01"}], "/tiers/0/percent"),
    ],
)
def test_tiers_that_make_no_sense_are_pointed_at(
    desk: tuple[cast.CharterOperator, Program], tiers: list[dict[str, Any]], pointer: str
) -> None:
    _, ask = desk

    told = ask("PUT", "/cancellation-tiers", {"tiers": tiers})

    assert (told.status, told.pointers) == (422, [pointer])
    assert ask("GET", "/cancellation-tiers").body["tiers"] == []


def test_the_charter_desk_reads_settings_and_only_the_administration_sets_them() -> None:
    of = cast.charter_operator()
    charter, money = program(of.carrier, Scope.CHARTER), program(of.carrier, Scope.MONEY)

    assert charter("GET", "/cancellation-tiers").status == 200
    assert charter("PUT", "/cancellation-tiers", {"tiers": []}).code == "permission_denied"
    assert money("GET", "/cancellation-tiers").code == "permission_denied"
    assert money("GET", "/issuer").code == "permission_denied"


def test_the_issuer_is_read() -> None:
    of = cast.charter_operator()
    ask = program(of.carrier, Scope.ADMINISTRATION)

    missing = ask("GET", "/issuer")
    cast.issuer(of.carrier)
    there = ask("GET", "/issuer")

    assert (missing.status, missing.code) == (409, "issuer_missing")
    assert there.body["legal_name"] == "Test Air, Inc."
    assert (there.body["invoice_series"], there.body["payment_days"]) == ("INV", 14)
