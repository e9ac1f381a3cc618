"""Quotes and bookings over the API."""

from typing import Any

import pytest

from skypurser.access.api_keys import Scope
from skypurser.administration.carriers import switch_jet_cards
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.mail.delivering import deliver
from tests import cast
from tests.api.v1.asking import Program, program
from tests.mail.postoffice import post_office

#: Far enough away for whatever day the tests run on.
LEG = {
    "origin": "TEB",
    "destination": "LFPB",
    "departure": "2090-02-01T20:00",
    "arrival": "2090-02-02T09:00",
    "passengers": 4,
}
LINES = [
    {"text": "Flight", "quantity": "7.5", "unit_price": "200.00", "tax_percent": "7.50"},
    {"text": "Catering", "unit_price": "87.50"},
]


@pytest.fixture
def desk() -> tuple[cast.CharterOperator, Program]:
    operator = cast.charter_operator(balance=500_000)
    set_tiers(tiers=[Tier(24, 10_000)], actor=operator.actor, now=cast.NOON)
    return operator, program(operator.carrier)


def said(of: cast.CharterOperator, **differently: Any) -> dict[str, Any]:
    return {
        "status": "quoted",
        "customer_id": of.customer.id,
        "person_id": of.ann.id,
        "legs": [LEG],
        "aircraft": "Global 6000",
        "lines": LINES,
        "method": "jet_card",
        "card_id": of.card.id,
        "hold_until": "2090-01-01T00:00:00Z",
        "notes": "Two\ndogs",
        **differently,
    }


def available(ask: Program, of: cast.CharterOperator) -> str:
    return str(ask("GET", f"/jet-cards/{of.card.id}").body["available"])


