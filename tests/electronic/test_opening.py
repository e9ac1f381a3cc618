"""Opening electronic accounts. Source: KIU "New Account"."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic import directory
from skypurser.electronic.opening import AccountExists, OpenedAccount, open_agency_account, open_corporate_account
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.parties.registering import ClientData, OfficeData, PartyDiffers
from tests import cast
from tests.databases import unchanged

OFFICE = OfficeData(code="NYC1AA", name="Big Apple Tours", issue_id="9549656", city="NYC", airport="JFK", country="US")
CLIENT = ClientData(code="ACME", name="Acme Corp", city="BOS", airport="BOS", country="US")
TWO_RATES = Rates(Rule.parse("FIXED 8.00"), Rule.parse("MAX 8.00"))


def open_agency(actor: Actor, **differently: Any) -> OpenedAccount:
    how = {
        "office": OFFICE,
        "currency": "USD",
        "credit_limit": 1_000_000,
        "credit_card": True,
        "rates": cast.rates(),
        "reference": "by contract",
        "actor": actor,
        "now": cast.NOON,
    }
    return open_agency_account(**{**how, **differently})


def open_client(actor: Actor, **differently: Any) -> OpenedAccount:
    how = {
        "client": CLIENT,
        "currency": "USD",
        "credit_limit": 1_000_000,
        "rates": TWO_RATES,
        "reference": "corporate agreement",
        "actor": actor,
        "now": cast.NOON,
    }
    return open_corporate_account(**{**how, **differently})


def test_an_opened_account_is_active_and_has_its_limit_available() -> None:
    account = cast.agency(cast.carrier(), credit_limit=1_000_000)

    now = cast.standing(account)

    assert (now.status, now.net, now.held, now.available, now.movements) == ("ACTIVE", 0, 0, 1_000_000, 0)


def test_an_opening_credit_is_the_first_movement() -> None:
    account = cast.agency(cast.carrier(), credit_limit=0, opening_credit=5_000)

    (movement,) = cast.statement(account)

    assert (movement.item, movement.kind, movement.credit, movement.net) == (1, "opening", 5_000, 5_000)


def test_one_account_per_office_and_currency() -> None:
    actor = cast.airline().actor
    open_agency(actor)

    with pytest.raises(AccountExists):
        open_agency(actor)
    second_currency = open_agency(actor, currency="EUR")

    assert second_currency.currency == "EUR"


def test_one_account_per_client_city_and_currency() -> None:
    actor = cast.airline().actor
    open_client(actor)

    with pytest.raises(AccountExists):
        open_client(actor)
    other_city = open_client(actor, client=replace(CLIENT, city="MIA", airport="MIA"))
    other_currency = open_client(actor, currency="EUR")

    assert len({other_city.account_id, other_currency.account_id}) == 2


def test_the_database_itself_refuses_a_second_account_of_an_office(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    opened = open_agency(actor)

    with pytest.raises(psycopg.errors.UniqueViolation, match="one_account_per_office_and_currency"):
        superuser.execute(
            "INSERT INTO electronic_electronicaccount SELECT (jsonb_populate_record(e, '{\"account_id\": 0}')).*"
            " FROM electronic_electronicaccount e WHERE account_id = %s",
            [opened.account_id],
        )


def test_a_client_in_two_cities_must_be_named_with_its_city() -> None:
    actor = cast.airline().actor
    boston = open_client(actor)
    open_client(actor, client=replace(CLIENT, city="MIA", airport="MIA"))

    with pytest.raises(directory.AccountAmbiguous):
        directory.find(directory.AccountName("corporate", "ACME", "USD"), carrier_id=actor.carrier_id)
    found = directory.find(directory.AccountName("corporate", "ACME", "USD", "BOS"), carrier_id=actor.carrier_id)

    assert found.account_id == boston.account_id


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"credit_limit": -1}, "credit_limit"),
        ({"credit_limit": 10**15}, "credit_limit"),
        ({"opening_credit": -1}, "opening_credit"),
        ({"reference": "  "}, "reference"),
        ({"currency": "XAU"}, "currency"),
        ({"rates": TWO_RATES}, "commissions"),
        ({"office": replace(OFFICE, airport="QQQ")}, "airport"),
        ({"office": replace(OFFICE, country="CA")}, "country"),
        ({"office": replace(OFFICE, code="a")}, "code"),
        ({"office": replace(OFFICE, name=" ")}, "name"),
        ({"office": replace(OFFICE, city="new york")}, "city"),
    ],
)
def test_what_is_malformed_writes_nothing(
    superuser: psycopg.Connection, differently: dict[str, Any], field: str
) -> None:
    actor = cast.airline().actor

    with unchanged(superuser, actor.carrier_id, but=()), pytest.raises(InvalidRequest) as refusal:
        open_agency(actor, **differently)

    assert refusal.value.field == field


def test_a_corporate_client_has_two_rates_and_an_agency_four() -> None:
    actor = cast.airline().actor

    with pytest.raises(InvalidRequest):
        open_client(actor, rates=cast.rates())
    with pytest.raises(InvalidRequest):
        open_agency(actor, rates=TWO_RATES)


def test_an_office_is_registered_once_and_must_agree_with_itself(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    open_agency(actor)

    with unchanged(superuser, actor.carrier_id, but=()), pytest.raises(PartyDiffers) as refusal:
        open_agency(actor, office=replace(OFFICE, name="Another"), currency="EUR")

    assert list(refusal.value.facts["fields"]) == ["name"]


def test_a_refused_second_account_leaves_every_row_as_it_was(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    open_agency(actor)

    with unchanged(superuser, actor.carrier_id, but=()), pytest.raises(AccountExists):
        open_agency(actor, opening_credit=5_000)


def test_two_carriers_may_serve_the_same_office() -> None:
    ours, theirs = cast.airline().actor, cast.outsider().actor

    opened = [open_agency(actor).account_id for actor in (ours, theirs)]

    assert len(set(opened)) == 2


@pytest.mark.parametrize(
    "missing",
    [
        Actor(0, "clerk", ALL - {Permission.NEW_ACCOUNT}),
        Actor(0, "clerk", ALL, countries=frozenset({"CA"})),
        Actor(0, "clerk", ALL, cities=frozenset({"BOS"}), offices=frozenset({"NYC9ZZ"})),
    ],
)
def test_opening_needs_the_permission_and_the_place(superuser: psycopg.Connection, missing: Actor) -> None:
    carrier_id = cast.airline().carrier.id
    clerk = replace(missing, carrier_id=carrier_id)

    with unchanged(superuser, carrier_id, but=()), pytest.raises(PermissionDenied):
        open_agency(clerk)


def test_a_member_of_one_city_opens_accounts_there() -> None:
    clerk = Actor(cast.airline().carrier.id, "clerk", frozenset({Permission.NEW_ACCOUNT}), cities=frozenset({"NYC"}))

    opened = open_agency(clerk)

    assert opened.code == "NYC1AA"


def test_opening_stands_in_the_history_with_its_terms() -> None:
    account = cast.agency(cast.carrier(), credit_limit=1_000_000, opening_credit=500)

    newest, oldest = acts.of_account(carrier_id=account.carrier.id, account_id=account.id)

    assert (oldest.action, oldest.actor, oldest.reference, oldest.at) == (
        "account.opened",
        "desk",
        "by contract",
        cast.NOON,
    )
    assert oldest.changes is not None
    assert oldest.changes["credit_limit"] == [None, 1_000_000]
    assert oldest.changes["commission.domestic"] == [None, "FIXED 8.00"]
    assert newest.action == "account.opening_credit"
