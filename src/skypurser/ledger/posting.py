"""The one door through which money moves: lock and read, decide, store.

The three steps are the same for one request and for a thousand:

1. *Lock and read.* One statement locks the account rows of all requests in one global order; the next, with a snapshot
   taken after the locks, reads the bound keys and what the packages need to know.
2. *Decide.* Each request in turn becomes an intent, `decide` judges it, and the accounts in memory move on.
3. *Store.* One statement writes everything.

`post` is a generator that yields statements and receives rows, so that the same text runs on Django's connection
(`post_one`, inside the caller's transaction) and on the batcher's (`batching`).
"""

import re
from collections.abc import Generator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import psycopg
from django.db import connection

from skypurser.ledger.book import Book, BoundKey
from skypurser.ledger.decide import AccountState, Posted, Refused, apply, available, decide
from skypurser.ledger.digests import chain
from skypurser.ledger.holds import HoldShelf
from skypurser.ledger.requests import Answer, Request, Shelf
from skypurser.ledger.states import Outcome, Status
from skypurser.ledger.writes import Insert, Writes

type Statement = tuple[str, Sequence[Any]]
type Row = Sequence[Any]
type Steps[T] = Generator[Statement, Sequence[Row], T]

# The order is the lock order: every transaction takes these rows by ascending id. READ COMMITTED re-reads a row that
# changed while we waited for it, so what comes back is the newest version.
LOCK = """
SELECT id, carrier_id, currency, status, credit_limit, debits, credits, held, last_item, last_posted_at, digest,
       closed_through
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
_FENCE = "SELECT pg_logical_emit_message(true, 'skypurser.fence', '')"

ENTRY = Insert(
    "ledger_entry",
    (
        ("carrier_id", "integer"),
        ("id", "bigint"),
        ("kind", "text"),
        ("currency", "text"),
        ("document", "text"),
        ("reference", "text"),
        ("actor", "text"),
        ("occurred_at", "timestamptz"),
        ("posted_at", "timestamptz"),
        ("reverses", "bigint"),
    ),
)
LINE = Insert(
    "ledger_line",
    (
        ("carrier_id", "integer"),
        ("entry_id", "bigint"),
        ("position", "smallint"),
        ("account_id", "bigint"),
        ("control", "text"),
        ("debit", "bigint"),
        ("credit", "bigint"),
        ("item", "bigint"),
        ("net", "bigint"),
        ("available", "bigint"),
        ("business_date", "date"),
        ("original_date", "date"),
        ("digest", "bytea"),
    ),
)
KEY = Insert(
    "ledger_key",
    (
        ("carrier_id", "integer"),
        ("key", "text"),
        ("fingerprint", "bytea"),
        ("outcome", "text"),
        ("code", "text"),
        ("entry_id", "bigint"),
        ("facts", "jsonb"),
        ("bound_at", "timestamptz"),
    ),
)
ACT = Insert(
    "history_act",
    (
        ("carrier_id", "integer"),
        ("at", "timestamptz"),
        ("actor", "text"),
        ("action", "text"),
        ("account_id", "bigint"),
        ("entry_id", "bigint"),
        ("document", "text"),
        ("changes", "jsonb"),
        ("reference", "text"),
    ),
)
REFUSED_ATTEMPT = Insert(
    "history_refusedattempt",
    (
        ("carrier_id", "integer"),
        ("at", "timestamptz"),
        ("actor", "text"),
        ("operation", "text"),
        ("key", "text"),
        ("code", "text"),
        ("account_id", "bigint"),
        ("account_named", "text"),
        ("currency", "text"),
        ("document", "text"),
        ("available_minor", "bigint"),
        ("shortfall_minor", "bigint"),
        ("facts", "jsonb"),
    ),
)

#: Who acts when time does.
_ITSELF = "skypurser"

_json = msgspec.json.Encoder().encode


def post_one(request: Request) -> Answer:
    """Post one request inside the caller's transaction and return its answer.

    A refusal is an answer too: it is recorded and bound to its key like a movement, so the caller commits before
    raising it. What the answer says holds once the transaction has committed.
    """
    steps = post([request])
    connection.ensure_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("money moves inside a transaction only")
    with psycopg.RawCursor(connection.connection) as cursor:
        rows: Sequence[Row] = ()
        try:
            statement = next(steps)
            while True:
                cursor.execute(statement[0], statement[1], prepare=True, binary=True)
                rows = cursor.fetchall() if cursor.description else ()
                statement = steps.send(rows)
        except StopIteration as done:
            answer: Answer = done.value[0]
            return answer


def post(requests: Sequence[Request]) -> Steps[list[Answer]]:
    """Judge the requests in their order and write what follows; returns one answer each, in the same order.

    Yields statements to be run one after the other in one transaction, and is sent their rows.
    """
    accounts: dict[int, AccountState] = {}
    wanted = sorted({request.account_id for request in requests if request.account_id is not None})
    if wanted:
        rows = yield LOCK, (sorted({request.carrier_id for request in requests}), wanted)
        accounts = {row[0]: _account(row) for row in rows}
    latest = max((request.now for request in requests if request.now is not None), default=None)
    book = Book(accounts, latest)
    yield from _read(requests, book)
    writes = Writes()
    answers = [_judge(request, book, writes, book.ids[at]) for at, request in enumerate(requests)]
    book.store(writes)
    statement = writes.statement()
    if statement is not None:
        yield statement
    elif any(answer.replayed for answer in answers):
        yield _FENCE, ()
    return answers


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
    )


def _read(requests: Sequence[Request], book: Book) -> Steps[None]:
    """Read keys, clock, row numbers and the shelves' lookups, in one statement."""
    by_shelf: dict[type[Shelf], list[Request]] = {}
    for request in requests:
        for kind in request.shelves:
            by_shelf.setdefault(kind, []).append(request)
    if any(account.held for account in book.accounts.values()):
        by_shelf.setdefault(HoldShelf, [])
    parameters: list[Any] = [
        len(requests),
        [request.carrier_id for request in requests],
        [request.key for request in requests],
    ]
    sqls, asked = [], []
    for kind, theirs in by_shelf.items():
        shelf = book.shelves[kind] = kind()
        lookup = shelf.lookup(theirs, book)
        if lookup is not None:
            sqls.append(lookup.sql)
            asked.append(shelf)
            parameters.extend(lookup.parameters)
    rows = yield _compose(tuple(sqls)), parameters
    book.clock, book.ids, keys, *found = rows[0]
    for carrier_id, key, mark, outcome, code, facts in msgspec.json.decode(keys or "[]"):
        answer = Answer(Outcome(outcome), code, facts)
        book.keys[carrier_id, key] = BoundKey(bytes.fromhex(mark), answer)
    for shelf, text in zip(asked, found, strict=True):
        shelf.learn(text)