def test_a_flight_from_the_draft_to_its_cancellation(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk

    draft = ask("POST", "/quotes", {"status": "draft"}, key="draft")
    path = f"/quotes/{draft.body['id']}"
    quote = ask("PUT", path, said(operator, expected_version=1), key="quote")
    held = available(ask, operator)
    again = ask("PUT", path, said(operator, expected_version=1), key="quote")
    stale = ask("PUT", path, said(operator, expected_version=1))
    later = ask("PUT", path, said(operator, expected_version=2, notes=""))
    booked = ask("POST", f"{path}/booking", {"expected_version": 3}, key="book")
    twice = ask("POST", f"{path}/booking", {"expected_version": 3}, key="book")
    booking = f"/bookings/{booked.body['id']}"
    changed = ask(
        "POST",
        f"{booking}/changes",
        {"lines": [{"text": "All in", "unit_price": "2000.00"}], "reference": "de-icing", "expected_version": 1},
    )
    preview = ask("GET", f"{booking}/cancellation/preview?at=2090-02-01T12:00:00Z")
    cancelled = ask(
        "POST", f"{booking}/cancellation", {"expected_version": 2, "fee": "500.00", "reference": "goodwill"}
    )

    assert (draft.status, draft.body["status"], draft.body["price"], draft.body["number"]) == (201, "draft", "0.00", 1)
    assert (quote.status, quote.body["status"], quote.body["price"]) == (200, "quoted", "1700.00")
    assert [line["total"] for line in quote.body["lines"]] == ["1612.50", "87.50"]
    assert quote.body["legs"][0] == {
        **LEG,
        "departure_turn": None,
        "departure_zone": "America/New_York",
        "departs_at": "2090-02-02T01:00:00Z",
        "arrival_turn": None,
        "arrival_zone": "Europe/Paris",
        "arrives_at": "2090-02-02T08:00:00Z",
    }
    assert held == "3300.00"
    assert (again.body, again.headers["Idempotency-Replayed"]) == (quote.body, "true")
    assert (stale.status, stale.code, stale.body["version"]) == (409, "changed_meanwhile", 2)
    assert [item["version"] for item in ask("GET", f"{path}/versions").body["items"]] == [2]
    assert (later.body["version"], ask("GET", path).body["status"]) == (3, "booked")
    assert (booked.status, booked.body["paid"], booked.body["price"]) == (201, "1700.00", "1700.00")
    assert booked.body["tiers"] == [{"hours": 24, "percent": "100.00"}]
    assert (twice.body, twice.headers["Idempotency-Replayed"]) == (booked.body, "true")
    assert (changed.status, changed.body["price"], changed.body["paid"]) == (201, "2000.00", "2000.00")
    assert preview.body == {
        "currency": "USD",
        "price": "2000.00",
        "fee": "2000.00",
        "refund": "0.00",
        "tier": {"hours": 24, "percent": "100.00"},
        "invoices": [],
    }
    assert (cancelled.status, cancelled.body["status"], cancelled.body["fee"]) == (200, "cancelled", "500.00")
    assert available(ask, operator) == "4500.00"
    steps = ask("GET", f"{booking}/changes").body["items"]
    assert [(step["kind"], step["debit"], step["credit"]) for step in steps] == [
        ("made", "1700.00", "0.00"),
        ("changed", "300.00", "0.00"),
        ("cancelled", "0.00", "1500.00"),
    ]
    assert ask("GET", booking).body == cancelled.body


def test_a_shortfall_is_told_with_price_and_what_is_there(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    dear = [{"text": "Flight", "unit_price": "5000.01"}]

    short = ask("POST", "/quotes", said(operator, lines=dear), key="short")
    again = ask("POST", "/quotes", said(operator, lines=dear), key="short")

    assert (short.status, short.code) == (402, "insufficient_funds")
    told = {name: short.body[name] for name in ("price", "available", "shortfall", "currency")}
    assert told == {"price": "5000.01", "available": "5000.00", "shortfall": "0.01", "currency": "USD"}
    assert (again.body, again.headers["Idempotency-Replayed"]) == (short.body, "true")


def test_what_is_wrong_with_a_leg_or_line_is_pointed_at(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk

    skipped = ask("POST", "/quotes", said(operator, legs=[{**LEG, "departure": "2026-03-08T02:30"}]))
    twice = ask("POST", "/quotes", said(operator, lines=[LINES[0], {**LINES[1], "unit_price": "1.0"}]))

    assert skipped.pointers == ["/legs/0/departure"]
    assert twice.pointers == ["/lines/1/unit_price"]


def test_quotes_and_bookings_are_listed_and_cancelled(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    ids = [ask("POST", "/quotes", said(operator, hold_until=None)).body["id"] for _ in range(3)]
    gone = ask("POST", f"/quotes/{ids[0]}/cancellation", {"expected_version": 1})
    booked = ask("POST", f"/quotes/{ids[1]}/booking", {"expected_version": 1}).body["id"]

    first = ask("GET", "/quotes?limit=2").body
    rest = ask("GET", f"/quotes?limit=2&cursor={first['next_cursor']}").body
    quoted = ask("GET", f"/quotes?status=quoted&customer_id={operator.customer.id}").body

    assert gone.body["status"] == "cancelled"
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]
    assert [one["id"] for one in quoted["items"]] == [ids[2]]
    assert [one["id"] for one in ask("GET", "/bookings?status=booked").body["items"]] == [booked]
    assert ask("GET", "/bookings?status=cancelled").body["items"] == []
    assert ask("POST", f"/quotes/{ids[0]}/booking", {"expected_version": 2}).code == "quote_not_open"


def test_a_quote_is_printed_and_sent_once_under_a_key(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    place = f"/quotes/{ask('POST', '/quotes', said(operator, hold_until=None)).body['id']}"
    letter = {
        "expected_version": 1,
        "recipient": "ann@example.org",
        "subject": "Your flight",
        "words": "Hello,\n\nhere.",
    }

    pdf = ask("GET", f"{place}/pdf")
    unsent = ask("POST", f"{place}/letters", letter)
    with post_office() as office:
        first, again = (ask("POST", f"{place}/letters", letter, key="send") for _ in range(2))
        late = ask("POST", f"{place}/letters", {**letter, "expected_version": 2})
        deliver(carrier_ids=[operator.carrier.id])

    assert (pdf.headers["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    assert (unsent.status, unsent.code) == (409, "mail_not_configured")
    assert (first.status, first.body["subject"]) == (201, "Your flight")
    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert (late.status, late.code) == (409, "changed_meanwhile")
    ((recipient, taken),) = office.taken
    assert (recipient, taken["Subject"]) == ("ann@example.org", "Your flight")
    assert [part.get_content_type() for part in taken.iter_attachments()] == ["application/pdf"]
    (told,) = ask("GET", f"{place}/letters").body["items"]
    assert (told["recipient"], told["status"]) == ("ann@example.org", "sent")


def everything(of: cast.CharterOperator) -> list[tuple[str, str, Any]]:
    quote, booking = f"/quotes/{cast.quote(of, 1).id}", f"/bookings/{cast.booking(of, 1).id}"
    return [
        ("GET", quote, None),
        ("PUT", quote, {"status": "draft", "expected_version": 1}),
        ("GET", f"{quote}/versions", None),
        ("GET", f"{quote}/pdf", None),
        ("GET", f"{quote}/letters", None),
        ("POST", f"{quote}/booking", {"expected_version": 1}),
        ("POST", f"{quote}/cancellation", {"expected_version": 1}),
        ("GET", booking, None),
        ("GET", f"{booking}/changes", None),
        ("POST", f"{booking}/changes", {"lines": [], "reference": "x", "expected_version": 1}),
        ("GET", f"{booking}/cancellation/preview", None),
        ("POST", f"{booking}/cancellation", {"expected_version": 1}),
    ]


def test_another_carriers_things_are_not_there(desk: tuple[cast.CharterOperator, Program]) -> None:
    asked = everything(desk[0])
    ask = program(cast.charter_operator().carrier)

    for method, path, body in asked:
        told = ask(method, path, body)
        assert (told.status, told.code.endswith("_not_found")) == (404, True), (method, path)
    assert ask("POST", "/quotes", said(desk[0])).code == "customer_not_found"


def test_everything_is_refused_where_jet_cards_are_off(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    asked = [*everything(operator), ("GET", "/quotes", None), ("GET", "/bookings", None)]
    asked.append(("POST", "/quotes", {"status": "draft"}))
    switch_jet_cards(on=False, actor=operator.actor, now=cast.NOON)

    for method, path, body in asked:
        told = ask(method, path, body)
        assert (told.status, told.code) == (409, "jet_cards_off"), (method, path)


def test_only_the_scope_of_charter_sells(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, _ = desk
    ask = program(operator.carrier, Scope.MONEY, Scope.HOLDS, Scope.SALES)

    for method, path, body in [*everything(operator), ("POST", "/quotes", {"status": "draft"})]:
        told = ask(method, path, body)
        assert (told.status, told.code) == (403, "permission_denied"), (method, path)


def test_a_booking_is_invoiced_and_the_invoice_is_paid_by_its_card(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    cast.issuer(operator.carrier)
    booking = cast.booking(operator, 120_000)
    path = f"/bookings/{booking.id}/invoice"

    draft = ask("POST", path, key="invoice")
    again = ask("POST", path, key="invoice")
    refused = ask("POST", path, key="another")
    issued = ask("POST", f"/invoices/{draft.body['id']}/issue", key="issue")

    assert (draft.status, draft.body["status"], draft.body["total"]) == (201, "draft", "1200.00")
    assert (again.body, again.headers["Idempotency-Replayed"]) == (draft.body, "true")
    assert (refused.status, refused.body["code"]) == (409, "already_invoiced")
    assert (issued.body["paid"], issued.body["open_amount"]) == ("1200.00", "0.00")


def test_what_has_departed_is_booked_by_who_says_so(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    flown = {**LEG, "departure": "2020-02-01T20:00", "arrival": "2020-02-02T09:00"}
    quote = ask("POST", "/quotes", said(operator, legs=[flown], hold_until=None))
    path = f"/quotes/{quote.body['id']}/booking"

    silent = ask("POST", path, {"expected_version": 1})
    meant = ask("POST", path, {"expected_version": 1, "departed": True})

    assert (silent.status, silent.code, silent.body["departed_at"]) == (409, "already_departed", "2020-02-02T01:00:00Z")
    assert (meant.status, meant.body["status"]) == (201, "booked")


def test_what_a_booking_costs_more_and_its_fee_are_invoiced_by_the_same_path(
    desk: tuple[cast.CharterOperator, Program],
) -> None:
    operator, ask = desk
    cast.issuer(operator.carrier)
    booking = cast.booking(operator, 120_000)
    path = f"/bookings/{booking.id}"
    first = ask("POST", f"{path}/invoice", key="invoice").body
    ask("POST", f"/invoices/{first['id']}/issue", key="issue")
    lines = [{"text": "Flight", "unit_price": "1200.00"}, {"text": "De-icing", "unit_price": "50.00"}]
    changed = {"lines": lines, "reference": "x", "expected_version": 1}
    assert ask("POST", f"{path}/changes", changed, key="change").status == 201

    more = ask("POST", f"{path}/invoice", key="more").body
    preview = ask("GET", f"{path}/cancellation/preview?fee=100.00").body
    ask("POST", f"{path}/cancellation", {"expected_version": 2, "fee": "100.00", "reference": "ill"}, key="cancel")
    fee = ask("POST", f"{path}/invoice", key="fee").body
    issued = ask("POST", f"/invoices/{fee['id']}/issue", key="issue the fee").body

    assert (more["subject"], more["total"], [one["text"] for one in more["lines"]]) == ("sale", "50.00", ["De-icing"])
    assert [one["id"] for one in preview["invoices"]] == [first["id"]]
    assert (issued["subject"], issued["total"], issued["paid"]) == ("cancellation_fee", "100.00", "100.00")
    assert issued["lines"][0]["tax_category"] == "O"
    drafts = ask("GET", f"/invoices?document={booking.document}&status=draft").body["items"]
    assert drafts == []


def test_an_invoice_for_anothers_booking_is_refused(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    booking = cast.booking(operator, 100)
    neighbour = cast.customer(operator.carrier, name="Neighbour")
    body = {"customer_id": neighbour.id, "document": booking.document}

    refused = ask("POST", "/invoices", body, key="draft")
    own = ask("POST", "/invoices", {"customer_id": operator.customer.id, "document": booking.document}, key="own")
    moved = ask("PUT", f"/invoices/{own.body['id']}", {"document": "booking:99"}, key="move")

    assert (refused.status, refused.code, refused.body["document"]) == (404, "document_not_found", booking.document)
    assert (own.status, moved.code) == (201, "document_not_found")
