"""What an account had at given moments."""

from datetime import UTC, datetime, timedelta

from skypurser.access.acting import acting_for
from skypurser.ledger import course
from tests.cast import Account, airline, credit, debit, outsider, post, statement


def _nets(account: Account, *moments: datetime) -> list[int]:
    with acting_for(account.carrier.id):
        return course.nets(carrier_id=account.carrier.id, account_id=account.id, moments=moments)


def test_each_moment_has_the_net_after_the_last_movement_posted_before_it() -> None:
    account = airline().agency
    for amount in (100, 200, 300, 400, 500):
        post(credit(account, amount))
    post(debit(account, 1_000))
    posted = [one.posted_at for one in statement(account)]
    tick = timedelta(microseconds=1)

    found = _nets(account, posted[0], *(at + tick for at in posted), datetime(2100, 1, 1, tzinfo=UTC))

    assert found == [0, 100, 300, 600, 1_000, 1_500, 500, 500]


def test_an_account_without_movements_never_had_anything() -> None:
    account = airline().agency

    assert _nets(account, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)) == [0, 0]


def test_nothing_of_another_carriers_account_is_told() -> None:
    own, other = airline(), outsider()
    post(credit(other.agency, 100))

    with acting_for(own.carrier.id):
        found = course.nets(
            carrier_id=own.carrier.id, account_id=other.agency.id, moments=[datetime(2100, 1, 1, tzinfo=UTC)]
        )

    assert found == [0]
