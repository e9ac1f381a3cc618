"""From which amount on manual credits and debits take four eyes."""

import psycopg
import pytest

from skypurser.access import four_eyes
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from tests import cast
from tests.databases import unchanged


def set_(actor: Actor, currency: str, amount: int | None) -> None:
    set_approval_threshold(currency=currency, amount=amount, actor=actor, now=cast.NOON)


def test_a_threshold_is_set_changed_and_taken_away_and_the_history_tells() -> None:
    chief, outsider = operator(cast.carrier().id, name="chief"), cast.carrier()

    set_(chief, "USD", 500_000)
    set_(chief, "JPY", 1)
    set_(chief, "USD", 700_000)
    both = four_eyes.thresholds(carrier_id=chief.carrier_id)
    set_(chief, "USD", None)

    assert both == {"JPY": 1, "USD": 700_000}
    assert four_eyes.thresholds(carrier_id=chief.carrier_id) == {"JPY": 1}
    assert four_eyes.thresholds(carrier_id=outsider.id) == {}
    assert [(a.actor, a.reference, a.changes) for a in acts.of_carrier(carrier_id=chief.carrier_id)[:-1]] == [
        ("chief", "USD", {"amount": [700_000, None]}),
        ("chief", "USD", {"amount": [500_000, 700_000]}),
        ("chief", "JPY", {"amount": [None, 1]}),
        ("chief", "USD", {"amount": [None, 500_000]}),
    ]


def test_what_changes_nothing_or_is_refused_is_no_act(superuser: psycopg.Connection) -> None:
    chief = operator(cast.carrier().id)
    set_(chief, "USD", 5)

    with unchanged(superuser, chief.carrier_id, but=()):
        set_(chief, "USD", 5)
        set_(chief, "EUR", None)
        for currency, amount in (("USD", 0), ("USD", -1), ("USD", 10**15), ("XXX", 1), ("usd", 1)):
            with pytest.raises(InvalidRequest):
                set_(chief, currency, amount)
        for unfit in (
            Actor(chief.carrier_id, "clerk", ALL - {Permission.ADMINISTRATION}),
            Actor(chief.carrier_id, "key:gds", ALL, key_id=1),
        ):
            with pytest.raises(PermissionDenied):
                set_(unfit, "USD", None)
