"""What becomes an event: every committed fact, once, in the order of commits."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from skypurser.access.isolation import CARRIERS_SETTING
from skypurser.events.relaying import relay
from skypurser.history import events, outbox
from skypurser.history.events import EventView
from tests import cast
from tests.databases import Database, this_database, throwaway_database

#: What a relay would ask that goes by numbers alone.
NAIVE = outbox._FACTS.format(new="id > (SELECT coalesce(max(source_id), 0) FROM history_event)")


@contextmanager
def writing(database: Database, carrier_id: int) -> Iterator[psycopg.Connection]:
    """A transaction of the application's that acts for the carrier; it ends when the test says so."""
    with psycopg.connect(database.url("skypurser_app")) as session:
        session.execute("SELECT set_config(%s, %s, true)", [CARRIERS_SETTING, str(carrier_id)])
        yield session


def credited(session: psycopg.Connection, account: cast.Account, reference: str) -> None:
    """Add an act as a posting does, in the session's transaction."""
    session.execute(
        "INSERT INTO history_act (carrier_id, at, actor, action, account_id, reference)"
        " VALUES (%s, %s, 'desk', 'account.credited', %s, %s)",
        [account.carrier.id, cast.NOON, account.id, reference],
    )


def references(account: cast.Account) -> list[str]:
    """What the account's events of this test say, in their order."""
    told = events.page(carrier_id=account.carrier.id, account_id=account.id, types=["account.credited"], limit=500)
    return [event.data["reference"] for event in told]


def late_commit(database: Database) -> list[str]:
    """Let a transaction with a lower number commit after one with a higher was relayed; return what was told."""
    agency = cast.airline().agency
    relay()
    with writing(database, agency.carrier.id) as slow, writing(database, agency.carrier.id) as quick:
        credited(slow, agency, "slow")
        credited(quick, agency, "quick")
        quick.commit()
        relay()
        slow.commit()
        relay()
    return references(agency)


def test_what_commits_late_with_a_lower_number_is_not_lost() -> None:
    assert late_commit(this_database()) == ["quick", "slow"]


def test_a_relay_that_goes_by_numbers_loses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "NEW", NAIVE)

    with throwaway_database() as database, database.behind_django():
        assert late_commit(database) == ["quick"]


def test_an_open_transaction_holds_nobody_back_and_does_not_turn_the_order_around() -> None:
    """The transaction that began first acts last; a third, begun in between, stays open all the time."""
    agency, database = cast.airline().agency, this_database()
    with (
        writing(database, agency.carrier.id) as first_begun,
        writing(database, agency.carrier.id) as open_all_the_time,
        writing(database, agency.carrier.id) as last_begun,
    ):
        for session in (first_begun, open_all_the_time, last_begun):
            session.execute("SELECT pg_current_xact_id()")
        credited(last_begun, agency, "1")
        last_begun.commit()
        credited(first_begun, agency, "2")
        first_begun.commit()
        relay()
        told = references(agency)
        open_all_the_time.rollback()

    relay()
    assert told == references(agency) == ["1", "2"]


def test_what_was_rolled_back_is_never_told() -> None:
    agency, database = cast.airline().agency, this_database()
    with writing(database, agency.carrier.id) as session:
        credited(session, agency, "never")
        session.rollback()
    relay()

    assert references(agency) == []


def test_a_fact_is_told_once_however_often_the_relay_runs() -> None:
    agency = cast.airline().agency
    cast.post(cast.credit(agency, 100))
    relay()
    before = events.page(carrier_id=agency.carrier.id, limit=500)

    assert relay() == 0
    assert events.page(carrier_id=agency.carrier.id, limit=500) == before


def test_the_database_refuses_a_facts_second_event(superuser: psycopg.Connection) -> None:
    cast.airline()
    relay()

    with pytest.raises(psycopg.errors.UniqueViolation, match="event_once_per_fact"):
        superuser.execute(
            "INSERT INTO history_event (carrier_id, type, occurred_at, data, source, source_id)"
            " SELECT carrier_id, type, occurred_at, data, source, source_id FROM history_event LIMIT 1"
        )


