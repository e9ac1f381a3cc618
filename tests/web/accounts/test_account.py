"""The account page: header, figures, movements, holds, refused attempts, history, enabling, finding."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from skypurser.access.permissions import Permission
from skypurser.electronic import managing, queries
from skypurser.ledger import paging
from skypurser.ledger.states import Status
from skypurser.web import figures
from skypurser.web.accounts import words
from tests.cast import (
    NOON,
    Airline,
    airline,
    credit,
    debit,
    fresh_document,
    hold,
    issue,
    outsider,
    post,
    rates,
    status,
)
from tests.statements.stage import statement
from tests.web.people import signed_in
from tests.web.queries import few_queries
from tests.web.workbooks import read

TABS = ("", "/holds", "/refused", "/history")


def _text(page: str) -> str:
    """What a person reads, its blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\N{NO-BREAK SPACE}", " "))


def _pairs(page: str) -> dict[str, str]:
    """Labels and values of the header."""
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return {label: _text(value).strip() for label, value in found}


def test_an_agencys_header_is_as_the_source_lists_it() -> None:
    """KIU: Queries, Travel Agency Electronic Account."""
    home = airline()
    post(debit(home.agency, 250_000))

    page = signed_in(home).get(f"/accounts/{home.agency.id}").text

    told = _pairs(page)
    assert told["Electronic account"] == home.agency.code
    assert told["Carrier"] == f"{home.carrier.code} Test Air"
    assert told["City"] == "NYC, US"
    assert told["Agency name"] == f"Agency {home.agency.code}"
    assert told["Issue ID"] == "9549656"
    assert told["Credit card"] == "ON"
    assert [told[f"{name} com. (%)"] for name in ("Dom.", "Int.", "CC dom.", "CC int.")] == [
        "FIXED 8.00",
        "MAX 8.00",
        "FIXED 5.00",
        "FREE",
    ]
    assert told["Balance"].startswith("7,500.00 USD")
    assert told["Credit limit"].startswith("10,000.00 USD")
    assert told["Total to pay"].startswith("2,500.00 USD")
    assert "ACTIVE" in page


def test_the_course_goes_by_business_date_and_tells_its_ends_and_extremes() -> None:
    home = airline()
    now = datetime.now(UTC)
    post(debit(home.agency, 250_000, now=now - timedelta(days=4_000)))
    post(credit(home.agency, 100_000, now=now - timedelta(days=30)))

    page = signed_in(home).get(f"/accounts/{home.agency.id}").text

    told = _pairs(page)["Net, last 90 days"]
    today = now.astimezone(ZoneInfo("America/New_York")).date()
    first, last = (figures.day(day) for day in (today - timedelta(days=89), today))
    assert told == f"{first} – {last} : -2,500.00 to -1,500.00"
    line = re.search(r'class="spark-line" d="M([^"]+)"', page)
    assert line is not None
    assert len({point.split()[1] for point in line[1].split("L")[:50]}) == 1


def test_a_corporate_clients_header_has_no_card_and_no_agency_unless_one_is_involved() -> None:
    """KIU: Queries, Corporate Electronic Account: Agency Involved shows only where there is one."""
    home = airline()

    told = _pairs(signed_in(home).get(f"/accounts/{home.client.id}").text)

    assert told["Customer name"] == f"Client {home.client.code}"
    assert {"Credit card", "Agency involved", "CC dom. com. (%)", "Issue ID"}.isdisjoint(told)


def test_movements_stand_newest_first_with_their_totals() -> None:
    """KIU: Queries, Account movement section and Total Section."""
    home = airline()
    post(credit(home.agency, 500_000))
    post(issue(home.agency, fare=40_000, taxes=8_000))

    page = signed_in(home).get(f"/accounts/{home.agency.id}").text

    body = _text(page[page.index("<tbody>") :])
    assert body.index("Sale") < body.index("Credit")
    assert "448.00" in body
    assert "Total 448.00 5,000.00" in body
    assert "Total to pay -4,552.00 USD" in body


def test_movements_are_filtered_by_date_kind_and_text() -> None:
    home = airline()
    document = fresh_document()
    post(credit(home.agency, 500_000))
    post(issue(home.agency, document=document))
    browser = signed_in(home)

    def shown(query: str) -> int:
        return browser.get(f"/accounts/{home.agency.id}?{query}").text.count('<th scope="row" class="num tight')

    assert shown("") == 2
    assert shown("kind=ticket") == 1
    assert shown(f"q={document}") == 1
    assert shown("since=2026-01-15&until=2026-01-15") == 2
    assert shown("until=2026-01-14") == 0


def test_the_history_tells_rules_and_types_in_the_readers_language() -> None:
    home = airline()
    managing.set_terms(
        account_id=home.agency.id,
        rates=rates(domestic="MAX 7.25"),
        reference="new terms",
        actor=home.actor,
        now=NOON,
    )

    page = signed_in(home).get(f"/accounts/{home.agency.id}/history", headers={"accept-language": "es"}).text

    assert "MÁX 7,25" in page
    assert "FIJA 8,00" in page
    assert "MAX 7.25" not in page
    with translation.override("es"):
        assert words.value("type", "agency", "USD") == "Agencia"


