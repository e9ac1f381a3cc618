"""The side navigation: what a member may not do isn't shown."""

from skypurser.access.permissions import ALL, Permission
from skypurser.web.shell.navigation import GROUPS, navigation


def _labels(*permissions: Permission, path: str = "/") -> list[str]:
    return [str(line.label) for _, lines in navigation(frozenset(permissions), path=path) for line in lines]


def test_a_member_sees_what_the_permissions_open() -> None:
    assert _labels() == ["Home", "Jobs"]
    assert _labels(Permission.LIST_ACCOUNTS) == ["Home", "Jobs", "Accounts"]
    assert _labels(Permission.QUERIES)[:3] == ["Home", "Jobs", "Find an account"]


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
