"""The frame of every page: navigation by permission, theme, language, headers."""

import re

from skypurser.access.permissions import Permission
from tests.cast import airline, outsider
from tests.web.people import join, signed_in, user, visitor


def test_a_page_asks_whoever_is_signed_out_to_sign_in() -> None:
    answer = visitor().get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/login/?next=/"


def test_the_page_is_framed_with_the_carrier_and_the_member() -> None:
    home = airline()

    page = signed_in(home, name="Ana Purser").get("/").text

    assert home.carrier.code in page
    assert "Ana Purser" in page
    assert '<main id="content"' in page
    assert 'href="#content"' in page


def test_nothing_inline_is_allowed_and_nothing_inline_is_there() -> None:
    answer = signed_in(airline()).get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", answer.text)


def test_every_page_comes_with_the_headers_that_browsers_heed() -> None:
    headers = signed_in(airline()).get("/").headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_theme_is_the_persons_choice() -> None:
    browser = signed_in(airline())

    browser.post("/preferences", {"theme": "dark", "next": "/"})

    assert 'data-bs-theme="dark"' in browser.get("/").text


def test_the_language_is_the_persons_choice_else_the_browsers() -> None:
    browser = signed_in(airline())
    assert '<html lang="es"' in browser.get("/", headers={"accept-language": "es-CO,es;q=0.9"}).text

    browser.post("/preferences", {"language": "en", "next": "/"})

    assert '<html lang="en"' in browser.get("/", headers={"accept-language": "es-CO,es;q=0.9"}).text


def test_a_choice_never_leads_to_another_site() -> None:
    answer = visitor().post("/preferences", {"theme": "dark", "next": "//evil.example/"})

    assert answer.headers["Location"] == "/"


def test_a_choice_that_nobody_offers_is_not_kept() -> None:
    answer = visitor().post("/preferences", {"theme": '"><script>', "language": "xx", "next": "/"})

    assert not answer.cookies


def test_the_switch_of_carriers_shows_only_to_members_of_several() -> None:
    one, other = airline(), outsider()
    person = user()
    join(person, one)
    browser = visitor()
    browser.force_login(person)
    assert 'id="carriers"' not in browser.get("/").text

    join(person, other, {Permission.QUERIES})
    browser.post("/carriers", {"carrier": str(other.carrier.id)})

    page = browser.get("/").text
    assert 'id="carriers"' in page
    assert one.carrier.code in page
