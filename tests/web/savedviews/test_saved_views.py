"""Saved views: save, open, rename, move, delete; one's own only."""

import re

import pytest
from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.web.savedviews.lists import LISTS
from tests.architecture.tree import PACKAGE
from tests.cast import airline, outsider
from tests.web.home.test_home import text
from tests.web.people import signed_in
from tests.web.queries import few_queries


def names(browser: Client) -> list[str]:
    """The views in the order of the page."""
    return re.findall(r'class="saved-open"[^>]*>([^<]+)<', browser.get("/views/accounts").text)


def save(browser: Client, name: str, query: str = "usage=over") -> str:
    """Save a view, and return where that leads."""
    answer = browser.post("/views/accounts", {"name": name, "query": query})
    return answer.headers.get("Location", "")


def numbers(browser: Client) -> list[int]:
    """The views' ids in the order of the page."""
    return [int(one) for one in re.findall(r"/views/accounts/(\d+)/delete", browser.get("/views/accounts").text)]


def test_filters_are_saved_under_a_name_without_the_place_in_the_list() -> None:
    browser = signed_in(airline())
    assert "/views/accounts?usage=over" in browser.get("/accounts?usage=over&after=agency~X~USD~1~NYC").text

    location = save(browser, "Over", "usage=over&after=agency~X~USD~1~NYC&country=")

    assert location == "/accounts?usage=over"
    page = browser.get("/accounts?usage=over").text
    assert 'href="/accounts?usage=over" aria-current="true"' in page
    assert "Save this view" not in page


@pytest.mark.parametrize(
    ("page", "query"), [("tickets", "day=today&status=VOIDED"), ("refusals", "reason=insufficient_funds&type=agency")]
)
def test_every_list_with_saved_views_shows_them(page: str, query: str) -> None:
    browser = signed_in(airline())
    assert f"/views/{page}?{query}".replace("&", "&amp;") in browser.get(f"/{page}?{query}").text

    location = browser.post(f"/views/{page}", {"name": "Mine", "query": query}).headers["Location"]

    assert location == f"/{page}?{query}"
    browser.get(location)
    with few_queries():
        shown = browser.get(location).text
    assert f'href="{location.replace("&", "&amp;")}" aria-current="true"' in shown
    assert "Save this view" not in shown


def test_every_list_that_has_saved_views_draws_them() -> None:
    drawn = {
        name
        for path in (PACKAGE / "web" / "templates").rglob("*.html")
        for name in re.findall(r'{% saved_views "(\w+)" %}', path.read_text(encoding="utf-8"))
    }

    assert drawn == set(LISTS)


def test_the_list_without_filters_offers_nothing_to_save() -> None:
    page = signed_in(airline()).get("/accounts").text

    assert "Save this view" not in page
    assert "Saved views" not in page


def test_sent_twice_a_view_is_saved_once() -> None:
    browser = signed_in(airline())

    assert save(browser, "Over") == save(browser, "Over") == "/accounts?usage=over"

    assert names(browser) == ["Over"]


def test_a_name_that_is_taken_is_told_beside_what_was_typed() -> None:
    browser = signed_in(airline())
    save(browser, "Mine")

    answer = browser.post("/views/accounts", {"name": "Mine", "query": "usage=close"})

    assert answer.status_code == 200
    assert "You have a view of this name already." in text(answer.text)
    assert 'value="Mine"' in answer.text
    assert 'value="usage=close"' in answer.text


@pytest.mark.parametrize("name", ["", "   ", "a\0b", "x" * 101, "one\ntwo", "\N{RIGHT-TO-LEFT OVERRIDE}x"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    browser = signed_in(airline())

    answer = browser.post("/views/accounts", {"name": name, "query": "usage=close"})

    assert answer.status_code == 200
    assert "data-errors" in answer.text
    assert names(browser) == []


def test_a_query_that_is_too_long_is_refused() -> None:
    browser = signed_in(airline())

    assert "data-errors" in browser.post("/views/accounts", {"name": "Long", "query": "q=" + "é" * 1_000}).text
    assert names(browser) == []


def test_views_are_renamed_moved_and_deleted() -> None:
    browser = signed_in(airline())
    for name in ("One", "Two", "Three"):
        save(browser, name, f"q={name}")
    one, two, three = numbers(browser)

    browser.post(f"/views/accounts/{two}/rename", {"name": "Second"})
    browser.post(f"/views/accounts/{three}/move", {"position": "1"})
    assert names(browser) == ["Three", "One", "Second"]

    for _ in range(2):
        assert browser.post(f"/views/accounts/{one}/delete").status_code == 302
    assert names(browser) == ["Three", "Second"]


def test_a_name_that_another_view_has_is_refused_where_it_is_renamed() -> None:
    browser = signed_in(airline())
    save(browser, "One")
    save(browser, "Two", "usage=close")

    answer = browser.post(f"/views/accounts/{numbers(browser)[1]}/rename", {"name": "One"})

    assert "You have a view of this name already." in text(answer.text)
    assert names(browser) == ["One", "Two"]


@pytest.mark.parametrize("position", ["", "-1", "0", "999999999999999999999", "x", "\0", "²"])
def test_a_place_that_is_none_breaks_nothing(position: str) -> None:
    browser = signed_in(airline())
    save(browser, "One")

    assert browser.post(f"/views/accounts/{numbers(browser)[0]}/move", {"position": position}).status_code == 302


def test_views_are_nobody_elses() -> None:
    home, other = airline(), outsider()
    mine = signed_in(home)
    save(mine, "Mine")
    number = numbers(mine)[0]

    for somebody in (signed_in(home), signed_in(other)):
        assert names(somebody) == []
        assert somebody.post(f"/views/accounts/{number}/rename", {"name": "Taken"}).status_code == 404
        assert somebody.post(f"/views/accounts/{number}/move", {"position": "1"}).status_code == 404
        somebody.post(f"/views/accounts/{number}/delete")
    assert names(mine) == ["Mine"]


def test_views_take_the_permission_of_their_list() -> None:
    browser = signed_in(airline(), {Permission.QUERIES})

    assert browser.get("/views/accounts").status_code == 404
    assert browser.post("/views/accounts", {"name": "X", "query": ""}).status_code == 404


def test_a_list_that_is_none_is_not_found() -> None:
    assert signed_in(airline()).get("/views/zebras").status_code == 404


def test_the_pages_ask_little() -> None:
    browser = signed_in(airline())
    save(browser, "One")
    browser.get("/accounts")

    with few_queries():
        browser.get("/views/accounts")
    with few_queries():
        browser.get("/accounts?usage=over")
