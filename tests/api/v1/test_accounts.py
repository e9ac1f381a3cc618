"""Opening, listing, reading, managing and deleting accounts. Source: KIU, "New Account", "Account Management"."""

from typing import Any

import psycopg
import pytest

from skypurser.access.api_keys import Scope
from skypurser.ledger.states import Status
from tests import cast
from tests.api.v1.asking import AGENCY, CORPORATE, program
from tests.databases import unchanged


def test_an_agencys_account_is_opened_and_reads_as_it_was_asked_for() -> None:
    ask = program(cast.carrier())

    opened = ask("POST", "/accounts", {**AGENCY, "opening_credit": "250.50"})

    assert opened.status == 201
    assert opened.body | {"id": 0, "opened_at": ""} == {
        "id": 0,
        **{name: AGENCY[name] for name in AGENCY if name != "reference"},
        "time_zone": "America/New_York",
        "agency_involved": "",
        "agency_involved_name": "",
        "status": "ACTIVE",
        "debits": "0.00",
        "credits": "250.50",
        "net": "250.50",
        "total_to_pay": "-250.50",
        "held": "0.00",
        "available": "10250.50",
        "movements": 1,
        "closed_through": None,
        "opened_at": "",
    }
    assert opened.body["opened_at"].endswith("Z")
    assert ask("GET", f"/accounts/{opened.body['id']}").body == opened.body


def test_a_corporate_client_has_two_rates_and_an_agency_involved() -> None:
    ask = program(cast.carrier())
    ask("POST", "/accounts", AGENCY)

    opened = ask("POST", "/accounts", {**CORPORATE, "agency_involved": "NYC1AA"})

    assert opened.status == 201
    assert opened.body["commissions"]["domestic_card"] is None
    assert (opened.body["agency_involved"], opened.body["agency_involved_name"]) == ("NYC1AA", "Big Apple Tours")


@pytest.mark.parametrize(("currency", "limit"), [("JPY", "5000"), ("KWD", "10.125")])
def test_amounts_have_exactly_the_currencys_digits(currency: str, limit: str) -> None:
    ask = program(cast.carrier())

    opened = ask("POST", "/accounts", {**AGENCY, "currency": currency, "credit_limit": limit})
    wrong = ask("POST", "/accounts", {**AGENCY, "currency": currency, "credit_limit": limit + ".00"})

    assert (opened.status, opened.body["available"]) == (201, limit)
    assert (wrong.status, wrong.pointers) == (422, ["/credit_limit"])


def test_opening_again_under_its_key_gives_the_first_answer_even_when_the_account_has_changed() -> None:
    ask = program(cast.carrier())
    first = ask("POST", "/accounts", AGENCY, key="open-1")
    ask("POST", f"/accounts/{first.body['id']}/credits", {"amount": "100.00", "reference": "wire"})

    again = ask("POST", "/accounts", AGENCY, key="open-1")

    assert (again.status, again.content) == (201, first.content)
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")


def test_a_key_with_another_payload_is_refused() -> None:
    ask = program(cast.carrier())
    ask("POST", "/accounts", AGENCY, key="open-1")

    other = ask("POST", "/accounts", {**AGENCY, "credit_limit": "1.00"}, key="open-1")

    assert (other.status, other.code) == (409, "key_reused")


def test_an_account_is_opened_once_and_the_refusal_is_bound_to_its_key() -> None:
    ask = program(cast.carrier())
    ask("POST", "/accounts", AGENCY)

    refused = ask("POST", "/accounts", AGENCY, key="second")
    again = ask("POST", "/accounts", AGENCY, key="second")

    assert (refused.status, refused.code) == (409, "account_exists")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (refused.content, "true")
    attempts = ask("GET", "/refusals").body["items"]
    assert [(one["code"], one["operation"], one["account"]) for one in attempts] == [
        ("account_exists", "open", "agency NYC1AA USD")
    ]


