"""The page behind an invitation."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from skypurser.access.actors import operator
from skypurser.access.carriers import CarrierView
from skypurser.access.memberships import memberships
from skypurser.access.permissions import ALL
from skypurser.administration.inviting import invite
from skypurser.administration.members import add_member
from skypurser.config.logs import configure, without_tokens
from skypurser.identity.users import find_user
from tests import cast
from tests.web.account.test_signing_in import is_in
from tests.web.newcomers import PASSWORD, Someone, browser, fresh_address, post, sign_in, signed_in, someone


def link(of: CarrierView, email: str) -> str:
    now = datetime.now(UTC)
    add_member(email=email, name="Ann Lee", permissions=ALL, actor=operator(of.id), now=now)
    return f"/account/invitation/{invite(email=email, actor=operator(of.id), now=now).token}"


def carriers_of(one: Someone) -> list[int]:
    return sorted(found.carrier_id for found in memberships(user_id=one.user.id))


def test_a_new_person_chooses_a_password_and_is_in() -> None:
    of, email, client = cast.carrier(), fresh_address(), browser()

    answer = post(client, link(of, email), name="Ann Lee", password=PASSWORD, again=PASSWORD)

    assert answer.headers["Location"] == "/"
    assert is_in(client)
    user = find_user(email=email)
    assert user
    assert [found.carrier_id for found in memberships(user_id=user.id)] == [of.id]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "", "password": PASSWORD, "again": PASSWORD}, "This field is required"),
        ({"name": "A", "password": PASSWORD, "again": "another staple"}, "The two passwords differ"),
        ({"name": "A", "password": "q1w2e3r4t5y6", "again": "q1w2e3r4t5y6"}, "too common"),
        ({"name": "A\u0007b", "password": PASSWORD, "again": PASSWORD}, "printable"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(fields: dict[str, str], says: str) -> None:
    email = fresh_address()

    answer = post(browser(), link(cast.carrier(), email), **fields)

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert find_user(email=email) is None


def test_looking_at_a_link_changes_nothing() -> None:
    one = signed_in()
    path = link(cast.carrier(), one.user.email)

    one.browser.get(path)

    assert carriers_of(one) == [one.carrier.id]


def test_somebody_who_is_signed_in_accepts_and_works_for_that_carrier() -> None:
    one, another = signed_in(), cast.carrier()
    path = link(another, one.user.email)

    answer = post(one.browser, path)

    assert answer.headers["Location"] == "/"
    assert carriers_of(one) == sorted([one.carrier.id, another.id])
    assert one.browser.session["carrier_id"] == another.id
    assert one.browser.get(path).status_code == 410


def test_an_address_that_is_not_ones_own_is_said_before_accepting() -> None:
    one = signed_in()
    other = fresh_address()

    page = one.browser.get(link(cast.carrier(), other)).content.decode()

    assert f"The invitation is for {other}" in page
    assert one.user.email in page


def test_somebody_who_signs_in_already_has_to_do_so_and_no_password_is_set() -> None:
    one = someone()
    path = link(cast.carrier(), one.user.email)
    thief = browser()

    page = thief.get(path).content.decode()
    token = thief.get("/account/login/").content.decode().split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    own = "mallory's own password"
    thief.post(path, {"csrfmiddlewaretoken": token, "name": "M", "password": own, "again": own})

    assert 'type="password"' not in page
    assert f"next={path}" in page
    assert not is_in(thief)
    assert carriers_of(one) == [one.carrier.id]
    assert sign_in(one.browser, one.user.email, next=path).headers["Location"] == path
    post(one.browser, path)
    assert len(carriers_of(one)) == 2


def test_another_member_of_the_same_carrier_is_told_and_the_link_still_works() -> None:
    one = signed_in()
    path = link(one.carrier, fresh_address())

    answer = post(one.browser, path)

    assert "another member of this carrier already" in answer.content.decode()
    assert browser().get(path).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00" * 43, "é" * 43])
def test_an_invented_link_is_none(token: str) -> None:
    assert browser().get(f"/account/invitation/{token}").status_code == 410


def test_no_link_stands_in_the_log_of_requests() -> None:
    path = link(cast.carrier(), fresh_address())
    with capture_logs() as logs:
        answer = browser().get(path)

    assert [log["path"] for log in logs if log["event"] == "request"] == ["/account/invitation/…"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_no_link_stands_in_what_django_logs_about_a_refused_form(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = link(cast.carrier(), fresh_address())
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    monkeypatch.setenv("SKYPURSER_LOGS", "json")
    monkeypatch.setattr("structlog.configure", lambda **_: None)  # it would hold for all tests that follow
    configure({})
    try:
        refused = browser().post(path, {"name": "Ann"})
    finally:
        root.handlers[:] = before
        root.setLevel(level)

    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert refused.status_code == 403
    assert any("CSRF" in line["event"] and "/account/invitation/…" in line["event"] for line in lines), lines
    assert path.rpartition("/")[2] not in str(lines)


def test_only_tokens_are_hidden() -> None:
    assert without_tokens("/account/password/new/a:b-c_d?x=1 and /account/password/change/") == (
        "/account/password/new/…?x=1 and /account/password/change/"
    )
