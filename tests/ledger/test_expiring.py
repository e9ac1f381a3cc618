"""Holds past their expiry are resolved also where nobody sells."""

from datetime import timedelta

import pytest

from skypurser.history import acts
from skypurser.ledger import expiring
from skypurser.ledger.expiring import expire_due
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, Request
from tests import cast

AFTER = cast.NOON + timedelta(hours=2)


def hold(account: cast.Account, amount: int) -> int:
    return int(cast.post(cast.hold(account, amount, expires_at=cast.NOON + timedelta(hours=1))).facts["hold"])


def expired(account: cast.Account) -> list[dict[str, object]]:
    found = acts.of_account(carrier_id=account.carrier.id, account_id=account.id)
    return [dict(act.changes or {}) for act in reversed(found) if act.action == "hold.expired"]


def test_what_is_due_is_resolved_once_and_each_hold_tells_its_end() -> None:
    airline = cast.airline()
    first, second = hold(airline.agency, 700), hold(airline.agency, 300)
    third = hold(airline.client, 100)

    many = expire_due(carrier_id=airline.carrier.id, now=AFTER)
    again = expire_due(carrier_id=airline.carrier.id, now=AFTER)

    assert (many, again) == (2, 0)
    assert expired(airline.agency) == [{"hold": first, "amount": 700}, {"hold": second, "amount": 300}]
    assert expired(airline.client) == [{"hold": third, "amount": 100}]
    assert cast.standing(airline.agency, now=None).held == 0


def test_a_hold_that_is_not_due_stays() -> None:
    airline = cast.airline()
    hold(airline.agency, 700)

    assert expire_due(carrier_id=airline.carrier.id, now=cast.NOON) == 0
    assert cast.standing(airline.agency).held == 700


def test_a_hold_that_is_extended_at_the_last_moment_is_resolved_when_that_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    airline = cast.airline()
    placed = hold(airline.agency, 700)
    as_it_is = post_one

    def after_an_extension(request: Request) -> Answer:
        cast.post(cast.extend(airline.agency, placed, AFTER + timedelta(hours=1)))
        return as_it_is(request)

    with monkeypatch.context() as race:
        race.setattr(expiring, "post_one", after_an_extension)
        expire_due(carrier_id=airline.carrier.id, now=AFTER)
    kept = cast.standing(airline.agency, now=AFTER).held
    later = [expire_due(carrier_id=airline.carrier.id, now=AFTER + timedelta(hours=2)) for _ in range(2)]

    assert (kept, later) == (700, [1, 0])
    assert expired(airline.agency) == [{"hold": placed, "amount": 700}]


def test_at_most_so_many_accounts_at_a_time() -> None:
    airline = cast.airline()
    hold(airline.agency, 1)
    hold(airline.client, 1)

    assert [expire_due(carrier_id=airline.carrier.id, now=AFTER, limit=1) for _ in range(3)] == [1, 1, 0]


def test_acts_on_holds_say_which_and_how_much() -> None:
    agency = cast.airline().agency
    placed = hold(agency, 700)
    cast.post(cast.extend(agency, placed, cast.NOON + timedelta(hours=3)))
    cast.post(cast.capture(agency, placed, 650))

    told: dict[str, object] = {
        act.action: act.changes for act in acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)
    }

    assert told["hold.placed"] == {"hold": placed, "amount": 700, "expires_at": "2026-01-15T18:00:00+00:00"}
    assert told["hold.extended"] == {"hold": placed, "amount": 700, "expires_at": "2026-01-15T20:00:00+00:00"}
    assert told["hold.captured"] == {"hold": placed, "amount": 700, "captured": 650}
