"""The list of open holds as a workbook."""

import pytest

from skypurser.access.permissions import Permission
from skypurser.web.holds import exporting
from tests import cast
from tests.web.holds.test_holds import placed
from tests.web.people import signed_in
from tests.web.workbooks import read


@pytest.mark.parametrize("length", [1, 500])
def test_open_holds_are_sent_with_their_sum(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(exporting, "LONGEST_PAGE", length)
    airline = cast.airline()
    late, soon = placed(airline.agency), placed(airline.client, 5_000, hours=1)
    browser = signed_in(airline)

    header, rows = read(browser, "/holds.xlsx")

    assert header[:4] == ["Hold", "Account", "Currency", "Amount"]
    assert [row[:4] for row in rows] == [
        [soon, airline.client.code, "USD", 50.0],
        [late, airline.agency.code, "USD", 700.0],
        ["", "Total", "", 750.0],
    ]
    assert rows[1][header.index("Expires")] > rows[0][header.index("Expires")]
    assert [row[0] for row in read(browser, "/holds.xlsx?type=corporate")[1]] == [soon, ""]
    assert [row[0] for row in read(browser, "/holds.xlsx?type=x")[1]] == [""]


def test_holds_elsewhere_and_of_others_are_not_sent() -> None:
    airline, other = cast.airline(), cast.outsider()
    mine, elsewhere, foreign = placed(airline.client), placed(airline.agency), placed(other.agency)

    _, rows = read(signed_in(airline, cities={"BOS"}), "/holds.xlsx")

    assert [row[0] for row in rows] == [mine, ""]
    assert {elsewhere, foreign}.isdisjoint(row[0] for row in rows)
    assert signed_in(airline, {Permission.ISSUANCE}).get("/holds.xlsx").status_code == 403


def test_the_page_leads_to_its_workbook() -> None:
    assert 'href="/holds.xlsx?type=agency"' in signed_in(cast.airline()).get("/holds?type=agency").text