def test_while_one_relay_works_another_does_nothing(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    cast.post(cast.credit(agency, 100))

    with superuser.transaction():
        superuser.execute("SELECT pg_advisory_xact_lock(%s)", [outbox._LOCK])
        assert relay() == 0
    assert relay() > 0
    assert references(agency) == ["ref credit"]


def test_what_follows_from_events_happens_with_them_or_not_at_all() -> None:
    agency = cast.airline().agency
    relay()
    cast.post(cast.credit(agency, 100))
    seen: list[EventView] = []

    def fail(told: object) -> None:
        raise RuntimeError("a reaction failed")

    with pytest.raises(RuntimeError, match="a reaction failed"):
        relay(react=fail)
    assert references(agency) == []

    assert relay(react=seen.extend) == 1
    assert [event.data["reference"] for event in seen] == references(agency) == ["ref credit"]


def test_many_facts_are_told_a_piece_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_AT_ONCE", 3)
    agency = cast.airline().agency
    relay()
    for _ in range(10):
        cast.post(cast.credit(agency, 100))
    sizes: list[int] = []

    assert relay(react=lambda told: sizes.append(len(told))) == 10
    assert sizes == [3, 3, 3, 1]


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param("9000000:9000000:", id="its transactions are ahead of ours"),
        pytest.param("1:1:", id="its transactions are behind ours"),
    ],
)
def test_in_another_cluster_nothing_is_lost_and_nothing_told_twice(seen: str) -> None:
    """As after a dump was restored: the facts' transaction numbers, and the snapshot's, are of somewhere else."""
    with throwaway_database() as database, database.behind_django(), database.superuser() as superuser:
        agency = cast.airline().agency
        cast.post(cast.credit(agency, 100))
        relay()
        before = events.page(carrier_id=agency.carrier.id, limit=500)
        with writing(database, agency.carrier.id) as session:
            credited(session, agency, "not yet told at the dump")
        superuser.execute("UPDATE history_relay SET cluster = 1, seen = %s", [seen])
        superuser.execute("ALTER TABLE history_act DISABLE TRIGGER append_only")
        ahead = "UPDATE history_act SET tx = pg_current_xact_id()::text::bigint + id % 3"
        superuser.execute(ahead)  # so that our own transactions come to reach these numbers

        assert relay() == 1
        for number in range(5):
            cast.post(cast.credit(agency, 100 + number))
            assert relay() == 1

        after = events.page(carrier_id=agency.carrier.id, limit=500)
        assert after[: len(before)] == before
        assert len(after) == len(before) + 6
        assert references(agency) == ["ref credit", "not yet told at the dump", *["ref credit"] * 5]


def test_the_index_by_transaction_finds_the_new_ones(superuser: psycopg.Connection) -> None:
    cast.airline()
    with superuser.transaction():
        superuser.execute("SET LOCAL enable_seqscan = off")
        now = "9999999:9999999:"
        plan = superuser.execute("EXPLAIN " + outbox.NEW, {"seen": "9999990:9999990:", "now": now}).fetchall()

    text = "\n".join(row[0] for row in plan)
    assert "act_by_tx" in text
    assert "refusedattempt_by_tx" in text
    assert "Seq Scan" not in text


def test_another_carrier_reads_no_events() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    relay()
    theirs = events.page(carrier_id=airline.carrier.id)

    assert theirs
    assert {event.carrier_id for event in events.page(carrier_id=outsider.carrier.id)} == {outsider.carrier.id}
    with pytest.raises(events.EventNotFound):
        events.get(theirs[0].id, carrier_id=outsider.carrier.id)


def test_events_are_read_page_by_page_and_filtered() -> None:
    airline = cast.airline()
    for amount in (100, 200, 300):
        cast.post(cast.credit(airline.agency, amount))
    cast.post(cast.credit(airline.client, 400))
    relay()
    of = airline.carrier.id

    first = events.page(carrier_id=of, limit=2)
    rest = events.page(carrier_id=of, after=first[-1].id)
    assert [event.type for event in first + rest] == ["account.opened"] * 2 + ["account.credited"] * 4
    assert [event.id for event in first + rest] == sorted(event.id for event in first + rest)
    assert len(events.page(carrier_id=of, types=["account.credited"], account_id=airline.client.id)) == 1
    assert events.get(first[0].id, carrier_id=of) == first[0]


def test_a_relay_that_finds_nothing_writes_nothing(superuser: psycopg.Connection) -> None:
    cast.airline()
    relay()

    def written() -> object:
        return superuser.execute("SELECT xmin::text, xmax::text, seen FROM history_relay").fetchone()

    before = written()
    assert [relay(), relay()] == [0, 0]
    assert written() == before


def test_after_many_transactions_without_a_fact_the_cursor_moves_on(
    superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_FAR", 0)
    relay()
    before = superuser.execute("SELECT seen FROM history_relay").fetchone()
    superuser.execute("SELECT pg_current_xact_id()")

    assert relay() == 0
    assert superuser.execute("SELECT seen FROM history_relay").fetchone() != before
