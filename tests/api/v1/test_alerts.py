"""Alerts of accounts and jet cards, for machines."""

from typing import Any

import psycopg
import pytest

from skypurser.access.api_keys import Scope
from skypurser.history import acts
from tests import cast
from tests.api.v1.asking import Program
from tests.databases import unchanged

ANA = {"email": "ana@example.org", "language": "en", "occasions": ["low", "status"]}
BOB = {"email": "bob@example.org", "language": "es", "occasions": ["over_limit"]}


def program_of(of: Any, *scopes: Scope) -> Program:
    return Program(cast.api_key(of.carrier, *scopes).token)


def test_an_accounts_alerts_are_read_and_set_as_a_whole() -> None:
    airline = cast.airline()
    ask, path = program_of(airline, Scope.MONEY), f"/accounts/{airline.agency.id}/alerts"

    before = ask("GET", path)
    first = ask("PUT", path, {"low": {"percent": 25}, "recipients": [BOB, ANA]})
    second = ask("PUT", path, {"low": {"amount": "750.00"}, "recipients": [{**BOB, "language": "en"}]})

    assert before.body == {"low": None, "below": "1000.00", "low_since": None, "recipients": []}
    assert (first.status, first.body["low"], first.body["below"]) == (200, {"percent": 25, "amount": None}, "2500.00")
    assert first.body["recipients"] == [ANA, BOB]
    assert second.body["low"] == {"percent": None, "amount": "750.00"}
    assert second.body["recipients"] == [{**BOB, "language": "en"}]
    assert ask("GET", path).body == second.body
    assert ask("PUT", path, {"recipients": []}).body == before.body


def test_what_does_not_change_leaves_no_act() -> None:
    airline = cast.airline()
    ask, path = program_of(airline, Scope.MONEY), f"/accounts/{airline.agency.id}/alerts"
    body = {"low": {"percent": 25}, "recipients": [ANA]}

    ask("PUT", path, body)
    told = acts.of_account(carrier_id=airline.carrier.id, account_id=airline.agency.id)
    ask("PUT", path, body)

    assert acts.of_account(carrier_id=airline.carrier.id, account_id=airline.agency.id) == told


def test_a_cards_alerts_are_read_and_set_as_a_whole() -> None:
    charter = cast.charter_operator()
    ask, path = program_of(charter, Scope.CHARTER), f"/jet-cards/{charter.card.id}/alerts"
    carla = {"email": "carla@example.org", "language": "es", "occasions": ["low", "over_limit"]}

    kept = ask("PUT", path, {"recipients": [carla]})

    assert (kept.status, kept.body["recipients"]) == (200, [carla])
    assert ask("GET", path).body == kept.body


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"low": {}, "recipients": []}, "/low"),
        ({"low": {"percent": 1, "amount": "1.00"}, "recipients": []}, "/low"),
        ({"low": {"percent": 0}, "recipients": []}, "/low/percent"),
        ({"low": {"percent": "5"}, "recipients": []}, "/low/percent"),
        ({"low": {"amount": "1.001"}, "recipients": []}, "/low/amount"),
        ({"low": {"amount": "0.00"}, "recipients": []}, "/amount"),
        ({"recipients": [{**ANA, "email": "nobody"}]}, "/recipients/0/email"),
        ({"recipients": [{**ANA, "language": "fr"}]}, "/recipients/0/language"),
        ({"recipients": [{**ANA, "occasions": []}]}, "/recipients/0/occasions"),
        ({"recipients": [ANA, {**ANA, "email": "ANA@example.org"}]}, "/recipients"),
        ({"recipients": [{**ANA, "email": f"a{number}@example.org"} for number in range(21)]}, "/recipients"),
        ({"recipients": [], "unknown": 1}, "/unknown"),
        ({}, "/recipients"),
    ],
)
def test_what_is_malformed_is_told_where_and_changes_nothing(
    body: dict[str, Any], pointer: str, superuser: psycopg.Connection
) -> None:
    airline = cast.airline()
    ask = program_of(airline, Scope.MONEY)

    with unchanged(superuser, airline.carrier.id, but=("access_apikey",)):
        told = ask("PUT", f"/accounts/{airline.agency.id}/alerts", body)

    assert (told.status, told.pointers) == (422, [pointer])


def test_a_card_is_no_account_an_account_no_card_and_anothers_not_there() -> None:
    charter, airline = cast.charter_operator(), cast.airline()
    ask = program_of(charter, Scope.CHARTER, Scope.MONEY)
    theirs, status = program_of(airline, Scope.MONEY, Scope.CHARTER), {**BOB, "occasions": ["status"]}

    assert ask("GET", f"/accounts/{charter.card.id}/alerts").code == "account_not_found"
    assert ask("PUT", f"/accounts/{charter.card.id}/alerts", {"recipients": []}).code == "account_not_found"
    assert ask("GET", f"/jet-cards/{airline.agency.id}/alerts").code == "card_not_found"
    assert ask("GET", f"/accounts/{airline.agency.id}/alerts").code == "account_not_found"
    assert theirs("GET", f"/jet-cards/{charter.card.id}/alerts").code in {"jet_cards_off", "card_not_found"}
    assert ask("PUT", f"/jet-cards/{charter.card.id}/alerts", {"recipients": [status]}).status == 422
    assert program_of(airline, Scope.SALES)("GET", f"/accounts/{airline.agency.id}/alerts").status == 403
