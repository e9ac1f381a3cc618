"""Make events of what has been committed: each fact once, in the order of commits, and none lost.

Acts and refused attempts are written with what they tell, by transactions that overlap: a row with a lower number may
become visible after one with a higher. So the relay never asks for what comes after the last number. It remembers a
snapshot, as PostgreSQL tells it, and takes the rows that a new snapshot shows and the old one did not. That is every
row committed in between and no other, however long a transaction was open. Whoever commits first is in the earlier
difference; within one, the row numbers tell the order, because they are drawn under the account's lock.

Transaction numbers mean nothing in another cluster, where a dump may have been restored. The relay notices, and then
goes by what has become an event already; in any case a fact's second event is refused by the database.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from skypurser.access.acting import say_carriers
from skypurser.access.carriers import all_carrier_ids
from skypurser.history.events import EventView

#: One relay at a time in a database; released with the transaction.
_LOCK = 0x536B79_4F7574

#: Where the JSON stands in the rows: Django hands it over as text.
_DETAILS, _DATA = 9, 5

#: After so many transactions without a fact the cursor moves on all the same, so that it stays near the new rows.
_FAR = 10_000

#: How many facts are put into words at a time.
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Fact:
    """An act or a refused attempt, as it was written. Amounts are minor units, `currency` is a refusal's.

    Attributes:
        source: `act` or `refusal`.
        what: The act's action, or the operation that was refused.
        code: Why it was refused; None for an act.
        details: The act's changes (old and new value by field), or the refusal's facts.
    """

    source: str
    id: int
    carrier_id: int
    at: datetime
    actor: str
    what: str
    account_id: int | None
    entry_id: int | None
    document: str | None
    details: dict[str, Any]
    reference: str
    code: str | None
    account_named: str
    currency: str


@dataclass(frozen=True, slots=True)
class Worded:
    """What is told of a fact: a public type, and data ready for JSON."""

    fact: Fact
    type: str
    data: dict[str, Any]


#: Puts facts into words; leaves out what is nobody else's business.
type Word = Callable[[Sequence[Fact]], list[Worded]]
#: What follows from new events, in the same transaction.
type React = Callable[[Sequence[EventView]], object]

_FACTS = """
SELECT 'act', id, carrier_id, at, actor, action, account_id, entry_id, document, coalesce(changes, '{{}}'), reference,
       NULL, '', ''
  FROM history_act WHERE {new}
UNION ALL
SELECT 'refusal', id, carrier_id, at, actor, operation, account_id, NULL, document, coalesce(facts, '{{}}'), '',
       code, account_named, currency
  FROM history_refusedattempt WHERE {new}
ORDER BY 2
"""

# The bounds are for the index; the snapshots decide.
_SINCE = """
    tx >= pg_snapshot_xmin(%(seen)s::pg_snapshot)::text::bigint
    AND tx < pg_snapshot_xmax(%(now)s::pg_snapshot)::text::bigint
    AND pg_visible_in_snapshot(tx::text::xid8, %(now)s::pg_snapshot)
    AND NOT pg_visible_in_snapshot(tx::text::xid8, %(seen)s::pg_snapshot)
"""
NEW = _FACTS.format(new=_SINCE)

_UNTOLD = (
    _FACTS.replace("history_act WHERE {new}", "history_act f WHERE {act}")
    .replace("history_refusedattempt WHERE {new}", "history_refusedattempt f WHERE {refusal}")
    .format(
        **{
            source: "NOT EXISTS (SELECT FROM history_event e WHERE e.carrier_id = f.carrier_id"
            f" AND e.source = '{source}' AND e.source_id = f.id)"
            for source in ("act", "refusal")
        }
    )
)

_CURSOR = """
SELECT seen, pg_current_snapshot()::text, identified.system_identifier,
       cluster IS DISTINCT FROM identified.system_identifier
       OR pg_snapshot_xmax(seen::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()),
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint - pg_snapshot_xmin(seen::pg_snapshot)::text::bigint > %s
  FROM history_relay, pg_control_system() AS identified WHERE id = 1
"""

# ON CONFLICT: after a restore, old rows come by again when the new cluster's transactions reach their numbers.
_TELL = """
INSERT INTO history_event (carrier_id, type, account_id, occurred_at, data, source, source_id)
SELECT * FROM unnest(%s::integer[], %s::text[], %s::bigint[], %s::timestamptz[], %s::jsonb[], %s::text[], %s::bigint[])
ON CONFLICT (carrier_id, source, source_id) DO NOTHING
RETURNING carrier_id, id, type, account_id, occurred_at, data
"""


def relay(*, word: Word, react: React | None = None) -> int:
    """Make events of all that was committed since the last time, and return how many; 0 while another relay works.

    One transaction: events, what follows from them, and how far we have come stand or fall together.

    Args:
        word: Is given the facts of several carriers, for all of which the transaction acts.
        react: Is given the new events, in their order.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_CURSOR, [_FAR])
        seen, now, cluster, is_elsewhere, is_far = cursor.fetchone()
        # After the snapshot, so that no fact in it belongs to a carrier that is not among these.
        say_carriers(",".join(map(str, all_carrier_ids())))
        read = told = 0
        for facts in _read(_UNTOLD if is_elsewhere else NEW, {"seen": seen, "now": now}):
            read += len(facts)
            events = _tell(word(facts))
            told += len(events)
            if react is not None and events:
                react(events)
        if read or is_elsewhere or is_far:  # otherwise the old one will do, and an idle relay costs no commit
            cursor.execute("UPDATE history_relay SET seen = %s, cluster = %s WHERE id = 1", [now, cluster])
    return told


def _read(sql: str, parameters: dict[str, str]) -> Iterator[list[Fact]]:
    """Stream the facts; however many, only some are in memory."""
    if sql is NEW:
        with connection.cursor() as cursor:
            # Statistics lag behind the newest rows, which are all that we want: never walk through all of them.
            cursor.execute("SET LOCAL enable_seqscan = off")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield [_fact(row) for row in rows]


def _tell(worded: Sequence[Worded]) -> list[EventView]:
    if not worded:
        return []
    columns = [
        (one.fact.carrier_id, one.type, one.fact.account_id, one.fact.at, Jsonb(one.data), one.fact.source, one.fact.id)
        for one in worded
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [list(column) for column in zip(*columns, strict=True)])
        return [_event(row) for row in cursor.fetchall()]


def _fact(row: tuple[Any, ...]) -> Fact:
    return Fact(*(msgspec.json.decode(value) if at == _DETAILS else value for at, value in enumerate(row)))


def _event(row: tuple[Any, ...]) -> EventView:
    return EventView(*(msgspec.json.decode(value) if at == _DATA else value for at, value in enumerate(row)))