def test_a_filter_of_movements_that_cant_be_read_shows_nothing_and_says_so() -> None:
    home = airline()
    post(credit(home.agency, 500_000))
    browser = signed_in(home)

    page = browser.get(f"/accounts/{home.agency.id}?since=yesterday&kind=nonsense").text
    answer = browser.get(f"/accounts/{home.agency.id}/movements.xlsx?kind=nonsense")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    answer.close()

    assert "Nothing is shown" in page
    assert '<td class="num tight"' not in page
    assert 'href="?kind=nonsense"' in page
    assert "From: <strong>yesterday</strong> (can&#x27;t be read)" in page
    assert not [row for row in rows if "ref credit" in row]


def test_totals_that_would_take_too_long_say_why_they_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    home = airline()
    for _ in range(2):
        post(credit(home.agency, 100))
    browser = signed_in(home)

    assert "No total" not in browser.get(f"/accounts/{home.agency.id}?q=ref").text
    monkeypatch.setattr(paging, "SUMMED", 1)
    page = browser.get(f"/accounts/{home.agency.id}?q=ref").text

    assert "No total: more than 1 movement would have to be looked through." in page
    assert "No total" not in browser.get(f"/accounts/{home.agency.id}").text


def test_a_page_of_movements_leads_to_older_and_newer_ones_and_to_any_by_its_number() -> None:
    home = airline()
    for amount in range(1, 121):
        post(credit(home.agency, amount * 100))
    browser = signed_in(home)
    at = f"/accounts/{home.agency.id}"

    first = browser.get(at).text
    older = re.search(r'rel="next" href="(\?[^"]+)"', first)
    assert older is not None
    second = browser.get(f"{at}{older[1]}").text
    third = browser.get(f"{at}?page=3").text
    newer = re.search(r'rel="prev" href="(\?[^"]+)"', second)
    assert newer is not None

    def items(page: str) -> list[int]:
        return [int(item) for item in re.findall(r'<th scope="row" class="num tight[^>]*>(\d+)<', page)]

    assert items(first) == list(range(120, 70, -1))
    assert items(second) == list(range(70, 20, -1))
    assert items(third) == list(range(20, 0, -1))
    assert items(browser.get(f"{at}{newer[1]}").text) == items(first)


def test_what_was_refused_is_told_with_what_was_missing() -> None:
    home = airline()
    post(issue(home.agency, fare=1_200_000, taxes=0))

    page = _text(signed_in(home).get(f"/accounts/{home.agency.id}/refused").text)

    assert "The amount was above what was available. 11,040.00 USD 10,000.00 USD 1,040.00 USD" in page


def test_the_accounts_refused_attempts_have_the_columns_and_filters_of_the_list_of_all() -> None:
    home = airline()
    short, wrong = issue(home.agency, fare=1_200_000, taxes=0), issue(home.agency, commission_bps=900)
    again = issue(home.agency, fare=1_300_000, taxes=0, key=short.key)
    for request in (short, wrong, again):
        assert post(request).code
    browser = signed_in(home)
    at = f"/accounts/{home.agency.id}/refused"

    def columns(path: str) -> list[str]:
        return re.findall(r'<th scope="col"[^>]*>([^<]+)<', browser.get(path).text)

    def shown(query: str) -> list[bool]:
        page = browser.get(f"{at}?{query}").text
        return [str(one.document) in page for one in (short, wrong)]

    assert columns(at) == [one for one in columns("/refusals") if one != "Account"]
    assert "Its key had been used before, for something else." in browser.get(at).text
    assert "9.00 % was entered" in browser.get(at).text
    assert shown("") == [True, True]
    assert shown("reason=commission_not_allowed") == [False, True]
    assert shown("operation=void") == [False, False]
    assert shown("since=2026-01-15&until=2026-01-15&reason=insufficient_funds") == [True, False]
    assert shown("since=2026-01-16") == [False, False]


def test_a_hold_shows_with_its_status_and_is_held() -> None:
    home = airline()
    post(hold(home.agency, 70_000, lasts=timedelta(days=4_000)))

    page = signed_in(home).get(f"/accounts/{home.agency.id}/holds").text

    assert "OPEN" in page
    assert _pairs(page)["Held"] == "700.00 USD"


def test_the_history_tells_old_and_new_in_zulu_time() -> None:
    """KIU: Account History."""
    home = airline()
    post(status(home.agency, Status.SUSPENDED, now=NOON))

    page = _text(signed_in(home).get(f"/accounts/{home.agency.id}/history").text)

    assert "Jan 15, 2026 17:00:00Z" in page
    assert re.search(r"Status: from ACTIVE → to SUSPENDED", page)
    assert "Credit limit: 10,000.00 USD" in page
    assert "by contract" in page


