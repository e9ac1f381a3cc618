"""Walk every account's movements from the first to the last, and compare the account's row with where that leads.

Proves stored sums (2), item numbers, nets, order in time and digests (3), sales within their funds (4) and closed
periods (8). One movement is judged by the one before it as stored: what was tampered with is told where it happened,
and a second tampering further on is told as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from skypurser.ledger.audit.breaks import Break, Invariant, told, told_at
from skypurser.ledger.audit.movements import ACCOUNT_ID, ENTRY, MOVEMENT, REST, opened_accounts, opened_movements
from skypurser.ledger.audit.snapshot import Row, rows
from skypurser.ledger.digests import link
from skypurser.ledger.states import CUT_OFF, FUNDED

type Progress = Callable[[int, int], None]

#: Movements between two reports of progress.
REPORT_EVERY = 5_000

_TOTAL = "SELECT coalesce(sum(last_item), 0)::bigint FROM ledger_account WHERE carrier_id = $1"

_FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Stored:
    """An account's row as it is stored, and what its open holds add up to."""

    id: int
    currency: str
    debits: int
    credits: int
    held: int
    last_item: int
    last_posted_at: datetime | None
    digest: bytes
    closed_through: date | None
    open_holds: int


@dataclass(slots=True)
class _Walk:
    """Where the walk along one account has come to.

    Attributes:
        currency: Of the account and then of the last movement; empty where the account is gone.
        opens: No later movement may bear an earlier business date: a movement was moved out of a closed period, to
            the first open date, or the end of a period was marked.
    """

    carrier_id: int
    account_id: int
    currency: str
    item: int = 0
    net: int = 0
    debits: int = 0
    credits: int = 0
    digest: bytes = b""
    posted_at: datetime = _FIRST_INSTANT
    opens: date = date.min
    breaks: list[Break] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """Take one step. All is judged at once; only what fails is looked at in detail."""
        entry, movement = row[ENTRY], row[MOVEMENT]
        controls, amounts, digest = row[REST]
        _, item, debit, credit, net, available, business_date, original_date = movement
        self.debits += debit
        self.credits += credit
        _, kind, currency, _, _, _, _, posted_at, _ = entry
        digest_follows = digest == link(self.digest, entry, movement, controls, amounts)
        if (
            not digest_follows
            or item != self.item + 1
            or net != self.net + credit - debit
            or posted_at < self.posted_at
            or currency != self.currency
            or original_date is not None
            or kind == CUT_OFF
            or business_date < self.opens
            or (available < 0 and debit and kind in FUNDED)
        ):
            self._explain(row, digest_follows=digest_follows)
        self.item, self.net, self.digest, self.posted_at = item, net, digest, posted_at

    def _explain(self, row: Row, *, digest_follows: bool) -> None:
        _, item, debit, credit, net, available, business_date, original_date = row[MOVEMENT]
        _, kind, currency, document, _, _, _, posted_at, _ = row[ENTRY]
        about = f"the {kind}" + ("" if document is None else f" of {document}")
        if item != self.item + 1:
            missing = (
                f"item {self.item + 1} is" if item == self.item + 2 else f"items {self.item + 1} to {item - 1} are"
            )
            self._tell(Invariant.CHAIN, f"{missing} missing before {about}", item)
        else:  # without its predecessor a movement's net and digest can't be judged
            if net != self.net + credit - debit:
                follows = told(self.net + credit - debit, currency)
                self._tell(Invariant.CHAIN, f"the net after {about} is {told(net, currency)}; {follows} follows", item)
            if not digest_follows:
                self._tell(Invariant.CHAIN, f"{about} or the one before was changed: the digest does not follow", item)
        if posted_at < self.posted_at:
            detail = f"{about} was posted at {told_at(posted_at)}, the one before at {told_at(self.posted_at)}"
            self._tell(Invariant.CHAIN, detail, item)
        if currency != self.currency:
            if self.currency:
                self._tell(Invariant.BALANCED, f"{about} is in {currency}, the account in {self.currency}", item)
            self.currency = currency  # told once, not again for every movement
        if kind in FUNDED and debit and available < 0:
            detail = f"{about} over {told(debit, currency)} left {told(available, currency)} available"
            self._tell(Invariant.FUNDED, detail, item)
        self._explain_dates(about, business_date, original_date, item)
        if kind == CUT_OFF:
            self.opens = max(self.opens, business_date + timedelta(days=1))

    def _explain_dates(self, about: str, business_date: date, original_date: date | None, item: int) -> None:
        if business_date < self.opens:
            detail = f"{about} bears {business_date}, but the account was closed before {self.opens} by then"
            self._tell(Invariant.PERIODS, detail, item)
        if original_date is None:
            return
        if original_date >= business_date:
            detail = f"{about} was moved from {original_date} to {business_date}, which is not later"
            self._tell(Invariant.PERIODS, detail, item)
        self.opens = max(self.opens, business_date)

    def arrive(self, stored: _Stored) -> None:
        """Compare where the walk ended with the account's row."""
        currency = stored.currency
        for name, has, should in (
            ("debits", stored.debits, self.debits),
            ("credits", stored.credits, self.credits),
            ("held", stored.held, stored.open_holds),
        ):
            if has != should:
                source = "its open holds" if name == "held" else "its movements"
                detail = f"stored {name} are {told(has, currency)}; {source} add up to {told(should, currency)}"
                self._tell(Invariant.SUMS, detail)
        if stored.last_item != self.item:
            detail = f"the account counts {stored.last_item} movements; the last one there is has number {self.item}"
            self._tell(Invariant.SUMS, detail, max(stored.last_item, self.item))
        elif stored.digest != self.digest:
            self._tell(Invariant.CHAIN, "the account's digest is not its last movement's", self.item or None)
        if (stored.last_posted_at or _FIRST_INSTANT) != self.posted_at:
            last = told_at(None if self.posted_at is _FIRST_INSTANT else self.posted_at)
            detail = f"the account was posted to at {told_at(stored.last_posted_at)}; its last movement is of {last}"
            self._tell(Invariant.SUMS, detail)
        if self.opens > (stored.closed_through or date.min) + timedelta(days=1):
            closed = f"through {stored.closed_through}" if stored.closed_through else "not at all"
            detail = f"the account is closed {closed}; by its movements, {self.opens} is its first open date"
            self._tell(Invariant.PERIODS, detail)

    def told(self) -> list[Break]:
        """Hand over the breaks found since the last time."""
        breaks, self.breaks = self.breaks, []
        return breaks

    def _tell(self, invariant: Invariant, detail: str, item: int | None = None) -> None:
        self.breaks.append(Break(invariant, detail, self.carrier_id, self.account_id, item))


