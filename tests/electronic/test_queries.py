"""The list of accounts and single accounts, as they are read."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.carriers import CarrierView
from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.electronic.filtering import SUSPENDED, Filters, Order
from skypurser.electronic.managing import set_credit_limit, set_status
from skypurser.errors import InvalidRequest
from skypurser.ledger.holds import PlaceHold
from skypurser.ledger.requests import fingerprint
from skypurser.ledger.states import Status
from skypurser.parties.finding import Parties, parties_containing
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
    assert codes(queries.accounts(Filters(statuses=SUSPENDED), actor=airline.actor)) == [suspended.code]
    assert codes(queries.accounts(Filters(type="corporate"), actor=airline.actor)) == [airline.client.code]


def change_status(account: cast.Account, status: Status) -> None:
    key = cast.fresh_key("status")
    set_status(account_id=account.id, status=status, reference="r", key=key, actor=account.actor, now=cast.NOON)


def test_suspended_shows_inhibited_agencies_too() -> None:
    airline = cast.airline()
    change_status(airline.agency, Status.SUSPENDED)
    change_status(airline.agency, Status.INHIBITED)

    (found,) = queries.accounts(Filters(statuses=SUSPENDED), actor=airline.actor)

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


def opened(carrier: CarrierView, *codes: str, **how: Any) -> list[cast.Account]:
    return [cast.agency(carrier, code=code, **how) for code in codes]


def test_pages_go_backwards_as_they_went_forwards() -> None:
    carrier = cast.carrier()
    opened(carrier, "A1", "B2", "C3", "D4", "E5")
    actor = operator(carrier.id)
    whole = queries.accounts(ALL, actor=actor)

    before_the_last = queries.accounts(ALL, actor=actor, before=whole[4].position, limit=2)

    assert before_the_last == whole[2:4]
    assert queries.accounts(ALL, actor=actor, before=whole[0].position) == []


def test_the_list_is_sorted_by_city_where_asked_both_ways() -> None:
    carrier = cast.carrier()
    for code, airport in (("A1", "ORD"), ("B2", "JFK"), ("C3", "ATL"), ("D4", "ORD")):
        cast.agency(carrier, code=code, airport=airport)
    actor = operator(carrier.id)

    whole = queries.accounts(ALL, actor=actor, order=Order.CITY)
    on = queries.accounts(ALL, actor=actor, order=Order.CITY, after=whole[1].position)
    back = queries.accounts(ALL, actor=actor, order=Order.CITY, before=whole[2].position)

    assert codes(whole) == ["C3", "B2", "A1", "D4"]
    assert (on, back) == (whole[2:], whole[:2])


def test_those_near_over_and_low_are_found() -> None:
    carrier = cast.carrier()
    fine, near, over, edge = opened(carrier, "FINE", "NEAR", "OVER", "EDGE", credit_limit=100_000)
    prepaid = cast.agency(carrier, credit_limit=0)
    for account, amount in ((near, 90_001), (over, 100_001), (edge, 90_000), (fine, 1_000)):
        cast.post(cast.debit(account, amount))
    actor = operator(carrier.id)

    def found(**filters: Any) -> set[int]:
        return {view.account_id for view in queries.accounts(Filters(type=None, **filters), actor=actor)}

    assert found(near_limit=10) == {near.id, over.id}
    assert found(near_limit=10, is_within_limit=True) == {near.id}
    assert found(near_limit=11) == {near.id, over.id, edge.id}
    assert found(near_limit=5) == {over.id}
    assert found(is_over_limit=True) == {over.id}
    assert found(is_low=True) == {near.id, over.id}
    assert prepaid.id not in found(near_limit=100)
    cast.post(cast.credit(over, 50_000))
    assert found(is_over_limit=True) == set()


def test_a_hold_takes_an_account_near_its_limit() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    cast.post(cast.hold(agency, 95_000, now=None, expires_at=datetime.now(UTC) + timedelta(hours=1)))

    (view,) = queries.accounts(Filters(near_limit=10), actor=agency.actor)

    assert view.standing.available == 5_000


def test_a_part_of_the_limit_is_a_percentage() -> None:
    with pytest.raises(InvalidRequest):
        Filters(near_limit=101)


@pytest.mark.parametrize("few", [0, 1_000])
def test_a_text_finds_the_same_whether_looked_up_or_walked(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("skypurser.electronic.filtering._FEW", few)
    airline, outsider = cast.airline(), cast.outsider()
    odd = cast.agency(airline.carrier, code="ODD100")

    def found(text: str) -> list[str]:
        return codes(queries.accounts(Filters(type=None, text=text), actor=airline.actor))

    assert found("odd1") == ["ODD100"]
    assert found("ency odd") == ["ODD100"]
    assert found("client corp") == [airline.client.code]
    assert found("gency") == sorted([airline.agency.code, odd.code])
    assert found(outsider.agency.code) == []
    assert found("%dd1") == found("od_") == []
    assert found("od") == ["ODD100"]
    assert found("dd") == found("%") == found("_") == []


def test_texts_of_another_carrier_are_not_looked_up() -> None:
    airline, outsider = cast.airline(), cast.outsider()

    with acting_for(airline.carrier.id):
        ours = parties_containing(airline.agency.code, most=10)
        theirs = parties_containing(outsider.agency.code, most=10)

    assert ours is not None
    assert len(ours.offices) == 1
    assert theirs == Parties([], [])


def test_counting_stops_where_it_is_told_to() -> None:
    carrier = cast.carrier()
    opened(carrier, "A1", "B2", "C3")
    actor = operator(carrier.id)

    assert [queries.count(ALL, actor=actor, most=most) for most in (1, 2, 3, None)] == [2, 3, 3, 3]
    assert queries.count(Filters(text="gency a1"), actor=actor) == 1
    assert queries.count(Filters(text="a1"), actor=actor) == 1


def test_the_first_page_is_the_beginning_of_the_list_and_its_count() -> None:
    airline = cast.airline()
    for _ in range(2):
        cast.agency(airline.carrier)
    actor = member(
        airline, Permission.LIST_ACCOUNTS, Permission.QUERIES, countries=frozenset({airline.carrier.country})
    )
    every = [ALL, Filters(), Filters(type=None, is_over_limit=True), Filters(text="agency"), Filters(text="nobody")]

    for filters, most, seen in itertools.product(every, (1, 2, 100), (actor, airline.actor)):
        found, number = queries.first_page(filters, actor=seen, limit=2, most=most)
        assert found == queries.accounts(filters, actor=seen, limit=2)
        assert number == queries.count(filters, actor=seen, most=most)
    with pytest.raises(PermissionDenied):
        queries.first_page(ALL, actor=member(airline, Permission.QUERIES))


def test_choices_are_the_places_and_currencies_within_reach() -> None:
    carrier = cast.carrier()
    cast.client(carrier)
    for code, airport, currency in (("A1", "JFK", "USD"), ("B2", "ORD", "EUR"), ("C3", "ORD", "JPY")):
        cast.agency(carrier, code=code, airport=airport, currency=currency)
    cast.agency(carrier, code="D4", airport="EZE", country="AR", currency="ARS")
    everywhere = operator(carrier.id)

    def of(**limits: frozenset[str]) -> queries.Choices:
        return queries.choices(actor=replace(everywhere, **limits))  # type: ignore[arg-type]

    everything = ("ARS", "EUR", "JPY", "USD")
    assert of() == queries.Choices(("AR", "US"), ("BOS", "EZE", "NYC", "ORD"), everything)
    assert of(countries=frozenset({"AR"})) == queries.Choices(("AR",), ("EZE",), everything)
    assert of(cities=frozenset({"BOS"})) == queries.Choices(("US",), ("BOS",), everything)
    assert of(offices=frozenset({"D4"})) == queries.Choices(("AR",), ("EZE",), everything)
    assert queries.choices(actor=cast.outsider().actor).cities == ("BOS", "NYC")
