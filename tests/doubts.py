"""A database whose commits may leave a doubt, as synchronous replication does when its wait is cancelled."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.databases import Database, throwaway_database

AT_COMMIT, BEFORE = "at commit", "before"


@contextmanager
def doubtful_database() -> Iterator[Database]:
    """A database that warns when an act or entry with a telling reference is written (`BEFORE`), or committed."""
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
            f"""
            CREATE CONSTRAINT TRIGGER doubt_at_commit AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION doubt('{AT_COMMIT}')
            """,
            f"""
            CREATE CONSTRAINT TRIGGER doubt_before AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY IMMEDIATE
                FOR EACH ROW EXECUTE FUNCTION doubt('{BEFORE}')
            """,
        ]
    ) as database:
        yield database
