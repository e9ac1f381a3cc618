"""`decide` and `apply` against a model that remembers everything and adds it up again for every question."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from skypurser.ledger.decide import apply, available, decide
from skypurser.ledger.intents import (
    AccountState,
    Authorise,
    Capture,
    ChangeLimit,
    ChangeStatus,
    ClosePeriod,
    Extend,
    HoldState,
    Intent,
    Movement,
    Original,
    Posted,
    Refused,
    Release,
)
from skypurser.ledger.states import Control, HoldStatus, Purpose, Status

START = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
NAMES = {"dollars": "USD", "yen": "JPY", "dinars": "KWD"}

ACCOUNTS = st.sampled_from(list(NAMES))
AMOUNTS = st.one_of(st.integers(1, 30), st.integers(1, 2_000))
MINUTES = st.integers(-5, 300)

#: Which acts each status allows.
TABLE = {
    "ACTIVE": {"sale", "settlement", "manual"},
    "SUSPENDED": {"settlement", "manual"},
    "INHIBITED": {"settlement"},
}


@dataclass
class Happened:
    """One line of an account's diary."""

    what: str
    amount: Decimal = Decimal(0)
    hold: int = 0
    until: datetime = START
    word: str = ""
    day: date = date(2026, 1, 15)


@dataclass
class Diary:
    """All that happened to an account. Whatever is asked is worked out from the first line on."""

    lines: list[Happened] = field(default_factory=list)

    def total(self, *kinds: str) -> Decimal:
        return sum((line.amount for line in self.lines if line.what in kinds), Decimal(0))

    def last(self, what: str) -> Happened | None:
        return next((line for line in reversed(self.lines) if line.what == what), None)

    @property
    def status(self) -> str:
        found = self.last("status")
        return found.word if found else "ACTIVE"

    @property
    def closed(self) -> date | None:
        found = self.last("closed")
        return found.day if found else None

    def fate(self, hold: int, now: datetime) -> str:
        """open, captured, released or expired, at this moment."""
        fate, until = "unknown", START
        for line in self.lines:
            if line.hold == hold:
                if line.what in {"placed", "extended"}:
                    fate, until = "open", line.until
                else:
                    fate = line.what
        return "expired" if fate == "open" and until <= now else fate

    def held(self, now: datetime) -> Decimal:
        placed = [line for line in self.lines if line.what == "placed"]
        return sum((line.amount for line in placed if self.fate(line.hold, now) == "open"), Decimal(0))

    def available(self, now: datetime) -> Decimal:
        limit = self.last("limit")
        net = self.total("credit") - self.total("sale", "debit", "captured")
        return net + (limit.amount if limit else 0) - self.held(now)

    def dated(self, wanted: date) -> tuple[date, date | None]:
        if self.closed is None or wanted > self.closed:
            return wanted, None
        return self.closed + timedelta(days=1), wanted


@dataclass
class Sold:
    """A sale that may be taken back: its account, its parts, and all that was taken back of each."""

    account: str
    original: Original
    parts: dict[Control, int]
    taken: list[tuple[Control, int]] = field(default_factory=list)

    def left(self, part: Control) -> int:
        return self.parts[part] - sum(amount for taken, amount in self.taken if taken is part)