def audit_chains(carrier_id: int, progress: Progress | None = None) -> Iterator[Break]:
    """Yield what is broken along the accounts. Inside a snapshot.

    Memory holds what the driver fetches at a time, whatever the size of the ledger.
    """
    total = rows(_TOTAL, carrier_id)[0][0] if progress else 0
    done = 0
    with opened_accounts(carrier_id) as accounts, opened_movements(carrier_id) as movements:
        stored = _next(accounts)
        for account_id, steps in groupby(movements, key=itemgetter(ACCOUNT_ID)):
            while stored is not None and stored.id < account_id:
                yield from _arrive(_Walk(carrier_id, stored.id, stored.currency), stored)
                stored = _next(accounts)
            own = stored if stored is not None and stored.id == account_id else None
            walk = _Walk(carrier_id, account_id, own.currency if own else "")
            for step in steps:
                walk.take(step)
                done += 1
                if done % REPORT_EVERY == 0:
                    if progress:
                        progress(done, total)
                    if own:
                        yield from walk.told()
            yield from _arrive(walk, own)
            if own:
                stored = _next(accounts)
        while stored is not None:
            yield from _arrive(_Walk(carrier_id, stored.id, stored.currency), stored)
            stored = _next(accounts)
    if progress:
        progress(done, total)


def _next(accounts: Iterator[Row]) -> _Stored | None:
    row = next(accounts, None)
    return None if row is None else _Stored(*row)


def _arrive(walk: _Walk, stored: _Stored | None) -> list[Break]:
    """Finish an account. Of one that is gone only that is told, not what else may be wrong with it."""
    if stored is None:
        detail = "there are movements on an account that this carrier does not have"
        return [Break(Invariant.CARRIERS, detail, walk.carrier_id, walk.account_id)]
    walk.arrive(stored)
    return walk.told()
