"""Manual credit and debit, and their reversal. Source: KIU, "Credit and Debit"."""

import re

import pytest

from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.electronic import approvals, queries
from skypurser.ledger.states import Status
from tests import cast
from tests.cast import Airline, airline, outsider, statement
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in
from tests.web.queries import few_queries

LINE = {"kind": "credit", "amount": "1,234.50", "reference": "transfer of Monday"}


def path(home: Airline) -> str:
    return f"/accounts/{home.agency.id}/credit-debit"


def available(home: Airline) -> int:
    return queries.get(home.agency.id, actor=home.actor).standing.available


def test_the_header_is_that_of_the_account_and_below_stands_the_line() -> None:
    home = airline()

    page = signed_in(home).get(path(home)).text

    assert re.findall(r"<dt>([^<]+)</dt>", page)[:4] == ["Balance", "Total to pay", "Credit limit", "Held"]
    assert re.findall(r"<(?:label for=\"id_[^\"]*\"|legend)>([^<]+)", page.partition("<main")[2]) == [
        *("Kind", "Amount", "Reference"),
    ]


def test_a_credit_is_posted_with_its_reference_and_a_way_back() -> None:
    home = airline()
    browser = signed_in(home)

    answer = send(browser, path(home), **LINE)

    [movement] = statement(home.agency)
    assert (movement.credit, movement.kind, movement.reference) == (123_450, "credit", "transfer of Monday")
    page = browser.get(answer.headers["Location"]).text
    assert "1,234.50\N{NO-BREAK SPACE}USD is credited: movement 1." in page
    assert f'href="/accounts/{home.agency.id}/movements/1/reverse"' in page


def test_a_debit_posts_past_the_limit() -> None:
    home = airline()

    send(signed_in(home), path(home), kind="debit", amount="10,000.01", reference="debit memo")

    assert available(home) == -1


def test_what_the_account_would_have_is_told_while_one_types() -> None:
    home = airline()
    browser = signed_in(home)
    set_approval_threshold(currency="USD", amount=2_000_000, actor=home.actor, now=cast.NOON)

    def told(kind: str, amount: str) -> str:
        return words(browser.get(f"{path(home)}/forecast", {"kind": kind, "amount": amount}))

    assert told("credit", "500").startswith("Afterwards: balance 10,500.00 USD , total to pay -500.00 USD")
    assert "Over its limit by 1.00 USD" in told("debit", "10,001")
    assert "second member" in told("credit", "20,000")
    assert told("credit", "1.234") == told("credit", "0") == told("\x00", "9" * 99) == ""


def test_from_the_threshold_on_it_waits_and_the_page_says_so() -> None:
    home = airline()
    set_approval_threshold(currency="USD", amount=100_000, actor=home.actor, now=cast.NOON)
    browser = signed_in(home)

    answer = send(browser, path(home), **LINE)

    [waiting] = approvals.pending(actor=home.actor)
    assert answer.headers["Location"] == f"/approvals/{waiting.id}"
    assert "Nothing is posted yet: a second member has to approve it." in browser.get(answer.headers["Location"]).text
    assert statement(home.agency) == []
    assert f'href="/approvals/{waiting.id}"' in browser.get(path(home)).text


def test_a_form_that_is_sent_twice_posts_once() -> None:
    home = airline()
    browser = signed_in(home)
    form = {**hidden(browser.get(path(home)).text), **LINE}

    assert [browser.post(path(home), form).status_code for _ in range(2)] == [302, 302]
    assert len(statement(home.agency)) == 1


def test_sent_again_with_another_amount_under_the_same_key_it_is_refused_and_stays_so() -> None:
    home = airline()
    browser = signed_in(home)
    form = {**hidden(browser.get(path(home)).text), **LINE}
    browser.post(path(home), form)

    again = browser.post(path(home), {**form, "amount": "5"})

    assert "This form was sent before with other content." in words(again)
    assert hidden(again.text)["key"] == form["key"]
    assert len(statement(home.agency)) == 1


def test_an_inhibited_account_is_neither_credited_nor_debited() -> None:
    """KIU: available for accounts with status ACTIVE or SUSPENDED."""
    home = airline()
    browser = signed_in(home)
    form = {**hidden(browser.get(path(home)).text), **LINE}
    cast.post(cast.status(home.agency, Status.SUSPENDED))
    suspended = browser.get(path(home)).text
    cast.post(cast.status(home.agency, Status.INHIBITED))

    shown, sent = browser.get(path(home)), browser.post(path(home), form)

    assert 'name="amount"' in suspended
    assert 'name="amount"' not in shown.text
    assert "nothing is credited or debited by hand" in shown.text
    assert "The account is inhibited: the agency has moved to BSP." in words(sent)
    assert statement(home.agency) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"),
        ("amount", "-1"),
        ("amount", "1.234"),
        ("amount", "9" * 50),
        ("amount", "\x00"),
        ("kind", "gift"),
        ("reference", ""),
        ("reference", "a\x00b"),
        ("reference", "x" * 501),
        ("key", " "),
    ],
)
def test_nonsense_is_told_and_posts_nothing(field: str, value: str) -> None:
    home = airline()

    answer = send(signed_in(home), path(home), **{**LINE, field: value})

    assert answer.status_code == 200
    assert "your attention" in words(answer)
    assert statement(home.agency) == []


def test_it_takes_the_permission_at_the_accounts_place() -> None:
    home, other = airline(), outsider()

    assert signed_in(home, ALL - {Permission.CREDIT_AND_DEBIT}).get(path(home)).status_code == 403
    assert signed_in(home, cities=["PAR"]).post(path(home), LINE).status_code == 404
    assert signed_in(other).post(path(home), {**LINE, "key": "k"}).status_code == 404
    assert statement(home.agency) == []


def test_a_credit_is_taken_back_by_its_mirror_image_once() -> None:
    home = airline()
    browser = signed_in(home)
    cast.post(cast.credit(home.agency, 5_000))
    back = f"/accounts/{home.agency.id}/movements/1/reverse"

    shown = browser.get(back)
    send(browser, back, reference="wrong agency")
    again = send(browser, back, reference="wrong agency")

    assert "Movement 1 of" in words(shown)
    assert "credited 50.00 USD" in words(shown)
    assert [(one.kind, one.debit) for one in statement(home.agency)] == [("credit", 0), ("reversal", 5_000)]
    assert "The movement is reversed already." in words(again)


def test_only_manual_movements_are_taken_back_here() -> None:
    home = airline()
    browser = signed_in(home)
    cast.post(cast.issue(home.agency))

    for item in ("1", "0", "2", str(10**30)):
        assert browser.get(f"/accounts/{home.agency.id}/movements/{item}/reverse").status_code == 404


def test_the_page_asks_the_database_little() -> None:
    home = airline()
    browser = signed_in(home)

    with few_queries():
        browser.get(path(home))
    with few_queries():
        browser.get(f"{path(home)}/forecast?kind=debit&amount=5")
