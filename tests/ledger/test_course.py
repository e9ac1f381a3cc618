"""What an account had at the end of each date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.ledger import course
from tests.cast import Account, airline, credit, debit, outsider, post, statement


def _by_date(account: Account, last: date, *, days: int = 10, zone: str = "America/New_York") -> course.Course:
    with acting_for(account.carrier.id):
        return course.by_date(
            carrier_id=account.carrier.id, account_id=account.id, last=last, days=days, time_zone=zone
        )


def test_by_date_each_day_has_the_net_of_all_that_bears_its_date_or_an_earlier_one() -> None:
    account = airline().agency
    today = datetime.now(UTC).date()
    for days_ago, amount in ((0, 1), (4, 20), (2, 300), (4_000, 4_000), (0, 50_000), (12, 600_000), (9, 7_000_000)):
        post(credit(account, amount, now=datetime.now(UTC) - timedelta(days=days_ago)))
    post(debit(account, 5))
    movements = statement(account)

    for last in (today, today + timedelta(days=3), today - timedelta(days=3), date(2026, 1, 16)):
        found = _by_date(account, last)

        assert found.dates == tuple(last - timedelta(days=back) for back in range(9, -1, -1))
        assert not found.is_by_posting
        assert found.nets == tuple(
            sum(one.credit - one.debit for one in movements if one.business_date <= day) for day in found.dates
        )


def test_of_too_many_movements_the_course_goes_by_posting_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    account = airline().agency
    for _ in range(4):
        post(credit(account, 100))
    today = datetime.now(UTC).date() + timedelta(days=1)

    monkeypatch.setattr(course, "SUMMED", 4)
    whole = _by_date(account, today)
    monkeypatch.setattr(course, "SUMMED", 3)
    posted = _by_date(account, today)

    assert (whole.is_by_posting, whole.nets) == (False, (400,) * 10)
    assert (posted.is_by_posting, posted.nets[0], posted.nets[-1]) == (True, 0, 400)


def test_of_too_many_movements_none_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    account = airline().agency
    for _ in range(4):
        post(credit(account, 100))
    monkeypatch.setattr(course, "SUMMED", 3)
    sql, values = course._asked(account.carrier.id, account.id, datetime.now(UTC).date(), 10, "UTC")

    with acting_for(account.carrier.id), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {sql}", values)
        plan = [row[0] for row in cursor.fetchall()]

    gates = [at for at, line in enumerate(plan) if "One-Time Filter" in line]
    assert len(gates) == 2
    for at in gates:
        assert any("never executed" in line for line in plan[at : at + 3])


def test_by_date_nothing_of_another_carriers_account_is_told() -> None:
    own, other = airline(), outsider()
    post(credit(other.agency, 100))

    with acting_for(own.carrier.id):
        found = course.by_date(
            carrier_id=own.carrier.id, account_id=other.agency.id, last=date(2026, 11, 22), days=3, time_zone="UTC"
        )

    assert found.nets == (0, 0, 0)
