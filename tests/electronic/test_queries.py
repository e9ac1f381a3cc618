"""The list of accounts and single accounts, as they are read."""

import itertools
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest

from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.electronic.managing import set_credit_limit, set_status
from skypurser.electronic.queries import Filters
from skypurser.ledger.holds import PlaceHold
from skypurser.ledger.requests import fingerprint
from skypurser.ledger.states import Status
from tests import cast
from tests.databases import post_together

ALL = Filters(type=None, statuses=frozenset(Status))


def codes(views: list[queries.AccountView]) -> list[str]:
    return [view.code for view in views]


def test_the_list_shows_active_agencies_by_default() -> None:
    # Source: KIU, "List of Accounts".
    airline = cast.airline()
    suspended = cast.agency(airline.carrier)
    change_status(suspended, Status.SUSPENDED)

    assert codes(queries.accounts(actor=airline.actor)) == [airline.agency.code]
    assert codes(queries.accounts(Filters(statuses=queries.SUSPENDED), actor=airline.actor)) == [suspended.code]
    assert codes(queries.accounts(Filters(type="corporate"), actor=airline.actor)) == [airline.client.code]


def change_status(account: cast.Account, status: Status) -> None:
    key = cast.fresh_key("status")
    set_status(account_id=account.id, status=status, reference="r", key=key, actor=account.actor, now=cast.NOON)


def test_suspended_shows_inhibited_agencies_too() -> None:
    airline = cast.airline()
    change_status(airline.agency, Status.SUSPENDED)
    change_status(airline.agency, Status.INHIBITED)

    (found,) = queries.accounts(Filters(statuses=queries.SUSPENDED), actor=airline.actor)

    assert found.standing.status is Status.INHIBITED


def test_the_filters_of_the_desk_narrow_the_list() -> None:
    airline = cast.airline()
    prepaid = cast.agency(airline.carrier, credit_limit=0, currency="EUR")

    def found(**filters: object) -> set[str]:
        wanted = Filters(**{"type": None, **filters})  # type: ignore[arg-type]
        return set(codes(queries.accounts(wanted, actor=airline.actor)))

    everyone = {airline.agency.code, airline.client.code, prepaid.code}
    assert found() == everyone
    assert found(country="US") == everyone
    assert found(country="AR") == set()
    assert found(city="BOS") == {airline.client.code}
    assert found(currency="EUR") == {prepaid.code}
    assert found(has_credit_limit=False) == {prepaid.code}
    assert found(has_credit_limit=True) == everyone - {prepaid.code}
    assert queries.count(Filters(type=None, has_credit_limit=True), actor=airline.actor) == 2


def test_pages_follow_each_other_without_a_gap_or_a_repetition() -> None:
    carrier = cast.carrier()
    opened = [
        cast.agency(carrier, code=code, currency=currency).id
        for code, currency in itertools.product(("NYC9", "NYC10", "BOS1"), ("USD", "EUR", "JPY"))
    ]
    opened.append(cast.client(carrier).id)
    actor = operator(carrier.id)

    walked: list[queries.AccountView] = []
    after = None
    while page := queries.accounts(ALL, actor=actor, after=after, limit=4):
        walked.extend(page)
        after = page[-1].position

    assert sorted(view.account_id for view in walked) == sorted(opened)
    assert [view.position for view in walked] == sorted(view.position for view in walked)
    assert walked == queries.accounts(ALL, actor=actor, limit=100)


def test_a_page_is_never_longer_than_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    monkeypatch.setattr(queries, "LONGEST_PAGE", 0)

    assert len(queries.accounts(ALL, actor=airline.actor, limit=50)) == 1  # one more tells that another page follows


def test_an_account_is_read_with_its_terms_and_what_it_has() -> None:
    airline = cast.airline()
    post_together([cast.issue(airline.agency), place_hold(airline.agency, 5_000)])
    key = cast.fresh_key("limit")
    set_credit_limit(
        account_id=airline.agency.id, credit_limit=40_000, reference="r", key=key, actor=airline.actor, now=cast.NOON
    )

    (view,) = queries.named(airline.agency.code, actor=airline.actor)

    assert (view.type, view.city, view.airport, view.country) == ("agency", "NYC", "JFK", "US")
    assert (view.time_zone, view.currency, view.credit_card) == ("America/New_York", "USD", True)
    assert view.rates == cast.rates()
    assert view.opened_at == cast.NOON
    has = view.standing
    assert (has.debits, has.credits, has.credit_limit, has.held, has.movements) == (44_800, 0, 40_000, 5_000, 1)
    assert has.available == -44_800 + 40_000 - 5_000


