"""The list of sales."""

from datetime import UTC, datetime, timedelta

import pytest

from skypurser.access.permissions import Permission
from tests import cast
from tests.web.people import signed_in
from tests.web.queries import few_queries


def sell(account: cast.Account, **how: object) -> str:
    sale = cast.issue(account, **how)  # type: ignore[arg-type]
    assert cast.post(sale).code is None
    return str(sale.document)


def test_the_list_shows_what_was_sold_and_what_was_charged() -> None:
    airline = cast.airline()
    document = sell(airline.agency)

    page = signed_in(airline).get("/tickets").text

    assert f'href="/tickets/{document}"' in page
    for told in ("DOE/JANE · JFK-LAX", airline.agency.code, "400.00", "80.00", "32.00", "448.00", "ISSUED"):
        assert told in page


def test_the_list_asks_little_of_the_database() -> None:
    airline = cast.airline()
    for _ in range(4):
        sell(airline.agency)
        sell(airline.client)
    browser = signed_in(airline, cities={"NYC"})
    browser.get("/tickets")

    with few_queries():
        answer = browser.get(f"/tickets?code={airline.agency.code}&status=ISSUED&q=doe")

    assert answer.text.count("<tr data-row") == 4


def test_a_documents_number_leads_to_its_sale_however_it_is_written() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    browser = signed_in(airline)
    check = int(document[3:]) % 7

    for typed in (document, f"{document[:3]}-{document[3:]}-{check}", f" {document[:3]} {document[3:]}-{check} "):
        answer = browser.get("/tickets", {"document": typed})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/tickets/{document}")


def test_a_number_that_was_not_sold_or_is_none_is_told() -> None:
    airline = cast.airline()
    foreign = sell(cast.outsider().agency)
    browser = signed_in(airline)

    assert "was not sold, or you may not see it" in browser.get("/tickets", {"document": foreign}).text
    assert "This is no document number" in browser.get("/tickets", {"document": "1234"}).text
    assert "Null characters are not allowed" in browser.get("/tickets", {"document": "\x00" * 13}).text


def test_filters_narrow_the_list_and_stand_as_chips() -> None:
    airline = cast.airline()
    voided, other = sell(airline.agency), sell(airline.client)
    cast.post(cast.void(airline.agency, voided))
    today = sell(airline.agency, now=datetime.now(UTC))
    browser = signed_in(airline)

    def shown(query: str) -> list[str]:
        page = browser.get(f"/tickets?{query}").text
        return [document for document in (voided, other, today) if f"/tickets/{document}" in page]

    assert shown("status=VOIDED") == [voided]
    assert shown(f"code={airline.client.code.lower()}") == [other]
    assert shown(f"type=agency&code={airline.client.code}") == []
    assert shown("day=today") == [today]
    assert shown("since=2026-01-15&until=2026-01-15") == [voided, other]
    assert shown("payment=card") == []
    assert shown("q=abc123&status=ISSUED") == [other, today]
    assert "Status: <strong>VOIDED</strong>" in browser.get("/tickets?status=VOIDED").text


def test_a_type_alone_narrows_the_list() -> None:
    airline = cast.airline()
    of_agency, of_client = sell(airline.agency), sell(airline.client)

    page = signed_in(airline).get("/tickets?type=agency").text

    assert of_agency in page
    assert of_client not in page
    assert "Type: <strong>Agency" in page


@pytest.mark.parametrize("query", ["since=garbage", "status=LOST", "payment=shells", "q=%00", "day=x", "type=%00"])
def test_a_filter_that_cant_be_read_shows_nothing_and_says_so(query: str) -> None:
    airline = cast.airline()
    document = sell(airline.agency)

    page = signed_in(airline).get(f"/tickets?{query}").text

    assert document not in page
    assert "Nothing is shown" in page
    assert '<a class="chip" href="?">' in page


def test_pages_follow_each_other() -> None:
    airline = cast.airline()
    sold = [sell(airline.agency, fare=100, taxes=0, now=cast.NOON + timedelta(days=day % 3)) for day in range(52)]
    browser = signed_in(airline)

    first = browser.get("/tickets").text
    after = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(f"/tickets{after}").text

    pages = [{one for one in sold if f"/tickets/{one}" in text} for text in (first, second)]
    assert (len(pages[0]), len(pages[1])) == (50, 2)
    assert not pages[0] & pages[1]
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert {one for one in sold if f"/tickets/{one}" in browser.get(f"/tickets{back}").text} == pages[0]


def test_nothing_in_an_address_breaks_the_list() -> None:
    browser = signed_in(cast.airline())

    for query in (
        "after=9999-99-99~2790000000001",
        "before=2026-01-15~x",
        "since=0001-01-01&until=9999-12-31&day=today",
        "status=%00&payment='&type=%00&code=%00",
        f"q={'%' * 100}&after={'9' * 400}",
        f"document={'9' * 5000}",
    ):
        assert browser.get(f"/tickets?{query}").status_code == 200


def test_the_list_is_empty_for_another_carrier_and_elsewhere() -> None:
    airline = cast.airline()
    document = sell(airline.agency)

    for browser in (signed_in(cast.outsider()), signed_in(airline, cities={"BOS"})):
        page = browser.get("/tickets").text
        assert document not in page
        assert "Nothing was sold yet" in page


def test_the_list_takes_queries_or_issuance_and_offers_what_one_may() -> None:
    airline = cast.airline()

    assert signed_in(airline, {Permission.HOLDS}).get("/tickets").status_code == 403
    assert 'href="/tickets/new"' in signed_in(airline, {Permission.ISSUANCE}).get("/tickets").text
    assert 'href="/tickets/new"' not in signed_in(airline, {Permission.QUERIES}).get("/tickets").text
