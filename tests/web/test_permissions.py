"""Every address of the desk, for everybody.

Signed out, with each permission alone, with each role to start with, for objects of another office and of another
carrier.

What each page needs is what `@page` declares; `docs/permissions.md` tells it, and is written anew by

    .venv/bin/python -m tests.web.permissions > docs/permissions.md
"""

import re
from html import unescape
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.administration.roles import STARTING_ROLES
from tests.architecture.tree import ROOT
from tests.cast import NOON, Airline, agency, airline, outsider
from tests.web.home.test_home import text
from tests.web.people import signed_in, visitor
from tests.web.permissions import OPEN, PLAIN, Address, addresses, table


@pytest.fixture(scope="module")
def home() -> Airline:
    found = airline()
    switch_jet_cards(on=True, actor=found.actor, now=NOON)
    return found


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


def _sender(home: Airline, permissions: frozenset[Permission]) -> tuple[Client, dict[str, str]]:
    """A browser whose forms must bear a token, and the token: what is refused is refused for the permission alone."""
    browser = signed_in(home, permissions)
    browser.handler.enforce_csrf_checks = True
    browser.get("/preferences")
    return browser, {"csrfmiddlewaretoken": browser.cookies[settings.CSRF_COOKIE_NAME].value, "key": "desk-walk"}


def _rows(home: Airline, superuser: psycopg.Connection[Any]) -> dict[str, str]:
    """What each table has of the carrier."""
    tables = superuser.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'carrier_id'"
    ).fetchall()
    asked = (
        f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t WHERE carrier_id = %(of)s"
        for (table,) in tables
    )
    return dict(superuser.execute(" UNION ALL ".join(asked), {"of": home.carrier.id}).fetchall())


@pytest.mark.parametrize("permission", sorted(ALL))
def test_each_permission_alone_opens_what_it_is_declared_to_open(permission: Permission, home: Airline) -> None:
    browser, form = _sender(home, frozenset({permission}))

    for one in _declared():
        if one.permissions and permission in one.permissions:
            path = one.of(home)
            for method in one.methods:
                answer = browser.get(path) if method == "GET" else browser.post(path, form)
                answer.close()
                assert answer.status_code != 403, f"{method} {one.name}"


@pytest.mark.parametrize("needed", sorted({tuple(sorted(one.permissions)) for one in _declared() if one.permissions}))
def test_all_permissions_but_those_declared_open_nothing_and_write_nothing(
    needed: tuple[Permission, ...], home: Airline, superuser: psycopg.Connection[Any]
) -> None:
    named = [one for one in _declared() if one.permissions and tuple(sorted(one.permissions)) == needed]
    paths = {one.name: one.of(home) for one in named}
    browser, form = _sender(home, ALL - set(needed))
    before = _rows(home, superuser)
    assert before["ledger_account"] is not None

    for one in named:
        for method in one.methods:
            answer = browser.get(paths[one.name]) if method == "GET" else browser.post(paths[one.name], form)
            assert answer.status_code == 403, f"{method} {one.name}"

    assert _rows(home, superuser) == before


@pytest.mark.parametrize("role", STARTING_ROLES)
def test_a_role_opens_what_its_permissions_do(role: str, home: Airline) -> None:
    permissions = STARTING_ROLES[role]
    browser = signed_in(home, permissions)
    opened_by = {one.permissions: one for one in _declared() if one.permissions and "GET" in one.methods}
    assert len(opened_by) > 8

    for needed, one in opened_by.items():
        assert needed is not None
        answer = browser.get(one.of(home))
        answer.close()
        assert (answer.status_code != 403) is bool(permissions & needed), one.name


def test_what_is_of_another_office_is_answered_as_if_it_were_not_there(
    home: Airline, superuser: psycopg.Connection[Any]
) -> None:
    browser = signed_in(home, offices=[agency(home.carrier).code])
    missing: dict[str, int | str] = {
        "account_id": 2**40,
        "hold_id": 2**40,
        "approval_id": 2**40,
        "customer_id": 2**40,
        "card_id": 2**40,
        "person_id": 2**40,
        "invoice_id": 2**40,
        "payment_id": 2**40,
        "document": "2799999999999",
        "item": 1,
    }
    named = [one for one in _declared() if set(one.variables) & missing.keys()]
    assert len(named) > 20
    paths = {one.name: one.of(home) for one in named}  # made now, where no test has made them yet
    before = _rows(home, superuser)

    for one in named:
        path, none = paths[one.name], one.at({**PLAIN, "number": 1, "message_id": 2**40, **missing})
        for method in one.methods:
            answers = [browser.generic(method, url) for url in (path, none)]
            assert [answer.status_code for answer in answers] == [404, 404], f"{method} {one.name}"
            # Paper tells when it was printed, to the second.
            told, not_there = (re.sub(r"\d\d:\d\d:\d\dZ", "", unescape(text(answer.text))) for answer in answers)
            assert told == not_there, f"{method} {one.name}"
            assert home.agency.code not in told
    assert _rows(home, superuser) == before


def test_whoever_has_no_permission_opens_only_what_every_member_may(home: Airline) -> None:
    browser = signed_in(home, frozenset())

    opened = {one.name for one in _declared() if "GET" in one.methods and browser.get(one.of(home)).status_code != 403}

    assert opened == {one.name for one in _declared() if not one.permissions and "GET" in one.methods}


NUMBERS = {"quote_id", "booking_id"}


def test_nothing_of_another_carrier_is_found_whatever_one_may(home: Airline) -> None:
    browser, other = signed_in(home), outsider()
    named = [one for one in _declared() if one.has_variables]
    assert len(named) > 3

    for one in named:
        for method in one.methods:
            path, form = one.of(other), {"key": f"desk-{one.name}"}
            answer = browser.get(path) if method == "GET" else browser.post(path, form, follow=True)
            assert other.agency.code.encode() not in answer.content
            if NUMBERS & set(one.variables):
                continue  # quotes and bookings are numbered within the carrier: this is one's own, or there is none
            # Deleting what is not there changes nothing, and tells nothing of whose it was.
            assert answer.status_code == (200 if one.name == "desk:view-delete" else 404), f"{method} {one.name}"


def test_a_method_that_a_page_does_not_answer_is_refused(home: Airline) -> None:
    browser = signed_in(home)

    for one in _declared():
        if "POST" not in one.methods:
            assert browser.post(one.of(home)).status_code == 405, one.name
