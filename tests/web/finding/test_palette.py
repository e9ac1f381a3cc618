"""The command palette: what it offers, to whom."""

from typing import Any

from skypurser.access.permissions import Permission
from tests.cast import airline, outsider
from tests.web.people import signed_in, visitor
from tests.web.queries import few_queries


def urls(content: dict[str, Any]) -> set[str]:
    """Where the entries lead."""
    return {entry["url"] for entry in content["entries"]}


def test_it_offers_every_page_that_the_member_may_see() -> None:
    browser = signed_in(airline())

    offered = urls(browser.get("/palette").json())

    assert {"/", "/accounts", "/accounts/find", "/preferences", "/search"} <= offered
    assert {"/views/accounts", "/views/tickets", "/views/refusals"} <= offered
    for url in offered:
        assert browser.get(url).status_code == 200, url


def test_it_offers_nothing_that_the_member_may_not_see() -> None:
    browser = signed_in(airline(), {Permission.QUERIES})

    offered = urls(browser.get("/palette").json())

    assert "/accounts" not in offered
    assert "/views/accounts" not in offered
    assert {"/views/tickets", "/views/refusals"} <= offered
    assert "/accounts/find" in offered


def test_its_entries_are_not_in_the_page_but_its_button_is() -> None:
    page = signed_in(airline()).get("/").text

    assert "data-palette" in page
    assert "Saved views: Accounts" not in page


def test_it_speaks_the_members_language_and_names_keys() -> None:
    entries = signed_in(airline()).get("/palette").json()["entries"]

    accounts = next(entry for entry in entries if entry["url"] == "/accounts")
    assert accounts == {
        "label": "Accounts",
        "group": "Electronic accounts",
        "url": "/accounts",
        "icon": "list",
        "keys": "g a",
    }


def test_it_finds_what_the_search_finds_and_nothing_of_others() -> None:
    home, other = airline(), outsider()
    browser = signed_in(home)

    ours = browser.get("/palette/found", {"q": home.agency.code}).json()["groups"]
    theirs = browser.get("/palette/found", {"q": other.agency.code}).json()["groups"]

    assert [hit["url"] for hit in ours[0]["hits"]] == [f"/accounts/{home.agency.id}"]
    assert theirs == []


def test_without_permission_or_signed_out_it_finds_nothing() -> None:
    assert signed_in(airline(), {Permission.ADMINISTRATION}).get("/palette/found?q=NYC").status_code == 403
    assert visitor().get("/palette").status_code == 302


def test_nobody_keeps_its_answers() -> None:
    assert signed_in(airline()).get("/palette").headers["Cache-Control"] == "no-store"


def test_it_asks_little() -> None:
    browser = signed_in(airline())
    browser.get("/palette")

    with few_queries(8):
        browser.get("/palette")