@lru_cache(maxsize=256)
def _compose(lookups: tuple[str, ...]) -> str:
    parts, first = [_READ], 3
    for sql in lookups:
        numbers = [int(number) for number in re.findall(r"\$(\d+)", sql)]
        offset = first
        parts.append(f"({re.sub(r'\$(\d+)', lambda m: f'${int(m[1]) + offset}', sql)})::text")  # noqa: B023
        first += max(numbers)
    return ",\n".join(parts)


def _judge(request: Request, book: Book, writes: Writes, row_id: int) -> Answer:
    """Answer one request; the account in memory moves on, the rows are added to the batch's writes."""
    bound = book.keys.get((request.carrier_id, request.key))
    if bound is not None:
        if bound.fingerprint == request.fingerprint:
            first = bound.answer
            return Answer(first.outcome, first.code, first.facts, replayed=True)
        return _refuse(request, Refused("key_reused"), book, writes, binds=False)
    if request.flaw is not None:
        return _refuse(request, request.flaw, book, writes, binds=False)
    account = None if request.account_id is None else book.accounts.get(request.account_id)
    if account is None or account.carrier_id != request.carrier_id:
        return _refuse(request, Refused("account_not_found"), book, writes)
    if request.currency != account.currency:
        return _refuse(request, Refused("currency_mismatch", {"currency": account.currency}), book, writes)
    now = request.now or book.clock
    plan = request.plan(account, book, now)
    if isinstance(plan, Refused):
        return _refuse(request, plan, book, writes)
    verdict = decide(account, plan, now)
    if isinstance(verdict, Refused):
        return _refuse(request, verdict, book, writes)
    return _accept(request, account, verdict, book, writes, row_id)


def _refuse(request: Request, no: Refused, book: Book, writes: Writes, *, binds: bool = True) -> Answer:
    """Record the refusal, bind the key to it, change nothing else."""
    facts = no.facts
    text = _json(facts).decode() if facts else None
    writes.rows(REFUSED_ATTEMPT).append(
        (
            request.carrier_id,
            request.now or book.clock,
            request.actor,
            request.operation,
            request.key,
            no.code,
            request.account_id,
            request.account_named,
            request.currency,
            request.document,
            facts.get("available"),
            facts.get("shortfall"),
            text,
        )
    )
    answer = Answer(Outcome.REFUSED, no.code, facts)
    if binds:
        _bind(request, answer, None, text or "{}", book, writes)
    return answer