def test_an_office_is_not_opened_again_with_other_data() -> None:
    ask = program(cast.carrier())
    ask("POST", "/accounts", AGENCY)

    refused = ask("POST", "/accounts", {**AGENCY, "currency": "EUR", "name": "Another"})

    assert (refused.status, refused.code) == (409, "party_differs")


def test_managing_changes_all_that_is_asked_for_and_stands_in_the_history() -> None:
    ask = program(cast.carrier())
    account = ask("POST", "/accounts", AGENCY).body
    rates = {**account["commissions"], "domestic": {"mode": "MAX", "percent": "9.50"}}

    managed = ask(
        "PATCH",
        f"/accounts/{account['id']}",
        {
            "credit_limit": "0.00",
            "credit_card": False,
            "commissions": rates,
            "name": "Bigger Apple",
            "issue_id": "1",
            "reference": "new contract",
        },
        key="manage-1",
    )

    changed = {
        "credit_limit": "0.00",
        "available": "0.00",
        "credit_card": False,
        "commissions": rates,
        "name": "Bigger Apple",
        "issue_id": "1",
    }
    assert (managed.status, managed.body) == (200, account | changed)
    acts = ask("GET", f"/accounts/{account['id']}/history").body["items"]
    assert {name: value for act in acts[:-1] for name, value in act["changes"].items()} | {} == {
        "credit_limit": ["10000.00", "0.00"],
        "credit_card": [True, False],
        "commission.domestic": ["FIXED 8.00", "MAX 9.50"],
        "name": ["Big Apple Tours", "Bigger Apple"],
        "issue_id": ["9549656", "1"],
        **{name: value for act in acts[:-1] for name, value in act["changes"].items() if name == "available"},
    }
    again = ask(
        "PATCH",
        f"/accounts/{account['id']}",
        {
            "credit_limit": "0.00",
            "credit_card": False,
            "commissions": rates,
            "name": "Bigger Apple",
            "issue_id": "1",
            "reference": "new contract",
        },
        key="manage-1",
    )
    assert (again.content, again.headers["Idempotency-Replayed"]) == (managed.content, "true")


