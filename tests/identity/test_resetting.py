"""The operator's link for a forgotten password."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import connection

from skypurser.errors import InvalidRequest
from skypurser.identity import resetting
from skypurser.identity.resetting import ResetInvalid, find_reset, reset_token, second_factors, set_password
from skypurser.identity.users import UserView, register
from tests.web.newcomers import PASSWORD, fresh_address

NEW = "a new staple for the battery"


def person(factors: int = 0) -> UserView:
    user = register(email=fresh_address(), name="Ann Lee", password=PASSWORD)
    for _ in range(factors):
        Authenticator.objects.create(user_id=user.id, type=Authenticator.Type.WEBAUTHN, data={})
    return user


def test_second_factors_stay_unless_the_operator_said_otherwise() -> None:
    kept, gone = person(2), person(2)
    keeping = reset_token(email=kept.email)
    removing = reset_token(email=gone.email, removes_second_factors=True)
    assert second_factors(user_id=gone.id) == 2, "only the link's use removes them"

    set_password(token=keeping, password=NEW)
    set_password(token=removing, password=NEW)

    assert (second_factors(user_id=kept.id), second_factors(user_id=gone.id)) == (2, 0)


def test_a_link_does_not_work_after_another_one_was_used() -> None:
    user = person()
    first, second = reset_token(email=user.email), reset_token(email=user.email, removes_second_factors=True)

    set_password(token=second, password=NEW)

    with pytest.raises(ResetInvalid):
        set_password(token=first, password=PASSWORD)


def test_of_two_who_use_a_link_at_once_one_does() -> None:
    token = reset_token(email=person().email)

    def use(number: int) -> bool:
        try:
            set_password(token=token, password=f"{NEW} {number}")
        except ResetInvalid:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_a_link_works_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    token = reset_token(email=person().email)
    monkeypatch.setattr(resetting, "LASTS", timedelta(0))

    with pytest.raises(ResetInvalid):
        find_reset(token=token)


def test_what_was_signed_for_something_else_is_no_link() -> None:
    token = signing.dumps({"user": person().id, "state": "", "factors": True}, salt="something else")

    with pytest.raises(ResetInvalid):
        find_reset(token=token)


def test_a_password_that_is_guessed_at_once_changes_nothing_and_spares_the_link() -> None:
    user = person(1)
    token = reset_token(email=user.email, removes_second_factors=True)

    with pytest.raises(InvalidRequest) as refused:
        set_password(token=token, password="q1w2e3r4t5y6")

    assert refused.value.field == "password"
    assert second_factors(user_id=user.id) == 1
    assert find_reset(token=token).user == user
