"""Holds: money set aside until it is captured, released or expired.

The requests here are complete; a package that holds money for something of its own subclasses them. Whoever touches
an account also resolves its holds that are past their expiry, so an expired hold never counts even when no job has
run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from skypurser.errors import InvalidRequest
from skypurser.ledger.arrays import Bigints, Integers
from skypurser.ledger.intents import (
    AccountState,
    Authorise,
    Capture,
    Contra,
    Extend,
    HoldState,
    Intent,
    Posted,
    Refused,
    Release,
)
from skypurser.ledger.requests import Lookup, Request, Shelf, above_zero, in_utc
from skypurser.ledger.states import HoldStatus
from skypurser.ledger.writes import Table, Writes

if TYPE_CHECKING:
    from skypurser.ledger.book import Book

_COLUMNS = """
    carrier_id integer shared
    id bigint
    status text
    captured bigint
    expires_at timestamptz
    resolved_at timestamptz
    entry_id bigint
"""
CHANGED = Table("ledger_hold", _COLUMNS, keys=2)
PLACED = Table(
    "ledger_hold",
    _COLUMNS
    + """
    account_id bigint
    amount bigint
    placed_at timestamptz
    document text
    reference text
    actor text
    """,
)

_NAMED = """
SELECT json_agg(json_build_array(id, account_id, amount, expires_at, status))
  FROM ledger_hold WHERE carrier_id = ANY($1::integer[]) AND id = ANY($2::bigint[])
"""
_DUE = """
SELECT json_agg(json_build_array(id, account_id, amount, expires_at, status))::text
  FROM ledger_hold WHERE carrier_id = ANY($1::integer[]) AND account_id = ANY($2::bigint[])
   AND status = 'OPEN' AND expires_at <= $3::timestamptz
"""


class _Found(msgspec.Struct, array_like=True):
    id: int
    account_id: int
    amount: int
    expires_at: datetime
    status: HoldStatus


_decode = msgspec.json.Decoder(list[_Found]).decode


@dataclass(slots=True)
class _Change:
    """What will be stored of a hold."""

    carrier_id: int
    hold: HoldState
    captured: int = 0
    resolved_at: datetime | None = None
    entry_id: int | None = None
    placed: tuple[Any, ...] | None = None


class HoldShelf:
    """The holds that a batch knows and changes."""

    def __init__(self) -> None:
        self.holds: dict[int, tuple[int, HoldState]] = {}
        self._accounts: dict[int, AccountState] = {}
        self._changes: dict[int, _Change] = {}

    def lookup(self, requests: Sequence["HoldRequest"], book: "Book") -> Lookup | None:
        """Ask for the holds named."""
        self._accounts = book.accounts
        named = [request.hold_id for request in requests if request.hold_id is not None]
        return Lookup(_NAMED, (Integers(book.carriers), Bigints(named))) if named else None

    def due(self, holding: Sequence[int], book: "Book") -> tuple[str, Sequence[Any]]:
        """Ask for the open holds of these locked accounts that may be past their expiry, in a statement of its own."""
        self._accounts = book.accounts
        now = book.clock if book.latest is None else max(book.clock, book.latest)
        return _DUE, (Integers(book.carriers), Bigints(holding), now)

    def learn(self, text: str | None) -> None:
        """Take the holds; those still open are watched for their expiry."""
        for row in _decode(text or "[]"):
            if row.id in self.holds:
                continue  # named, and due as well
            hold = HoldState(row.id, row.amount, row.expires_at, row.status)
            self.holds[row.id] = (row.account_id, hold)
            account = self._accounts.get(row.account_id)
            if account is not None and hold.status is HoldStatus.OPEN:
                account.due.append(hold)

    def find(self, hold_id: int, account: AccountState) -> HoldState | None:
        """Return the hold if it is one of this account's."""
        account_id, hold = self.holds.get(hold_id, (None, None))
        return hold if account_id == account.id else None

    def note(
        self,
        request: Request,
        account: AccountState,
        posted: Posted,
        row_id: int,
        entry_id: int | None,
        now: datetime,
    ) -> HoldState | None:
        """Note what becomes of the holds that `posted` touches; return the one that the request was about, if any."""
        at = request.now or now
        for expired in posted.expired:
            self._changes.setdefault(expired.id, _Change(account.carrier_id, expired)).resolved_at = at
        if isinstance(request, PlaceHold):
            hold = HoldState(row_id, request.amount, request.expires_at)
            self.holds[hold.id] = (account.id, hold)
            account.due.append(hold)
            placed = (account.id, hold.amount, at, request.document, request.reference, request.actor)
            self._changes[hold.id] = _Change(account.carrier_id, hold, placed=placed)
            return hold
        if posted.hold is None:
            return None
        hold = posted.hold
        change = self._changes.setdefault(hold.id, _Change(account.carrier_id, hold))
        if posted.hold_status is not None:
            change.resolved_at = at
        if posted.hold_status is HoldStatus.CAPTURED:
            change.captured = posted.debit
            change.entry_id = entry_id
        return hold

    def store(self, writes: Writes) -> None:
        """Write each hold that has changed, as it is now."""
        for change in self._changes.values():
            hold = change.hold
            row = (
                change.carrier_id,
                hold.id,
                hold.status,
                change.captured,
                hold.expires_at,
                change.resolved_at,
                change.entry_id,
            )
            if change.placed is None:
                writes.rows(CHANGED).append(row)
            else:
                writes.rows(PLACED).append((*row, *change.placed))
        self._changes.clear()


