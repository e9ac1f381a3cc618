"""A sale by hand: account, what is sold, what will be charged, and then the sale."""

import re
from typing import Any

import pytest
from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.history import acts
from skypurser.ledger.states import Status
from tests import cast
from tests.web.people import signed_in
from tests.web.queries import few_queries


def filled(**differently: str) -> dict[str, str]:
    """The FIXED 8 % ticket of 400.00 and 80.00 taxes, as it is typed."""
    how = {
        "document_number": cast.fresh_document(),
        "form_of_payment": "account",
        "route": "jfk-lax",
        "fare": "400.00",
        "taxes": "80",
        "passenger": "DOE/JANE",
        "reference": "PNR ABC123",
        "key": cast.fresh_key("form"),
        "step": "preview",
    }
    return {**how, **differently}


def hidden(page: str) -> dict[str, str]:
    """What travels in the form of the second step."""
    form = page.rsplit('<form method="post"', maxsplit=1)[-1]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def test_an_account_is_chosen_by_type_and_code() -> None:
    airline = cast.airline()
    euros = cast.agency(airline.carrier, currency="EUR")
    browser = signed_in(airline, {Permission.ISSUANCE})
    code = airline.agency.code

    found = browser.get("/tickets/new", {"type": "agency", "code": code.lower()})
    assert found.headers["Location"] == f"/tickets/new/{airline.agency.id}"
    named = {"type": "agency", "code": euros.code}
    assert browser.get("/tickets/new", {**named, "currency": "eur"}).headers["Location"] == f"/tickets/new/{euros.id}"
    for wrong in ({**named, "currency": "USD"}, {"type": "corporate", "code": code}, {"type": "agency", "code": "\0"}):
        assert browser.get("/tickets/new", wrong).status_code == 200
    assert "There is no such account" in browser.get("/tickets/new", {**named, "currency": "USD"}).text


def test_a_code_with_several_accounts_is_asked_again() -> None:
    airline = cast.airline()
    euros = cast.agency(airline.carrier, currency="EUR", code="NYCBOTH")
    dollars = cast.agency(airline.carrier, currency="USD", code="NYCBOTH")

    page = signed_in(airline).get("/tickets/new", {"type": "agency", "code": "NYCBOTH"}).text

    for account in (euros, dollars):
        assert f'href="/tickets/new/{account.id}"' in page


def test_a_sale_is_shown_before_it_is_made_and_made_once() -> None:
    airline = cast.airline()
    browser = signed_in(airline, {Permission.ISSUANCE})
    where = f"/tickets/new/{airline.agency.id}"
    assert "10,000.00" in browser.get(where).text
    sale = filled()

    with few_queries():
        preview = browser.post(where, sale).text
    for told in ("448.00", "32.00", "9,552.00", "Domestic", "8.00%"):
        assert told in preview
    assert cast.statement(airline.agency) == []
    confirmed = {**hidden(preview), "step": "confirm"}
    answers = [browser.post(where, confirmed) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"/tickets/{sale['document_number']}"] * 2
    (movement,) = cast.statement(airline.agency)
    assert (movement.debit, movement.reference) == (44_800, "PNR ABC123")
    assert "DOE/JANE" in browser.get(f"/tickets/{sale['document_number']}").text


def test_what_was_entered_may_be_changed_after_the_preview() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    where = f"/tickets/new/{airline.agency.id}"
    preview = browser.post(where, filled()).text

    page = browser.post(where, {**hidden(preview), "step": "change"}).text

    assert 'value="400.00"' in page
    assert 'value="PNR ABC123"' in page
    assert "data-errors" not in page


def test_a_card_sale_credits_the_commission() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    where = f"/tickets/new/{airline.agency.id}"

    preview = browser.post(where, filled(form_of_payment="card")).text
    browser.post(where, {**hidden(preview), "step": "confirm"})

    assert "credited with the commission" in preview
    assert "20.00" in preview
    assert [one.credit for one in cast.statement(airline.agency)] == [2_000]


def test_a_shortage_is_told_with_the_ways_out() -> None:
    airline = cast.airline()
    where = f"/tickets/new/{airline.agency.id}"
    sale = filled(fare="12000", taxes="0")

    page = signed_in(airline, {Permission.ISSUANCE}).post(where, sale).text

    for told in ("There is not enough on the account", "11,040.00", "10,000.00", "1,040.00", "Somebody who may credit"):
        assert told in page
    assert 'value="confirm"' not in page