def _accept(
    request: Request, account: AccountState, posted: Posted, book: Book, writes: Writes, row_id: int
) -> Answer:
    """Move the account on and add the rows of the entry, the key and the history."""
    changes = request.changes(account)
    apply(account, posted)
    book.changed[account.id] = account
    moves = bool(posted.debit or posted.credit)
    entry_id = row_id if moves or posted.contra else None
    spendable = available(account)
    facts: dict[str, Any] = {"net": account.credits - account.debits, "held": account.held, "available": spendable}
    if entry_id is not None:
        _write_entry(request, account, posted, book, writes, entry_id, spendable)
    if moves:
        facts["item"] = account.last_item
        facts["debit"] = posted.debit
        facts["credit"] = posted.credit
    holds: HoldShelf | None = book.shelves.get(HoldShelf)
    if holds is not None:
        facts.update(holds.note(request, account, posted, row_id, entry_id, book.clock))
    request.record(account, posted, entry_id, book)
    acts = writes.rows(ACT)
    for hold in posted.expired:
        about = _json({"hold": hold.id, "amount": hold.amount}).decode()
        at = hold.expires_at
        acts.append((request.carrier_id, at, _ITSELF, "hold.expired", account.id, None, None, about, ""))
    acts.append(
        (
            request.carrier_id,
            request.now or book.clock,
            request.actor,
            request.action,
            account.id,
            entry_id,
            request.document,
            None if changes is None else _json(changes).decode(),
            request.reference,
        )
    )
    answer = Answer(Outcome.POSTED if moves else Outcome.RECORDED, None, facts)
    _bind(request, answer, entry_id, _json(facts).decode(), book, writes)
    return answer


def _write_entry(
    request: Request,
    account: AccountState,
    posted: Posted,
    book: Book,
    writes: Writes,
    entry_id: int,
    spendable: int,
) -> None:
    carrier_id, currency = account.carrier_id, account.currency
    posted_at = book.clock
    if account.last_posted_at is not None and account.last_posted_at > posted_at:
        posted_at = account.last_posted_at  # never backwards along an account, whatever the clock does
    occurred_at = request.now or posted_at
    reverses = None if posted.reverses is None else posted.reverses.entry_id
    writes.rows(ENTRY).append(
        (
            carrier_id,
            entry_id,
            request.operation,
            currency,
            request.document,
            request.reference,
            request.actor,
            occurred_at,
            posted_at,
            reverses,
        )
    )
    lines = writes.rows(LINE)
    position = 1
    facts: list[tuple[int | str, int, int]] = []
    if posted.debit or posted.credit:
        facts.append((account.id, posted.debit, posted.credit))
        position = 2
    for control, debit, credit in posted.contra:
        facts.append((control, debit, credit))
        lines.append(
            (carrier_id, entry_id, position, None, control, debit, credit, None, None, None, None, None, None)
        )
        book.add_to_control(carrier_id, control, currency, debit, credit)
        position += 1
    if not (posted.debit or posted.credit) or posted.business_date is None:
        return
    account.last_item += 1
    account.last_posted_at = posted_at
    net = account.credits - account.debits
    account.digest = chain(
        account.digest,
        account_id=account.id,
        item=account.last_item,
        net=net,
        available=spendable,
        business_date=posted.business_date,
        original_date=posted.original_date,
        entry_id=entry_id,
        kind=request.operation,
        currency=currency,
        document=request.document,
        reference=request.reference,
        actor=request.actor,
        occurred_at=occurred_at,
        posted_at=posted_at,
        reverses=reverses,
        lines=facts,
    )
    lines.append(
        (
            carrier_id,
            entry_id,
            1,
            account.id,
            None,
            posted.debit,
            posted.credit,
            account.last_item,
            net,
            spendable,
            posted.business_date,
            posted.original_date,
            account.digest,
        )
    )


def _bind(
    request: Request, answer: Answer, entry_id: int | None, text: str, book: Book, writes: Writes
) -> None:
    writes.rows(KEY).append(
        (
            request.carrier_id,
            request.key,
            request.fingerprint,
            answer.outcome,
            answer.code,
            entry_id,
            text,
            book.clock,
        )
    )
    book.keys[request.carrier_id, request.key] = BoundKey(request.fingerprint, answer)
