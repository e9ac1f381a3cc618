"""The list of accounts: columns, filters, chips, pages, Excel."""

import re
from io import BytesIO
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from skypurser.access.permissions import Permission
from skypurser.ledger.states import Status
from skypurser.web.accounts import listing
from tests.cast import agency, airline, debit, outsider, post, status
from tests.web.people import signed_in
from tests.web.queries import few_queries
from tests.web.workbooks import read


def _codes(page: str) -> list[str]:
    return re.findall(r"data-open>([^<]+)</a>", page)


def _columns(page: str) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)]


def test_the_active_agencies_are_listed_with_the_columns_of_the_source() -> None:
    """KIU: List of Accounts, Travel Agencies; the active ones by default."""
    home = airline()
    suspended = agency(home.carrier)
    post(status(suspended, Status.SUSPENDED))

    page = signed_in(home).get("/accounts").text

    assert _columns(page) == [
        *("City", "Office", "Name", "Currency", "Credit limit", "Balance", "Credit card"),
        *("Dom. com. (%)", "Int. com. (%)", "CC dom. com. (%)", "CC int. com. (%)", "Issue ID"),
    ]
    assert _codes(page) == [home.agency.code]


def test_corporate_accounts_are_listed_with_their_own_columns() -> None:
    """KIU: List of Accounts, Corporate Accounts."""
    home = airline()

    page = signed_in(home).get("/accounts?type=corporate").text

    assert _columns(page) == [
        *("City", "Customer", "Name", "Currency", "Credit limit", "Balance"),
        *("Dom. com. (%)", "Int. com. (%)", "Agency"),
    ]
    assert _codes(page) == [home.client.code]


def test_a_free_commission_shows_no_percentage() -> None:
    page = signed_in(airline()).get("/accounts").text

    assert '<span class="rule">FREE</span></td>' in page
    assert '<span class="rule">FIXED</span> 8.00' in page


def test_suspended_shows_inhibited_agencies_too() -> None:
    """KIU: List of Accounts, filter Suspended."""
    home = airline()
    gone = agency(home.carrier)
    for to in (Status.SUSPENDED, Status.INHIBITED):
        post(status(gone, to))

    assert _codes(signed_in(home).get("/accounts?status=suspended").text) == [gone.code]


def test_filters_show_as_chips_that_take_them_away() -> None:
    home = airline()
    prepaid = agency(home.carrier, credit_limit=0)

    page = signed_in(home).get("/accounts?limit=zero&city=NYC").text

    assert _codes(page) == [prepaid.code]
    chips = re.findall(r'<a class="chip" href="([^"]+)"><span>([^:]+): <strong>([^<]+)', page)
    assert sorted(chips) == [("?city=NYC", "Credit limit", "Exactly 0"), ("?limit=zero", "City", "NYC")]


def test_quick_chips_find_those_over_and_near_their_limit() -> None:
    home = airline()
    over, near = agency(home.carrier), agency(home.carrier)
    post(debit(over, 1_200_000))
    post(debit(near, 950_000))
    browser = signed_in(home)

    assert _codes(browser.get("/accounts?usage=over").text) == [over.code]
    assert _codes(browser.get("/accounts?usage=close").text) == [near.code]


@pytest.mark.parametrize("query", ["city=ZZZ", "status=gone", "currency=XXX", "limit=many", "usage=none", "type=x"])
def test_a_filter_that_names_what_is_not_there_shows_nothing_and_says_so(query: str) -> None:
    home = airline()
    browser = signed_in(home)

    page = browser.get(f"/accounts?{query}&q=NYC").text
    answer = browser.get(f"/accounts.xlsx?{query}")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    answer.close()

    assert _codes(page) == []
    assert "0 accounts" in page
    assert "Nothing is shown" in page
    chips = re.findall(r'<a class="chip" href="([^"]+)">.*?<span>([^<]+)<strong>([^<]+)</strong> \(([^)]+)\)', page)
    assert [(chip[0], *chip[2:]) for chip in chips] == [("?q=NYC", query.partition("=")[2], "there is none")]
    assert home.agency.code not in str(rows)
    assert query.partition("=")[2] in str(rows)


def test_a_place_beyond_the_limits_or_without_accounts_shows_nothing() -> None:
    home = airline()
    browser = signed_in(home, cities=["NYC"])

    assert _codes(browser.get("/accounts?type=all&city=NYC").text) == [home.agency.code]
    assert _codes(browser.get("/accounts?type=all&city=BOS").text) == []


def test_nonsense_in_the_address_breaks_nothing() -> None:
    home = airline()
    nonsense = "type=x&country=ZZZ&status=%00&limit=many&after=1~2&before=~~~~&q=%00%27%22%3C&page=-1&usage=none"

    answer = signed_in(home).get(f"/accounts?{nonsense}")

    assert answer.status_code == 200
    assert "<'\"" not in answer.text


def test_pages_go_on_and_back_without_losing_the_filter() -> None:
    home = airline()
    made = [agency(home.carrier, code=f"PAG{number:03d}").code for number in range(60)]
    browser = signed_in(home)

    first = browser.get("/accounts?q=PAG").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = browser.get(f"/accounts{following[1].replace('&amp;', '&')}").text
    previous = re.search(r'rel="prev" href="([^"]+)"', second)
    assert previous is not None

    assert _codes(first) == made[:50]
    assert _codes(second) == made[50:]
    assert "q=PAG" in unquote(following[1])
    assert _codes(browser.get(f"/accounts{previous[1].replace('&amp;', '&')}").text) == made[:50]
    assert "60 accounts" in first


