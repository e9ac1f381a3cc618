"""Funds of cards by four eyes on the desk: asked for on the card's pages, told there, decided under Approvals."""

from typing import Any

from skypurser.access.actors import Actor
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.electronic import approvals
from skypurser.jetcards import queries
from tests import cast
from tests.cast import CharterOperator, charter_operator
from tests.web.managing.sending import send, words
from tests.web.people import join, signed_in, user, visitor


def desk(threshold: int = 100_000) -> tuple[CharterOperator, Any, Actor]:
    """A card with 5,000.00 on it, four eyes from 1,000.00 on; a browser of Ann, who asks, and Ann."""
    home = charter_operator()
    set_approval_threshold(currency="USD", amount=threshold, actor=home.actor, now=cast.NOON)
    person = user(name="Ann")
    ann = join(person, home)
    browser = visitor()
    browser.force_login(person)
    return home, browser, ann


def net(home: CharterOperator) -> int:
    return queries.card(home.card.id, actor=home.actor).standing.net


def test_funds_wait_are_told_on_the_cards_pages_and_posted_by_another() -> None:
    home, browser, ann = desk()
    path = f"/jet-cards/{home.card.id}/add-funds"

    forecast = words(browser.get(f"/jet-cards/{home.card.id}/forecast?verb=add&amount=1000.00"))
    asked = send(browser, path, amount="1,000.00", reference="wire 4711")
    [waiting] = approvals.pending(actor=home.actor)

    assert "It waits for a second member's approval first." in forecast
    assert asked.headers["Location"] == f"/approvals/{waiting.id}"
    assert "Nothing is posted yet" in words(browser.get(asked.headers["Location"]))
    assert net(home) == 500_000
    told = "Add funds: 1,000.00 USD waits for approval"
    assert told in words(browser.get(f"/customers/{home.customer.id}"))
    assert f"{told} · wire 4711 · {ann.name}" in words(browser.get(path))

    other = signed_in(home, name="Bob")
    page = words(other.get(f"/approvals/{waiting.id}"))
    listed = words(other.get("/approvals"))
    done = other.post(f"/approvals/{waiting.id}", {"act": "approve"})

    assert f"{home.customer.code} · {home.card.code}" in page
    assert "Available now 5,000.00 USD Available afterwards 6,000.00 USD" in page
    assert f"{home.customer.code} {home.card.code} Add funds 1,000.00 USD" in listed
    assert (done.status_code, net(home)) == (302, 600_000)
    assert told not in words(browser.get(f"/customers/{home.customer.id}"))
    decided = words(browser.get(f"/approvals/{waiting.id}"))
    assert "Movement 2" in decided
    assert "Account statement" in decided
    history = words(browser.get(f"/customers/{home.customer.id}/history"))
    assert "Request approved" in history
    assert "Kind: Add funds" in history


def test_below_the_threshold_funds_are_added_at_once() -> None:
    home, browser, _ = desk()

    send(browser, f"/jet-cards/{home.card.id}/add-funds", amount="999.99", reference="wire")

    assert net(home) == 599_999
    assert approvals.pending(actor=home.actor) == []


def test_a_transfer_names_the_other_card() -> None:
    home, browser, _ = desk()
    other = cast.card(home.carrier, home.customer, balance=0)

    asked = send(
        browser, f"/jet-cards/{home.card.id}/transfer", amount="2,000.00", to_card=str(other.id), reference="for Bob"
    )
    page = words(signed_in(home, name="Bob").get(asked.headers["Location"]))

    assert "Transfer between cards 2,000.00 USD" in page
    assert f"To the card {other.code}" in page
    assert "Available afterwards 3,000.00 USD" in page


def test_a_removal_of_more_than_there_is_is_refused_when_it_is_asked_for() -> None:
    home, browser, _ = desk()

    page = words(send(browser, f"/jet-cards/{home.card.id}/remove-funds", amount="5,000.01", reference="back"))

    assert "0.01 USD" in page
    assert approvals.pending(actor=home.actor) == []


def test_a_card_is_added_and_its_opening_balance_waits() -> None:
    home, browser, _ = desk()
    path = f"/customers/{home.customer.id}/jet-cards/new"

    note = words(browser.get(path))
    asked = send(browser, path, name="Gold", opening_balance="1,000.00", reference="Contract 7")
    told = words(browser.get(asked.headers["Location"]))

    assert "From 1,000.00 USD on, the opening balance waits for a second member's approval" in note
    assert "Gold is added. Its opening balance is not posted yet" in told
    page = words(browser.get(f"/customers/{home.customer.id}"))
    assert "Opening balance: 1,000.00 USD waits for approval" in page


def test_closing_pays_back_by_four_eyes() -> None:
    home, browser, _ = desk()
    path = f"/jet-cards/{home.card.id}/close"

    page = words(browser.get(path))
    asked = send(browser, path, reference="Contract ended", typed=home.card.code)
    signed_in(home, name="Bob").post(asked.headers["Location"], {"act": "approve"})

    assert "It waits for a second member's approval first." in page
    assert queries.card(home.card.id, actor=home.actor).is_closed


def test_who_only_moves_funds_finds_their_own_requests_and_no_others() -> None:
    home, browser, _ = desk()
    asked = send(browser, f"/jet-cards/{home.card.id}/add-funds", amount="1,000.00", reference="wire")
    clerk = signed_in(home, permissions={Permission.CARD_FUNDS})
    seller = signed_in(home, permissions={*ALL} - {Permission.APPROVALS, Permission.CARD_FUNDS, Permission.JET_CARDS})

    assert clerk.get(asked.headers["Location"]).status_code == 404
    assert "Nothing waits for approval" in words(clerk.get("/approvals"))
    assert "Add funds: 1,000.00 USD waits for approval" in words(clerk.get(f"/customers/{home.customer.id}"))
    assert "waits for approval" not in words(seller.get(f"/customers/{home.customer.id}"))


def test_the_pages_say_it_in_spanish() -> None:
    home, browser, _ = desk()
    send(browser, f"/jet-cards/{home.card.id}/add-funds", amount="1,000.00", reference="wire")

    page = words(browser.get(f"/customers/{home.customer.id}", headers={"Accept-Language": "es"}))

    assert "espera aprobación" in page
