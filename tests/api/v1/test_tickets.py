"""Reading and searching sales; API keys and the carrier."""

from datetime import timedelta

import pytest

from skypurser.access.api_keys import Scope
from skypurser.tickets.documents import check_digit
from tests import cast
from tests.api.v1.asking import program


def test_a_sale_tells_what_was_sold_and_what_was_taken_back() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier, Scope.SALES)
    sale = cast.issue(agency)
    cast.post(sale)
    cast.post(cast.refund(agency, str(sale.document), fare=25_000, taxes=3_000, penalty=5_000))

    told = ask("GET", f"/tickets/{sale.document}-{check_digit(str(sale.document))}")

    assert (told.status, told.body) == (
        200,
        {
            "id": sale.document,
            "document_number": sale.document,
            "status": "REFUNDED",
            "account_id": agency.id,
            "currency": "USD",
            "form_of_payment": "account",
            "scope": "domestic",
            "route": ["JFK", "LAX"],
            "fare": "400.00",
            "taxes": "80.00",
            "commission": {"mode": "FIXED", "percent": "8.00", "amount": "32.00"},
            "refunded": {"fare": "250.00", "taxes": "30.00", "commission_recalled": "20.00"},
            "issued_at": "2026-01-15T17:00:00Z",
            "issue_date": "2026-01-15",
            "passenger": "DOE/JANE",
            "reference": "PNR ABC123",
        },
    )


def test_tickets_are_searched_by_document_account_dates_and_status() -> None:
    airline = cast.airline()
    ask = program(airline.carrier)
    sold = [
        cast.issue(airline.agency, now=cast.NOON),
        cast.issue(airline.client, now=cast.NOON + timedelta(days=1)),
        cast.issue(airline.agency, now=cast.NOON + timedelta(days=2)),
        cast.issue(airline.agency, now=cast.NOON + timedelta(days=2, hours=1)),
    ]
    for sale in sold:
        cast.post(sale)
    cast.post(cast.void(airline.agency, str(sold[0].document)))
    first, second, third, fourth = (sale.document for sale in sold)

    def found(query: str) -> list[str]:
        return [item["id"] for item in ask("GET", f"/tickets?{query}").body["items"]]

    assert found("") == [fourth, third, second, first]
    assert found(f"account_id={airline.client.id}") == found(f"document_number={second}") == [second]
    assert found("from_date=2026-01-16&to_date=2026-01-16") == [second]
    assert found("from_date=2026-01-17") == [fourth, third]
    assert found("status=VOIDED") == [first]
    pages, cursor = [], ""
    for _ in sold:
        page = ask("GET", f"/tickets?limit=1&cursor={cursor}").body
        pages += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"] or ""
    assert (pages, cursor) == ([fourth, third, second, first], "")


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [("2790000000001-9", 422, "invalid_document_number"), ("abc", 422, "invalid_document_number")],
)
def test_a_bad_document_number_is_told_as_one(number: str, status: int, code: str) -> None:
    ask = program(cast.carrier())

    read, searched = ask("GET", f"/tickets/{number}"), ask("GET", f"/tickets?document_number={number}")

    assert (read.status, read.code, searched.status, searched.code) == (status, code, status, code)


def test_a_document_that_was_not_sold_is_not_found() -> None:
    told = program(cast.carrier())("GET", "/tickets/2799999999999")

    assert (told.status, told.code) == (404, "sale_not_found")


def test_keys_are_told_without_token_or_hash() -> None:
    of = cast.carrier()
    cast.api_key(of, Scope.SALES, name="first")
    ask = program(of, Scope.ADMINISTRATION, name="second")

    told = ask("GET", "/api-keys?limit=1")
    rest = ask("GET", f"/api-keys?cursor={told.body['next_cursor']}")

    assert [key["name"] for key in told.body["items"] + rest.body["items"]] == ["first", "second"]
    assert rest.body["items"][0].keys() == {
        "id",
        "name",
        "prefix",
        "state",
        "scopes",
        "rate_limit",
        "concurrency_limit",
        "created_at",
        "created_by",
        "expires_at",
        "revoked_at",
        "last_used_at",
    }
    assert ask.token not in (told.content + rest.content).decode()


def test_a_key_knows_its_carrier() -> None:
    of = cast.carrier()

    told = program(of, Scope.HOLDS)("GET", "/carrier")

    assert (told.status, told.body["code"], told.body["currency"]) == (200, of.code, "USD")
    assert (told.body["key"]["name"], told.body["key"]["scopes"]) == ("gds", ["holds"])
