"""A transaction that acts for a carrier, and the doubt that a commit may leave."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.errors import ReadOnlySqlTransaction

from skypurser.access.acting import (
    AlreadyActing,
    OutcomeUnknown,
    acting_for,
    current_carriers,
    reading_for,
    snapshot_for,
)
from skypurser.electronic import manual, queries
from skypurser.ledger.requests import Answer
from skypurser.money import Money
from tests import cast
from tests.databases import Database
from tests.doubts import AT_COMMIT, BEFORE, doubtful_database
from tests.exports.files import elsewhere

type Act = Callable[[int], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def doubtful() -> Iterator[Database]:
    with doubtful_database() as database:
        yield database


def credit(agency: cast.Account, reference: str) -> Answer:
    return manual.credit(
        account_id=agency.id,
        amount=Money(1, "USD"),
        reference=reference,
        key=f"key {reference}",
        actor=agency.actor,
        now=cast.NOON,
    )


def test_a_warning_at_the_commit_leaves_the_outcome_unknown_until_asked_again(doubtful: Database) -> None:
    with doubtful.behind_django():
        agency = cast.airline().agency

        with pytest.raises(OutcomeUnknown):
            credit(agency, AT_COMMIT)
        again = credit(agency, AT_COMMIT)

        assert (again.replayed, again.facts["item"]) == (True, 1)
        assert cast.standing(agency).net == 1


def test_a_warning_before_the_commit_is_none_of_its_business(doubtful: Database) -> None:
    with doubtful.behind_django():
        agency = cast.airline().agency

        assert credit(agency, BEFORE).facts["item"] == 1


def test_nobody_listens_once_the_transaction_has_ended() -> None:
    agency = cast.airline().agency
    handlers = len(connection.connection._notice_handlers)

    credit(agency, "plain")
    with pytest.raises(RuntimeError), acting_for(agency.carrier.id):
        raise RuntimeError("something else went wrong")

    assert len(connection.connection._notice_handlers) == handlers


def test_a_question_inside_a_transaction_for_the_carrier_asks_for_nothing_more() -> None:
    carrier = cast.airline().carrier

    with acting_for(carrier.id), CaptureQueriesContext(connection) as asked, reading_for(carrier.id):
        pass

    assert list(asked) == []


def test_a_question_alone_acts_in_a_transaction_of_its_own_and_leaves_nothing() -> None:
    carrier = cast.airline().carrier

    with reading_for(carrier.id):
        acting = current_carriers()

    assert acting == str(carrier.id)
    assert current_carriers() == ""


@pytest.mark.parametrize("act", [acting_for, reading_for])
def test_a_transaction_for_one_carrier_is_not_joined_for_another(act: Act) -> None:
    ours, theirs = cast.airline().carrier, cast.outsider().carrier

    with pytest.raises(AlreadyActing), acting_for(ours.id), act(theirs.id):
        pass
    with transaction.atomic():
        with acting_for(ours.id):
            pass
        with pytest.raises(AlreadyActing), act(theirs.id):  # the transaction still acts for the first
            pass


def test_what_was_undone_inside_acts_for_nobody() -> None:
    ours, theirs = cast.airline().carrier, cast.outsider().carrier

    with transaction.atomic():
        with pytest.raises(RuntimeError), acting_for(ours.id):
            raise RuntimeError("undone")
        with acting_for(theirs.id):
            assert current_carriers() == str(theirs.id)


def test_a_snapshot_sees_one_carrier_as_it_was_at_its_beginning_and_writes_nothing() -> None:
    ours, theirs = cast.airline(), cast.outsider()
    credit(ours.agency, "before")

    with snapshot_for(ours.carrier.id):
        before = queries.accounts(actor=ours.actor)
        elsewhere(lambda: credit(ours.agency, "meanwhile"))
        after = queries.accounts(actor=ours.actor)
        with pytest.raises(AlreadyActing), acting_for(theirs.carrier.id):
            pass
        with pytest.raises(ReadOnlySqlTransaction), transaction.atomic():
            credit(ours.agency, "within")

    assert [one.account_id for one in before] == [ours.agency.id]
    assert (before[0].standing.movements, after) == (1, before)
    assert queries.accounts(actor=ours.actor)[0].standing.movements == 2


def test_a_snapshot_is_not_taken_of_a_transaction_that_has_seen_something() -> None:
    ours = cast.airline()

    for outer in (transaction.atomic(), acting_for(ours.carrier.id)):
        with outer, pytest.raises(AlreadyActing), snapshot_for(ours.carrier.id):
            pass