def test_accounts_of_other_carriers_and_places_are_not_listed() -> None:
    home, other = airline(), outsider()
    browser = signed_in(home, cities=["BOS"])

    page = browser.get("/accounts").text

    assert _codes(page) == []
    assert other.agency.code not in page
    assert _codes(browser.get("/accounts?type=corporate").text) == [home.client.code]


def test_whoever_may_only_list_sees_no_links_to_accounts() -> None:
    page = signed_in(airline(), {Permission.LIST_ACCOUNTS}).get("/accounts").text

    assert "data-open" not in page
    assert "<tr data-row" not in page


def test_the_list_asks_the_database_as_often_for_fifty_accounts_as_for_one() -> None:
    home = airline()
    browser = signed_in(home)
    browser.get("/")  # the first request notes the session
    for _ in range(20):
        agency(home.carrier)

    with few_queries():
        browser.get("/accounts?q=NYC&usage=over")


def test_the_workbook_has_the_rows_of_the_filter_and_amounts_as_numbers() -> None:
    home = airline()
    post(debit(home.agency, 250_050))
    agency(home.carrier, credit_limit=0)

    answer = signed_in(home).get("/accounts.xlsx?limit=above")

    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    answer.close()
    found = next(row for row in rows if home.agency.code in row)
    assert [row for row in rows if "NYC" in row] == [found]
    assert found[4:6] == [10_000.0, 7_499.5]


def test_the_workbook_has_totals_where_all_amounts_are_in_one_currency() -> None:
    home = airline()
    browser = signed_in(home)

    _, rows = read(browser, "/accounts.xlsx")
    agency(home.carrier, currency="JPY")
    header, of_one = read(browser, "/accounts.xlsx?currency=USD")
    _, of_several = read(browser, "/accounts.xlsx")

    assert rows[-1][0] == of_one[-1][0] == "Total"
    limits = [row[header.index("Credit limit")] for row in of_one]
    assert limits[-1] == sum(limits[:-1]) > 0
    assert "Total" not in [row[0] for row in of_several]


def test_a_list_of_all_types_has_the_columns_of_both_on_the_page_and_in_the_workbook() -> None:
    home = airline()
    browser = signed_in(home)

    columns = _columns(browser.get("/accounts?type=all").text)
    header, rows = read(browser, "/accounts.xlsx?type=all")

    assert columns == [
        *("City", "Account", "Name", "Currency", "Credit limit", "Balance", "Credit card"),
        *("Dom. com. (%)", "Int. com. (%)", "CC dom. com. (%)", "CC int. com. (%)", "Issue ID", "Agency"),
    ]
    assert header == [*columns, "Status"]
    of_agency, of_client = (
        next(dict(zip(header, row, strict=True)) for row in rows if one.code in row)
        for one in (home.agency, home.client)
    )
    names = ("Credit card", "CC dom. com. (%)", "CC int. com. (%)", "Issue ID")
    assert [of_agency[name] for name in names] == ["ON", "FIXED 5.00", "FREE", "9549656"]
    assert [of_client[name] for name in names] == [""] * 4


def test_the_page_leads_to_its_workbook_with_and_without_filters() -> None:
    home = airline()
    browser = signed_in(home)

    for query in ("", "?city=NYC&type=all"):
        for page in ("/accounts", f"/accounts/{home.agency.id}"):
            post(debit(home.agency, 1))
            link = re.findall(r'href="([^"]+[.]xlsx[^"]*)"', browser.get(f"{page}{query}").text)[0]
            read(browser, link.replace("&amp;", "&"))


def test_another_language_writes_figures_its_own_way() -> None:
    home = airline()
    browser = signed_in(home)

    page = browser.get("/accounts", headers={"accept-language": "es"}).text
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    _, rows = read(browser, "/accounts.xlsx")

    assert "10.000,00" in page
    assert {"FIJA 8,00", "MÁX 8,00", "LIBRE"} <= set(rows[0])


@pytest.mark.parametrize(("query", "told"), [("", "More than 2 accounts"), ("?q=agency", "More than 1 accounts")])
def test_beyond_what_is_counted_the_list_says_that_there_are_more(
    query: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = airline()
    agency(home.carrier)
    browser = signed_in(home)
    monkeypatch.setattr(listing, "COUNTED", 2)
    monkeypatch.setattr(listing, "COUNTED_WITH_TEXT", 1)

    agency(home.carrier)

    assert told in browser.get(f"/accounts{query}").text


def test_near_the_limit_is_one_thing_for_the_first_page_and_for_the_list() -> None:
    home = airline()
    over, near = (agency(home.carrier, credit_limit=100_000) for _ in range(2))
    post(debit(over, 100_001))
    post(debit(near, 95_000))
    browser = signed_in(home)

    tile = re.search(r'<a href="([^"]+usage=[^"]+)"><span class="tile-label">.{,200}?Near limit', browser.get("/").text)
    assert tile is not None
    listed = browser.get(tile[1].replace("&amp;", "&")).text
    chip = re.search(r'<a class="chip[^>]*>(?:(?!</a>).)*Near limit', listed, re.DOTALL)

    assert _codes(listed) == [near.code]
    assert chip is not None
    assert 'aria-current="true"' in chip[0]
