"""The pages of mass management. Source: KIU, "Mass Management"."""

import re
from html import unescape
from typing import Any

import psycopg
import pytest
from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.backlog import queries
from tests import cast
from tests.databases import unchanged
from tests.electronic.masses import changed, done, rates
from tests.web.managing.sending import words
from tests.web.people import signed_in

PATH = "/mass-management"


def fields(page: Any) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input[^>]+>", page.text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_choice = 'type="radio"' in tag and "checked" not in tag
        if name and not is_choice:
            found[name[1]] = unescape(value[1]) if value else ""
    return {name: value for name, value in found.items() if name not in {"csrfmiddlewaretoken", "q"}}


def previewed(browser: Client, **typed: str) -> Any:
    asked = {**fields(browser.get(PATH)), "type": "agency", "reference": "circular 7", "step": "preview", **typed}
    return browser.post(PATH, asked)


def confirmed(browser: Client, page: Any, path: str = PATH, **typed: str) -> Any:
    return browser.post(path, {**fields(page), "step": "confirm", **typed})


def test_rates_are_set_after_a_preview_and_the_count_typed_back() -> None:
    airline = cast.airline()
    cast.agency(airline.carrier)
    browser = signed_in(airline, {Permission.MASS_MANAGEMENT})

    preview = previewed(browser, domestic_mode="FIXED", domestic_percent="7.5")
    wrong = confirmed(browser, preview, typed="3")
    asked = confirmed(browser, wrong, typed="2")

    assert "2 accounts will be changed." in words(preview)
    assert "Type the number of accounts, 2" in words(preview)
    assert f"{airline.agency.code} USD Agency {airline.agency.code} NYC" in words(preview)
    assert "Domestic commission: FIXED 8.00 → FIXED 7.50" in words(preview)
    assert "Type 2." in words(wrong)
    (job,) = queries.jobs(actor=airline.actor)
    assert asked.headers["Location"] == f"/jobs/{job.id}"
    assert rates(airline.agency)[0] == "FIXED 8.00"
    done(job.id, airline.actor)
    assert rates(airline.agency)[0] == "FIXED 7.50"


def test_a_form_sent_twice_is_one_job() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    preview = previewed(browser, domestic_mode="FREE")

    first, second = (confirmed(browser, preview, typed="1") for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert len(queries.jobs(actor=airline.actor)) == 1


def test_what_changed_since_the_preview_is_shown_anew(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    preview = previewed(browser, domestic_mode="FREE")
    cast.agency(airline.carrier)

    with unchanged(superuser, airline.carrier.id):
        again = confirmed(browser, preview, typed="1")

    assert "Somebody has changed accounts since the preview." in words(again)
    assert "2 accounts will be changed." in words(again)
    assert confirmed(browser, again, typed="2").status_code == 302


def test_a_confirmation_for_one_change_does_nothing_for_another() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    preview = previewed(browser, domestic_mode="FREE")

    other = confirmed(browser, preview, typed="1", domestic_mode="FIXED", domestic_percent="9")

    assert other.status_code == 200
    assert queries.jobs(actor=airline.actor) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Choose at least one rate to set."),
        ({"domestic_mode": "FIXED"}, "Write the percentage, or choose FREE."),
        ({"domestic_mode": "FIXED", "domestic_percent": "101"}, "Write a percentage from 0 to 100"),
        ({"type": "corporate", "domestic_card_mode": "FREE"}, "An agency has four commission rates"),
        ({"domestic_mode": "FREE", "reference": ""}, "This field is required."),
        ({"domestic_mode": "FREE", "city": "XXX"}, "Select a valid choice."),
        ({"domestic_mode": "FIXED", "domestic_percent": "8"}, "All accounts that are meant have these rates already"),
    ],
)
def test_what_is_wrong_is_told_in_the_form_and_nothing_is_asked_for(typed: dict[str, str], told: str) -> None:
    airline = cast.airline()

    page = previewed(signed_in(airline), **typed)

    assert told in words(page)
    assert queries.jobs(actor=airline.actor) == []


def test_the_places_offered_are_those_of_accounts() -> None:
    airline = cast.airline()
    browser = signed_in(airline, {Permission.MASS_MANAGEMENT})

    page = browser.get(PATH).text

    assert 'value="NYC"' in page
    assert 'value="LAX"' not in page


def test_a_change_is_undone_after_a_preview() -> None:
    airline = cast.airline()
    made = changed(airline.actor, domestic="FIXED 7.00")
    browser = signed_in(airline)
    path = f"/mass-management/{made.id}/undo"

    shown = browser.get(path)
    asked = confirmed(browser, shown, path, typed="1", reference="a mistake")
    (job, _) = queries.jobs(actor=airline.actor)
    done(job.id, airline.actor)
    again = browser.get(path)

    assert "Domestic commission: FIXED 7.00 → FIXED 8.00" in words(shown)
    assert asked.headers["Location"] == f"/jobs/{job.id}"
    assert rates(airline.agency)[0] == "FIXED 8.00"
    assert "Nothing would change. 1 account is left out: somebody has changed it since" in words(again)


def test_undoing_what_somebody_changed_since_tells_how_many_are_left_out() -> None:
    airline = cast.airline()
    made = changed(airline.actor, domestic="FIXED 7.00")
    changed(airline.actor, domestic="FIXED 6.00")

    page = words(signed_in(airline).get(f"/mass-management/{made.id}/undo"))

    assert "Nothing would change. 1 account is left out: somebody has changed it since" in page
    assert "none is meant" not in page