def test_a_refusal_by_the_ledger_is_told_recorded_and_may_be_mended() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    where = f"/tickets/new/{airline.agency.id}"
    confirmed = {**hidden(browser.post(where, filled()).text), "step": "confirm"}
    cast.post(cast.debit(airline.agency, 1_000_000))

    page = browser.post(where, confirmed).text

    assert "There is not enough on the account" in page
    (attempt,) = acts.refused_on_account(carrier_id=airline.carrier.id, account_id=airline.agency.id)
    assert (attempt.code, attempt.shortfall_minor) == ("insufficient_funds", 44_800)
    again = re.search(r'name="key" value="([^"]+)"', page)
    assert again is not None
    assert again[1] != confirmed["key"]
    cast.post(cast.credit(airline.agency, 500_000))
    assert browser.post(where, {**confirmed, "key": again[1]}).status_code == 302


@pytest.mark.parametrize(
    ("differently", "told"),
    [
        ({"document_number": "123"}, "This is no document number"),
        ({"document_number": "2792400001001-0"}, "This is no document number"),
        ({"route": "JFK-QQQ"}, "There is no airport QQQ"),
        ({"route": "-"}, "A route is two or more airports"),
        ({"fare": "1.234"}, "at most 2 decimals"),
        ({"fare": "-1"}, "Write the amount"),
        ({"fare": "9" * 40}, "The largest amount"),
        ({"commission": "9"}, "FIXED 8.00"),
        ({"commission": "101"}, "Write a percentage"),
        ({"passenger": "a\x07b"}, "Only printable characters"),
        ({"reference": "a\x00b"}, "Null characters"),
        ({"form_of_payment": "cash"}, "not one of the available choices"),
        ({"key": "", "step": "confirm"}, "The form has no key"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_sold(differently: dict[str, str], told: str) -> None:
    airline = cast.airline()

    answer = signed_in(airline).post(f"/tickets/new/{airline.agency.id}", filled(**differently))

    assert answer.status_code == 200
    assert told in answer.text
    assert "data-errors" in answer.text
    assert cast.statement(airline.agency) == []


def refused(browser: Client, account: cast.Account, **differently: Any) -> str:
    return str(browser.post(f"/tickets/new/{account.id}", filled(**differently)).text)


def test_what_was_sold_before_and_who_may_not_sell_are_told_before_the_sale() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    sold = cast.issue(airline.client)
    cast.post(sold)

    assert "This document was sold before" in refused(browser, airline.agency, document_number=str(sold.document))
    cast.post(cast.status(airline.agency, Status.SUSPENDED))
    assert "The account is suspended" in refused(browser, airline.agency)
    assert acts.refused_on_account(carrier_id=airline.carrier.id, account_id=airline.agency.id) == []


def test_selling_takes_issuance_at_the_place() -> None:
    airline = cast.airline()
    where = f"/tickets/new/{airline.agency.id}"

    for browser, status in (
        (signed_in(airline, {Permission.QUERIES}), 403),
        (signed_in(airline, cities={"BOS"}), 404),
        (signed_in(cast.outsider()), 404),
    ):
        assert browser.get(where).status_code == status
        assert browser.post(where, filled(step="confirm")).status_code == status
    assert signed_in(airline).get(f"/tickets/new/{10**30}").status_code == 404
    assert cast.statement(airline.agency) == []


def test_what_an_account_that_is_not_active_would_refuse_is_told_before_anything_is_typed() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    path = f"/tickets/new/{airline.agency.id}"
    at = f"/accounts/{airline.agency.id}"
    assert "sells nothing now" not in browser.get(path).text

    cast.post(cast.status(airline.agency, Status.SUSPENDED))
    suspended = browser.get(path).text
    seller = signed_in(airline, {Permission.ISSUANCE, Permission.HOLDS})
    told = seller.get(path).text
    held = seller.get(f"/holds/new/{airline.agency.id}").text
    cast.post(cast.status(airline.agency, Status.INHIBITED))
    inhibited = browser.get(path).text

    assert "The account is suspended and sells nothing now." in suspended.partition("<main")[2].partition("<form")[0]
    assert f'href="{at}/status/activate"' in suspended
    for page in (told, held):
        assert "The account is suspended and sells nothing now." in page
        assert "/status/activate" not in page
    assert "The account is inhibited: the agency has moved to BSP." in inhibited
    assert f'href="{at}/enable"' in inhibited
