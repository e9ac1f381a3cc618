"""Every address of the desk, for everybody: signed out, with each permission alone, and for another carrier's objects.

What each page needs is what `@page` declares; `docs/permissions.md` tells it, and is written anew by

    .venv/bin/python -m tests.web.permissions > docs/permissions.md
"""

import pytest

from skypurser.access.permissions import ALL, Permission
from tests.architecture.tree import ROOT
from tests.cast import Airline, airline, outsider
from tests.web.people import signed_in, visitor
from tests.web.permissions import OPEN, Address, addresses, table


@pytest.fixture(scope="module")
def home() -> Airline:
    return airline()


def test_the_document_is_what_the_pages_declare() -> None:
    written = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")

    assert written == table(), "write it anew: .venv/bin/python -m tests.web.permissions > docs/permissions.md"


def test_only_what_says_so_is_open_to_everybody() -> None:
    undeclared = {one.name for one in addresses() if one.permissions is None}

    assert undeclared == OPEN


def _declared() -> list[Address]:
    return [one for one in addresses() if one.permissions is not None]


@pytest.mark.parametrize("address", _declared(), ids=lambda one: one.name)
def test_whoever_is_signed_out_is_sent_to_sign_in(address: Address, home: Airline) -> None:
    browser = visitor()

    for method in address.methods:
        answer = browser.generic(method, address.of(home))
        assert answer.status_code == 302, method
        assert answer.headers["Location"].startswith("/account/login/?next=/")


@pytest.mark.parametrize("permission", sorted(ALL))
def test_a_permission_opens_what_the_pages_declare_and_nothing_else(permission: Permission, home: Airline) -> None:
    browser = signed_in(home, {permission})

    for one in _declared():
        if "GET" not in one.methods:
            continue
        answer = browser.get(one.of(home))
        answer.close()
        is_open = not one.permissions or permission in one.permissions
        assert (answer.status_code != 403) is is_open, one.name


def test_whoever_has_no_permission_opens_only_what_every_member_may(home: Airline) -> None:
    browser = signed_in(home, frozenset())

    opened = {one.name for one in _declared() if "GET" in one.methods and browser.get(one.of(home)).status_code != 403}

    assert opened == {one.name for one in _declared() if not one.permissions and "GET" in one.methods}


def test_nothing_of_another_carrier_is_found_whatever_one_may(home: Airline) -> None:
    browser, other = signed_in(home), outsider()
    named = [one for one in _declared() if one.has_variables]
    assert len(named) > 3

    for one in named:
        for method in one.methods:
            path, form = one.of(other), {"key": f"desk-{one.name}"}
            answer = browser.get(path) if method == "GET" else browser.post(path, form, follow=True)
            # Deleting what is not there changes nothing, and tells nothing of whose it was.
            assert answer.status_code == (200 if one.name == "desk:view-delete" else 404), f"{method} {one.name}"
            assert other.agency.code not in answer.text


def test_a_method_that_a_page_does_not_answer_is_refused(home: Airline) -> None:
    browser = signed_in(home)

    for one in _declared():
        if "POST" not in one.methods:
            assert browser.post(one.of(home)).status_code == 405, one.name