class DecideMachine(RuleBasedStateMachine):
    """Asks `decide` and the diary the same, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.states = {
            name: AccountState(at, 1, currency, Status.ACTIVE, 0, 0, 0, 0, 0)
            for at, (name, currency) in enumerate(NAMES.items(), 1)
        }
        self.diaries = {name: Diary() for name in NAMES}
        self.holds: list[tuple[str, HoldState]] = []
        self.sold: list[Sold] = []
        self.unbalanced: list[Posted] = []
        self.oversold: list[Posted] = []

    # ---------------------------------------------------------------------------------------------------- rules

    @rule(minutes=st.integers(1, 200))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.integers(1, 30))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.now -= timedelta(minutes=minutes)

    @rule(name=ACCOUNTS, fare=AMOUNTS, taxes=st.integers(0, 50), commission=st.integers(0, 1))
    def sell(self, name: str, fare: int, taxes: int, commission: int) -> None:
        diary, due = self.diaries[name], fare + taxes - commission
        contra = (
            (Control.SALES, 0, fare),
            (Control.TAXES_PAYABLE, 0, taxes),
            (Control.COMMISSION_EXPENSE, commission, 0),
        )
        intent = Movement(Purpose.SALE, due, 0, contra, self.now.date(), needs_funds=True)
        expected = self._status_refuses(name, "sale") or self._funds_refuse(name, due)

        posted = self._ask(name, intent, expected, dated=self.now.date())

        if posted is not None:
            if available(self.states[name]) < 0:
                self.oversold.append(posted)
            diary.lines.append(Happened("sale", Decimal(due)))
            parts = {Control.SALES: fare, Control.TAXES_PAYABLE: taxes, Control.COMMISSION_EXPENSE: commission}
            original = Original(len(self.sold), {control: credit - debit for control, debit, credit in contra})
            self.sold.append(Sold(name, original, parts))

    @rule(name=ACCOUNTS, amount=AMOUNTS, days=st.integers(-4, 1), stated=st.booleans(), is_credit=st.booleans())
    def move_by_hand(self, name: str, amount: int, days: int, stated: bool, is_credit: bool) -> None:
        wanted = self.now.date() + timedelta(days=days)
        debit, credit = (0, amount) if is_credit else (amount, 0)
        intent = Movement(
            Purpose.MANUAL, debit, credit, ((Control.BANK_CLEARING, credit, debit),), wanted, date_is_stated=stated
        )
        expected = self._status_refuses(name, "manual")
        if expected is None and stated and self.diaries[name].dated(wanted)[1] is not None:
            expected = "period_closed"

        if self._ask(name, intent, expected, dated=wanted) is not None:
            self.diaries[name].lines.append(Happened("credit" if is_credit else "debit", Decimal(amount)))

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), part=st.sampled_from([Control.SALES, Control.TAXES_PAYABLE, Control.COMMISSION_EXPENSE]))
    def take_back(self, data: st.DataObject, part: Control) -> None:
        sold = data.draw(st.sampled_from(self.sold))
        amount = data.draw(st.one_of(st.integers(0, sold.parts[part] + 1), st.just(sold.left(part))))
        to_holder = part is not Control.COMMISSION_EXPENSE
        debit, credit = (0, amount) if to_holder else (amount, 0)
        contra = ((part, credit, debit),)
        intent = Movement(Purpose.SETTLEMENT, debit, credit, contra, self.now.date(), reverses=sold.original)
        expected = "reversal_exceeds_original" if amount > sold.left(part) else None

        if self._ask(sold.account, intent, expected, dated=self.now.date()) is not None:
            sold.taken.append((part, amount))
            self.diaries[sold.account].lines.append(Happened("credit" if to_holder else "debit", Decimal(amount)))

    @rule(name=ACCOUNTS, amount=AMOUNTS, minutes=MINUTES)
    def hold(self, name: str, amount: int, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        expected = self._status_refuses(name, "sale")
        expected = expected or ("hold_expired" if minutes <= 0 else self._funds_refuse(name, amount))

        if self._ask(name, Authorise(amount, until), expected) is not None:
            hold = HoldState(len(self.holds) + 1, amount, until)
            self.states[name].due.append(hold)
            self.holds.append((name, hold))
            self.diaries[name].lines.append(Happened("placed", Decimal(amount), hold.id, until))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), more=st.one_of(st.integers(-50, 50), st.integers(-2_000, 2_000)))
    def capture(self, data: st.DataObject, more: int) -> None:
        name, hold = data.draw(st.sampled_from(self.holds))
        amount = max(1, hold.amount + more)
        intent = Capture(hold, amount, ((Control.SALES, 0, amount),), self.now.date())
        expected = self._hold_refuses(name, hold)
        if expected is None and amount > hold.amount:
            expected = self._funds_refuse(name, amount - hold.amount)

        if self._ask(name, intent, expected, dated=self.now.date()) is not None:
            self.diaries[name].lines.append(Happened("captured", Decimal(amount), hold.id))

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        name, hold = data.draw(st.sampled_from(self.holds))

        if self._ask(name, Release(hold), self._hold_refuses(name, hold)) is not None:
            self.diaries[name].lines.append(Happened("released", hold=hold.id))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), minutes=MINUTES)
    def extend(self, data: st.DataObject, minutes: int) -> None:
        name, hold = data.draw(st.sampled_from(self.holds))
        until = self.now + timedelta(minutes=minutes)
        expected = self._status_refuses(name, "sale") or self._hold_refuses(name, hold)
        expected = expected or ("hold_expired" if minutes <= 0 else None)

        if self._ask(name, Extend(hold, until), expected) is not None:
            self.diaries[name].lines.append(Happened("extended", hold=hold.id, until=until))

    @rule(name=ACCOUNTS, limit=st.one_of(st.just(0), st.integers(0, 5_000)))
    def change_the_limit(self, name: str, limit: int) -> None:
        self._ask(name, ChangeLimit(limit), None)
        self.diaries[name].lines.append(Happened("limit", Decimal(limit)))

    @rule(name=ACCOUNTS, to=st.sampled_from([Status.ACTIVE, *Status]), is_agency=st.booleans())
    def change_the_status(self, name: str, to: Status, is_agency: bool) -> None:
        step = {self.diaries[name].status, to.value}
        is_step = len(step) == 2 and "SUSPENDED" in step
        may = is_step and to is not Status.CLOSED and (is_agency or to is not Status.INHIBITED)

        if self._ask(name, ChangeStatus(to, is_agency), None if may else "status_change_not_allowed") is not None:
            self.diaries[name].lines.append(Happened("status", word=to.value))

    @rule(name=ACCOUNTS, days=st.integers(-3, 1))
    def close_a_period(self, name: str, days: int) -> None:
        through, closed = self.now.date() + timedelta(days=days), self.diaries[name].closed
        expected = "period_closed" if closed is not None and through <= closed else None
        expected = expected or ("cut_off_in_future" if days > 0 else None)

        if self._ask(name, ClosePeriod(through, self.now.date()), expected) is not None:
            self.diaries[name].lines.append(Happened("closed", day=through))

    # -------------------------------------------------------------------------------------------------- judging

    def _status_refuses(self, name: str, act: str) -> str | None:
        status = self.diaries[name].status
        return None if act in TABLE[status] else f"account_{status.lower()}"

    def _funds_refuse(self, name: str, amount: int) -> str | None:
        return "insufficient_funds" if amount > self.diaries[name].available(self.now) else None

    def _hold_refuses(self, name: str, hold: HoldState) -> str | None:
        fate = self.diaries[name].fate(hold.id, self.now)
        return {"open": None, "expired": "hold_expired"}.get(fate, "hold_resolved")

    def _ask(self, name: str, intent: Intent, expected: str | None, *, dated: date | None = None) -> Posted | None:
        """Decide, compare with what is expected, and apply; the posted answer, or None for a refusal."""
        state, diary = self.states[name], self.diaries[name]
        before = deepcopy((state, intent))
        answer = decide(state, intent, self.now)
        assert (state, intent) == before, "invariant 5: deciding, and so refusing, changes nothing"
        assert (answer.code if isinstance(answer, Refused) else None) == expected, answer
        if isinstance(answer, Refused):
            if answer.code == "insufficient_funds":
                assert answer.facts["available"] == diary.available(self.now)
                assert answer.facts["shortfall"] > 0
            return None
        if dated is not None:
            assert (answer.business_date, answer.original_date) == diary.dated(dated)
        apply(state, answer)
        for line in [line for line in diary.lines if line.what == "placed"]:
            if diary.fate(line.hold, self.now) == "expired" and not self._is_expired_in(diary, line.hold):
                diary.lines.append(Happened("expired", hold=line.hold))
        debits = answer.debit + sum(debit for _, debit, _ in answer.contra)
        credits_ = answer.credit + sum(credit for _, _, credit in answer.contra)
        if debits != credits_:
            self.unbalanced.append(answer)
        return answer

    def _is_expired_in(self, diary: Diary, hold: int) -> bool:
        return any(line.what == "expired" and line.hold == hold for line in diary.lines)

    # ----------------------------------------------------------------------------------------------- invariants

    @invariant()
    def invariant_1_every_entry_balances(self) -> None:
        assert not self.unbalanced

    @invariant()
    def invariant_2_net_and_held_are_what_movements_and_holds_add_up_to(self) -> None:
        for name, state in self.states.items():
            diary = self.diaries[name]
            assert state.net == diary.total("credit") - diary.total("sale", "debit", "captured")
            assert state.held == sum(hold.amount for hold in state.due)
            passed = sum(hold.amount for hold in state.due if hold.expires_at <= self.now)
            assert state.held - passed == diary.held(self.now)
            assert available(state) + passed == diary.available(self.now)
            assert (state.status, state.closed_through) == (diary.status, diary.closed)

    @invariant()
    def invariant_4_no_sale_ever_left_available_below_zero(self) -> None:
        assert not self.oversold

    @invariant()
    def invariant_7_reversals_never_exceed_the_original(self) -> None:
        for sold in self.sold:
            for part in sold.parts:
                assert sold.left(part) >= 0
                assert abs(sold.original.reversed.get(part, 0)) == sold.parts[part] - sold.left(part)

    @invariant()
    def a_hold_is_resolved_at_most_once_and_then_never_counts_again(self) -> None:
        for name, hold in self.holds:
            ends = [
                line.what
                for line in self.diaries[name].lines
                if line.hold == hold.id and line.what in {"captured", "released", "expired"}
            ]
            assert ends in ([], [hold.status.lower()])
            assert (hold in self.states[name].due) is (hold.status is HoldStatus.OPEN)


def test_decide_agrees_with_the_diary() -> None:
    run_state_machine_as_test(
        DecideMachine,
        settings=settings(
            max_examples=80, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_diary_would_notice() -> None:
    """The machine has teeth: each small mistake in the rules is found."""
    mistakes: dict[str, Callable[[Posted], None]] = {
        "a capture that keeps the rest of the hold": lambda posted: setattr(posted, "held", posted.held + 1),
        "a debit counted twice": lambda posted: setattr(posted, "debit", posted.debit * 2),
        "a credit lost": lambda posted: setattr(posted, "credit", 0),
    }
    for name, spoil in mistakes.items():
        assert _is_noticed(spoil), name


def _is_noticed(spoil: Callable[[Posted], None]) -> bool:
    class Spoiled(DecideMachine):
        def _ask(self, name: str, intent: Intent, expected: str | None, *, dated: date | None = None) -> Posted | None:
            posted = super()._ask(name, intent, expected, dated=dated)
            if posted is not None:
                state = self.states[name]
                state.debits -= posted.debit
                state.credits -= posted.credit
                state.held -= posted.held
                spoil(posted)
                state.debits += posted.debit
                state.credits += posted.credit
                state.held += posted.held
            return posted

    try:
        run_state_machine_as_test(
            Spoiled,
            settings=settings(
                max_examples=20,
                stateful_step_count=30,
                deadline=None,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    except AssertionError:
        return True
    return False
