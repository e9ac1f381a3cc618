"""The ways from an account's rows to what they are about, and back to a row that is marked."""

import re
from datetime import timedelta

import pytest

from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.electronic import approvals, manual, requesting
from skypurser.electronic.approvals import Kind
from skypurser.ledger.states import Status
from tests import cast
from tests.cast import airline, credit, debit, fresh_document, issue, post, refund, status, void
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def _row(page: str, item: int) -> str:
    """The row of a movement."""
    found = re.search(rf'<tr id="item-{item}">.*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def _reverse(account: cast.Account, item: int) -> None:
    [entry] = [one.entry_id for one in cast.statement(account) if one.item == item]
    manual.reverse(
        account_id=account.id,
        entry_id=entry,
        reference="typed twice",
        key=cast.fresh_key(),
        actor=account.actor,
        now=cast.NOON,
    )


def test_a_movements_document_leads_to_its_sale() -> None:
    home = airline()
    document = fresh_document()
    post(issue(home.agency, document=document))

    page = signed_in(home).get(f"/accounts/{home.agency.id}").text

    assert f'<a class="mono" href="/tickets/{document}">{document}</a>' in _row(page, 1)


def test_a_document_that_is_no_sale_stays_plain() -> None:
    home = airline()
    placed = post(cast.hold(home.agency, 70_000, lasts=timedelta(days=4_000)))
    post(cast.capture(home.agency, placed.facts["hold"], 70_000))
    post(issue(home.agency, fare=9_000_000, document="2300000000017"))
    browser = signed_in(home)

    for tab in ("", "/refused"):
        assert 'href="/tickets/' not in browser.get(f"/accounts/{home.agency.id}{tab}").text.partition("<table")[2]
    assert "2300000000017" in browser.get(f"/accounts/{home.agency.id}/refused").text


def test_a_refused_document_leads_to_the_sale_that_there_is() -> None:
    home = airline()
    document = fresh_document()
    post(issue(home.agency, document=document))
    post(issue(home.agency, document=document))
    browser = signed_in(home)

    for path in (f"/accounts/{home.agency.id}/refused", "/refusals"):
        assert f'href="/tickets/{document}"' in browser.get(path).text


def test_a_sale_beyond_the_members_places_is_not_linked_from_what_was_refused() -> None:
    home = airline()
    document = fresh_document()
    post(issue(home.agency, document=document))
    post(issue(home.client, document=document))
    browser = signed_in(home, cities=["BOS"])

    for path in (f"/accounts/{home.client.id}/refused", "/refusals"):
        page = browser.get(path).text
        assert document in page
        assert f'href="/tickets/{document}"' not in page


def test_the_history_leads_to_movements_sales_and_requests() -> None:
    home = airline()
    document = fresh_document()
    post(issue(home.agency, document=document))
    set_approval_threshold(currency="USD", amount=100_000, actor=home.actor, now=cast.NOON)
    asked = requesting.request(
        account_id=home.agency.id,
        kind=Kind.CREDIT,
        amount=400_000,
        reference="deposit",
        key=cast.fresh_key(),
        actor=home.actor,
        now=cast.NOON,
    )
    assert asked.approval is not None
    path = f"/accounts/{home.agency.id}/history"

    page = signed_in(home).get(path).text
    asker = signed_in(home, {Permission.QUERIES, Permission.CREDIT_AND_DEBIT}).get(path).text

    assert f'href="/accounts/{home.agency.id}?after=2#item-1"' in page
    assert f'href="/tickets/{document}"' in page
    assert f'href="/approvals/{asked.approval.id}"' in page
    assert "/approvals/" not in asker.partition("<table")[2]


def test_every_movement_has_an_address_and_the_sale_and_the_search_lead_to_it() -> None:
    home = airline()
    document = fresh_document()
    post(credit(home.agency, 123_456))
    post(issue(home.agency, document=document))
    browser = signed_in(home)
    at = f"/accounts/{home.agency.id}"

    assert f'href="{at}?after=3#item-2"' in browser.get(f"/tickets/{document}").text
    assert f'href="{at}?after=2#item-1"' in browser.get("/search", {"q": "1234.56"}).text
    assert "1,234.56" in _row(browser.get(f"{at}?after=2").text, 1)


def test_a_hold_of_the_account_leads_to_its_page() -> None:
    home = airline()
    placed = post(cast.hold(home.agency, 70_000, lasts=timedelta(days=4_000))).facts["hold"]

    assert f'href="/holds/{placed}"' in signed_in(home).get(f"/accounts/{home.agency.id}/holds").text


def test_a_manual_movement_is_reversed_from_its_row_and_then_says_by_which() -> None:
    home = airline()
    at = f"/accounts/{home.agency.id}"
    post(credit(home.agency, 50_000))
    post(debit(home.agency, 20_000))
    post(issue(home.agency))
    browser = signed_in(home)

    before = browser.get(at).text
    _reverse(home.agency, 1)
    after = browser.get(at).text

    assert [f"/movements/{item}/reverse" in _row(before, item) for item in (1, 2, 3)] == [True, True, False]
    assert "/reverse" not in _row(after, 1)
    assert f'<a href="{at}?after=5#item-4">Reversed by item 4</a>' in _row(after, 1)
    assert f'<a href="{at}?after=2#item-1">Reverses item 1</a>' in _row(after, 4)
    assert "/reverse" not in _row(after, 4)


def test_a_void_and_a_refund_say_which_sale_they_take_back() -> None:
    home = airline()
    voided, refunded = fresh_document(), fresh_document()
    post(issue(home.agency, document=voided))
    post(issue(home.agency, document=refunded))
    post(void(home.agency, voided))
    post(refund(home.agency, refunded, fare=10_000))

    page = signed_in(home).get(f"/accounts/{home.agency.id}").text

    assert "Reverses item 1" in _row(page, 3)
    assert "Reverses item 2" in _row(page, 4)


@pytest.mark.parametrize("why", ["permission", "status"])
def test_who_may_not_reverse_is_not_offered_to(why: str) -> None:
    home = airline()
    post(credit(home.agency, 50_000))
    if why == "status":
        post(status(home.agency, Status.SUSPENDED))
        post(status(home.agency, Status.INHIBITED))
    browser = signed_in(home, ALL - {Permission.CREDIT_AND_DEBIT} if why == "permission" else ALL)

    page = browser.get(f"/accounts/{home.agency.id}").text

    assert "/reverse" not in _row(page, 1)


def test_links_ask_the_database_little_however_many_rows_there_are() -> None:
    home = airline()
    document = fresh_document()
    for number in range(1, 20):
        post(credit(home.agency, number))
    _reverse(home.agency, 3)
    post(issue(home.agency, document=document))
    post(issue(home.agency, document=document))
    post(void(home.agency, document))
    set_approval_threshold(currency="USD", amount=100_000, actor=home.actor, now=cast.NOON)
    requesting.request(
        account_id=home.agency.id,
        kind=Kind.DEBIT,
        amount=400_000,
        reference="memo",
        key=cast.fresh_key(),
        actor=home.actor,
        now=cast.NOON,
    )
    browser = signed_in(home, cities=["NYC"])
    assert len(approvals.pending(actor=home.actor)) == 1

    browser.get("/")  # the first request notes the session

    for tab in ("", "?since=2026-01-01&q=ref", "/refused?since=2026-01-01", "/history", "/holds"):
        with few_queries():
            assert words(browser.get(f"/accounts/{home.agency.id}{tab}"))
