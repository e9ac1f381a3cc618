"""Every field of every body and query, given what it can't be: refused with a pointer to it, and nothing is written."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from skypurser.administration.carriers import switch_jet_cards
from tests import cast
from tests.api.v1.asking import AGENCY, CORPORATE, Program, program
from tests.databases import unchanged

HUGE = 10**400
NOT_TEXT: list[Any] = [1, True, None, [], {}, HUGE]
NO_TEXT: list[Any] = ["a\x00b", "a\nb", "x" * 501]
NO_AMOUNTS: list[Any] = [
    *(["1", "1.0", "1.000", "-1.00", "+1.00", "1e2", "1,00", " 1.00", "1.00 ", "", "01.00", "１.００"]),
    *(["9" * 14 + ".00", "9" * 30, "NaN", "Infinity", "0x1", "1.00\x00", 1.0, 1, HUGE, [], {}, True]),
]
NO_PERCENTS: list[Any] = ["100.01", "-1", "1e1", "7.255", "", "8 %", "\x00", 8, 8.0, None, HUGE, "x" * 99]

OPEN: dict[str, list[Any]] = {
    "type": ["AGENCY", "", *NOT_TEXT],
    "code": ["a", "A", "ä1", "A" * 21, "A\x00", *NOT_TEXT],
    "name": ["", "   ", "x" * 201, *NO_TEXT, *NOT_TEXT],
    "issue_id": ["x" * 21, *NO_TEXT, *NOT_TEXT],
    "city": ["ny", "NEWYORK", "N\x00C", *NOT_TEXT],
    "airport": ["JF", "QQQ", "jfk", *NOT_TEXT],
    "country": ["USA", "us", "PE", *NOT_TEXT],
    "agency_involved": ["X", "x" * 21, *NOT_TEXT],
    "currency": ["usd", "XXX", "XAU", "US", *NOT_TEXT],
    "credit_limit": [*NO_AMOUNTS, None],
    "credit_card": ["true", 1, 0, None, [], HUGE],
    "commissions": ["FREE", 1, None, [], {}],
    "opening_credit": NO_AMOUNTS,
    "reference": ["", *NO_TEXT, *NOT_TEXT],
    "unknown": ["x", None],
}
MANAGE: dict[str, list[Any]] = {
    "credit_limit": NO_AMOUNTS,
    "credit_card": ["true", 1, [], HUGE],
    "commissions": ["FREE", 1, [], {}],
    "name": ["", "  ", "x" * 201, "a\x00", 1, []],
    "issue_id": ["x" * 21, "a\x00", 1, []],
    "agency_involved": ["X", "a\x00", 1, []],
    "reference": ["", *NO_TEXT, *NOT_TEXT],
    "unknown": ["x", None],
}
MOVE: dict[str, list[Any]] = {
    "amount": ["0.00", *NO_AMOUNTS, None],
    "reference": ["", "   ", *NO_TEXT, *NOT_TEXT],
    "unknown": ["x", None],
}
STATUS: dict[str, list[Any]] = {
    "status": ["active", "CLOSED", "", *NOT_TEXT],
    "reference": ["", "   ", *NO_TEXT, *NOT_TEXT],
    "unknown": ["x", None],
}
NO_TYPES: list[Any] = ["ticket.issued", [""], ["ticket.stolen"], ["a\x00"], [1], [None], [[]], 1, True, {}, ["x" * 61]]
NO_NUMBERS: list[Any] = ["1", 1.0, 1.5, True, [], {}, "x", -1, HUGE]
NO_INSTANTS = ["2026-02-30T00:00:00Z", "2026-01-15", "2026-01-15T17:00:00", "now", "", "9999-01-01T00:00:00Z", "a\x00"]
HOOK: dict[str, list[Any]] = {
    "url": ["", "x" * 2_001, "https://example.com/\x00", "https://example.com/\n", 1, True, [], {}, HUGE],
    "description": ["x" * 501, "a\x00b", "a\nb", 1, True, [], {}],
    "event_types": [*NO_TYPES, ["ticket.issued"] * 101],
    "unknown": ["x", None],
}
CHANGE_HOOK = {**HOOK, "is_active": ["true", 1, 0, [], HUGE]}
ROTATE: dict[str, list[Any]] = {"overlap_hours": [*NO_NUMBERS, None, 721], "unknown": ["x", None]}
REPLAY: dict[str, list[Any]] = {
    "since": [*NO_INSTANTS, "2026-01-15T17:00:00+00:00", 1, True, [], {}],
    "after_event_id": [*NO_NUMBERS, 2**63],
    "unknown": ["x", None],
}
MOVED = {"amount": "1.00", "reference": "x"}
SUSPENDED = {"status": "SUSPENDED", "reference": "x"}
BODIES: list[tuple[str, str, dict[str, Any], dict[str, list[Any]]]] = [
    ("POST", "/accounts", AGENCY, OPEN),
    ("PATCH", "/accounts/{account}", {"reference": "x"}, MANAGE),
    ("POST", "/accounts/{account}/credits", MOVED, MOVE),
    ("POST", "/accounts/{account}/debits", MOVED, MOVE),
    ("PUT", "/accounts/{account}/status", SUSPENDED, STATUS),
    ("POST", "/webhooks", {"url": "https://example.com/"}, {**HOOK, "url": [*HOOK["url"], None]}),
    ("PATCH", "/webhooks/{webhook}", {}, CHANGE_HOOK),
    ("POST", "/webhooks/{webhook}/secret", {}, ROTATE),
    ("POST", "/webhooks/{webhook}/replay", {}, REPLAY),
]

NAME: list[Any] = ["", "   ", "a\x00", "a\nb", 1, []]
CUSTOMER: dict[str, list[Any]] = {
    "kind": ["COMPANY", "", *NOT_TEXT],
    "name": [*NAME, "x" * 201],
    "email": ["x", "a@b", "a@\x00.com", "x" * 255, 1, []],
    "phone": ["call me", "1\x00", "1" * 41, 1, []],
    "language": ["fr", "EN", "", *NOT_TEXT],
    "notes": ["a\x00b", "x" * 5_001, 1, [], HUGE],
    "billing": ["x", 1, []],
    "unknown": ["x", None],
}
PERSON: dict[str, list[Any]] = {
    "name": [*NAME, "x" * 201],
    "email": CUSTOMER["email"],
    "phone": CUSTOMER["phone"],
    "unknown": ["x", None],
}
NO_IDS: list[Any] = [*NO_NUMBERS, 0, 2**63]
CARD: dict[str, list[Any]] = {
    "name": [*NAME, "x" * 101],
    "person_ids": ["x", 1, {}, True],
    "low_mark": NO_AMOUNTS,
    "reference": ["x" * 501, "a\x00b", "a\nb", 1, [], {}],
    "unknown": ["x", None],
}
MOVE_FUNDS = {**MOVE, "direction": ["ADD", "", *NOT_TEXT]}
TRANSFER = {**MOVE, "to_card_id": [*NO_IDS, None]}
CLOSE = {"reference": MOVE["reference"], "unknown": ["x", None]}
FUNDED = {"amount": "1.00", "reference": "x"}
LINE = {"text": "x", "unit_price": "1.00"}
BODIES += [
    ("POST", "/customers", {"kind": "company", "name": "x"}, {**CUSTOMER, "code": ["a", "A", "ä1", "A" * 21, 1, []]}),
    ("PATCH", "/customers/{customer}", {}, CUSTOMER | {"language": ["fr", "EN", "", 1, []], "kind": ["X", "", 1, []]}),
    ("POST", "/customers/{customer}/persons", {"name": "x"}, PERSON),
    ("PATCH", "/customers/{customer}/persons/{person}", {}, {**PERSON, "is_active": ["true", 1, 0, [], HUGE]}),
    ("POST", "/jet-cards", {"customer_id": "customer", "name": "x"}, {**CARD, "opening_balance": NO_AMOUNTS}),
    ("PATCH", "/jet-cards/{card}", {}, CARD),
    ("POST", "/jet-cards/{card}/funds", {**FUNDED, "direction": "add"}, MOVE_FUNDS),
    ("POST", "/jet-cards/{card}/transfer", {**FUNDED, "to_card_id": "other_card"}, TRANSFER),
    ("POST", "/jet-cards/{card}/close", {"reference": "x"}, CLOSE),
]

NO_VERSIONS: list[Any] = [*NO_NUMBERS, 0, 2**31, None]
NO_PLACES: list[Any] = ["x", 1, {}, True, [1], ["x"], [{}], [None], HUGE]
A_LEG = {"origin": "TEB", "destination": "OPF", "passengers": 1}
A_LINE = {"text": "x", "unit_price": "1.00"}
QUOTE: dict[str, list[Any]] = {
    "status": ["QUOTED", "booked", "", *NOT_TEXT],
    "customer_id": NO_IDS,
    "person_id": NO_IDS,
    "legs": [
        *NO_PLACES,
        [{**A_LEG, "departure": "2026-02-30T10:00", "arrival": "2026-02-01T13:00"}],
        [{**A_LEG, "departure": "2026-02-01T10:00", "arrival": "2026-02-01T10:00"}],
        [{**A_LEG, "departure": "2026-03-08T02:30", "arrival": "2026-03-08T06:00"}],
        [{**A_LEG, "departure": "2026-02-01T10:00Z", "arrival": "2026-02-01T13:00"}],
        [{**A_LEG, "origin": "QQQ", "departure": "2026-02-01T10:00", "arrival": "2026-02-01T13:00"}],
        [{**A_LEG, "passengers": HUGE, "departure": "2026-02-01T10:00", "arrival": "2026-02-01T13:00"}],
    ],
    "aircraft": ["x" * 201, "a\x00", "a\nb", 1, []],
    "lines": [
        *NO_PLACES,
        *([{**A_LINE, "unit_price": bad}] for bad in NO_AMOUNTS),
        *([{**A_LINE, "tax_percent": bad}] for bad in NO_PERCENTS),
        *([{**A_LINE, "quantity": bad}] for bad in ("0", "", "-1", "1.0001", "1e1", "\x00", "١", 1, HUGE)),
        *([{**A_LINE, "text": bad}] for bad in ("", " ", "a\x00", "x" * 201, 1)),
    ],
    "method": ["cash", "", 1, []],
    "card_id": NO_IDS,
    "valid_until": [*NO_INSTANTS, 1, []],
    "hold_until": [*NO_INSTANTS, 1, [], "2026-02-01T00:00:00Z"],
    "notes": ["x" * 5_001, "a\x00b", 1, [], HUGE],
    "unknown": ["x", None],
}
REPRICE = {
    "lines": [*QUOTE["lines"], None],
    "reference": MOVE["reference"],
    "expected_version": NO_VERSIONS,
    "unknown": ["x", None],
}
CALL_OFF = {"expected_version": NO_VERSIONS, "reference": CARD["reference"], "unknown": ["x", None]}
BODIES += [
    ("POST", "/quotes", {"status": "draft"}, QUOTE),
    ("PUT", "/quotes/{quote}", {"status": "draft", "expected_version": 1}, {**QUOTE, "expected_version": NO_VERSIONS}),
    ("POST", "/quotes/{quote}/booking", {"expected_version": 1}, {"expected_version": NO_VERSIONS, "unknown": ["x"]}),
    ("POST", "/quotes/{quote}/cancellation", {"expected_version": 1}, CALL_OFF),
    (
        "POST",
        "/bookings/{booking}/changes",
        {"lines": [A_LINE], "reference": "x", "expected_version": 1},
        REPRICE,
    ),
    ("POST", "/bookings/{booking}/cancellation", {"expected_version": 1}, {**CALL_OFF, "fee": NO_AMOUNTS}),
]
INVOICE: dict[str, list[Any]] = {
    "lines": ["x", 1, {}, [1], [{}], [LINE] * 201],
    "document": ["x" * 41, "a\x00b", "a\nb", 1, [], {}],
    "due_date": ["2026-02-30", "2026-1-1", "today", "", 1, [], {}],
    "supply_date": ["2026-02-30", "2026-1-1", "today", "", 1, [], {}],
    "language": ["fr", "EN", "", 1, []],
    "notes": ["a\x00b", "x" * 2_001, 1, [], HUGE],
    "unknown": ["x", None],
}
PAYMENT: dict[str, list[Any]] = {
    **MOVE,
    "method": ["CARD", "", *NOT_TEXT],
    "card_id": NO_IDS,
    "person_id": NO_IDS,
    "unknown": ["x", None],
}
CREDIT_NOTE: dict[str, list[Any]] = {
    "reason": ["", " ", "a\x00b", "x" * 2_001, *NOT_TEXT],
    "lines": ["x", 1, {}, [1], [{}], [], [{"position": 0}], [{"position": 2}], [{"position": 1, "net": "0.00"}]],
    "unknown": ["x", None],
}
LINK: dict[str, list[Any]] = {
    "invoice_id": [*NO_IDS, None],
    "amount": [bad for bad in MOVE["amount"] if bad is not None],
    "unknown": ["x", None],
}
TIERS: dict[str, list[Any]] = {
    "tiers": [
        *("x", 1, None, {}, [1], [{}], [{"hours": 1}], [{"percent": "1.00"}]),
        *([{"hours": bad, "percent": "1.00"}] for bad in (0, -1, "1", 1.5, None, 10**9)),
        *([{"hours": 1, "percent": bad}] for bad in NO_PERCENTS),
        [{"hours": 1, "percent": "1.00"}] * 21,
    ],
    "fee_tax_percent": [one for one in NO_PERCENTS if one is not None],
    "unknown": ["x", None],
}
PAID = {"amount": "1.00", "method": "other", "reference": "x"}
BODIES += [
    ("POST", "/invoices", {"customer_id": "customer"}, {**INVOICE, "customer_id": [*NO_IDS, None]}),
    ("PUT", "/invoices/{unissued}", {}, INVOICE),
    ("POST", "/invoices/{invoice}/payments", PAID, PAYMENT),
    ("POST", "/invoices/{invoice}/credit-note", {"reason": "x"}, CREDIT_NOTE),
    ("POST", "/customers/{customer}/payments", PAID, {**PAYMENT, "document": INVOICE["document"]}),
    ("POST", "/payments/{payment}/link", {"invoice_id": "invoice"}, LINK),
    ("POST", "/payments/{payment}/unlink", {"invoice_id": "invoice", "reference": "x"}, {**MOVE, **LINK}),
    ("POST", "/payments/{payment}/refund", {"amount": "1.00", "reference": "x"}, {**MOVE, "unknown": ["x", None]}),
    ("PUT", "/cancellation-tiers", {"tiers": []}, TIERS),
]

CUT_OFF = {
    "through": "2026-01-15",
    "recipient": "ana@example.org",
    "recipient_again": "ana@example.org",
    "reference": "x",
}
BODIES.append(
    (
        "POST",
        "/accounts/{account}/statements",
        CUT_OFF,
        {
            "through": ["2026-02-30", "2026-1-1", "today", "", *NOT_TEXT],
            "recipient": ["", "x", "a@b", "a b@example.org", "x" * 250 + "@example.org", *NO_TEXT, *NOT_TEXT],
            "recipient_again": ["", "bob@example.org", *NO_TEXT, *NOT_TEXT],
            "reference": ["", "   ", "x" * 401, *NO_TEXT, *NOT_TEXT],
            "language": ["fr", "EN", "", *NOT_TEXT],
            "unknown": ["x", None],
        },
    )
)

BODIES.append(
    (
        "POST",
        "/cut-offs",
        {"type": "agency", "through": "2026-01-15", "reference": "x", "confirmation": "0" * 32},
        {
            "reference": ["", "   ", "x" * 401, *NO_TEXT, *NOT_TEXT],
            "language": ["fr", "EN", "", *NOT_TEXT],
            "confirmation": ["", "x", "0" * 65, *NOT_TEXT],
            "unknown": ["x", None],
        },
    )
)
BODIES.append(
    (
        "PUT",
        "/accounts/{account}/statement-address",
        {"recipient": "ana@example.org", "language": "en"},
        {
            "recipient": ["", "x", "a@b", "a b@example.org", "x" * 250 + "@example.org", *NO_TEXT, *NOT_TEXT],
            "language": ["fr", "EN", "", *NOT_TEXT],
            "unknown": ["x", None],
        },
    )
)

NO_DATES = ["2026-02-30", "2026-1-1", "20260101", "2026-01-01T00:00:00Z", "today", "1", "%00", "99999-01-01"]
PAGE: dict[str, list[str]] = {
    "limit": ["0", "501", "-1", "x", "1e2", "1.5", "9" * 400, "%00"],
    "cursor": ["x", "%00", "é", "ImFcdTAwMDAi", "e30", "WyJhIl0=", "MS41", "a" * 501, "//8="],
}
DATES: dict[str, list[str]] = {"from_date": NO_DATES, "to_date": NO_DATES}
QUERIES: list[tuple[str, dict[str, list[str]]]] = [
    (
        "/accounts",
        {
            **PAGE,
            "type": ["AGENCY", "x", "%00"],
            "country": ["usa", "%00"],
            "city": ["x", "%00"],
            "currency": ["usd", "%00"],
            "status": ["active", "%00"],
            "suspended": ["1", "yes"],
            "credit_limit": ["1", "above"],
            "code": ["x" * 21, "%00"],
            "text": ["x" * 201, "a%00b"],
        },
    ),
    ("/accounts/{account}/movements", {**PAGE, **DATES, "kind": ["%00", "x" * 41], "text": ["%00", "x" * 201]}),
    ("/accounts/{account}/history", PAGE),
    ("/accounts/{account}/statements", PAGE),
    ("/accounts/{account}/holds", {**PAGE, "status": ["open", "%00"]}),
    ("/accounts/{account}/refusals", {**PAGE, **DATES, "code": ["%00", "x" * 61]}),
    ("/refusals", {**PAGE, **DATES, "code": ["%00", "x" * 61]}),
    (
        "/tickets",
        {**PAGE, **DATES, "account_id": ["0", "-1", "x", "9" * 400], "status": ["x"], "document_number": ["%00"]},
    ),
    ("/customers", {**PAGE, "kind": ["COMPANY", "%00"], "text": ["x" * 201, "a%00b"]}),
    ("/customers/{customer}/persons", PAGE),
    ("/customers/{customer}/payment-methods", {"person_id": ["0", "-1", "x", "9" * 400, "%00"]}),
    (
        "/customers/{customer}/statement",
        {**PAGE, **DATES, "card_id": ["0", "-1", "x", "9" * 400], "order": ["NEWEST", "%00"]},
    ),
    ("/jet-cards", {**PAGE, "customer_id": ["0", "-1", "x", "9" * 400], "closed": ["1", "yes", "%00"]}),
    ("/quotes", {**PAGE, "customer_id": ["0", "-1", "x", "9" * 400], "status": ["QUOTED", "%00"]}),
    ("/quotes/{quote}/versions", PAGE),
    ("/bookings", {**PAGE, "customer_id": ["0", "-1", "x", "9" * 400], "status": ["draft", "%00"]}),
    ("/bookings/{booking}/changes", PAGE),
    (
        "/bookings/{booking}/cancellation/preview",
        {"at": ["2026-02-30T00:00:00Z", "now", "%00", "2026-01-15"], "fee": ["1", "-1.00", "%00", "9" * 30]},
    ),
    (
        "/invoices",
        {
            **PAGE,
            "customer_id": ["0", "-1", "x", "9" * 400],
            "document": ["%00", "x" * 41],
            "kind": ["INVOICE", "%00"],
            "status": ["DRAFT", "%00"],
            "open": ["1", "yes", "%00"],
        },
    ),
    ("/payments", {**PAGE, "customer_id": ["0", "-1", "x", "9" * 400], "document": ["%00", "x" * 41]}),
    ("/trial-balance", {"currency": ["usd", "USDX", "%00"]}),
    ("/api-keys", PAGE),
    ("/webhooks", PAGE),
    ("/webhooks/{webhook}/deliveries", {**PAGE, "status": ["PENDING", "x", "%00"]}),
    (
        "/events",
        {
            **PAGE,
            "types": ["", "ticket.stolen", "%00", "x" * 61],
            "account_id": ["0", "-1", "x", "9" * 400],
            "since": [*NO_INSTANTS[:-1], "%00", "2026-01-15T17:00:00%2B00:00"],
        },
    ),
]


def stage(agency: cast.Account, ask: Program) -> dict[str, int]:
    """What the paths lead to."""
    webhook = ask("POST", "/webhooks", {"url": "https://example.com/"}).body["id"]
    switch_jet_cards(on=True, actor=agency.actor, now=cast.NOON)
    customer = cast.customer(agency.carrier)
    ann = cast.person(customer, agency.carrier, "Ann")
    desk = cast.CharterOperator(agency.carrier, agency.actor, customer, ann, ann, cast.card(agency.carrier, customer))
    cast.issuer(agency.carrier)
    of = cast.Invoicing(agency.carrier, agency.actor, customer)
    return {
        "account": agency.id,
        "webhook": webhook,
        "customer": customer.id,
        "person": ann.id,
        "quote": cast.quote(desk).id,
        "booking": cast.booking(desk).id,
        "card": cast.card(agency.carrier, customer).id,
        "other_card": cast.card(agency.carrier, customer).id,
        "unissued": cast.drafted(of).id,
        "invoice": cast.invoiced(of).id,
        "payment": cast.advance(of, 100).id,
    }


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("legal_name", ["x" * 201, "a\x00", 1]),
        ("address_lines", [["x"] * 5, ["a\x00"], ["x" * 201], [1], "x", 1]),
        ("postal_code", ["x" * 21, "a\x00", 1]),
        ("city", ["x" * 101, "a\x00", 1]),
        ("country", ["XX", "us", "USA", 1]),
        ("tax_number", ["x" * 41, "a\x00", 1]),
        ("unknown", ["x"]),
    ],
)
def test_billing_data_that_is_malformed_is_pointed_at(field: str, values: list[Any]) -> None:
    operator = cast.charter_operator()
    ask = program(operator.carrier)

    for value in values:
        for method, path in (("POST", "/customers"), ("PATCH", f"/customers/{operator.customer.id}")):
            about = {"kind": "company", "name": "x"} if method == "POST" else {}
            told = ask(method, path, {**about, "billing": {field: value}})
            assert told.status == 422, (field, value, told.body)
            assert told.pointers[0].startswith(f"/billing/{field}"), (field, value, told.body)


@pytest.mark.parametrize(("method", "path", "good", "bad"), BODIES, ids=lambda value: str(value)[:40])
def test_a_field_that_is_malformed_is_pointed_at(
    method: str, path: str, good: dict[str, Any], bad: dict[str, list[Any]], superuser: psycopg.Connection
) -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)
    there = stage(agency, ask)
    place = path.format(**there)
    good = {field: there.get(value, value) if isinstance(value, str) else value for field, value in good.items()}

    with unchanged(superuser, agency.carrier.id, but=("access_apikey",)):
        for field, values in bad.items():
            for value in values:
                told = ask(method, place, {**good, field: value})
                assert (told.status, told.code) == (422, "invalid_request"), (field, value, told.body)
                assert all(pointer.startswith(f"/{field}") for pointer in told.pointers), (field, value, told.body)
        for field in good.keys() - {"issue_id", "credit_card"}:  # these have a default
            told = ask(method, place, {name: value for name, value in good.items() if name != field})
            assert told.status == 422
            assert told.pointers[0].startswith(f"/{field}")


@pytest.mark.parametrize("rate", ["domestic", "international", "domestic_card", "international_card"])
def test_a_rate_that_is_malformed_is_pointed_at(rate: str, superuser: psycopg.Connection) -> None:
    of = cast.carrier()
    ask = program(of)
    ask("GET", "/carrier")

    def wrong(rule: Any) -> Iterator[str]:
        commissions: dict[str, Any] = {**AGENCY["commissions"], rate: rule}  # type: ignore[dict-item]
        told = ask("POST", "/accounts", {**AGENCY, "commissions": commissions})
        assert (told.status, told.code) == (422, "invalid_request"), (rule, told.body)
        yield from told.pointers

    with unchanged(superuser, of.id, but=("access_apikey",)):
        for percent in NO_PERCENTS:
            assert list(wrong({"mode": "FIXED", "percent": percent})) == [f"/commissions/{rate}/percent"]
        for mode in ["fixed", "", 1, None, HUGE, "\x00"]:
            assert list(wrong({"mode": mode, "percent": "1.00"})) == [f"/commissions/{rate}/mode"]
        assert list(wrong({"mode": "FREE", "percent": "1.00"})) == [f"/commissions/{rate}/percent"]
        assert list(wrong({"mode": "FREE", "cap": "1.00"})) == [f"/commissions/{rate}/cap"]


@pytest.mark.parametrize(
    "commissions",
    [
        {"domestic": {"mode": "FREE"}, "international": {"mode": "FREE"}},
        {name: {"mode": "FREE"} for name in ("domestic", "international", "domestic_card")},
    ],
)
def test_an_agency_has_four_rates_and_a_client_two(commissions: dict[str, Any]) -> None:
    ask = program(cast.carrier())

    agency = ask("POST", "/accounts", {**AGENCY, "commissions": commissions})
    client = ask("POST", "/accounts", {**CORPORATE, "commissions": AGENCY["commissions"]})
    switched = ask("POST", "/accounts", {**CORPORATE, "credit_card": True})

    assert (agency.pointers, client.pointers) == (["/commissions"], ["/commissions"])
    assert switched.pointers == ["/credit_card"]


@pytest.mark.parametrize(("path", "bad"), QUERIES, ids=lambda value: str(value)[:40])
def test_a_parameter_that_is_malformed_is_pointed_at(path: str, bad: dict[str, list[str]]) -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)
    place = path.format(**stage(agency, ask))

    for name, values in bad.items():
        for value in values:
            told = ask("GET", f"{place}?{name}={value}")
            assert told.status == 422, (name, value, told.body)
            assert told.code == "invalid_document_number" or told.pointers[0].startswith(f"/{name}"), (name, value)


@pytest.mark.parametrize("reference", ["", "a%00b", "x" * 501])
def test_a_deletion_has_a_reference(reference: str) -> None:
    client = cast.airline().client
    ask: Program = program(client.carrier)

    told = ask("DELETE", f"/accounts/{client.id}?reference={reference}")

    assert (told.status, told.pointers) == (422, ["/reference"])
    assert ask("DELETE", f"/accounts/{client.id}").pointers == ["/reference"]


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"reference": ""}, "1 or more characters."),
        ({"reference": "x" * 501}, "At most 500 characters."),
        ({"reference": 1}, "A string."),
        ({"code": "a"}, "Not as it is written here: ^[A-Z0-9]{2,20}$."),
        ({"type": "bank"}, "One of 'agency' or 'corporate'."),
        ({"credit_card": 1}, "True or false."),
        ({"commissions": 1}, "An object."),
        ({"unknown": 1}, "There is no such field."),
    ],
)
def test_the_detail_says_what_belongs_there(changes: dict[str, Any], detail: str) -> None:
    told = program(cast.carrier())("POST", "/accounts", {**AGENCY, **changes})

    assert [error["detail"] for error in told.body["errors"]] == [detail]


@pytest.mark.parametrize(("limit", "detail"), [("0", "At least 1."), ("501", "At most 500."), ("x", "A whole number.")])
def test_a_number_out_of_bounds_is_told_the_bound(limit: str, detail: str) -> None:
    told = program(cast.carrier())("GET", f"/accounts?limit={limit}")

    assert told.body["detail"] == detail


def test_a_reference_that_is_missing_is_said_to_be_missing() -> None:
    told = program(cast.carrier())("POST", "/accounts", {name: AGENCY[name] for name in AGENCY if name != "reference"})

    assert told.body["detail"] == "This field is missing."
