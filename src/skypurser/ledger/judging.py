"""Judge a batch's requests one after the other, in memory, and collect the rows that follow.

This is where a sale spends its time in Python, so the loop keeps to plain tuples and lists; what the rules say is in
`decide`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from skypurser.ledger import records
from skypurser.ledger.book import Book, BoundKey
from skypurser.ledger.decide import apply, available, decide
from skypurser.ledger.digests import MovementFacts, link
from skypurser.ledger.holds import HoldShelf, about_hold
from skypurser.ledger.intents import AccountState, Contra, Posted, Refused
from skypurser.ledger.requests import Answer, BetweenControls, Request
from skypurser.ledger.states import Control, Outcome
from skypurser.ledger.thresholds import crossed
from skypurser.ledger.writes import Writes

#: Who acts when time does.
ITSELF = "skypurser"

# Where only control accounts move: neither account nor item, nothing debited nor credited, and so on.
_NO_MOVEMENT = (None, None, 0, 0, None, None, None, None)

_json = msgspec.json.Encoder().encode


def _written(values: Sequence[object]) -> str:
    """Write an array as PostgreSQL does; control accounts' names and numbers need no quotes."""
    return "{" + ",".join(map(str, values)) + "}"


class Judge:
    """Answers the requests of one batch; the accounts in `book` move on with each.

    Args:
        book: What was locked and read.
        writes: Takes the rows of entries, keys, acts and refused attempts.
    """

    def __init__(self, book: Book, writes: Writes) -> None:
        self._book = book
        self._entries = writes.rows(records.ENTRY)
        self._keys = writes.rows(records.KEY)
        self._acts = writes.rows(records.ACT)
        self._refused_attempts = writes.rows(records.REFUSED_ATTEMPT)

    def answers(self, requests: Iterable[tuple[Request, int]]) -> list[Answer]:
        """Judge the requests in their order, each with the row number drawn for it."""
        return [self._judge(request, row_id) for request, row_id in requests]

    def _judge(self, request: Request, row_id: int) -> Answer:
        book = self._book
        bound = book.keys.get((request.carrier_id, request.key))
        if bound is not None:
            if bound.fingerprint == request.fingerprint:
                first = bound.answer
                return Answer(first.outcome, first.code, first.facts, replayed=True)
            return self._refuse(request, Refused("key_reused"), binds=False)
        if request.flaw is not None:
            return self._refuse(request, request.flaw, binds=False)
        if isinstance(request, BetweenControls):
            return self._between(request, row_id)
        account = None if request.account_id is None else book.accounts.get(request.account_id)
        if account is None or account.carrier_id != request.carrier_id:
            return self._refuse(request, Refused("account_not_found"))
        if request.currency != account.currency:
            return self._refuse(request, Refused("currency_mismatch", {"currency": account.currency}))
        now = request.now or book.clock
        plan = request.plan(account, book, now)
        verdict = plan if isinstance(plan, Refused) else decide(account, plan, now)
        if isinstance(verdict, Refused):
            return self._refuse(request, verdict)
        return self._accept(request, account, verdict, row_id)

    def _refuse(self, request: Request, no: Refused, *, binds: bool = True) -> Answer:
        """Record the refusal, bind the key to it, change nothing else."""
        facts = no.facts
        text = _json(facts).decode() if facts else None
        self._refused_attempts.append(
            (
                request.carrier_id,
                request.now or self._book.clock,
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
            self._bind(request, answer, None, text or "{}")
        return answer

    def _accept(self, request: Request, account: AccountState, posted: Posted, row_id: int) -> Answer:
        """Move the account on and add the rows of the entry, the key and the history."""
        book = self._book
        changes = request.changes(account)
        before = available(account)
        apply(account, posted)
        book.changed[account.id] = account
        moves = bool(posted.debit or posted.credit or posted.marks)
        entry_id = row_id if moves or posted.contra else None
        spendable = available(account)
        facts: dict[str, Any] = {
            "account": account.id,
            "net": account.credits - account.debits,
            "held": account.held,
            "available": spendable,
        }
        if entry_id is not None:
            self._enter(request, account, posted, entry_id, spendable, moves=moves)
        if moves:
            facts["entry"] = entry_id
            facts["item"] = account.last_item
            facts["debit"] = posted.debit
            facts["credit"] = posted.credit
        holds: HoldShelf | None = book.shelves.get(HoldShelf)
        if holds is not None:
            touched = holds.note(request, account, posted, row_id, entry_id, book.clock)
            if touched is not None:
                facts["hold"] = touched.id
                changes = about_hold(touched, posted)
            self._expire(request, account, posted)
        request.record(account, posted, entry_id, book)
        if request.action:
            told = None if changes is None else _json(changes).decode()
            at, about = request.now or book.clock, (account.id, entry_id, request.document, told, request.reference)
            self._acts.append((request.carrier_id, at, request.actor, request.action, *about))
        for action in crossed(account, before=before, now=book.clock):
            self._warn(request, account, action, before, spendable)
        answer = Answer(Outcome.POSTED if moves else Outcome.RECORDED, None, facts)
        self._bind(request, answer, entry_id, _json(facts).decode())
        return answer

    def _enter(
        self, request: Request, account: AccountState, posted: Posted, entry_id: int, spendable: int, *, moves: bool
    ) -> None:
        """Add the entry: the control accounts' lines, and the movement with its digest."""
        book, currency = self._book, account.currency
        posted_at = book.clock
        if account.last_posted_at is not None and account.last_posted_at > posted_at:
            posted_at = account.last_posted_at  # never backwards along an account, whatever the clock does
        controls, amounts = self._contra(account.carrier_id, currency, posted.contra)
        # As it is hashed (see `digests`) and as it is stored: id, kind, currency, document, reference, actor,
        # occurred at, posted at, reverses.
        entry = (
            entry_id,
            request.operation,
            currency,
            request.document,
            request.reference,
            request.actor,
            request.now or posted_at,
            posted_at,
            None if posted.reverses is None else posted.reverses.entry_id,
        )
        movement: MovementFacts | tuple[int | None, ...] = _NO_MOVEMENT
        digest = None
        if moves:
            account.last_item += 1
            account.last_posted_at = posted_at
            movement = (
                account.id,
                account.last_item,
                posted.debit,
                posted.credit,
                account.credits - account.debits,
                spendable,
                posted.business_date,
                posted.original_date,
            )
            digest = account.digest = link(account.digest, entry, movement, controls, amounts)
        self._entries.append((account.carrier_id, *entry, *movement, digest, _written(controls), _written(amounts)))

    def _between(self, request: BetweenControls, entry_id: int) -> Answer:
        """Add an entry that moves control accounts only, and bind its key."""
        book = self._book
        controls, amounts = self._contra(request.carrier_id, request.currency, request.lines)
        entry = (
            entry_id,
            request.operation,
            request.currency,
            request.document,
            request.reference,
            request.actor,
            request.now or book.clock,
            book.clock,
            request.reverses,
        )
        self._entries.append((request.carrier_id, *entry, *_NO_MOVEMENT, None, _written(controls), _written(amounts)))
        answer = Answer(Outcome.RECORDED, None, {"entry": entry_id})
        self._bind(request, answer, entry_id, _json(answer.facts).decode())
        return answer

    def _contra(self, carrier_id: int, currency: str, lines: Sequence[Contra]) -> tuple[list[Control], list[int]]:
        """Add the lines to the control accounts' parts; return their names and amounts as an entry has them."""
        for control, debit, credit in lines:
            total = self._book.control_total(carrier_id, control, currency)
            total[0] += debit
            total[1] += credit
        return [control for control, _, _ in lines], [debit - credit for _, debit, credit in lines]

    def _warn(self, request: Request, account: AccountState, action: str, before: int, after: int) -> None:
        changes = _json({"available": [before, after]}).decode()
        at = request.now or self._book.clock
        self._acts.append((account.carrier_id, at, ITSELF, action, account.id, None, None, changes, ""))

    def _expire(self, request: Request, account: AccountState, posted: Posted) -> None:
        for hold in posted.expired:
            about = _json({"hold": hold.id, "amount": hold.amount}).decode()
            self._acts.append(
                (request.carrier_id, hold.expires_at, ITSELF, "hold.expired", account.id, None, None, about, "")
            )

    def _bind(self, request: Request, answer: Answer, entry_id: int | None, text: str) -> None:
        self._keys.append(
            (
                request.carrier_id,
                request.key,
                request.fingerprint,
                answer.outcome,
                answer.code,
                entry_id,
                text,
                self._book.clock,
            )
        )
        self._book.keys[request.carrier_id, request.key] = BoundKey(request.fingerprint, answer)
