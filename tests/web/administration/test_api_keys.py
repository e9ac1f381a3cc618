"""API keys on the administrator's pages."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.urls import reverse

from skypurser.access.actors import operator
from skypurser.access.api_keys import KeyState, Unauthenticated, authenticate, keys
from skypurser.access.callers import Scope
from tests.web.administration.test_members import key_in
from tests.web.newcomers import Someone, post, signed_in

NEW = "/administration/api-keys/new"


def send(one: Someone, *, key: str = "", **fields: Any) -> Any:
    typed: dict[str, Any] = {
        "name": "gds",
        "scopes": ["sales"],
        "rate_limit": 10,
        "concurrency_limit": 2,
        "expires": "",
    } | fields
    return post(one.browser, NEW, key=key or key_in(one.browser, NEW), **typed)


def test_a_key_is_made_and_its_token_shown_once() -> None:
    one = signed_in()
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()

    path = send(one, expires=tomorrow.isoformat(), scopes=["sales", "holds"]).headers["Location"]
    first, second = (one.browser.get(path).content.decode() for _ in range(2))

    token = re.search(r">(sp_[\w-]{43})</textarea>", first)
    assert token
    assert "sp_" in second
    assert token[1] not in second
    caller = authenticate(token=token[1], now=datetime.now(UTC))
    assert caller.carrier_id == one.carrier.id
    assert caller.scopes == {Scope.SALES, Scope.HOLDS}
    assert (caller.rate_limit, caller.concurrency_limit) == (10, 2)
    assert caller.expires_at
    assert caller.expires_at.hour in {4, 5}, "midnight in New York"


def test_the_token_is_nowhere_in_the_clear_meanwhile(superuser: psycopg.Connection) -> None:
    one = signed_in()
    path = send(one).headers["Location"]

    kept = superuser.execute("SELECT string_agg(value, ' ') FROM identity_cache").fetchone()
    sessions = superuser.execute("SELECT string_agg(session_data, ' ') FROM django_session").fetchone()
    page = one.browser.get(path).content.decode()

    token = re.search(r"sp_[\w-]{43}", page)
    assert token
    assert token[0] not in f"{kept} {sessions}"


def test_nobody_else_is_shown_the_token() -> None:
    one = signed_in()
    colleague = signed_in(of=one.carrier)
    path = send(one).headers["Location"]

    assert not re.search(r"sp_[\w-]{43}", colleague.browser.get(path).content.decode())
    assert re.search(r"sp_[\w-]{43}", one.browser.get(path).content.decode())


def test_a_form_that_is_sent_twice_makes_one_key() -> None:
    one = signed_in()
    key = key_in(one.browser, NEW)

    led = {send(one, key=key).headers["Location"] for _ in range(2)}

    assert len(led) == 1
    assert len(keys(actor=operator(one.carrier.id))) == 1


def test_gone_back_to_and_filled_in_otherwise_it_is_another_key() -> None:
    one = signed_in()
    key = key_in(one.browser, NEW)

    led = {send(one, key=key, name=name).headers["Location"] for name in ("gds", "erp")}

    assert len(led) == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "id_name_error"),
        ({"name": "\u202e"}, "id_name_error"),
        ({"scopes": []}, "id_scopes_error"),
        ({"scopes": ["fly"]}, "id_scopes_error"),
        ({"expires": "2020-01-01"}, "id_expires_error"),
        ({"expires": "0001-01-01"}, "id_expires_error"),
        ({"expires": "tomorrow"}, "id_expires_error"),
        ({"rate_limit": 0}, "id_rate_limit_error"),
        ({"rate_limit": "9" * 30}, "id_rate_limit_error"),
        ({"concurrency_limit": "many"}, "id_concurrency_limit_error"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(fields: dict[str, Any], says: str) -> None:
    one = signed_in()

    answer = send(one, **fields)

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not keys(actor=operator(one.carrier.id))


def test_a_head_request_does_not_use_up_what_is_shown_once() -> None:
    one = signed_in()
    path = send(one).headers["Location"]

    one.browser.head(path)

    assert re.search(r"sp_[\w-]{43}", one.browser.get(path).text)
    assert not re.search(r"sp_[\w-]{43}", one.browser.get(path).text)


def test_a_key_is_revoked_for_good_after_a_question() -> None:
    one = signed_in()
    path = send(one).headers["Location"]
    token = re.findall(r"sp_[\w-]{43}", one.browser.get(path).content.decode())[0]

    asked = one.browser.get(f"{path}/revoke").content.decode()
    works = authenticate(token=token, now=datetime.now(UTC))
    for _ in range(2):
        post(one.browser, f"{path}/revoke")

    assert "undone" in asked
    assert works.name == "gds"
    with pytest.raises(Unauthenticated):
        authenticate(token=token, now=datetime.now(UTC))
    assert [key.state(now=datetime.now(UTC)) for key in keys(actor=operator(one.carrier.id))] == [KeyState.REVOKED]
    listed = one.browser.get(reverse("desk:api-keys")).content.decode()
    assert "Revoked" in listed
    assert token not in listed
