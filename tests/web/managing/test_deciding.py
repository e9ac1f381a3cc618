"""Approvals: the list, a request, the decision, the count beside the navigation."""

import re
from typing import Any

import pytest

from skypurser.access.actors import Actor
from skypurser.access.members import set_active
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.electronic import approvals, requesting
from skypurser.electronic.approvals import ApprovalStatus, Kind
from skypurser.ledger.states import Status
from tests import cast
from tests.cast import Airline, airline, outsider, statement
from tests.web.managing.sending import send, words
from tests.web.people import join, signed_in, user, visitor
from tests.web.queries import few_queries


def desk() -> tuple[Airline, Any, Actor]:
    """An airline where all needs four eyes; a browser of Ann, who asks, and Ann."""
    home = airline()
    set_approval_threshold(currency="USD", amount=1, actor=home.actor, now=cast.NOON)
    person = user(name="Ann")
    ann = join(person, home)
    browser = visitor()
    browser.force_login(person)
    return home, browser, ann


def ask(home: Airline, actor: Actor, amount: int = 50_000, kind: Kind = Kind.CREDIT) -> int:
    asked = requesting.request(
        account_id=home.agency.id,
        kind=kind,
        amount=amount,
        reference="slip 7",
        key=cast.fresh_key(),
        actor=actor,
        now=cast.NOON,
    )
    assert asked.approval is not None
    return asked.approval.id


def status(home: Airline, number: int) -> ApprovalStatus:
    return approvals.get(number, actor=home.actor).status


def test_what_waits_is_listed_the_oldest_first() -> None:
    home, _, ann = desk()
    ask(home, ann, 11_100)
    ask(home, ann, 22_200)

    told = words(signed_in(home).get("/approvals"))

    assert 0 < told.index("111.00 USD") < told.index("222.00 USD")
    assert "slip 7" in told


def test_another_member_approves_and_the_movement_bears_the_name_of_whoever_asked() -> None:
    home, _, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home)
    shown = words(browser.get(f"/approvals/{number}"))

    answer = browser.post(f"/approvals/{number}", {"act": "approve"})

    assert "Balance afterwards 10,500.00 USD" in shown
    assert answer.headers["Location"] == f"/approvals/{number}"
    [movement] = statement(home.agency)
    assert (movement.credit, movement.actor) == (50_000, ann.name)
    assert "APPROVED" in words(browser.get(f"/approvals/{number}"))


def test_approved_twice_it_is_posted_once() -> None:
    home, _, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home)

    answers = [browser.post(f"/approvals/{number}", {"act": "approve"}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert len(statement(home.agency)) == 1


def test_after_a_decision_the_next_one_is_offered() -> None:
    home, _, ann = desk()
    number, _other = ask(home, ann), ask(home, ann)

    answer = signed_in(home).post(f"/approvals/{number}", {"act": "approve"})

    assert answer.headers["Location"] == "/approvals"


def test_that_whoever_asked_has_left_is_told_before_it_is_approved() -> None:
    home, _, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home)
    told = f"{ann.name} is no longer a member"

    before = words(browser.get(f"/approvals/{number}"))
    set_active(email=ann.name, is_active=False, actor=home.actor)

    assert told not in before
    assert told in words(browser.get(f"/approvals/{number}"))


def test_declining_takes_a_reason_which_is_shown() -> None:
    home, asker, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home)

    without = browser.post(f"/approvals/{number}", {"act": "decline", "reason": " "})
    browser.post(f"/approvals/{number}", {"act": "decline", "reason": "not on the bank's list"})

    assert "Reason: This field is required." in words(without)
    assert status(home, number) is ApprovalStatus.DECLINED
    assert "not on the bank's list" in words(asker.get(f"/approvals/{number}"))
    assert "slip 7" in words(browser.get("/approvals?show=decided"))
    assert statement(home.agency) == []


def test_nobody_decides_on_a_request_of_their_own() -> None:
    home, asker, ann = desk()
    number = ask(home, ann)

    page = asker.get(f"/approvals/{number}").text
    sent = asker.post(f"/approvals/{number}", {"act": "approve"})

    assert 'value="approve"' not in page
    assert "You asked for this yourself, so somebody else decides on it." in page
    assert "You asked for this yourself" in words(sent)
    assert status(home, number) is ApprovalStatus.PENDING


def test_whoever_asked_may_withdraw_and_nobody_else() -> None:
    home, asker, ann = desk()
    number = ask(home, ann)

    denied = signed_in(home).post(f"/approvals/{number}", {"act": "withdraw"})
    asker.post(f"/approvals/{number}", {"act": "withdraw"})

    assert "You may not do this." in words(denied)
    assert status(home, number) is ApprovalStatus.WITHDRAWN


def test_what_is_decided_already_is_told() -> None:
    home, asker, ann = desk()
    number = ask(home, ann)
    asker.post(f"/approvals/{number}", {"act": "withdraw"})

    answer = signed_in(home).post(f"/approvals/{number}", {"act": "approve"})

    assert "The request is decided already." in words(answer)
    assert "WITHDRAWN" in words(answer)
    assert statement(home.agency) == []


def test_a_movement_that_is_refused_on_approval_stays_pending_and_says_why() -> None:
    home, _, ann = desk()
    number = ask(home, ann)
    cast.post(cast.status(home.agency, Status.SUSPENDED))
    cast.post(cast.status(home.agency, Status.INHIBITED))

    answer = signed_in(home).post(f"/approvals/{number}", {"act": "approve"})

    assert "The account is inhibited: the agency has moved to BSP." in words(answer)
    assert status(home, number) is ApprovalStatus.PENDING


