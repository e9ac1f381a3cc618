"""The one door through which money moves: lock and read, decide, store.

The three steps are the same for one request and for a thousand:

1. *Lock and read.* One statement locks the account rows of all requests in one global order; the next, with a snapshot
   taken after the locks, reads the bound keys and what the packages need to know. They may go to the server together.
2. *Decide.* Each request in turn becomes an intent, `decide` judges it, and the accounts in memory move on.
3. *Store.* One statement writes everything, or everything of a portion of a large batch; the last may go to the server
   together with the commit.

`post` is a generator that yields statements and receives their rows, and touches no connection itself: `run` drives it
on Django's connection (`post_one`, inside the caller's transaction) and on the batcher's (`poster`) alike.
"""

import re
from collections.abc import Callable, Generator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from django.db import connection

from skypurser.ledger.arrays import Bigints, Integers, Texts
from skypurser.ledger.book import Book, BoundKey
from skypurser.ledger.holds import HoldShelf
from skypurser.ledger.intents import AccountState
from skypurser.ledger.judging import Judge
from skypurser.ledger.requests import Answer, Request, Shelf
from skypurser.ledger.states import Outcome, Status
from skypurser.ledger.wire import Pipeline, Result, Row, Rows, Wire
from skypurser.ledger.writes import Writes

type Steps[T] = Generator[Pipeline, Rows, T]


class Judged(NamedTuple):
    """What was decided.

    Attributes:
        answers: One for each request, in their order. They hold once `last` was run and committed.
        last: The statement that writes what is not written yet, or confirms what is only told again; none where there
            is neither. Its rows say nothing.
    """

    answers: list[Answer]
    last: Pipeline


# The order is the lock order: every transaction takes these rows by ascending id. READ COMMITTED re-reads a row that
# changed while we waited for it, so what comes back is the newest version.
LOCK = """
SELECT id, carrier_id, currency, status, credit_limit, debits, credits, held, last_item, last_posted_at, digest,
       closed_through, low_at, low_since
FROM ledger_account WHERE carrier_id = ANY($1::integer[]) AND id = ANY($2::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""

# A statement of its own: its snapshot is younger than the locks, so it sees what others committed while we waited.
_READ = """
SELECT clock_timestamp(),
       ARRAY(SELECT nextval('ledger_entry_id_seq') FROM generate_series(1, $1::integer)),
       (SELECT json_agg(json_build_array(k.carrier_id, k.key, encode(k.fingerprint, 'hex'), k.outcome, k.code, k.facts))
          FROM unnest($2::integer[], $3::text[]) AS asked(carrier_id, key)
         CROSS JOIN LATERAL (SELECT * FROM ledger_key f WHERE f.carrier_id = asked.carrier_id AND f.key = asked.key
                              LIMIT 1) AS k)::text
"""

# A replay is confirmed only behind a commit that waits for the standby like the first answer's did.
FENCE = "SELECT pg_logical_emit_message(true, 'skypurser.fence', '')"


# Plans for any parameters, as in the batcher's sessions: ours are all by index, and planning anew is what costs.
_SAVE: Pipeline = (("SAVEPOINT posting", ()), ("SET LOCAL plan_cache_mode = force_generic_plan", ()))
_GO_BACK: Pipeline = (("ROLLBACK TO SAVEPOINT posting", ()),)
_KEEP: Pipeline = (("RELEASE SAVEPOINT posting", ()),)

#: So many requests of a larger batch are written first, while the next are judged. To set up the statement costs the
#: server as much as twenty of them.
_PORTION = 64

#: How Django's connections are spoken through, for as long as each is open.
_wires: WeakKeyDictionary[psycopg.Connection[Any], Wire] = WeakKeyDictionary()


def post_one(request: Request) -> Answer:
    """Post one request inside the caller's transaction and return its answer.

    A refusal is an answer too: it is recorded and bound to its key like a movement, so the caller commits before
    raising it. What the answer says holds once the transaction has committed.
    """
    return _post([request])[0]


def post_all(requests: Sequence[Request]) -> list[Answer]:
    """Post several requests as one act, in one statement: all of them, or none.

    Inside the caller's transaction, like `post_one`; the accounts of all are locked in the ledger's order.

    Raises:
        RequestRefused: The first refusal. Nothing is written, not even the refusal and its key, which are for the
            caller to keep (see `keys.answer_once`).
    """
    answers = _post(requests, together=True)
    for answer in answers:
        answer.raise_if_refused()
    return answers


def _post(requests: Sequence[Request], *, together: bool = False) -> list[Answer]:
    connection.ensure_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("money moves inside a transaction only")
    raw = connection.connection
    wire = _wires.get(raw)
    if wire is None:
        wire = _wires[raw] = Wire(raw)
    for _ in range(2):
        try:
            return _run(wire, requests, together=together, before=_SAVE, after=_KEEP)
        except psycopg.errors.UniqueViolation:
            # Another session took the key or the document while we judged; what it wrote can be read now.
            wire.run(_GO_BACK)
    return _run(wire, requests, together=together)


def _run(
    wire: Wire, requests: Sequence[Request], *, together: bool, before: Pipeline = (), after: Pipeline = ()
) -> list[Answer]:
    steps = post(requests, together=together)
    begun = rows_of(wire.run([*before, *next(steps)]))[len(before) :]
    judged = run(steps, lambda pipeline: rows_of(wire.run(pipeline)), rows=begun)
    wire.run([*judged.last, *after])
    return judged.answers


def rows_of(results: Sequence[Result]) -> Rows:
    """Return the rows of each statement."""
    return [result.rows for result in results]


def run[T](steps: Steps[T], go: Callable[[Pipeline], Rows], *, rows: Rows) -> T:
    """Run steps in one transaction and return their result; `rows` are their first pipeline's."""
    try:
        pipeline = steps.send(rows)
        while True:
            pipeline = steps.send(go(pipeline))
    except StopIteration as done:
        result: T = done.value
        return result