@pytest.mark.parametrize("tab", TABS)
def test_an_account_of_another_carrier_is_not_found(tab: str) -> None:
    home, other = airline(), outsider()

    answer = signed_in(home).get(f"/accounts/{other.agency.id}{tab}")

    assert answer.status_code == 404
    assert other.agency.code not in answer.text


@pytest.mark.parametrize("tab", TABS)
def test_an_account_beyond_the_members_places_is_not_there(tab: str) -> None:
    home = airline()

    assert signed_in(home, cities=["BOS"]).get(f"/accounts/{home.agency.id}{tab}").status_code == 404
    assert signed_in(home, cities=["BOS"]).get(f"/accounts/{home.client.id}{tab}").status_code == 200


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_asks_the_database_little(tab: str) -> None:
    home = airline()
    for _ in range(20):
        post(issue(home.agency, fare=1_000, taxes=0))
    browser = signed_in(home)
    browser.get("/")  # the first request notes the session

    with few_queries():
        assert browser.get(f"/accounts/{home.agency.id}{tab}").status_code == 200


def _inhibited() -> Airline:
    home = airline()
    post(status(home.agency, Status.SUSPENDED))
    post(status(home.agency, Status.INHIBITED))
    return home


def test_an_inhibited_agency_is_enabled_once_with_a_reference() -> None:
    """KIU: Queries, "Allows to enable an inhibited agency"."""
    home = _inhibited()
    browser = signed_in(home)
    at = f"/accounts/{home.agency.id}/enable"
    assert at in browser.get(f"/accounts/{home.agency.id}").text
    form = {"reference": "back from BSP", "key": "desk-1"}

    first, second = browser.post(at, form), browser.post(at, form)

    assert [first.status_code, second.status_code] == [302, 302]
    view = queries.get(home.agency.id, actor=home.actor)
    assert view.standing.status is Status.SUSPENDED
    history = browser.get(f"/accounts/{home.agency.id}/history").text
    assert history.count("back from BSP") == 1


def test_enabling_without_a_reference_says_so_beside_the_field_and_changes_nothing() -> None:
    home = _inhibited()

    page = signed_in(home).post(f"/accounts/{home.agency.id}/enable", {"reference": " ", "key": "desk-1"}).text

    assert 'aria-invalid="true"' in page
    assert 'href="#id_reference"' in page
    assert queries.get(home.agency.id, actor=home.actor).standing.status is Status.INHIBITED


def test_enabling_an_active_agency_is_refused_in_words() -> None:
    home = airline()

    page = signed_in(home).post(f"/accounts/{home.agency.id}/enable", {"reference": "why not", "key": "desk-1"})

    assert "Somebody else has changed this meanwhile" in page.text
    assert queries.get(home.agency.id, actor=home.actor).standing.status is Status.ACTIVE


def test_an_action_that_the_member_may_not_do_is_not_offered() -> None:
    home = _inhibited()

    page = signed_in(home, {Permission.QUERIES}).get(f"/accounts/{home.agency.id}").text

    assert "/enable" not in page


def test_a_code_leads_to_the_account_and_asks_where_it_has_several() -> None:
    home = airline()
    browser = signed_in(home)

    one = browser.get("/accounts/find", {"type": "agency", "code": home.agency.code.lower()})
    none = browser.get("/accounts/find", {"type": "corporate", "code": home.agency.code})

    assert one.headers["Location"] == f"/accounts/{home.agency.id}"
    assert "There is no such account" in none.text


def test_the_movements_come_as_a_workbook() -> None:
    home = airline()
    post(credit(home.agency, 500_000))

    answer = signed_in(home).get(f"/accounts/{home.agency.id}/movements.xlsx")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{home.agency.code}-USD.xlsx"'
    assert b"".join(answer).startswith(b"PK")
    answer.close()


def test_a_late_item_keeps_its_date_in_the_workbook_and_the_mark_is_told_by_its_statement() -> None:
    home = airline()
    statement(home.agency)
    post(debit(home.agency, 500))  # late

    browser = signed_in(home)
    header, rows = read(browser, f"/accounts/{home.agency.id}/movements.xlsx")
    _, acts = read(browser, f"/accounts/{home.agency.id}/history.xlsx")

    mark, late = (dict(zip(header, row, strict=True)) for row in rows[:2])
    assert (mark["Date"], mark["Original date"], mark["Document"]) == (date(2026, 1, 15), "", "Statement 1")
    assert (late["Date"], late["Original date"]) == (date(2026, 1, 16), date(2026, 1, 15))
    assert "Statement 1" in [row[3] for row in acts]
    for path in ("", "/history"):
        page = browser.get(f"/accounts/{home.agency.id}{path}").text
        assert f'href="/accounts/{home.agency.id}/statements/1">Statement 1</a>' in page
        assert "statement:1" not in page
