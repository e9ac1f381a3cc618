"""Below what an account is low, and who is told: set by whoever may manage it, and in its history."""

from dataclasses import replace
from typing import Any

import pytest

from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.alerts import settings
from skypurser.alerts.settings import Occasion, RecipientView, TooManyRecipients
from skypurser.electronic import managing
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.accounts import AccountNotFound
from tests import cast
from tests.cast import NOON

ALL = frozenset(Occasion)


def how(airline: cast.Airline) -> dict[str, Any]:
    return {"account_id": airline.agency.id, "actor": airline.actor, "now": NOON}


def put(airline: cast.Airline, email: str = "ana@example.org", **changes: Any) -> RecipientView:
    given: dict[str, Any] = {"email": email, "language": "en", "occasions": ALL, **how(airline)}
    return settings.put_recipient(**{**given, **changes})


def recorded(airline: cast.Airline) -> list[tuple[str, str, dict[str, Any]]]:
    found = acts.of_account(carrier_id=airline.carrier.id, account_id=airline.agency.id)
    return [(one.action, one.reference, one.changes or {}) for one in reversed(found) if one.action != "account.opened"]


def test_the_mark_is_a_tenth_a_percentage_or_an_amount() -> None:
    airline = cast.airline()
    limit = cast.standing(airline.agency).credit_limit
    seen = []

    marks: list[dict[str, Any]] = [{}, {"percent": 25}, {"amount": 7_500}, {}]
    for wanted in marks:
        settings.set_mark(**wanted, **how(airline))
        now = settings.alerts(airline.agency.id, actor=airline.actor)
        seen.append((now.percent, now.amount, now.below))

    tenth = (None, None, limit // 10)
    assert seen == [tenth, (25, None, limit // 4), (None, 7_500, 7_500), tenth]
    assert recorded(airline) == [
        ("account.low_mark_set", "alerts", {"low_percent": [None, 25]}),
        ("account.low_mark_set", "alerts", {"low_percent": [25, None], "low_mark": [None, 7_500]}),
        ("account.low_mark_set", "alerts", {"low_mark": [7_500, None]}),
    ]


@pytest.mark.parametrize(
    "wanted", [{"percent": 0}, {"percent": 101}, {"amount": 0}, {"amount": -5}, {"amount": 1, "percent": 1}]
)
def test_a_mark_that_is_none_changes_nothing(wanted: dict[str, Any]) -> None:
    airline = cast.airline()

    with pytest.raises(InvalidRequest):
        settings.set_mark(**wanted, **how(airline))

    assert recorded(airline) == []


def test_a_recipient_is_added_changed_and_removed() -> None:
    airline = cast.airline()

    put(airline, "Ana@Example.org")
    put(airline)
    put(airline, language="es", occasions={Occasion.LOW})
    there = settings.alerts(airline.agency.id, actor=airline.actor).recipients
    settings.remove_recipient(email="ana@example.org", **how(airline))
    settings.remove_recipient(email="ana@example.org", **how(airline))

    assert there == (RecipientView("ana@example.org", "es", frozenset({Occasion.LOW})),)
    assert settings.alerts(airline.agency.id, actor=airline.actor).recipients == ()
    assert recorded(airline) == [
        ("account.recipient_set", "ana@example.org", {"occasions": ["", "low, over_limit, status, en"]}),
        ("account.recipient_set", "ana@example.org", {"occasions": ["low, over_limit, status, en", "low, es"]}),
        ("account.recipient_removed", "ana@example.org", {"occasions": ["low, es", ""]}),
    ]


@pytest.mark.parametrize(
    "wrong", [{"email": ""}, {"email": "ana"}, {"email": "a@b.c\r\nBcc: x@y.z"}, {"language": "fr"}, {"occasions": ()}]
)
def test_what_is_no_recipient_is_refused(wrong: dict[str, Any]) -> None:
    airline = cast.airline()

    with pytest.raises(InvalidRequest) as no:
        put(airline, **wrong)

    assert no.value.field == next(iter(wrong))
    assert recorded(airline) == []


def test_an_account_tells_so_many_at_most_but_changes_those_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MOST_RECIPIENTS", 1)
    airline = cast.airline()
    put(airline)

    with pytest.raises(TooManyRecipients):
        put(airline, "bo@example.org")

    assert put(airline, language="es").language == "es"


def test_only_who_manages_the_account_sets_and_sees_it() -> None:
    airline, other = cast.airline(), cast.airline()
    seller = replace(airline.actor, permissions=frozenset({Permission.QUERIES}))

    for actor, error in ((seller, PermissionDenied), (other.actor, AccountNotFound)):
        who: dict[str, Any] = {**how(airline), "actor": actor}
        with pytest.raises(error):
            settings.set_mark(percent=5, **who)
        with pytest.raises(error):
            put(airline, actor=actor)
        with pytest.raises(error):
            settings.remove_recipient(email="ana@example.org", **who)
        with pytest.raises(error):
            settings.alerts(airline.agency.id, actor=actor)

    assert recorded(airline) == []


def test_an_account_that_was_never_used_goes_with_its_recipients() -> None:
    airline = cast.airline()
    put(airline)

    managing.delete(account_id=airline.agency.id, reference="Never used", actor=airline.actor, now=NOON)

    assert recorded(airline)[-1][0] == "account.deleted"