def post(
    requests: Sequence[Request], *, together: bool = False, ahead: Callable[[Pipeline], object] | None = None
) -> Steps[Judged]:
    """Judge the requests in their order; returns the answers, and what is to be written for them.

    Yields pipelines, whose statements are to be run one after the other in one transaction, and is sent their rows;
    what it returns is to be run in the same transaction.

    Args:
        together: Write nothing at all where any of them is refused.
        ahead: Sends statements that are to be run before what is returned, and does not wait for them: a large batch
            is written in portions, each while the next one is judged.
    """
    book = Book(
        wanted=sorted({request.account_id for request in requests if request.account_id is not None}),
        carriers=sorted({request.carrier_id for request in requests}),
        latest=max((request.now for request in requests if request.now is not None), default=None),
    )
    yield from _lock_and_read(requests, book)
    writes = Writes()
    judge = Judge(book, writes)
    answers: list[Answer] = []
    numbered = zip(requests, book.ids, strict=True)
    for size in (len(requests),) if ahead is None else _portions(len(requests)):
        answers += judge.answers(islice(numbered, size))
        if together and any(answer.outcome is Outcome.REFUSED for answer in answers):
            return Judged(answers, ())
        book.store(writes)
        statement = writes.statement()
        last: Pipeline = () if statement is None else (statement,)
        if ahead is not None and last and len(answers) < len(requests):
            ahead(last)
    if not last and any(answer.replayed for answer in answers):
        last = ((FENCE, ()),)
    return Judged(answers, last)


def _portions(count: int) -> list[int]:
    """Return how many requests are written at a time.

    The server takes longer to write a portion than it takes to judge as many, so each may be larger than the last.
    """
    sizes, size = [], _PORTION
    while count > size + size // 4:
        sizes.append(size)
        count -= size
        size += size // 3
    return [*sizes, count]


def _account(row: Row) -> AccountState:
    return AccountState(
        row[0],
        row[1],
        row[2],
        Status(row[3]),
        row[4],
        row[5],
        row[6],
        row[7],
        row[8],
        row[9],
        bytes(row[10]),
        row[11],
        row[12],
        row[13],
    )


def _lock_and_read(requests: Sequence[Request], book: Book) -> Steps[None]:
    """Lock the accounts, and read keys, clock, row numbers and the shelves' lookups."""
    by_shelf: dict[type[Shelf], list[Request]] = {}
    for request in requests:
        for kind in request.shelves:
            by_shelf.setdefault(kind, []).append(request)
    parameters: list[Any] = [
        len(requests),
        Integers(request.carrier_id for request in requests),
        Texts(request.key for request in requests),
    ]
    sqls, asked = [], []
    for kind, theirs in by_shelf.items():
        shelf = book.shelves[kind] = kind()
        lookup = shelf.lookup(theirs, book)
        if lookup is not None:
            sqls.append(lookup.sql)
            asked.append(shelf)
            parameters.extend(lookup.parameters)
    read = (_compose(tuple(sqls)), parameters)
    if book.wanted:
        locked, rows = yield (LOCK, (Integers(book.carriers), Bigints(book.wanted))), read
        book.accounts.update((row[0], _account(row)) for row in locked)
    else:
        (rows,) = yield (read,)
    book.clock, book.ids, keys, *found = rows[0]
    for carrier_id, key, mark, outcome, code, facts in msgspec.json.decode(keys or "[]"):
        answer = Answer(Outcome(outcome), code, facts)
        book.keys[carrier_id, key] = BoundKey(bytes.fromhex(mark), answer)
    for shelf, text in zip(asked, found, strict=True):
        shelf.learn(text)
    holding = [account.id for account in book.accounts.values() if account.held]
    if holding:
        # Only the locked rows tell who holds, and few do.
        holds = book.shelves.setdefault(HoldShelf, HoldShelf())
        (((text,),),) = yield (holds.due(holding, book),)
        holds.learn(text)


@lru_cache(maxsize=256)
def _compose(lookups: tuple[str, ...]) -> str:
    parts, first = [_READ], 3
    for sql in lookups:
        numbers = [int(number) for number in re.findall(r"\$(\d+)", sql)]
        offset = first
        parts.append(f"({re.sub(r'\$(\d+)', lambda m: f'${int(m[1]) + offset}', sql)})::text")  # noqa: B023
        first += max(numbers)
    return ",\n".join(parts)
