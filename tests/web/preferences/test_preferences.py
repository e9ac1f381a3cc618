"""Preferences: kept with the member, mirrored in cookies, applied at sign-in."""

import re
from typing import Any

from django.test import Client

from skypurser.access import preferences as kept
from skypurser.access.actors import Actor
from skypurser.access.permissions import ALL
from tests.cast import airline, outsider
from tests.web.people import join, user, visitor
from tests.web.queries import few_queries


def member() -> tuple[Any, Actor]:
    """A person who may sign in, and the member that the person is."""
    person = user()
    return person, join(person, airline(), ALL)


def browser_of(person: Any, **headers: str) -> Client:
    """A new browser in which the person has signed in."""
    client = visitor(**headers)
    client.force_login(person)
    return client


def html(page: str) -> str:
    """The page's own tag."""
    found = re.search(r"<html[^>]*>", page)
    return found[0] if found else ""


def test_what_a_member_chose_is_there_in_another_browser_from_the_first_page_on() -> None:
    person, actor = member()
    browser_of(person).post("/preferences", {"language": "es", "theme": "dark", "keyboard": "off", "next": "/"})

    first = browser_of(person).get("/")

    assert kept.preferences(actor=actor) == kept.Preferences(
        kept.Language.SPANISH, kept.Theme.DARK, has_shortcuts=False
    )
    assert 'lang="es"' in html(first.text)
    assert 'data-bs-theme="dark"' in html(first.text)
    assert 'data-keyboard="off"' in first.text
    cookies = {name: morsel.value for name, morsel in first.cookies.items()}
    assert cookies["skypurser_theme"] == "dark"
    assert cookies["django_language"] == "es"
    assert cookies["skypurser_keyboard"] == "off"


def test_signed_out_pages_have_them_too() -> None:
    person, actor = member()
    kept.set_preferences(actor=actor, language=kept.Language.SPANISH, theme=kept.Theme.DARK)
    browser = browser_of(person)
    browser.get("/")

    del browser.cookies["sessionid"]

    page = browser.get("/nowhere").text
    assert 'lang="es"' in html(page)
    assert 'data-bs-theme="dark"' in html(page)


def test_a_language_never_chosen_is_the_browsers() -> None:
    person, _actor = member()

    page = browser_of(person, **{"accept-language": "es-CO,es;q=0.9"}).get("/").text

    assert 'lang="es"' in html(page)


def test_one_choice_leaves_the_others() -> None:
    person, actor = member()
    browser = browser_of(person)
    browser.post("/preferences", {"theme": "light", "next": "/"})

    browser.post("/preferences", {"keyboard": "off", "next": "/"})

    assert kept.preferences(actor=actor) == kept.Preferences(None, kept.Theme.LIGHT, has_shortcuts=False)


def test_the_page_says_that_they_are_kept_in_the_language_just_chosen() -> None:
    person, _actor = member()
    browser = browser_of(person)

    answer = browser.post(
        "/preferences", {"language": "en", "theme": "auto", "keyboard": "on", "next": "/preferences"}, follow=True
    )

    assert "Your preferences are kept." in answer.text


def test_nonsense_is_not_kept_and_leads_nowhere_else() -> None:
    person, actor = member()

    answer = browser_of(person).post(
        "/preferences", {"theme": "\0", "language": "xx", "keyboard": "maybe", "next": "//evil.example/"}
    )

    assert answer.headers["Location"] == "/"
    assert kept.preferences(actor=actor) == kept.Preferences()


def test_signed_out_the_browser_keeps_the_choice_and_there_is_no_page() -> None:
    browser = visitor()

    assert browser.post("/preferences", {"language": "es", "next": "/"}).cookies["django_language"].value == "es"
    assert browser.get("/preferences").status_code == 302
    assert browser.delete("/preferences").status_code == 405


def test_each_carriers_member_has_preferences_of_its_own() -> None:
    one, other = airline(), outsider()
    person = user()
    dark, light = join(person, one, ALL), join(person, other, ALL)
    kept.set_preferences(actor=dark, theme=kept.Theme.DARK)
    kept.set_preferences(actor=light, theme=kept.Theme.LIGHT)
    browser = browser_of(person)

    for carrier, theme in ((one, "dark"), (other, "light")):
        browser.post("/carriers", {"carrier": str(carrier.carrier.id)})
        assert f'data-bs-theme="{theme}"' in html(browser.get("/").text)


def test_only_the_first_page_asks_for_them() -> None:
    person, _actor = member()
    browser = browser_of(person)
    with few_queries():
        browser.get("/preferences")

    with few_queries(8):
        browser.get("/preferences")


def test_briefings_are_chosen_on_the_page_and_kept_with_the_member() -> None:
    person, actor = member()
    browser = browser_of(person)

    before = browser.get("/preferences").text
    browser.post("/preferences", {"briefings": "weekly", "next": "/preferences"})
    browser.post("/preferences", {"briefings": "hourly", "next": "/preferences"})
    after = browser.get("/preferences").text

    assert kept.preferences(actor=actor).briefings is kept.Briefings.WEEKLY
    assert '<input type="radio" name="briefings" value="off" checked>' in before
    assert '<input type="radio" name="briefings" value="weekly" checked>' in after
    assert actor.name in after
