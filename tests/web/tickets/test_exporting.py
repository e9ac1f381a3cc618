"""The lists of sales and of refused attempts as workbooks."""

from datetime import date

import pytest

from skypurser.access.permissions import Permission
from skypurser.web.tickets import exporting
from tests import cast
from tests.web.people import signed_in
from tests.web.queries import few_queries
from tests.web.workbooks import read


def test_sales_are_sent_with_real_dates_and_amounts_and_their_totals() -> None:
    airline = cast.airline()
    sale, other = cast.issue(airline.agency), cast.issue(airline.client, fare=10_000, taxes=0)
    for request in (sale, other):
        cast.post(request)
    assert cast.post(cast.void(airline.client, str(other.document))).code is None
    browser = signed_in(airline)

    with few_queries():
        header, rows = read(browser, "/tickets.xlsx")

    found = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    row = found[str(sale.document)]
    assert (row["Issued"], row["Date/Time (Zulu)"]) == (date(2026, 1, 15), cast.NOON.replace(tzinfo=None))
    assert [row[name] for name in ("Fare", "Taxes", "Commission", "Charged when sold")] == [400.0, 80.0, 32.0, 448.0]
    assert row["Commission (%)"] == 0.08
    told = [row[name] for name in ("Account", "Currency", "Passenger", "Route", "Scope", "Payment", "Status")]
    assert told == [airline.agency.code, "USD", "DOE/JANE", "JFK-LAX", "Domestic", "On account", "ISSUED"]
    assert found[str(other.document)]["Status"] == "VOIDED"
    assert (found["Total"]["Fare"], found["Total"]["Taxes"]) == (500.0, 80.0)


def test_amounts_of_several_currencies_are_not_added_up() -> None:
    airline = cast.airline()
    yen = cast.agency(airline.carrier, currency="JPY")
    sale = cast.issue(yen, fare=33_300, taxes=0)
    cast.post(sale)
    browser = signed_in(airline)

    header, rows = read(browser, "/tickets.xlsx")
    _, of_one = read(browser, f"/tickets.xlsx?code={yen.code}")
    _, of_currency = read(browser, "/tickets.xlsx?currency=JPY")

    assert [row[0] for row in rows] == [str(sale.document)]
    assert rows[0][header.index("Fare")] == 33_300.0
    assert [row[0] for row in of_one] == [row[0] for row in of_currency] == [str(sale.document), "Total"]


@pytest.mark.parametrize("length", [1, 500])
def test_the_workbook_has_all_sales_of_the_filter_and_no_others(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(exporting, "LONGEST_PAGE", length)
    airline = cast.airline()
    sold = [cast.issue(airline.agency, fare=100 * number, taxes=0) for number in range(1, 4)]
    others = [cast.issue(airline.client), cast.issue(cast.outsider().agency)]
    for request in (*sold, *others):
        cast.post(request)

    _, rows = read(signed_in(airline), "/tickets.xlsx?type=agency")
    _, limited = read(signed_in(airline, cities={"BOS"}), "/tickets.xlsx")

    assert {row[0] for row in rows} == {str(one.document) for one in sold} | {"Total"}
    assert {row[0] for row in limited} == {str(others[0].document), "Total"}


def test_refused_attempts_are_sent_with_what_was_missing() -> None:
    airline = cast.airline()
    short, wrong = cast.issue(airline.agency, fare=2_000_000), cast.issue(airline.client, commission_bps=900)
    for request in (short, wrong):
        assert cast.post(request).code
    browser = signed_in(airline)

    header, rows = read(browser, "/refusals.xlsx")
    _, filtered = read(browser, "/refusals.xlsx?reason=insufficient_funds")
    _, none = read(browser, "/refusals.xlsx?reason=nonsense")

    found = {row[header.index("Document")]: dict(zip(header, row, strict=True)) for row in rows}
    row = found[str(short.document)]
    assert [row[name] for name in ("Amount", "Available", "Missing")] == [18_480.0, 10_000.0, 8_480.0]
    assert (row["Date/Time (Zulu)"], row["Account"], row["Attempt"]) == (
        cast.NOON.replace(tzinfo=None),
        *row_of(airline),
    )
    assert "9.00" in found[str(wrong.document)]["Why it was refused"]
    assert [row[header.index("Document")] for row in filtered] == [str(short.document)]
    assert none == []


def row_of(airline: cast.Airline) -> tuple[str, str]:
    """Account and attempt."""
    return airline.agency.code, "Sale"


def test_what_begins_like_a_formula_is_text() -> None:
    airline = cast.airline()
    request = cast.issue(airline.agency, fare=2_000_000)
    request.account_id, request.account_named = None, "=HYPERLINK(A1)"
    cast.post(request)

    header, rows = read(signed_in(airline), "/refusals.xlsx")

    assert rows[0][header.index("Account")] == "=HYPERLINK(A1)"


def test_a_documents_number_or_a_filter_that_cant_be_read_sends_no_sales() -> None:
    airline = cast.airline()
    cast.post(cast.issue(airline.agency))
    browser = signed_in(airline)

    for query in ("since=garbage", "status=LOST", "document=2790000000001"):
        assert [row[0] for row in read(browser, f"/tickets.xlsx?{query}")[1]] == ["Total"], query


def test_the_pages_lead_to_their_workbooks() -> None:
    browser = signed_in(cast.airline())

    for name in ("tickets", "refusals"):
        assert f'href="/{name}.xlsx?"' in browser.get(f"/{name}").text
        assert f'href="/{name}.xlsx?code=X&amp;type=agency"' in browser.get(f"/{name}?code=X&type=agency&after=1").text


def test_the_workbooks_take_the_permission_of_their_list() -> None:
    browser = signed_in(cast.airline(), {Permission.ISSUANCE})

    assert browser.get("/refusals.xlsx").status_code == 403
    read(browser, "/tickets.xlsx")
