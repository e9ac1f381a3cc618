"""Coming in by password and code, staying in, and being turned away."""

import re
import time
from http.cookies import Morsel
from typing import Any

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from structlog.testing import capture_logs

from skypurser.identity import purging
from tests import cast
from tests.web import newcomers
from tests.web.newcomers import PASSWORD, browser, post, sign_in, signed_in, someone

HOME = "/"


def is_in(client: Client) -> bool:
    return client.get("/carriers").status_code == 200


def cookie(client: Client) -> Morsel[str]:
    return client.cookies["sessionid"]


def code_of(secret: str) -> str:
    """Return the code that an app shows now; it counts until the next half minute has passed as well."""
    _, now, _ = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now))


def with_an_app(one: newcomers.Someone) -> tuple[str, str]:
    """Set up an authenticator app; return its secret and the page of recovery codes."""
    post(one.browser, reverse("account_reauthenticate"), password=PASSWORD)
    page = one.browser.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="authenticator_secret" value="([A-Z2-7]+)"', page)
    assert secret, page
    done = post_with_token(one.browser, reverse("mfa_activate_totp"), page, code=code_of(secret[1]))
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes"), done.content
    return secret[1], one.browser.get(done.headers["Location"]).content.decode()


def post_with_token(client: Client, path: str, page: str, **fields: str) -> Any:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    return client.post(path, {"csrfmiddlewaretoken": token[1], **fields})


def test_a_member_comes_in_by_address_and_password_and_gets_back_to_the_page() -> None:
    one = someone()
    turned_away = one.browser.get("/?from=mail")

    answer = sign_in(one.browser, one.user.email.upper(), next="/?from=mail")

    assert turned_away.headers["Location"] == "/account/login/?next=/%3Ffrom%3Dmail"
    assert answer.headers["Location"] == "/?from=mail"
    assert one.browser.get(HOME).status_code == 200


def test_nobody_is_sent_elsewhere_after_signing_in() -> None:
    one = someone()

    answer = sign_in(one.browser, one.user.email, next="https://evil.example.org/")

    assert answer.headers["Location"] == "/"


def test_a_session_of_before_the_sign_in_is_not_the_session_after_it() -> None:
    one = someone()
    one.browser.get(reverse("account_login"))
    session = one.browser.session
    session["planted"] = "by somebody else"
    session.save()
    assert session.session_key
    one.browser.cookies["sessionid"] = session.session_key
    before = cookie(one.browser).value

    sign_in(one.browser, one.user.email)

    assert cookie(one.browser).value != before
    thief = browser()
    thief.cookies["sessionid"] = before
    assert not is_in(thief)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    one = signed_in()

    assert cookie(one.browser)["httponly"]
    assert cookie(one.browser)["samesite"] == "Lax"
    assert not cookie(one.browser)["max-age"]


def test_who_asks_to_be_remembered_is_for_two_weeks() -> None:
    one = someone()

    sign_in(one.browser, one.user.email, remember="on")

    assert int(cookie(one.browser)["max-age"]) == 14 * 24 * 3600


def test_a_session_ends_twelve_hours_after_the_last_request(superuser: psycopg.Connection) -> None:
    one = signed_in()
    key = cookie(one.browser).value
    one.browser.get(HOME)

    def hours_left() -> float:
        row = superuser.execute(
            "SELECT extract(epoch FROM expire_date - now())::float FROM django_session WHERE session_key = %s", [key]
        ).fetchone()
        assert row
        return float(row[0] / 3600)

    superuser.execute("UPDATE django_session SET expire_date = now() + interval '1 hour' WHERE session_key = %s", [key])
    one.browser.get(HOME)
    soon_after = hours_left()
    session = one.browser.session
    session["seen_at"] = int(time.time()) - 301
    session.save()
    superuser.execute("UPDATE django_session SET expire_date = now() + interval '1 hour' WHERE session_key = %s", [key])
    one.browser.get(HOME)
    later = hours_left()
    superuser.execute("UPDATE django_session SET expire_date = now() WHERE session_key = %s", [key])

    assert soon_after == pytest.approx(1, abs=0.01), "not a write for every request"
    assert later == pytest.approx(12, abs=0.01)
    assert not is_in(one.browser)


def test_a_wrong_password_is_refused_without_a_word_about_the_address() -> None:
    one = someone()

    wrong = sign_in(browser(), one.user.email, "something else altogether")
    unknown = sign_in(browser(), newcomers.fresh_address(), "something else altogether")

    texts = [
        re.sub(r'value="[^"]*"', "", re.sub(r'name="csrf.*?>', "", answer.content.decode()))
        for answer in (wrong, unknown)
    ]
    assert texts[0] == texts[1]
    assert "not correct" in texts[0]