def place_hold(account: cast.Account, amount: int, *, seconds: float = 3_600) -> PlaceHold:
    return PlaceHold(
        carrier_id=account.carrier.id,
        key=cast.fresh_key("hold"),
        fingerprint=fingerprint("hold", amount),
        account_id=account.id,
        currency=account.currency,
        actor="gds",
        reference="r",
        amount=amount,
        expires_at=datetime.now(UTC) + timedelta(seconds=seconds),
    )


def test_a_hold_past_its_expiry_no_longer_counts_though_no_job_has_run() -> None:
    airline = cast.airline()
    post_together([place_hold(airline.agency, 5_000, seconds=0.3)])
    (before,) = queries.named(airline.agency.code, actor=airline.actor)

    sleep(0.4)
    (after,) = queries.named(airline.agency.code, actor=airline.actor)

    assert before.standing.held == 5_000
    assert after.standing.held == 0
    assert after.standing.available == 1_000_000


def test_one_code_may_name_several_accounts() -> None:
    carrier = cast.carrier()
    for currency in ("USD", "EUR"):
        cast.agency(carrier, code="NYC100", currency=currency)
    actor = operator(carrier.id)

    assert [view.currency for view in queries.named("NYC100", actor=actor)] == ["EUR", "USD"]
    assert [view.currency for view in queries.named("NYC100", actor=actor, currency="USD")] == ["USD"]
    assert queries.named("NYC100", actor=actor, type="corporate") == []
    assert queries.named("NYC100", actor=actor, city="BOS") == []
    assert queries.named("nyc100", actor=actor) == []


def test_names_are_those_of_all_accounts() -> None:
    airline = cast.airline()

    names = {str(name): account_id for name, account_id in queries.names(carrier_id=airline.carrier.id)}

    assert names == {
        f"agency {airline.agency.code} USD NYC": airline.agency.id,
        f"corporate {airline.client.code} USD BOS": airline.client.id,
    }


def test_nobody_sees_anything_of_another_carrier() -> None:
    airline, outsider = cast.airline(), cast.outsider()

    assert {view.account_id for view in queries.accounts(ALL, actor=outsider.actor)} == {
        outsider.agency.id,
        outsider.client.id,
    }
    assert queries.named(airline.agency.code, actor=outsider.actor) == []
    assert queries.count(ALL, actor=outsider.actor) == 2


def member(
    airline: cast.Airline,
    *permissions: Permission,
    countries: frozenset[str] = frozenset(),
    cities: frozenset[str] = frozenset(),
    offices: frozenset[str] = frozenset(),
) -> Actor:
    return Actor(
        carrier_id=airline.carrier.id,
        name="member",
        permissions=frozenset(permissions),
        countries=countries,
        cities=cities,
        offices=offices,
    )


def test_a_member_sees_what_lies_within_the_limits() -> None:
    airline = cast.airline()
    may = (Permission.LIST_ACCOUNTS, Permission.QUERIES)
    client_of_that_code = frozenset({airline.client.code})

    assert codes(queries.accounts(ALL, actor=member(airline, *may, cities=frozenset({"BOS"})))) == [airline.client.code]
    assert queries.count(ALL, actor=member(airline, *may, countries=frozenset({"US"}))) == 2
    assert queries.accounts(ALL, actor=member(airline, *may, countries=frozenset({"AR"}))) == []
    assert codes(queries.accounts(ALL, actor=member(airline, *may, offices=frozenset({airline.agency.code})))) == [
        airline.agency.code
    ]
    # An office's code is no client's.
    assert queries.named(airline.client.code, actor=member(airline, *may, offices=client_of_that_code)) == []


def test_the_list_and_the_query_are_two_permissions() -> None:
    airline = cast.airline()
    lister, asker = member(airline, Permission.LIST_ACCOUNTS), member(airline, Permission.QUERIES)

    assert len(queries.accounts(ALL, actor=lister)) == 2
    assert len(queries.named(airline.agency.code, actor=asker)) == 1
    with pytest.raises(PermissionDenied):
        queries.accounts(ALL, actor=asker)
    with pytest.raises(PermissionDenied):
        queries.count(ALL, actor=asker)
    with pytest.raises(PermissionDenied):
        queries.named(airline.agency.code, actor=lister)
