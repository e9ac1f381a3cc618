"""What the ledger should answer, worked out another way.

The oracle knows no product code. It keeps what has happened as plain lists and adds everything up again for each
question; its percentages are decimals, its dates come from the standard library. It is slow and short, on purpose.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo


@dataclass
class Rule:
    """A commission rule: FREE, FIXED or MAX, and its percentage."""

    mode: str
    percent: Decimal = Decimal(0)

    def rate(self, entered: Decimal | None) -> Decimal | None:
        """The rate of a sale, or None when the agent may not enter that."""
        if self.mode == "FIXED":
            return self.percent if entered in {None, self.percent} else None
        highest = Decimal(100) if self.mode == "FREE" else self.percent
        return (entered or Decimal(0)) if (entered or 0) <= highest else None


@dataclass
class Account:
    """An account, and everything that ever happened to it."""

    name: str
    zone: str
    limit: int
    is_agency: bool = True
    card_counts: bool = True
    home: Rule = field(default_factory=lambda: Rule("FIXED", Decimal(8)))
    abroad: Rule = field(default_factory=lambda: Rule("MAX", Decimal(8)))
    home_by_card: Rule = field(default_factory=lambda: Rule("FIXED", Decimal(5)))
    abroad_by_card: Rule = field(default_factory=lambda: Rule("FREE"))
    status: str = "ACTIVE"
    closed: date | None = None
    movements: list[dict[str, Any]] = field(default_factory=list)
    holds: list["Hold"] = field(default_factory=list)

    def net(self) -> int:
        """Credits less debits, from the first movement on."""
        return sum(int(m["credit"]) - int(m["debit"]) for m in self.movements)

    def held(self, now: datetime) -> int:
        """What holds keep back at this moment."""
        return sum(hold.amount for hold in self.holds if hold.state_at(now) == "OPEN")

    def available(self, now: datetime) -> int:
        """What may be spent at this moment."""
        return self.net() + self.limit - self.held(now)

    def today(self, now: datetime) -> date:
        """The date there."""
        return now.astimezone(ZoneInfo(self.zone)).date()


@dataclass
class Hold:
    """Money set aside. `end` is how it was resolved."""

    account: Account
    amount: int
    expires: datetime
    end: str | None = None
    id: int | None = None

    def state_at(self, now: datetime) -> str:
        """OPEN, or how it ended; a hold ends by itself at its expiry."""
        return self.end or ("EXPIRED" if self.expires <= now else "OPEN")


@dataclass
class Ticket:
    """A sale; `settlement` is how it reached the account."""

    account: Account
    fare: int
    taxes: int
    rate: Decimal
    settlement: str
    day: date
    voided: bool = False
    refunds: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def commission(self) -> int:
        """The commission of the whole sale."""
        return percent(self.rate, self.fare)


@dataclass
class Manual:
    """A credit or debit by hand, which may be taken back once."""

    account: Account
    debit: int
    credit: int
    taken_back: bool = False
    id: int | None = None


@dataclass
class Expected:
    """What should be answered."""

    code: str | None = None
    shortfall: int | None = None
    debit: int = 0
    credit: int = 0
    net: int = 0
    held: int = 0
    available: int = 0
    replayed: bool = False

    @property
    def refused(self) -> bool:
        """Whether it is a no."""
        return self.code is not None


@dataclass(frozen=True)
class Ask:
    """One thing asked: its kind, of which account (None: unknown), when, under which key, and the rest."""

    kind: str
    account: str | None
    now: datetime
    key: str
    about: tuple[Any, ...] = ()

    @property
    def payload(self) -> tuple[Any, ...]:
        """What must be the same under the same key."""
        return (self.kind, self.account, self.about)


class No(Exception):
    """A refusal on its way out."""

    def __init__(self, code: str, shortfall: int | None = None) -> None:
        super().__init__(code)
        self.code, self.shortfall = code, shortfall


def percent(rate: Decimal, amount: int) -> int:
    """A share, rounded half up."""
    return int((rate * amount / 100).quantize(Decimal(1), ROUND_HALF_UP))


class Oracle:
    """All accounts of one carrier."""

    def __init__(self, accounts: list[Account]) -> None:
        self.accounts = {account.name: account for account in accounts}
        self.tickets: dict[str, Ticket] = {}
        self.holds: list[Hold] = []
        self.manuals: list[Manual] = []
        self.answers: dict[str, tuple[tuple[Any, ...], Expected]] = {}

    def judge(self, ask: Ask) -> Expected:
        """Answer, and remember."""
        if ask.key in self.answers:
            payload, first = self.answers[ask.key]
            return Expected(**{**vars(first), "replayed": True}) if payload == ask.payload else Expected("key_reused")
        try:
            answer = self._accept(ask)
        except No as no:
            answer = Expected(no.code, no.shortfall)
        self.answers[ask.key] = (ask.payload, answer)
        return answer

    def _accept(self, ask: Ask) -> Expected:
        account = self.accounts.get(ask.account or "")
        if account is None:
            raise No("account_not_found")
        debit, credit = next(getattr(self, f"_{ask.kind}")(account, ask.now, *ask.about))
        for hold in account.holds:
            if hold.end is None and hold.expires <= ask.now:
                hold.end = "EXPIRED"
        return Expected(
            None,
            None,
            debit,
            credit,
            account.net(),
            account.held(ask.now),
            account.available(ask.now),
        )

    # Each of these refuses by raising, or does what was asked and yields debit and credit.

    def _credit(self, account: Account, now: datetime, amount: int) -> Iterator[tuple[int, int]]:
        yield self._by_hand(account, now, 0, amount, "credit")

    def _debit(self, account: Account, now: datetime, amount: int) -> Iterator[tuple[int, int]]:
        yield self._by_hand(account, now, amount, 0, "debit")

    def _by_hand(self, account: Account, now: datetime, debit: int, credit: int, kind: str) -> tuple[int, int]:
        if account.status == "INHIBITED":
            raise No("account_inhibited")
        self.manuals.append(Manual(account, debit, credit))
        return self._move(account, account.today(now), debit, credit, kind)

    def _reversal(self, account: Account, now: datetime, at: int) -> Iterator[tuple[int, int]]:
        manual = self.manuals[at]
        if manual.account is not account:
            raise No("entry_not_found")
        if manual.taken_back:
            raise No("already_reversed")
        if account.status == "INHIBITED":
            raise No("account_inhibited")
        manual.taken_back = True
        yield self._move(account, account.today(now), manual.credit, manual.debit, "reversal")

    def _issue(
        self,
        account: Account,
        now: datetime,
        document: str,
        fare: int,
        taxes: int,
        form: str,
        is_home: bool,
        entered: Decimal | None,
    ) -> Iterator[tuple[int, int]]:
        if document in self.tickets:
            raise No("duplicate_document")
        if account.status != "ACTIVE":
            raise No(f"account_{account.status.lower()}")
        plain = account.home if is_home else account.abroad
        by_card = account.home_by_card if is_home else account.abroad_by_card
        rate = (by_card if form != "account" and account.is_agency else plain).rate(entered)
        if rate is None:
            raise No("commission_not_allowed")
        if form == "account":
            settlement = "on account"
        else:
            settlement = "commission" if form == "card" and account.card_counts else "none"
        commission = percent(rate, fare)
        due = fare + taxes - commission
        if settlement == "on account" and due > account.available(now):
            raise No("insufficient_funds", due - account.available(now))
        self.tickets[document] = Ticket(account, fare, taxes, rate, settlement, account.today(now))
        debit, credit = {"on account": (due, 0), "commission": (0, commission), "none": (0, 0)}[settlement]
        yield self._move(account, account.today(now), debit, credit, "ticket")

    def _sold(self, account: Account, document: str) -> Ticket:
        ticket = self.tickets.get(document)
        if ticket is None or ticket.account is not account:
            raise No("sale_not_found")
        if ticket.voided:
            raise No("already_voided")
        return ticket

    def _void(self, account: Account, now: datetime, document: str) -> Iterator[tuple[int, int]]:
        ticket = self._sold(account, document)
        if ticket.refunds:
            raise No("already_refunded")
        if account.today(now) != ticket.day:
            raise No("void_window_closed")
        ticket.voided = True
        sold = {
            "on account": (0, ticket.fare + ticket.taxes - ticket.commission),
            "commission": (ticket.commission, 0),
            "none": (0, 0),
        }
        yield self._move(account, ticket.day, *sold[ticket.settlement], "void")

    def _refund(
        self, account: Account, now: datetime, document: str, fare: int, taxes: int, penalty: int
    ) -> Iterator[tuple[int, int]]:
        ticket = self._sold(account, document)
        fares = sum(refund[0] for refund in ticket.refunds) + fare
        if fares > ticket.fare or sum(refund[1] for refund in ticket.refunds) + taxes > ticket.taxes:
            raise No("refund_exceeds_sale")
        recall = percent(ticket.rate, fares) - sum(refund[2] for refund in ticket.refunds)
        if ticket.settlement == "none":
            recall = 0
        back = fare + taxes - penalty - (recall if ticket.settlement == "on account" else 0)
        if back < 0:
            raise No("penalty_exceeds_refund")
        ticket.refunds.append((fare, taxes, recall))
        given = {"on account": (0, back), "commission": (recall, 0), "none": (0, 0)}
        yield self._move(account, account.today(now), *given[ticket.settlement], "refund")

    def _hold(self, account: Account, now: datetime, amount: int, expires: datetime) -> Iterator[tuple[int, int]]:
        if account.status != "ACTIVE":
            raise No(f"account_{account.status.lower()}")
        if expires <= now:
            raise No("hold_expired")
        if amount > account.available(now):
            raise No("insufficient_funds", amount - account.available(now))
        hold = Hold(account, amount, expires)
        account.holds.append(hold)
        self.holds.append(hold)
        yield 0, 0

    def _open_hold(self, account: Account, now: datetime, at: int, *, to_sell: bool = False) -> Hold:
        hold = self.holds[at]
        if hold.account is not account:
            raise No("hold_not_found")
        if to_sell and account.status != "ACTIVE":
            raise No(f"account_{account.status.lower()}")
        if hold.state_at(now) != "OPEN":
            raise No("hold_expired" if hold.state_at(now) == "EXPIRED" else "hold_resolved")
        return hold

    def _capture(self, account: Account, now: datetime, at: int, amount: int, day: date) -> Iterator[tuple[int, int]]:
        hold = self._open_hold(account, now, at)
        missing = amount - hold.amount - account.available(now)
        if amount > hold.amount and missing > 0:
            raise No("insufficient_funds", missing)
        hold.end = "CAPTURED"
        yield self._move(account, day, amount, 0, "capture")

    def _release(self, account: Account, now: datetime, at: int) -> Iterator[tuple[int, int]]:
        self._open_hold(account, now, at).end = "RELEASED"
        yield 0, 0

    def _extend(self, account: Account, now: datetime, at: int, expires: datetime) -> Iterator[tuple[int, int]]:
        hold = self._open_hold(account, now, at, to_sell=True)
        if expires <= now:
            raise No("hold_expired")
        hold.expires = expires
        yield 0, 0

    def _limit(self, account: Account, now: datetime, limit: int) -> Iterator[tuple[int, int]]:  # noqa: ARG002
        account.limit = limit
        yield 0, 0

    def _status(self, account: Account, now: datetime, to: str) -> Iterator[tuple[int, int]]:  # noqa: ARG002
        steps = {"ACTIVE": ["SUSPENDED"], "SUSPENDED": ["ACTIVE"], "INHIBITED": ["SUSPENDED"]}
        if account.is_agency:
            steps["SUSPENDED"].append("INHIBITED")
        if to not in steps[account.status]:
            raise No("status_change_not_allowed")
        account.status = to
        yield 0, 0

    def _close(self, account: Account, now: datetime, through: date) -> Iterator[tuple[int, int]]:
        if account.closed is not None and through <= account.closed:
            raise No("period_closed")
        if through > account.today(now):
            raise No("cut_off_in_future")
        account.closed = through
        account.movements.append(
            {"kind": "cut_off", "debit": 0, "credit": 0, "net": account.net(), "day": through, "asked": None}
        )
        yield 0, 0

    def _move(self, account: Account, day: date, debit: int, credit: int, kind: str) -> tuple[int, int]:
        late = account.closed is not None and day <= account.closed
        if debit or credit:
            account.movements.append(
                {
                    "kind": kind,
                    "debit": debit,
                    "credit": credit,
                    "net": account.net() + credit - debit,
                    "day": account.closed + timedelta(days=1) if late and account.closed else day,
                    "asked": day if late else None,
                }
            )
        return debit, credit
