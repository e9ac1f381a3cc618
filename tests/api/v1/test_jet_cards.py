"""Charter customers and their cards over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from skypurser.access.api_keys import Scope
from skypurser.administration.carriers import switch_jet_cards
from tests import cast
from tests.api.v1.asking import Program, Told, program

SKY = {
    "kind": "company",
    "name": "Sky Holding",
    "email": "accounts@sky.example",
    "language": "es",
    "billing": {"legal_name": "Sky Holding S.A.", "address_lines": ["Av. Larco 1"], "city": "Lima", "country": "PE"},
    "notes": "Prefers the\nlarge cabin.",
}


@pytest.fixture
def desk() -> tuple[cast.CharterOperator, Program]:
    operator = cast.charter_operator(balance=500_000)
    return operator, program(operator.carrier)


def test_a_customer_is_opened_read_changed_and_found(desk: tuple[cast.CharterOperator, Program]) -> None:
    _, ask = desk

    opened = ask("POST", "/customers", SKY, key="open")
    changed = ask("PATCH", f"/customers/{opened.body['id']}", {"phone": "+51 1 555", "billing": {"tax_number": "20"}})

    assert opened.status == 201
    assert {name: opened.body[name] for name in ("kind", "name", "language", "notes", "currency")} == {
        **{name: SKY[name] for name in ("kind", "name", "language", "notes")},
        "currency": "USD",
    }
    assert opened.body["code"].startswith("C")
    assert ask("POST", "/customers", SKY, key="open").body == opened.body
    assert changed.body == {
        **opened.body,
        "phone": "+51 1 555",
        "billing": {**opened.body["billing"], "tax_number": "20"},
    }
    assert ask("GET", f"/customers/{opened.body['id']}").body == changed.body
    assert [item["id"] for item in ask("GET", "/customers?text=larga").body["items"]] == []
    assert [item["id"] for item in ask("GET", "/customers?text=holding s.a").body["items"]] == [opened.body["id"]]


def test_customers_are_paged_by_name(desk: tuple[cast.CharterOperator, Program]) -> None:
    _, ask = desk
    for name in ('Ärzte "ohne"', "Zeta", "alpha", "Beta\\"):
        assert ask("POST", "/customers", {**SKY, "name": name}).status == 201

    found, cursor = [], ""
    while True:
        page = ask("GET", f"/customers?limit=2&cursor={cursor}").body
        found += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert found == ["alpha", 'Ärzte "ohne"', "Beta\\", "Sky Holding", "Zeta"]


def test_persons_are_added_changed_and_listed(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    persons = f"/customers/{operator.customer.id}/persons"

    added = ask("POST", persons, {"name": "Cleo", "email": "cleo@example.org"}, key="cleo")
    twice = ask("POST", persons, {"name": "Other", "email": "CLEO@example.org"})
    gone = ask("PATCH", f"{persons}/{added.body['id']}", {"is_active": False})

    assert (added.status, twice.status, twice.code) == (201, 409, "person_exists")
    assert gone.body == {**added.body, "is_active": False}
    assert [item["name"] for item in ask("GET", persons).body["items"]] == ["Ann", "Bob", "Cleo"]
    assert ask("PATCH", f"{persons}/999999999", {"name": "x"}).code == "person_not_found"


def test_a_card_from_first_to_last(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk

    card = ask(
        "POST",
        "/jet-cards",
        {
            "customer_id": operator.customer.id,
            "name": "Gold",
            "person_ids": [operator.ann.id],
            "opening_balance": "1000.00",
            "low_mark": "100.00",
            "reference": "contract",
        },
        key="add",
    )
    path = f"/jet-cards/{card.body['id']}"
    added = ask("POST", f"{path}/funds", {"direction": "add", "amount": "250.00", "reference": "wire"})
    short = ask("POST", f"{path}/funds", {"direction": "remove", "amount": "1250.01", "reference": "back"}, key="s")
    again = ask("POST", f"{path}/funds", {"direction": "remove", "amount": "1250.01", "reference": "back"}, key="s")
    changed = ask("PATCH", path, {"name": "Platinum", "person_ids": []})
    moved = ask(
        "POST", f"{path}/transfer", {"to_card_id": operator.card.id, "amount": "50.00", "reference": "m"}, key="t"
    )
    closed = ask("POST", f"{path}/close", {"reference": "end"})

    assert (card.status, card.body["available"], card.body["low_mark"]) == (201, "1000.00", "100.00")
    assert card.body["person_ids"] == [operator.ann.id]
    assert (added.status, added.body["card"]["available"], added.body["movement"]["item"]) == (201, "1250.00", 2)
    assert (short.status, short.code) == (402, "insufficient_funds")
    assert (short.body["available"], short.body["shortfall"]) == ("1250.00", "0.01")
    assert (again.body, again.headers["Idempotency-Replayed"]) == (short.body, "true")
    assert (changed.body["name"], changed.body["person_ids"]) == ("Platinum", [])
    assert (moved.body["source"]["card"]["net"], moved.body["target"]["card"]["net"]) == ("1200.00", "5050.00")
    assert (
        ask(
            "POST", f"{path}/transfer", {"to_card_id": operator.card.id, "amount": "50.00", "reference": "m"}, key="t"
        ).body
        == moved.body
    )
    assert (closed.status, closed.body["movement"]["debit"], closed.body["card"]["net"]) == (200, "1200.00", "0.00")
    assert ask("GET", path).body["status"] == "CLOSED"
    assert ask("POST", f"{path}/funds", {"direction": "add", "amount": "1.00", "reference": "x"}).code == (
        "account_closed"
    )
    assert ask("PATCH", path, {"name": "Gold"}).code == "account_closed"


def test_a_card_that_paid_what_is_not_flown_yet_is_not_closed(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    now = datetime.now(UTC)
    day = f"{now.date() + timedelta(days=30)}T"
    booking = cast.booking(operator, now=now, legs=(cast.leg(departs=f"{day}10:00", arrives=f"{day}13:00"),))

    no = ask("POST", f"/jet-cards/{operator.card.id}/close", {"reference": "end"})

    assert (no.status, no.code) == (409, "bookings_open")
    assert no.body["bookings"] == [booking.id]


def test_cards_are_listed_and_those_of_a_customer(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    other = cast.card(operator.carrier, cast.customer(operator.carrier, name="Other"))
    cards = [cast.card(operator.carrier, operator.customer).id for _ in range(3)]
    ask("POST", f"/jet-cards/{cards[0]}/close", {"reference": "end"})

    def ids(told: Told) -> list[int]:
        return [item["id"] for item in told.body["items"]]

    assert ids(ask("GET", "/jet-cards")) == [operator.card.id, other.id, *cards[1:]]
    assert ids(ask("GET", f"/jet-cards?customer_id={operator.customer.id}&closed=true")) == [operator.card.id, *cards]
    first = ask("GET", "/jet-cards?limit=2")
    assert ids(first) + ids(ask("GET", f"/jet-cards?cursor={first.body['next_cursor']}")) == ids(
        ask("GET", "/jet-cards")
    )


def test_payment_methods_follow_the_person(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    anns = cast.card(operator.carrier, operator.customer, person_ids=(operator.ann.id,), name="Ann's")
    path = f"/customers/{operator.customer.id}/payment-methods"

    def ids(query: str) -> list[int]:
        return [item["card_id"] for item in ask("GET", path + query).body["items"]]

    assert ids("") == [operator.card.id]
    assert sorted(ids(f"?person_id={operator.ann.id}")) == sorted([operator.card.id, anns.id])
    assert ids(f"?person_id={operator.bob.id}") == [operator.card.id]
    assert ask("GET", f"{path}?person_id=999999999").code == "person_not_found"


def test_the_statement_is_paged_with_totals(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    cast.card(operator.carrier, operator.customer, balance=100_000)
    ask("POST", f"/jet-cards/{operator.card.id}/funds", {"direction": "remove", "amount": "10.00", "reference": "x"})
    path = f"/customers/{operator.customer.id}/statement"

    first = ask("GET", f"{path}?limit=2").body
    rest = ask("GET", f"{path}?limit=2&cursor={first['next_cursor']}").body
    one = ask("GET", f"{path}?card_id={operator.card.id}&order=oldest").body
    before = ask("GET", f"{path}?to_date=2020-01-01").body

    assert [item["total"] for item in (*first["items"], *rest["items"])] == ["5990.00", "6000.00", "5000.00"]
    assert (first["period"]["opening"], first["period"]["closing"]) == ("0.00", "5990.00")
    assert (first["period"]["debits"], first["period"]["credits"]) == ("10.00", "6000.00")
    assert rest["next_cursor"] is None
    assert [item["net"] for item in one["items"]] == ["5000.00", "4990.00"]
    assert (before["items"], before["period"]["closing"]) == ([], "0.00")


def test_the_history_tells_of_customer_persons_cards_and_sales_newest_first(
    desk: tuple[cast.CharterOperator, Program],
) -> None:
    operator, ask = desk
    cast.booking(operator, 120_000)
    path = f"/customers/{operator.customer.id}/history"

    whole = ask("GET", path).body["items"]
    first = ask("GET", f"{path}?limit=2").body
    rest = ask("GET", f"{path}?limit=200&cursor={first['next_cursor']}").body

    assert [*first["items"], *rest["items"]] == whole
    actions = [one["action"] for one in whole]
    assert actions[0] == "booking.made"
    assert {"customer.opened", "customer.person_added", "jet_card.added", "quote.quoted", "payment.recorded"} <= set(
        actions
    )


def test_everything_is_refused_where_jet_cards_are_off(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    assert ask("GET", "/carrier").body["has_jet_cards"]
    switch_jet_cards(on=False, actor=operator.actor, now=cast.NOON)
    assert not ask("GET", "/carrier").body["has_jet_cards"]
    customer, card = f"/customers/{operator.customer.id}", f"/jet-cards/{operator.card.id}"
    funds = {"direction": "add", "amount": "1.00", "reference": "x"}
    transfer = {"to_card_id": operator.card.id + 1, "amount": "1.00", "reference": "x"}
    asked: list[tuple[str, str, Any]] = [
        ("GET", "/customers", None),
        ("POST", "/customers", SKY),
        ("GET", customer, None),
        ("PATCH", customer, {"name": "x"}),
        ("GET", f"{customer}/persons", None),
        ("GET", f"{customer}/history", None),
        ("POST", f"{customer}/persons", {"name": "x"}),
        ("PATCH", f"{customer}/persons/{operator.ann.id}", {"name": "x"}),
        ("GET", f"{customer}/payment-methods", None),
        ("GET", f"{customer}/statement", None),
        ("GET", "/jet-cards", None),
        ("POST", "/jet-cards", {"customer_id": operator.customer.id, "name": "x"}),
        ("GET", card, None),
        ("PATCH", card, {"name": "x"}),
        ("POST", f"{card}/funds", funds),
        ("POST", f"{card}/transfer", transfer),
        ("POST", f"{card}/close", {"reference": "x"}),
    ]

    for method, path, body in asked:
        told = ask(method, path, body)
        assert (told.status, told.code) == (409, "jet_cards_off"), (method, path)


def test_another_carriers_things_are_not_there(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, _ = desk
    ask = program(cast.charter_operator().carrier)
    customer, card = f"/customers/{operator.customer.id}", f"/jet-cards/{operator.card.id}"

    for path in (
        customer,
        f"{customer}/persons",
        f"{customer}/history",
        f"{customer}/payment-methods",
        f"{customer}/statement",
    ):
        assert (ask("GET", path).status, ask("GET", path).code) == (404, "customer_not_found")
    assert ask("GET", f"/jet-cards?customer_id={operator.customer.id}").code == "customer_not_found"
    assert ask("GET", card).code == "card_not_found"
    assert ask("POST", f"{card}/close", {"reference": "x"}).code == "card_not_found"
    assert ask("POST", "/jet-cards", {"customer_id": operator.customer.id, "name": "x"}).code == "customer_not_found"


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        (Scope.MONEY, "POST", "/customers", SKY),
        (Scope.ACCOUNTS, "GET", "/customers", None),
        (Scope.CHARTER, "POST", "/jet-cards/1/funds", {"direction": "add", "amount": "1.00", "reference": "x"}),
        (Scope.CHARTER, "POST", "/jet-cards/1/transfer", {"to_card_id": 2, "amount": "1.00", "reference": "x"}),
        (Scope.MONEY, "POST", "/jet-cards/1/close", {"reference": "x"}),
    ],
)
def test_each_scope_does_its_own_job(scope: Scope, method: str, path: str, body: Any) -> None:
    ask = program(cast.charter_operator().carrier, scope)

    told = ask(method, path, body)

    assert (told.status, told.code) == (403, "permission_denied")


def test_money_on_and_off_cards_takes_the_scope_of_money_too() -> None:
    operator = cast.charter_operator()
    ask = program(operator.carrier, Scope.CHARTER)
    gold = {"customer_id": operator.customer.id, "name": "Gold", "reference": "mine"}

    rich = ask("POST", "/jet-cards", {**gold, "opening_balance": "50000.00"})
    full = ask("POST", f"/jet-cards/{operator.card.id}/close", {"reference": "mine"})
    poor = ask("POST", "/jet-cards", gold)
    empty = ask("POST", f"/jet-cards/{poor.body['id']}/close", {"reference": "unused"})
    both = program(operator.carrier, Scope.CHARTER, Scope.MONEY)

    assert [(one.status, one.code) for one in (rich, full)] == [(403, "permission_denied")] * 2
    assert (poor.status, empty.status) == (201, 200)
    assert both("POST", "/jet-cards", {**gold, "opening_balance": "50000.00"}).body["net"] == "50000.00"
    assert both("POST", f"/jet-cards/{operator.card.id}/close", {"reference": "end"}).status == 200


def test_a_retried_opening_after_a_change_tells_the_first_answer(desk: tuple[cast.CharterOperator, Program]) -> None:
    operator, ask = desk
    body = {"customer_id": operator.customer.id, "name": "Gold"}
    first = ask("POST", "/jet-cards", body, key="add")
    ask("PATCH", f"/jet-cards/{first.body['id']}", {"name": "Silver"})

    again = ask("POST", "/jet-cards", body, key="add")
    taken = ask("POST", "/jet-cards", {**body, "name": "silver"})
    other = ask("POST", "/jet-cards", {**body, "name": "Bronze"}, key="add")

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert (taken.status, taken.code) == (409, "card_exists")
    assert (other.status, other.code) == (409, "key_reused")