def test_guessing_at_one_address_from_many_places_is_stopped_even_with_the_right_password() -> None:
    one = someone()
    for _ in range(5):
        sign_in(browser(), one.user.email, "something else altogether")

    answer = sign_in(one.browser, one.user.email)

    assert "Too many failed login attempts" in answer.content.decode()
    assert not is_in(one.browser)


def test_guessing_at_many_addresses_from_one_place_is_stopped() -> None:
    one, thief, other = someone(), browser(), someone()
    for _ in range(10):
        sign_in(thief, newcomers.fresh_address(), "something else altogether")

    answer = sign_in(thief, one.user.email)

    assert "Too many failed login attempts" in answer.content.decode()
    assert not is_in(thief)
    sign_in(other.browser, other.user.email)
    assert is_in(other.browser)


def test_behind_a_proxy_that_is_named_the_address_is_the_one_that_it_saw() -> None:
    one = someone()
    spoofed = browser(x_forwarded_for="1.2.3.4, 5.6.7.8")

    with capture_logs() as logs, override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        sign_in(spoofed, one.user.email)

    assert [log["address"] for log in logs if log["event"] == "signed in"] == ["5.6.7.8"]


def test_without_a_proxy_the_address_is_the_connections() -> None:
    one = someone()
    spoofed = browser(x_forwarded_for="1.2.3.4")

    with capture_logs() as logs:
        sign_in(spoofed, one.user.email)

    assert [log["address"] for log in logs if log["event"] == "signed in"] == [spoofed.defaults["REMOTE_ADDR"]]


def test_the_log_tells_who_came_in_by_what_and_never_what_was_typed() -> None:
    one = someone()

    with capture_logs() as logs:
        sign_in(one.browser, one.user.email, "not my password at all")
        sign_in(one.browser, "my-secret-by-mistake@example.org", PASSWORD)
        sign_in(one.browser, one.user.email)
        post(one.browser, reverse("account_logout"))

    told = [(log["event"], log["user_id"]) for log in logs if "user_id" in log]
    assert told == [
        ("sign-in refused", one.user.id),
        ("sign-in refused", None),
        ("signed in", one.user.id),
        ("signed out", one.user.id),
    ]
    assert next(log["by"] for log in logs if log["event"] == "signed in") == ["password"]
    assert not any(word in str(logs) for word in ("not my password", "by-mistake", PASSWORD, one.user.email))


def test_an_authenticator_app_is_asked_for_its_code_after_the_password() -> None:
    one = signed_in()
    secret, _ = with_an_app(one)
    elsewhere = browser()

    asked = sign_in(elsewhere, one.user.email)
    half_way = is_in(elsewhere)
    wrong = post(elsewhere, reverse("mfa_authenticate"), code="000000")
    right = post(elsewhere, reverse("mfa_authenticate"), code=code_of(secret))

    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert not half_way
    assert "Incorrect code" in wrong.content.decode()
    assert right.headers["Location"] == "/"
    assert is_in(elsewhere)


def test_a_recovery_code_lets_in_once() -> None:
    one = signed_in()
    _, page = with_an_app(one)
    codes = re.findall(r"^(?:<textarea.*>)?(\d{8})(?:</textarea>)?$", page, re.MULTILINE)
    assert len(codes) == 10, page
    first, second = browser(), browser()
    sign_in(first, one.user.email)
    sign_in(second, one.user.email)

    post(first, reverse("mfa_authenticate"), code=codes[3])
    post(second, reverse("mfa_authenticate"), code=codes[3])

    assert is_in(first)
    assert not is_in(second)


def test_a_code_that_was_used_is_wrong_for_as_long_as_it_would_count() -> None:
    one = signed_in()
    secret, _ = with_an_app(one)
    code = code_of(secret)
    first, thief = browser(), browser()
    sign_in(first, one.user.email)
    sign_in(thief, one.user.email)

    post(first, reverse("mfa_authenticate"), code=code)
    cache.delete(f"allauth.mfa.totp.used?user={one.user.id}&code={code}")  # what the library forgets by then
    told = post(thief, reverse("mfa_authenticate"), code=f"{code[:3]} {code[3:]}")

    assert is_in(first)
    assert "Incorrect code" in told.content.decode()
    assert not is_in(thief)


def test_guessing_codes_is_stopped() -> None:
    one = signed_in()
    secret, _ = with_an_app(one)
    thief = browser()
    sign_in(thief, one.user.email)
    for _ in range(5):
        post(thief, reverse("mfa_authenticate"), code="000000")

    post(thief, reverse("mfa_authenticate"), code=code_of(secret))

    assert not is_in(thief)