def test_managing_is_whole_or_not_at_all(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    ask = program(airline.carrier)

    with unchanged(superuser, airline.carrier.id, but=("access_apikey",)):
        refused = ask(
            "PATCH",
            f"/accounts/{airline.client.id}",
            {"credit_limit": "5.00", "credit_card": True, "reference": "no such switch"},
        )

    assert (refused.status, refused.pointers) == (422, ["/credit_card"])


def test_an_unused_account_is_deleted_and_a_used_one_stays() -> None:
    airline = cast.airline()
    ask = program(airline.carrier)
    path = f"/accounts/{airline.client.id}?reference=opened+twice"
    cast.post(cast.credit(airline.agency, 1))

    deleted = ask("DELETE", path, key="delete-1")
    again = ask("DELETE", path, key="delete-1")
    used = ask("DELETE", f"/accounts/{airline.agency.id}?reference=no")

    assert (deleted.status, deleted.content) == (204, b"")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (204, "true")
    assert ask("GET", f"/accounts/{airline.client.id}").code == "account_not_found"
    assert (used.status, used.code) == (409, "account_in_use")


def test_the_list_has_the_filters_of_the_desk() -> None:
    of = cast.carrier()
    ask = program(of)
    prepaid = cast.agency(of, credit_limit=0, code="PRE")
    suspended = cast.agency(of, code="SUS")
    cast.post(cast.status(suspended, Status.SUSPENDED))
    abroad = cast.agency(of, airport="LIM", country="PE", currency="PEN", code="LIMA1")
    client = cast.client(of)

    def listed(query: str) -> set[Any]:
        return {item["id"] for item in ask("GET", f"/accounts?{query}").body["items"]}

    every = {prepaid.id, suspended.id, abroad.id, client.id}
    assert listed("") == every
    assert listed("type=corporate") == {client.id}
    assert listed("country=PE") == listed("city=LIM") == listed("currency=PEN") == {abroad.id}
    assert listed("credit_limit=zero") == {prepaid.id}
    assert listed("credit_limit=above_zero") == every - {prepaid.id}
    assert listed("suspended=true") == listed("status=SUSPENDED") == {suspended.id}
    assert listed("suspended=false") == listed("status=ACTIVE") == every - {suspended.id}
    assert listed("status=ACTIVE&status=SUSPENDED") == every
    assert listed("suspended=true&status=ACTIVE") == set()
    assert listed("code=LIMA1") == listed("text=lima") == {abroad.id}
    assert listed("text=client+corp") == {client.id}
    assert listed("text=%25") == listed("text=_") == set()


def test_a_list_is_paged_without_gaps_while_others_open_accounts() -> None:
    of = cast.carrier()
    ask = program(of)
    there = [cast.agency(of, code=f"AA{number}").code for number in range(5)]

    seen, cursor = [], ""
    while True:
        page = ask("GET", f"/accounts?limit=2&cursor={cursor}").body
        seen += [item["code"] for item in page["items"]]
        cast.agency(of, code=f"A{len(seen)}X")  # stands before the page that follows
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]

    assert seen == there


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"reference": "x"}),
        ("DELETE", "?reference=x", None),
        ("POST", "/credits", {"amount": "1.00", "reference": "x"}),
        ("POST", "/debits", {"amount": "1.00", "reference": "x"}),
        ("PUT", "/status", {"status": "SUSPENDED", "reference": "x"}),
        ("GET", "/movements", None),
        ("GET", "/history", None),
        ("GET", "/holds", None),
        ("GET", "/refusals", None),
    ],
)
def test_another_carriers_account_is_not_found(
    method: str, path: str, body: Any, superuser: psycopg.Connection
) -> None:
    agency = cast.airline().agency
    stranger = program(cast.carrier())

    with unchanged(superuser, agency.carrier.id, but=("access_apikey",)):
        told = stranger(method, f"/accounts/{agency.id}{path}", body, key="" if method == "GET" else "k")

    assert (told.status, told.code) == (404, "account_not_found")
    if method != "GET":
        again = stranger(method, f"/accounts/{agency.id}{path}", body, key="k")
        assert (again.content, again.headers["Idempotency-Replayed"]) == (told.content, "true")


@pytest.mark.parametrize(
    ("scopes", "method", "path"),
    [
        ((Scope.MONEY,), "GET", "/accounts"),
        ((Scope.ACCOUNTS, Scope.SALES), "POST", "/accounts"),
        ((Scope.ACCOUNTS, Scope.SALES), "PATCH", "/accounts/1"),
        ((Scope.ACCOUNTS, Scope.SALES), "DELETE", "/accounts/1"),
        ((Scope.ACCOUNTS, Scope.SALES), "POST", "/accounts/1/credits"),
        ((Scope.ACCOUNTS, Scope.SALES), "POST", "/accounts/1/debits"),
        ((Scope.ACCOUNTS, Scope.SALES), "PUT", "/accounts/1/status"),
        ((Scope.SALES, Scope.MONEY), "GET", "/accounts/1/movements"),
        ((Scope.SALES, Scope.MONEY), "GET", "/accounts/1/history"),
        ((Scope.SALES, Scope.MONEY), "GET", "/accounts/1/holds"),
        ((Scope.SALES, Scope.MONEY), "GET", "/refusals"),
        ((Scope.MONEY,), "GET", "/tickets"),
        ((Scope.MONEY,), "GET", "/tickets/2790000000001"),
        ((Scope.MONEY,), "GET", "/holds/1"),
        ((Scope.MONEY,), "GET", "/api-keys"),
    ],
)
def test_a_key_does_what_its_scopes_say_and_no_more(scopes: tuple[Scope, ...], method: str, path: str) -> None:
    ask = program(cast.carrier(), *scopes)

    told = ask(method, path)

    assert (told.status, told.code) == (403, "permission_denied")
    assert "RateLimit" in told.headers
