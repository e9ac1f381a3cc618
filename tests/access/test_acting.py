"""A transaction that acts for a carrier, and the doubt that a commit may leave."""

from collections.abc import Iterator

import pytest
from django.db import connection

from skypurser.access.acting import OutcomeUnknown, acting_for
from skypurser.electronic import manual
from skypurser.ledger.requests import Answer
from skypurser.money import Money
from tests import cast
from tests.databases import Database, throwaway_database


@pytest.fixture(scope="module")
def doubtful() -> Iterator[Database]:
    """A database that warns when an entry with a telling reference is written, or committed."""
    with throwaway_database(
        without=[
            """
            CREATE FUNCTION doubt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.reference = TG_ARGV[0] THEN
                    RAISE WARNING 'canceling wait for synchronous replication';
                END IF;
                RETURN NULL;
            END $$
            """,
            """
            CREATE CONSTRAINT TRIGGER doubt_at_commit AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION doubt('at commit')
            """,
            """
            CREATE CONSTRAINT TRIGGER doubt_before AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY IMMEDIATE
                FOR EACH ROW EXECUTE FUNCTION doubt('before')
            """,
        ]
    ) as database:
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
            credit(agency, "at commit")
        again = credit(agency, "at commit")

        assert (again.replayed, again.facts["item"]) == (True, 1)
        assert cast.standing(agency).net == 1


def test_a_warning_before_the_commit_is_none_of_its_business(doubtful: Database) -> None:
    with doubtful.behind_django():
        agency = cast.airline().agency

        assert credit(agency, "before").facts["item"] == 1


def test_nobody_listens_once_the_transaction_has_ended() -> None:
    agency = cast.airline().agency
    handlers = len(connection.connection._notice_handlers)

    credit(agency, "plain")
    with pytest.raises(RuntimeError), acting_for(agency.carrier.id):
        raise RuntimeError("something else went wrong")

    assert len(connection.connection._notice_handlers) == handlers