def test_second_factors_are_changed_only_by_somebody_who_has_just_shown_the_password() -> None:
    one = signed_in()
    asked_at_once = one.browser.get(reverse("mfa_activate_totp"))
    with_an_app(one)
    session = one.browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    asked = one.browser.get(reverse("mfa_deactivate_totp"))

    assert asked_at_once.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    wrong = post(one.browser, asked.headers["Location"], password="something else altogether")
    assert "Incorrect password" in wrong.content.decode()
    assert one.browser.get(reverse("mfa_deactivate_totp")).status_code == 302
    post(one.browser, asked.headers["Location"], password=PASSWORD)
    assert one.browser.get(reverse("mfa_deactivate_totp")).status_code == 200


def test_sessions_elsewhere_are_listed_and_ended() -> None:
    one = signed_in()
    elsewhere = browser(user_agent="Lost Phone/1.0")
    sign_in(elsewhere, one.user.email)
    is_in(elsewhere)

    listed = one.browser.get(reverse("usersessions_list")).content.decode()
    post(one.browser, reverse("usersessions_list"))

    assert "Lost Phone/1.0" in listed
    assert not is_in(elsewhere)
    assert is_in(one.browser)


def test_a_new_password_ends_the_sessions_elsewhere_and_the_old_one() -> None:
    one = signed_in()
    elsewhere = browser()
    sign_in(elsewhere, one.user.email)
    new = "a new staple for the battery"

    changed = post(one.browser, reverse("account_change_password"), oldpassword=PASSWORD, password1=new, password2=new)

    assert changed.status_code == 302, changed.content
    assert is_in(one.browser)
    assert not is_in(elsewhere)
    sign_in(elsewhere, one.user.email)
    assert not is_in(elsewhere)
    sign_in(elsewhere, one.user.email, new)
    assert is_in(elsewhere)


@pytest.mark.parametrize("password", ["elevenlong!", "q1w2e3r4t5y6", "ann lee 1234"])
def test_a_password_that_is_guessed_at_once_is_not_taken(password: str) -> None:
    one = signed_in()

    answer = post(
        one.browser, reverse("account_change_password"), oldpassword=PASSWORD, password1=password, password2=password
    )

    assert answer.status_code == 200
    again = browser()
    sign_in(again, one.user.email)
    assert is_in(again)


def test_a_forgotten_password_is_no_mail_that_never_comes() -> None:
    page = browser().get(reverse("account_reset_password")).content.decode()

    assert "No mail is sent from here" in page
    assert 'type="email"' not in page


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password", "account_confirm_email"])
def test_what_is_not_supported_has_no_path(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["signup/", "email/", "password/set/", "confirm-email/", "3rdparty/", "login/code/"])
def test_no_path_of_allauths_is_answered_that_is_not_named(path: str) -> None:
    assert browser().get(f"/account/{path}").status_code == 404


def test_a_form_from_another_site_signs_nobody_in() -> None:
    one = someone()

    answer = one.browser.post(reverse("account_login"), {"login": one.user.email, "password": PASSWORD})

    assert answer.status_code == 403


def test_expired_sessions_and_counts_are_forgotten(superuser: psycopg.Connection) -> None:
    one, other = signed_in(), signed_in()
    key = cookie(one.browser).value
    superuser.execute("UPDATE django_session SET expire_date = '2026-01-01' WHERE session_key = %s", [key])
    superuser.execute("UPDATE usersessions_usersession SET last_seen_at = '2025-12-31' WHERE session_key = %s", [key])
    superuser.execute("INSERT INTO identity_cache VALUES (%s, '', '2026-01-01')", [key])

    gone = purging.purge(now=cast.NOON)

    assert gone == 1
    for table, column in (
        ("django_session", "session_key"),
        ("usersessions_usersession", "session_key"),
        ("identity_cache", "cache_key"),
    ):
        assert superuser.execute(f"SELECT FROM {table} WHERE {column} = %s", [key]).fetchone() is None
    assert is_in(other.browser)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("account_change_password", "Change the password"),
        ("account_logout", "Are you sure you want to sign out?"),
        ("account_inactive", "This account is inactive"),
        ("usersessions_list", "Sessions"),
        ("mfa_index", "Authenticator app"),
        ("mfa_list_webauthn", "No security keys have been added"),
        ("mfa_add_webauthn", "creation_options"),
        ("mfa_activate_totp", "<svg"),
        ("mfa_view_recovery_codes", "10 codes are left"),
        ("mfa_generate_recovery_codes", "new set of recovery codes"),
        ("mfa_deactivate_totp", "deactivate"),
        ("account_reauthenticate", "Enter your password"),
        ("mfa_reauthenticate", "Enter an authenticator code"),
    ],
)
def test_every_page_of_ones_own_sign_in_is_there(name: str, says: str) -> None:
    one = signed_in()
    if name not in {"mfa_activate_totp", "mfa_list_webauthn"}:
        with_an_app(one)
    post(one.browser, reverse("account_reauthenticate"), password=PASSWORD)

    answer = one.browser.get(reverse(name))

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert "Skypurser</title>" in answer.content.decode()
