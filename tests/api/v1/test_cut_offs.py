"""Cut-offs and statements over the API."""

from typing import Any

import pytest

from skypurser.access.api_keys import Scope
from skypurser.mail.delivering import deliver
from skypurser.statements import queries
from tests import cast
from tests.api.v1.asking import Program, program
from tests.mail.postoffice import post_office
from tests.statements.stage import letters_wait

ASKED = {
    "through": "2026-01-15",
    "recipient": "ana@example.org",
    "recipient_again": "ana@example.org",
    "reference": "January",
    "language": "es",
}


def made(of: Program, account: cast.Account, **differently: Any) -> Any:
    with letters_wait():
        return of("POST", f"/accounts/{account.id}/statements", {**ASKED, **differently})


def test_a_cut_off_answers_with_the_statement() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 44_800))

    told = made(program(agency.carrier), agency)

    assert told.status == 201
    body = dict(told.body)
    assert len(body.pop("content_hash")) == 64
    assert body.pop("made_at") > body.pop("as_of") == "2026-01-16T05:00:00Z"
    assert body.pop("made_by").startswith("key:")
    assert body == {
        "account_id": agency.id,
        "number": 1,
        "first_date": None,
        "last_date": "2026-01-15",
        "currency": "USD",
        "opening": "0.00",
        "debits": "448.00",
        "credits": "0.00",
        "closing": "-448.00",
        "total_to_pay": "448.00",
        "movements": 1,
        "held": "0.00",
        "credit_limit": "10000.00",
        "available": "9552.00",
        "item": 2,
        "reference": "January",
        "language": "es",
        "account": {
            "type": "agency",
            "code": agency.code,
            "name": f"Agency {agency.code}",
            "city": "NYC",
            "country": "US",
        },
    }


def test_the_same_key_gets_the_same_answer_and_there_is_one_statement() -> None:
    agency = cast.agency(cast.carrier())
    asking = program(agency.carrier)
    with letters_wait():
        first, again = (asking("POST", f"/accounts/{agency.id}/statements", ASKED, key="once") for _ in range(2))

    assert first.content == again.content
    assert (again.status, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1


def test_statements_are_listed_and_read_with_their_letters_and_printed() -> None:
    agency = cast.agency(cast.carrier())
    asking, at = program(agency.carrier), f"/accounts/{agency.id}/statements"
    made(asking, agency)
    made(asking, agency, through="2026-01-16")
    with post_office():
        deliver(carrier_ids=[agency.carrier.id])

    first = asking("GET", f"{at}?limit=1").body
    second = asking("GET", f"{at}?limit=1&cursor={first['next_cursor']}").body
    one = asking("GET", f"{at}/2").body
    pdf = asking("GET", f"{at}/2/pdf")

    assert [item["number"] for item in (*first["items"], *second["items"])] == [2, 1]
    assert second["next_cursor"] is None
    assert [(letter["recipient"], letter["status"]) for letter in one["letters"]] == [("ana@example.org", "sent")]
    assert {**one, "letters": None} == {**first["items"][0], "letters": None}
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("differently", "status", "code"),
    [
        ({"through": "2999-01-01"}, 409, "cut_off_in_future"),
        ({"through": "2026-01-14"}, 409, "period_closed"),
        ({"recipient_again": "bob@example.org"}, 422, "invalid_request"),
        ({"recipient": "x", "recipient_again": "x"}, 422, "invalid_request"),
        ({"reference": "  "}, 422, "invalid_request"),
        ({"reference": "x" * 401}, 422, "invalid_request"),
        ({"language": "fr"}, 422, "invalid_request"),
        ({"through": "15.01.2026"}, 422, "invalid_request"),
        ({"through": "9999-12-31"}, 409, "cut_off_in_future"),
        ({"through": "0001-01-01"}, 409, "period_closed"),
    ],
)
def test_what_is_refused(differently: dict[str, str], status: int, code: str) -> None:
    agency = cast.agency(cast.carrier())
    asking = program(agency.carrier)
    made(asking, agency)

    told = made(asking, agency, **{"through": "2026-01-16", **differently})

    assert (told.status, told.body["code"]) == (status, code)
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1


def test_without_a_mail_server_nothing_is_made() -> None:
    agency = cast.agency(cast.carrier())

    told = program(agency.carrier)("POST", f"/accounts/{agency.id}/statements", ASKED)

    assert (told.status, told.body["code"]) == (409, "mail_not_configured")
    assert cast.statement(agency) == []


def test_scopes_and_another_carriers_account() -> None:
    agency, outsider = cast.agency(cast.carrier()), cast.outsider()
    made(program(agency.carrier), agency)
    reader, seller, stranger = (
        program(agency.carrier, Scope.ACCOUNTS),
        program(agency.carrier, Scope.SALES),
        program(outsider.carrier),
    )
    at = f"/accounts/{agency.id}/statements"

    assert made(reader, agency, through="2026-01-16").status == 403
    assert reader("GET", f"{at}/1").status == 200
    assert seller("GET", at).status == 403
    for path in (at, f"{at}/1", f"{at}/1/pdf"):
        assert (stranger("GET", path).status, stranger("GET", path).body["code"]) == (404, "account_not_found")
    assert made(stranger, agency).body["code"] == "account_not_found"
    assert reader("GET", f"{at}/2").body["code"] == "statement_not_found"
