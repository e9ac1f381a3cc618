"""A transaction that acts for a carrier, and the doubt that a commit may leave."""

from collections.abc import Iterator

import pytest
from django.db import connection

from skypurser.access.acting import OutcomeUnknown, acting_for
from skypurser.electronic import manual
from skypurser.ledger.requests import Answer
from skypurser.money import Money
from tests import cast
from tests.databases import Database
from tests.doubts import AT_COMMIT, BEFORE, doubtful_database


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
