"""Jet cards on the desk: adding, editing, funds, transfers, closing, and the list of all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from skypurser.access.permissions import ALL, Permission
from skypurser.charter.pricing import PriceLine
from skypurser.charter.repricing import change_price
from skypurser.jetcards import adding, queries
from skypurser.jetcards.adding import CardChanges
from skypurser.jetcards.queries import CardView
from tests import cast
from tests.cast import CharterOperator, charter_operator
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in
from tests.web.queries import MOST, few_queries
from tests.web.workbooks import read


def card(home: CharterOperator) -> CardView:
    """The first card as it is now."""
    return queries.card(home.card.id, actor=home.actor)


def follow(browser: Client, answer: Any) -> str:
    """What the page says to which an act leads."""
    assert answer.status_code == 302, words(answer)
    return words(browser.get(answer.headers["Location"]))


def test_a_card_is_added_with_name_persons_opening_balance_and_reference() -> None:
    """Source: FL3XX, "Adding Jet Cards"."""
    home = charter_operator()
    browser = signed_in(home)

    answer = send(
        browser,
        f"/customers/{home.customer.id}/jet-cards/new",
        name="Gold",
        person_ids=[str(home.ann.id)],
        opening_balance="1,000.50",
        reference="Contract 7",
        low_mark="100",
    )

    told = follow(browser, answer)
    [made] = [one for one in queries.cards_of(home.customer.id, actor=home.actor) if one.name == "Gold"]
    assert (made.standing.net, made.person_ids, made.low_mark) == (100_050, (home.ann.id,), 10_000)
    assert "Gold is added, with 1,000.50 USD on it. Show the movement" in told
    assert "Everyone on this account" in told
    assert "OPEN Low mark 100.00 1,000.50 0.00 1,000.50" in told


def test_an_opening_balance_without_its_reference_is_told_beside_the_reference() -> None:
    home = charter_operator()
    path = f"/customers/{home.customer.id}/jet-cards/new"

    page = send(signed_in(home), path, name="Gold", opening_balance="10").text
    taken = send(signed_in(home), path, name=home.card.code.upper()).text

    assert 'id="id_reference_error"' in page
    assert 'value="10"' in page
    assert "The customer has an open card of this name already." in taken


def test_persons_of_another_customer_and_inactive_ones_are_not_offered() -> None:
    home = charter_operator()
    other = cast.person(cast.customer(home.carrier, name="Other"), home.carrier, "Eve")
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/jet-cards/new"
    send(browser, f"/customers/{home.customer.id}/persons/{home.bob.id}/deactivate")

    browser.get("/preferences")  # takes the receipt, which names Bob
    page = browser.get(path).text
    answer = send(browser, path, name="Gold", person_ids=[str(other.id)])

    assert "Ann" in page
    assert "Bob" not in page
    assert "Eve" not in page
    assert answer.status_code == 200


def test_funds_are_added_with_a_receipt_that_leads_to_the_movement() -> None:
    """Source: FL3XX, "Managing Balances"."""
    home = charter_operator()
    browser = signed_in(home)

    answer = send(browser, f"/jet-cards/{home.card.id}/add-funds", amount="250.00", reference="Wire 42")

    page = browser.get(answer.headers["Location"])
    assert f"250.00 USD is added to {home.card.code}; it has 5,250.00 USD now." in words(page)
    url = page.text.partition('<a href="/customers/')[2].partition('"')[0]
    statement = browser.get(f"/customers/{url.partition('#')[0].replace('&amp;', '&')}").text
    assert f'<tr id="{url.partition("#")[2]}">' in statement
    assert "Wire 42" in statement


def test_a_form_that_is_sent_twice_moves_money_once() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/jet-cards/{home.card.id}/add-funds"
    typed = {**hidden(browser.get(path).text), "amount": "250", "reference": "Wire 42"}

    answers = [browser.post(path, typed) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert card(home).standing.net == 525_000


def test_removing_more_than_is_available_is_refused_with_numbers_and_the_ways_out() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/jet-cards/{home.card.id}/remove-funds"

    page = send(browser, path, amount="5,000.01", reference="Refund")

    told = words(page)
    assert "There is not enough on the card" in told
    assert "Asked for 5,000.01 USD Available 5,000.00 USD Missing 0.01 USD" in told
    assert f'href="/jet-cards/{home.card.id}/add-funds"' in page.text
    assert 'value="5,000.01"' in page.text
    assert card(home).standing.net == 500_000
    again = browser.post(path, {**hidden(page.text), "amount": "5,000.00", "reference": "Refund"})
    assert "it has 0.00 USD now." in follow(browser, again)


@pytest.mark.parametrize("amount", ["", "0", "-1", "1.234", "1e3", "9" * 60, "\x00"])
def test_an_amount_that_is_none_is_told_beside_its_field(amount: str) -> None:
    home = charter_operator()

    page = send(signed_in(home), f"/jet-cards/{home.card.id}/add-funds", amount=amount, reference="Wire")

    assert page.status_code == 200
    assert 'id="id_amount_error"' in page.text
    assert card(home).standing.net == 500_000


def test_what_the_card_would_have_is_told_while_one_types() -> None:
    home = charter_operator()
    other = cast.card(home.carrier, home.customer, balance=1_000)
    browser = signed_in(home)

    def told(**typed: str) -> str:
        return words(browser.get(f"/jet-cards/{home.card.id}/forecast", typed))

    assert "has 5,100.00 USD , of which 5,100.00 USD is available" in told(verb="add", amount="100")
    assert "has 4,900.00 USD" in told(verb="remove", amount="100")
    assert told(verb="remove", amount="6,000") == "1,000.00 USD is missing: 5,000.00 USD is available."
    assert f"{other.code} has 110.00 USD" in told(verb="transfer", amount="100", to_card=str(other.id))
    assert told(verb="remove", amount="x") == told() == told(amount="\x00", verb="\x00") == ""


def test_money_goes_from_one_card_to_another() -> None:
    home = charter_operator()
    other = cast.card(home.carrier, home.customer, balance=0)
    browser = signed_in(home)
    path = f"/jet-cards/{home.card.id}/transfer"

    answer = send(browser, path, amount="1,000", to_card=str(other.id), reference="For Ann")

    assert f"1,000.00 USD is transferred from {home.card.code} to {other.code}." in follow(browser, answer)
    assert card(home).standing.net == 400_000
    assert queries.card(other.id, actor=home.actor).standing.net == 100_000
    short = send(browser, path, amount="4,000.01", to_card=str(other.id), reference="For Ann")
    assert "Missing 0.01 USD" in words(short)


def test_money_goes_to_no_other_customers_card() -> None:
    home = charter_operator()
    strange = cast.card(home.carrier, cast.customer(home.carrier, name="Other"))
    cast.card(home.carrier, home.customer)
    browser = signed_in(home)

    page = send(browser, f"/jet-cards/{home.card.id}/transfer", amount="1", to_card=str(strange.id), reference="x")

    assert 'id="id_to_card_error"' in page.text
    assert strange.code not in page.text


def test_a_card_is_closed_when_its_name_is_typed_back_and_what_was_left_is_told() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/jet-cards/{home.card.id}/close"
    typed = {**hidden(browser.get(path).text), "reference": "Contract ended"}

    wrong = browser.post(path, {**typed, "typed": "another"})
    right = {**typed, "typed": home.card.code}
    answers = [browser.post(path, right) for _ in range(2)]

    assert 'id="id_typed_error"' in wrong.text
    told = follow(browser, answers[0])
    assert f"{home.card.code} is closed; 5,000.00 USD is paid back." in told
    assert "CLOSED" in told
    assert answers[1].status_code == 302
    assert card(home).is_closed
    for act in ("add-funds", "remove-funds", "transfer", "edit", "close", "forecast"):
        assert browser.get(f"/jet-cards/{home.card.id}/{act}").status_code == 409


def test_a_card_with_an_open_hold_is_not_closed() -> None:
    home = charter_operator()
    cast.post(cast.hold(home.card, 70_000, now=datetime.now(UTC)))
    browser = signed_in(home)
    path = f"/jet-cards/{home.card.id}/close"

    page = send(browser, path, key=cast.fresh_key(), reference="Contract ended", typed=home.card.code)

    assert "A hold is open on the card." in words(page)
    assert "700.00 USD is held." in words(page)
    assert not card(home).is_closed


def test_no_button_closes_a_card_while_it_can_not_be_closed() -> None:
    held, owing = charter_operator(), charter_operator(balance=200_000)
    cast.post(cast.hold(held.card, 70_000, now=datetime.now(UTC)))
    flown = cast.booking(owing)
    change_price(
        booking_id=flown.id,
        lines=[PriceLine(text="Flight", quantity_milli=1_000, unit_price=200_100)],
        reference="waiting time",
        expected_version=1,
        key="after the flight",
        actor=owing.actor,
        now=flown.arrives_at,
    )

    for home in (held, owing):
        page = signed_in(home).get(f"/jet-cards/{home.card.id}/close").text
        assert "Close for good" not in page
        assert '<form method="post" class="stack"' not in page
    assert "Close for good" in signed_in(charter := charter_operator()).get(f"/jet-cards/{charter.card.id}/close").text


def test_money_of_cards_is_offered_to_those_alone_who_may_move_it() -> None:
    home = charter_operator()
    empty = cast.card(home.carrier, home.customer, balance=0)
    sales = signed_in(home, ALL - {Permission.CARD_FUNDS})
    new, close = f"/customers/{home.customer.id}/jet-cards/new", f"/jet-cards/{home.card.id}/close"

    page = sales.get(new).text
    forced = send(sales, new, name="Gold", opening_balance="77,777.00", reference="mine")
    added = send(sales, new, name="Silver")
    told = words(sales.get(close))
    closed = words(send(sales, close, key=cast.fresh_key(), reference="mine", typed=home.card.code))
    cards = sales.get(f"/customers/{home.customer.id}").text

    assert "opening_balance" not in page
    assert (forced.status_code, added.status_code) == (302, 302)
    assert [one.standing.net for one in queries.cards_of(home.customer.id, actor=home.actor)] == [500_000, 0, 0, 0]
    assert "takes the permission for funds of jet cards" in told
    assert "Close for good" not in told
    assert "You may not do this." in closed
    assert not card(home).is_closed
    assert close not in cards
    assert f"/jet-cards/{empty.id}/close" in cards
    assert "Close for good" in sales.get(f"/jet-cards/{empty.id}/close").text


def test_a_card_that_paid_what_is_not_flown_yet_names_the_bookings_and_stays() -> None:
    home = charter_operator()
    now = datetime.now(UTC)
    day = f"{now.date() + timedelta(days=30)}T"
    flight = cast.leg(departs=f"{day}10:00", arrives=f"{day}13:00")
    booking = cast.booking(home, 70_000, now=now, legs=(flight,))
    clerk = {*ALL} - {Permission.SALES, Permission.INVOICES}
    browser = signed_in(home)
    path = f"/jet-cards/{home.card.id}/close"

    shown = browser.get(path)
    page = send(browser, path, key=cast.fresh_key(), reference="Contract ended", typed=home.card.code)

    assert f"until this is cancelled: Booking {booking.number}" in words(shown)
    assert f'href="/bookings/{booking.id}"' in shown.text
    assert f'href="/bookings/{booking.id}"' not in signed_in(home, permissions=clerk).get(path).text
    assert f"The card paid what is not flown yet: booking {booking.number}." in words(page)
    assert not card(home).is_closed


def test_a_card_is_renamed_assigned_and_marked_and_a_conflict_is_told() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/jet-cards/{home.card.id}/edit"
    form = {**hidden(browser.get(path).text), "name": "Gold", "person_ids": [str(home.ann.id)], "low_mark": "6,000"}
    adding.change_card(
        card_id=home.card.id,
        changes=CardChanges(person_ids=frozenset({home.bob.id})),
        actor=home.actor,
        now=cast.NOON,
    )

    page = browser.post(path, form)

    assert "Somebody else has set this to Bob meanwhile." in words(page)
    answer = browser.post(path, {**form, **hidden(page.text)})
    assert "Saved." in follow(browser, answer)
    now = card(home)
    assert (now.name, now.person_ids, now.low_mark, now.is_low) == ("Gold", (home.ann.id,), 600_000, True)
    assert "Nothing is changed yet." in words(browser.post(path, {**form, **hidden(browser.get(path).text)}))
    everyone = {**form, **hidden(browser.get(path).text), "person_ids": [], "low_mark": ""}
    browser.post(path, everyone)
    assert (card(home).person_ids, card(home).low_mark) == ((), 0)


def test_the_list_shows_those_that_run_low() -> None:
    home = charter_operator()
    low = cast.card(home.carrier, home.customer, balance=100, low_mark=5_000)
    browser = signed_in(home)

    everything, running_low = browser.get("/jet-cards").text, browser.get("/jet-cards?balance=low").text

    assert home.card.code in everything
    assert low.code in running_low
    assert f">{home.card.code}</a>" not in running_low
    assert "No card is like that" in browser.get("/jet-cards?q=nobody").text
    assert browser.get("/jet-cards?after=" + "9" * 30).status_code == 200
    _header, rows = read(browser, "/jet-cards.xlsx?balance=low")
    assert [row[2] for row in rows[:-1]] == [low.code]


@pytest.mark.parametrize(
    ("act", "permission"),
    [
        ("add-funds", Permission.CARD_FUNDS),
        ("remove-funds", Permission.CARD_FUNDS),
        ("transfer", Permission.CARD_FUNDS),
        ("edit", Permission.JET_CARDS),
        ("close", Permission.JET_CARDS),
    ],
)
def test_each_act_takes_its_permission_and_few_questions(act: str, permission: Permission) -> None:
    home = charter_operator()
    cast.card(home.carrier, home.customer)
    path = f"/jet-cards/{home.card.id}/{act}"

    assert signed_in(home, ALL - {permission}).get(path).status_code == 403
    browser = signed_in(home, {permission})
    # Closing also tells what is booked, what waits, and whether it takes four eyes.
    with few_queries(MOST + 2 if act == "close" else MOST):
        assert browser.get(path).status_code == 200
