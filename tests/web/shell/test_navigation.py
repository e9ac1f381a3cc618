"""The side navigation: what a member may not do isn't shown."""

import re

from skypurser.access.permissions import ALL, Permission
from skypurser.web.shell.navigation import GROUPS, navigation
from tests import cast
from tests.web.people import signed_in


def _labels(*permissions: Permission, path: str = "/") -> list[str]:
    return [str(line.label) for _, lines in navigation(frozenset(permissions), path=path) for line in lines]


def test_a_member_sees_what_the_permissions_open() -> None:
    assert _labels() == ["Home", "Jobs"]
    assert _labels(Permission.LIST_ACCOUNTS) == ["Home", "Jobs", "Accounts"]
    assert _labels(Permission.QUERIES)[:3] == ["Home", "Jobs", "Find an account"]


def test_what_tells_of_all_places_is_not_shown_to_who_is_limited_to_some() -> None:
    def labels(*, is_limited: bool) -> set[str]:
        groups = navigation(ALL, path="/", has_jet_cards=True, is_limited=is_limited)
        return {str(line.label) for _, lines in groups for line in lines}

    assert labels(is_limited=False) - labels(is_limited=True) == {"Trial balance", "Webhooks"}


def test_a_limited_member_meets_no_refusal_behind_the_navigation() -> None:
    home = cast.charter_operator()
    browser = signed_in(home, countries=frozenset({"US"}))

    page = browser.get("/").text

    assert "/books/trial-balance" not in page
    lines = set(re.findall(r'<li><a href="(/[^"]*)"', page))
    assert len(lines) > 10
    for path in lines:
        assert browser.get(path).status_code == 200, path


def test_the_page_that_is_open_is_marked_alone() -> None:
    def current(path: str) -> list[str]:
        return [str(line.label) for _, lines in navigation(ALL, path=path) for line in lines if line.is_current]

    assert current("/") == ["Home"]
    assert current("/accounts") == ["Accounts"]
    assert current("/accounts/17/history") == ["Accounts"]
    assert current("/accounts/find") == ["Find an account"]


def test_no_two_lines_have_the_same_key() -> None:
    keys = [item.key for group in GROUPS for item in group.items if item.key]

    assert len(keys) == len(set(keys))