def about_hold(hold: HoldState, posted: Posted) -> dict[str, Any]:
    """Return what the history says of an act on a hold; amounts are minor units of the account's currency."""
    about: dict[str, Any] = {"hold": hold.id, "amount": hold.amount}
    if hold.status is HoldStatus.OPEN:
        about["expires_at"] = hold.expires_at.isoformat()
    if hold.status is HoldStatus.CAPTURED:
        about["captured"] = posted.debit
    return about


@dataclass(slots=True, kw_only=True)
class HoldRequest(Request):
    """A request about a hold; `hold_id` names an existing one."""

    shelves: ClassVar[tuple[type[Shelf], ...]] = (HoldShelf,)

    hold_id: int | None = None

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Find the hold and say what to do with it."""
        shelf: HoldShelf = book.shelves[HoldShelf]
        hold = None if self.hold_id is None else shelf.find(self.hold_id, account)
        return Refused("hold_not_found") if hold is None else self.intend(hold, now)

    def intend(self, hold: HoldState, now: datetime) -> Intent:
        """Return the intent on the hold that was found."""
        raise NotImplementedError


@dataclass(slots=True, kw_only=True)
class PlaceHold(HoldRequest):
    """Authorise: set `amount` aside until `expires_at`."""

    operation: ClassVar[str] = "hold"
    action: ClassVar[str] = "hold.placed"

    amount: int
    expires_at: datetime

    def __post_init__(self) -> None:
        """Refuse an amount that is no amount."""
        HoldRequest.__post_init__(self)
        above_zero(self.amount)
        self.expires_at = in_utc(self.expires_at, field="expires_at")

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:  # noqa: ARG002
        """Ask for the money."""
        return Authorise(self.amount, self.expires_at)


@dataclass(slots=True, kw_only=True)
class CaptureHold(HoldRequest):
    """Turn the hold into one debit of `amount` against `contra`."""

    operation: ClassVar[str] = "capture"
    action: ClassVar[str] = "hold.captured"

    amount: int
    contra: tuple[Contra, ...]
    business_date: date

    def __post_init__(self) -> None:
        """Refuse an amount that is no amount."""
        HoldRequest.__post_init__(self)
        above_zero(self.amount)
        if sum(credit - debit for _, debit, credit in self.contra) != self.amount:
            raise InvalidRequest("what is captured is credited elsewhere", field="contra")

    def intend(self, hold: HoldState, now: datetime) -> Intent:  # noqa: ARG002
        """Capture it."""
        return Capture(hold, self.amount, self.contra, self.business_date)


@dataclass(slots=True, kw_only=True)
class ReleaseHold(HoldRequest):
    """Give the held money back."""

    operation: ClassVar[str] = "release"
    action: ClassVar[str] = "hold.released"

    def intend(self, hold: HoldState, now: datetime) -> Intent:  # noqa: ARG002
        """Release it."""
        return Release(hold)


@dataclass(slots=True, kw_only=True)
class ExtendHold(HoldRequest):
    """Move the hold's expiry to `expires_at`."""

    operation: ClassVar[str] = "extend"
    action: ClassVar[str] = "hold.extended"

    expires_at: datetime

    def __post_init__(self) -> None:
        """Tell the instant in UTC."""
        HoldRequest.__post_init__(self)
        self.expires_at = in_utc(self.expires_at, field="expires_at")

    def intend(self, hold: HoldState, now: datetime) -> Intent:  # noqa: ARG002
        """Extend it."""
        return Extend(hold, self.expires_at)