def test_who_only_asks_sees_their_own_and_decides_nothing() -> None:
    home, _, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home, {Permission.CREDIT_AND_DEBIT})

    assert "Nothing waits for approval" in words(browser.get("/approvals"))
    assert browser.get(f"/approvals/{number}").status_code == 404
    assert browser.post(f"/approvals/{number}", {"act": "approve"}).status_code == 404


def test_it_takes_a_permission_and_stays_within_carrier_and_places() -> None:
    home, _, ann = desk()
    number = ask(home, ann)

    nobody = signed_in(home, ALL - {*approvals.SEEING})
    assert nobody.get("/approvals").status_code == 403
    assert signed_in(outsider()).get(f"/approvals/{number}").status_code == 404
    assert signed_in(home, countries=["FR"]).post(f"/approvals/{number}", {"act": "approve"}).status_code == 404
    assert signed_in(home).get(f"/approvals/{10**30}").status_code == 404
    assert status(home, number) is ApprovalStatus.PENDING


@pytest.mark.parametrize("act", ["", "explode", "\x00"])
def test_an_act_that_nobody_knows_does_nothing(act: str) -> None:
    home, _, ann = desk()
    number = ask(home, ann)

    assert signed_in(home).post(f"/approvals/{number}", {"act": act}).status_code == 200
    assert status(home, number) is ApprovalStatus.PENDING


def test_the_navigation_counts_what_waits_for_the_member() -> None:
    home, asker, ann = desk()
    ask(home, ann)

    assert "Approvals 1 1 waits for you" in words(signed_in(home).get("/"))
    assert "waits for you" not in words(asker.get("/"))
    assert "waits for you" not in words(signed_in(home, ALL - {Permission.APPROVALS}).get("/"))


def test_a_member_asks_and_another_approves_from_page_to_page() -> None:
    home, asker, _ = desk()

    asked = send(asker, f"/accounts/{home.agency.id}/credit-debit", kind="debit", amount="7", reference="memo")
    signed_in(home).post(asked.headers["Location"], {"act": "approve"})

    assert [one.debit for one in statement(home.agency)] == [700]


def test_the_pages_ask_the_database_little() -> None:
    home, _, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home)

    for path in ("/approvals", "/approvals?show=decided", f"/approvals/{number}"):
        with few_queries():
            browser.get(path)


def test_what_waits_is_told_on_the_account_to_those_who_could_load_it_twice() -> None:
    home, asker, ann = desk()
    number = ask(home, ann, 400_000)
    at = f"/accounts/{home.agency.id}"
    told = "A credit of 4,000.00 USD waits for approval"
    link = f'href="/approvals/{number}"'
    colleague = signed_in(home, {Permission.QUERIES, Permission.CREDIT_AND_DEBIT})
    reader = signed_in(home, {Permission.QUERIES})

    for browser in (asker, signed_in(home)):
        for path in (at, f"{at}/history", f"{at}/credit-debit"):
            answer = browser.get(path)
            assert told in words(answer)
            assert link in answer.text
    assert "slip 7" in words(asker.get(at))
    for path in (at, f"{at}/credit-debit"):
        assert told in words(colleague.get(path))
        assert link not in colleague.get(path).text
        assert "slip 7" not in words(colleague.get(path))
    assert "waits for approval" not in words(reader.get(at))
    assert "waits for approval" not in words(asker.get(f"/accounts/{home.client.id}"))


def test_once_decided_nothing_waits_on_the_account_any_more() -> None:
    home, _, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home)
    browser.post(f"/approvals/{number}", {"act": "approve"})

    assert "waits for approval" not in words(browser.get(f"/accounts/{home.agency.id}"))


def test_of_many_that_wait_the_first_are_told_and_that_there_are_more() -> None:
    home, asker, ann = desk()
    for amount in range(1, 6):
        ask(home, ann, amount * 100, Kind.DEBIT)
    asker.get("/")

    with few_queries():
        told = words(asker.get(f"/accounts/{home.agency.id}"))

    assert told.count("waits for approval") == 3
    assert "More wait for approval." in told


def test_once_approved_the_way_to_the_movement_is_told() -> None:
    home, asker, ann = desk()
    number = ask(home, ann)
    browser = signed_in(home)
    link = f'href="/accounts/{home.agency.id}?after=2#item-1"'

    page = browser.get(browser.post(f"/approvals/{number}", {"act": "approve"}).headers["Location"]).text

    assert page.partition("<h1>")[0].count(link) == 1
    assert page.partition("<h1>")[2].count(link) == 1
    approver = signed_in(home, {Permission.APPROVALS})
    assert link not in approver.get(f"/approvals/{number}").text
    assert link in asker.get(f"/approvals/{number}").text


def test_what_i_asked_for_is_told_on_my_first_page_and_has_a_list_of_its_own() -> None:
    home, asker, ann = desk()
    other = ask(home, home.actor, 33_300)
    mine = [ask(home, ann, 11_100), ask(home, ann, 22_200)]

    first = asker.get("/").text
    listed = asker.get("/approvals?show=own").text

    tile = re.search(r'<a href="/approvals\?show=own"><span.*?</a>', first)
    assert tile is not None
    assert "You asked for" in tile[0]
    assert "<strong>2</strong>" in tile[0]
    assert [f"/approvals/{number}" in listed.partition("<table")[2] for number in (*mine, other)] == [True, True, False]
    assert "show=own" not in signed_in(home).get("/").text


def test_without_the_permission_to_approve_what_one_asked_for_is_told_too() -> None:
    home, _, _ = desk()
    person = user(name="Bea")
    bea = join(person, home, {Permission.CREDIT_AND_DEBIT})
    browser = visitor()
    browser.force_login(person)
    ask(home, bea)

    assert "You asked for 1" in words(browser.get("/"))
    assert "slip 7" in words(browser.get("/approvals?show=own"))
