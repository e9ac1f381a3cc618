"""The pages of a mass cut-off, and of where statements go."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.test import Client

from skypurser.access.permissions import ALL, Permission
from skypurser.backlog import queries as jobs
from skypurser.statements import queries
from skypurser.statements.addresses import AddressView, address
from tests import cast
from tests.databases import unchanged
from tests.statements.masses import addressed, done
from tests.statements.stage import letters_wait, statement
from tests.web.managing.sending import words
from tests.web.mass.test_changing import fields
from tests.web.people import at, signed_in
from tests.web.queries import few_queries

PATH = "/mass-cut-off"


@pytest.fixture(autouse=True)
def a_clock_and_a_mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    at(monkeypatch, cast.NOON)
    with letters_wait():
        yield


def previewed(browser: Client, **typed: str) -> Any:
    asked = {**fields(browser.get(PATH)), "through": "2026-01-15", "reference": "January", "step": "preview"}
    return browser.post(PATH, {**asked, "type": "agency", **typed})


def confirmed(browser: Client, page: Any, **typed: str) -> Any:
    return browser.post(PATH, {**fields(page), "step": "confirm", **typed})


def test_accounts_are_cut_off_after_a_preview_and_the_count_typed_back() -> None:
    airline = cast.airline()
    ready, nowhere = addressed(airline.agency), cast.agency(airline.carrier)
    browser = signed_in(airline, {Permission.CUT_OFF})

    preview = previewed(browser)
    wrong = confirmed(browser, preview, typed="2")
    asked = confirmed(browser, wrong, typed="1")

    assert "1 account is closed through Jan 15, 2026 for ever" in words(preview)
    assert f"{ready.code} USD Agency {ready.code} NYC {ready.code.lower()}@example.org English" in words(preview)
    assert "Nobody has said where their statements go: 1 account" in words(preview)
    assert f'<a href="/accounts/{nowhere.id}/statement-address">' in preview.text
    assert "Type the number of accounts, 1" in words(preview)
    assert "Type 1." in words(wrong)
    (job,) = jobs.jobs(actor=airline.actor)
    assert asked.headers["Location"] == f"/jobs/{job.id}"
    done(job.id, airline.actor)
    assert [one.number for one in queries.statements(ready.id, actor=airline.actor)] == [1]
    told = words(browser.get(f"/jobs/{job.id}"))
    assert "Mass cut-off" in told
    assert "1 account was cut off. 1 was left out." in told
    assert "Cut-off date Jan 15, 2026" in told


def test_a_form_sent_twice_is_one_job() -> None:
    airline = cast.airline()
    addressed(airline.agency)
    browser = signed_in(airline)
    preview = previewed(browser)

    first, second = (confirmed(browser, preview, typed="1") for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert len(jobs.jobs(actor=airline.actor)) == 1


def test_what_changed_since_the_preview_is_shown_anew(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    addressed(airline.agency)
    browser = signed_in(airline)
    preview = previewed(browser)
    addressed(airline.agency, "another@example.org")

    with unchanged(superuser, airline.carrier.id):
        again = confirmed(browser, preview, typed="1")

    assert "Somebody has changed accounts since the preview." in words(again)
    assert "another@example.org" in words(again)
    assert confirmed(browser, again, typed="1").status_code == 302


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"reference": ""}, "This field is required."),
        ({"through": ""}, "This field is required."),
        ({"city": "XXX"}, "Select a valid choice."),
        ({"type": "corporate"}, "No account that is meant can be cut off through this date."),
        ({"through": "2026-01-16"}, "The date is still to come there: 1 account"),
    ],
)
def test_what_is_wrong_is_told_in_the_form_and_nothing_is_asked_for(typed: dict[str, str], told: str) -> None:
    airline = cast.airline()
    addressed(airline.agency)

    page = previewed(signed_in(airline), **typed)

    assert told in words(page)
    assert jobs.jobs(actor=airline.actor) == []


def test_it_goes_back_to_change_something_and_loses_nothing() -> None:
    airline = cast.airline()
    addressed(airline.agency)
    browser = signed_in(airline)

    back = browser.post(PATH, {**fields(previewed(browser)), "step": "change"})

    assert fields(back)["reference"] == "January"
    assert fields(back)["through"] == "2026-01-15"


def test_who_may_cut_off_one_account_may_cut_off_many_and_nobody_else() -> None:
    airline = cast.airline()

    assert signed_in(airline, {Permission.CUT_OFF}).get(PATH).status_code == 200
    assert signed_in(airline, ALL - {Permission.CUT_OFF}).get(PATH).status_code == 403


def test_the_page_asks_the_database_a_few_times_only() -> None:
    airline = cast.airline()
    for _ in range(12):
        addressed(cast.agency(airline.carrier))
    browser = signed_in(airline)
    typed = {**fields(browser.get(PATH)), "type": "agency", "through": "2026-01-15", "reference": "January"}

    with few_queries():
        browser.post(PATH, {**typed, "step": "preview"})


def test_where_statements_go_is_set_on_a_page_of_the_account() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    browser = signed_in(airline)
    path = f"/accounts/{airline.agency.id}/statement-address"

    before = browser.get(f"/accounts/{airline.agency.id}/statements")
    wrong = browser.post(path, {"recipient": "nobody", "language": "en"})
    kept = browser.post(path, {"recipient": "books@example.org", "language": "es"})
    after = browser.get(f"/accounts/{airline.agency.id}/statements")

    assert "Nobody has said where a mass cut-off sends statements." in words(before)
    assert wrong.status_code == 200
    assert kept.headers["Location"] == f"/accounts/{airline.agency.id}/statements"
    assert address(airline.agency.id, actor=airline.actor) == AddressView("books@example.org", "es", is_chosen=True)
    assert "A mass cut-off sends statements to books@example.org." in words(after)
    assert "Address for statements set" in words(browser.get(f"/accounts/{airline.agency.id}/history"))
    assert browser.get(f"/accounts/{outsider.agency.id}/statement-address").status_code == 404


def test_the_address_of_the_last_statement_is_told_as_such() -> None:
    airline = cast.airline()
    statement(airline.agency)
    browser = signed_in(airline)

    assert "that is where the last statement went" in words(
        browser.get(f"/accounts/{airline.agency.id}/statement-address")
    )
