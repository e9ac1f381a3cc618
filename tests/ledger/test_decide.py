"""Every rule about availability, status, holds, reversals and closed periods, one by one."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

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

NOW = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
TODAY = date(2026, 1, 15)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def account(
    *,
    status: Status = Status.ACTIVE,
    limit: int = 0,
    debits: int = 0,
    credits_: int = 0,
    closed_through: date | None = None,
    holds: tuple[HoldState, ...] = (),
) -> AccountState:
    due = [hold for hold in holds if hold.status is HoldStatus.OPEN]
    return AccountState(
        id=1,
        carrier_id=1,
        currency="USD",
        status=status,
        credit_limit=limit,
        debits=debits,
        credits=credits_,
        held=sum(hold.amount for hold in due),
        last_item=0,
        closed_through=closed_through,
        due=due,
    )


def hold(
    amount: int = 700, *, lasts: timedelta = HOUR, status: HoldStatus = HoldStatus.OPEN, number: int = 1
) -> HoldState:
    return HoldState(number, amount, NOW + lasts, status)


def sale(amount: int, *, on: date = TODAY) -> Movement:
    return Movement(Purpose.SALE, amount, 0, ((Control.SALES, 0, amount),), on, needs_funds=True)


def memo(amount: int, *, on: date = TODAY, stated: bool = False) -> Movement:
    return Movement(Purpose.MANUAL, amount, 0, ((Control.ADJUSTMENTS, 0, amount),), on, date_is_stated=stated)


def capture(of: HoldState, amount: int, *, on: date = TODAY) -> Capture:
    return Capture(of, amount, ((Control.SALES, 0, amount),), on)


def accepted(state: AccountState, intent: Intent, now: datetime = NOW) -> Posted:
    """Decide and apply, and assert that deciding alone changes nothing."""
    before = deepcopy(state)
    answer = decide(state, intent, now)
    assert state == before, "deciding must change nothing"
    assert isinstance(answer, Posted), answer
    apply(state, answer)
    return answer


def refused(state: AccountState, intent: Intent, now: datetime = NOW) -> Refused:
    before = deepcopy((state, intent))
    answer = decide(state, intent, now)
    assert (state, intent) == before, "a refusal must change nothing"
    assert isinstance(answer, Refused), answer
    return answer


# ---------------------------------------------------------------------------------------------------- what is available


@pytest.mark.parametrize(
    ("state", "net", "spendable"),
    [
        (account(limit=1_000_000, debits=320_000, credits_=100_000), -220_000, 780_000),
        (account(credits_=500_000, debits=120_000), 380_000, 380_000),
        (account(limit=1_000, holds=(hold(700),)), 0, 300),
        (account(limit=100, debits=500), -500, -400),
        (account(), 0, 0),
    ],
)
def test_available_is_net_and_limit_less_what_is_held(state: AccountState, net: int, spendable: int) -> None:
    assert (state.net, available(state)) == (net, spendable)


@pytest.mark.parametrize("spendable", [0, 1, 44_800])
def test_an_exact_fit_passes_and_one_more_does_not(spendable: int) -> None:
    fits, exceeds = account(limit=spendable), account(limit=spendable)

    accepted(fits, sale(spendable))
    answer = refused(exceeds, sale(spendable + 1))

    assert available(fits) == 0
    assert answer == Refused("insufficient_funds", {"available": spendable, "shortfall": 1})


def test_an_account_over_its_limit_sells_not_even_for_nothing() -> None:
    answer = refused(account(limit=100, debits=500), sale(0))

    assert answer == Refused("insufficient_funds", {"available": -400, "shortfall": 400})


def test_a_movement_that_needs_no_funds_goes_past_the_limit() -> None:
    state = account(limit=100)

    accepted(state, memo(1_000_000))

    assert available(state) == 100 - 1_000_000


def test_a_credit_cures() -> None:
    state = account(limit=100, debits=500)

    accepted(state, Movement(Purpose.MANUAL, 0, 401, ((Control.BANK_CLEARING, 401, 0),), TODAY))
    accepted(state, sale(1))

    assert available(state) == 0


# --------------------------------------------------------------------------------------------------------------- status

ALLOWED = {
    (Status.ACTIVE, "sale"): True,
    (Status.ACTIVE, "hold"): True,
    (Status.ACTIVE, "extend"): True,
    (Status.ACTIVE, "settlement"): True,
    (Status.ACTIVE, "capture"): True,
    (Status.ACTIVE, "release"): True,
    (Status.ACTIVE, "manual"): True,
    (Status.ACTIVE, "limit"): True,
    (Status.ACTIVE, "close"): True,
    (Status.SUSPENDED, "sale"): False,
    (Status.SUSPENDED, "hold"): False,
    (Status.SUSPENDED, "extend"): False,
    (Status.SUSPENDED, "settlement"): True,
    (Status.SUSPENDED, "capture"): True,
    (Status.SUSPENDED, "release"): True,
    (Status.SUSPENDED, "manual"): True,
    (Status.SUSPENDED, "limit"): True,
    (Status.SUSPENDED, "close"): True,
    (Status.INHIBITED, "sale"): False,
    (Status.INHIBITED, "hold"): False,
    (Status.INHIBITED, "extend"): False,
    (Status.INHIBITED, "settlement"): True,
    (Status.INHIBITED, "capture"): True,
    (Status.INHIBITED, "release"): True,
    (Status.INHIBITED, "manual"): False,
    (Status.INHIBITED, "limit"): True,
    (Status.INHIBITED, "close"): True,
}


@pytest.mark.parametrize(("status", "what"), ALLOWED)
def test_the_status_table(status: Status, what: str) -> None:
    held = hold()
    state = account(status=status, limit=10_000, holds=(held,))
    intents: dict[str, Intent] = {
        "sale": sale(1),
        "hold": Authorise(1, NOW + HOUR),
        "extend": Extend(held, NOW + 2 * HOUR),
        "settlement": Movement(Purpose.SETTLEMENT, 0, 1, ((Control.SALES, 1, 0),), TODAY),
        "capture": capture(held, 1),
        "release": Release(held),
        "manual": memo(1),
        "limit": ChangeLimit(5),
        "close": ClosePeriod(TODAY, TODAY),
    }

    answer = decide(state, intents[what], NOW)

    if ALLOWED[status, what]:
        assert isinstance(answer, Posted)
    else:
        assert answer == Refused(f"account_{status.lower()}", {"status": status.value})


STEPS = {
    (Status.ACTIVE, Status.SUSPENDED): (True, True),
    (Status.SUSPENDED, Status.ACTIVE): (True, True),
    (Status.SUSPENDED, Status.INHIBITED): (True, False),
    (Status.INHIBITED, Status.SUSPENDED): (True, True),
}


@pytest.mark.parametrize(("start", "to", "is_agency"), list(product(Status, Status, (True, False))))
def test_a_status_changes_step_by_step(start: Status, to: Status, is_agency: bool) -> None:
    state = account(status=start)
    intent = ChangeStatus(to, may_be_inhibited=is_agency)

    if STEPS.get((start, to), (False, False))[not is_agency]:
        accepted(state, intent)
        assert state.status is to
    else:
        answer = refused(state, intent)
        assert answer == Refused("status_change_not_allowed", {"from": start.value, "to": to.value})


# ---------------------------------------------------------------------------------------------------------------- limit


def test_a_cut_of_the_limit_may_leave_the_account_over_it_and_then_it_sells_nothing() -> None:
    state = account(limit=1_000, debits=800)

    accepted(state, ChangeLimit(500))
    answer = refused(state, sale(1))

    assert answer.facts == {"available": -300, "shortfall": 301}


def test_a_raised_limit_can_be_spent_at_once() -> None:
    state = account(limit=1_000, debits=1_000)

    accepted(state, ChangeLimit(1_500))
    accepted(state, sale(500))

    assert available(state) == 0


# ---------------------------------------------------------------------------------------------------------------- holds


def test_a_hold_lowers_available_and_moves_nothing() -> None:
    state = account(limit=1_000)

    answer = accepted(state, Authorise(700, NOW + HOUR))

    assert (answer.debit, answer.credit, state.held, available(state)) == (0, 0, 700, 300)


@pytest.mark.parametrize("more", [0, 1])
def test_a_hold_must_fit(more: int) -> None:
    state = account(limit=1_000, holds=(hold(700),))
    intent = Authorise(300 + more, NOW + HOUR)

    if not more:
        accepted(state, intent)
        assert available(state) == 0
    else:
        assert refused(state, intent) == Refused("insufficient_funds", {"available": 300, "shortfall": 1})


def test_a_hold_ends_after_it_begins() -> None:
    accepted(account(limit=1_000), Authorise(1, NOW + TICK))

    answer = refused(account(limit=1_000), Authorise(1, NOW))

    assert answer == Refused("hold_expired", {"expires_at": NOW.isoformat()})


def test_a_capture_in_part_releases_the_rest() -> None:
    held = hold(700)
    state = account(limit=1_000, holds=(held,))

    answer = accepted(state, capture(held, 650))

    assert (answer.debit, state.net, state.held, available(state)) == (650, -650, 0, 350)
    assert held.status is HoldStatus.CAPTURED
    assert state.due == []


def test_a_capture_within_the_hold_needs_no_funds_even_over_the_limit() -> None:
    held = hold(700)
    state = account(limit=0, debits=300, holds=(held,))

    accepted(state, capture(held, 700))

    assert available(state) == -1_000


@pytest.mark.parametrize("more", [0, 1])
def test_a_capture_beyond_the_hold_needs_the_difference(more: int) -> None:
    held, other = hold(700), hold(100, number=2)
    state = account(limit=1_000, holds=(held, other))
    intent = capture(held, 900 + more)

    if not more:
        accepted(state, intent)
        assert (available(state), state.held) == (0, 100)
    else:
        assert refused(state, intent) == Refused("insufficient_funds", {"available": 200, "shortfall": 1})


def test_a_capture_beyond_the_hold_may_use_what_expired_beside_it() -> None:
    held, gone = hold(700), hold(300, lasts=-HOUR, number=2)
    state = account(limit=1_000, holds=(held, gone))

    answer = accepted(state, capture(held, 1_000))

    assert (available(state), state.held, answer.expired) == (0, 0, [gone])


def test_a_release_gives_everything_back() -> None:
    held = hold(700)
    state = account(limit=1_000, holds=(held,))

    accepted(state, Release(held))

    assert (available(state), held.status, state.due) == (1_000, HoldStatus.RELEASED, [])


@pytest.mark.parametrize("later", [TICK, HOUR * 5, -HOUR / 2])
def test_an_extension_moves_the_expiry_either_way_but_never_into_the_past(later: timedelta) -> None:
    held = hold(700)
    state = account(limit=1_000, holds=(held,))
    until = NOW + HOUR + later

    accepted(state, Extend(held, until))

    assert (held.expires_at, held.status, state.held) == (until, HoldStatus.OPEN, 700)
    assert refused(state, Extend(held, NOW)) == Refused("hold_expired", {"expires_at": NOW.isoformat()})


@pytest.mark.parametrize("what", ["capture", "release", "extend"])
@pytest.mark.parametrize("status", [HoldStatus.CAPTURED, HoldStatus.RELEASED])
def test_a_hold_resolves_at_most_once(what: str, status: HoldStatus) -> None:
    held = hold(status=status)
    intents: dict[str, Intent] = {
        "capture": capture(held, 1),
        "release": Release(held),
        "extend": Extend(held, NOW + 2 * HOUR),
    }

    answer = refused(account(limit=1_000), intents[what])

    assert answer == Refused("hold_resolved", {"hold_status": status.value})


@pytest.mark.parametrize("what", ["capture", "release", "extend"])
@pytest.mark.parametrize("status", [HoldStatus.OPEN, HoldStatus.EXPIRED])
def test_an_expired_hold_is_gone_whether_or_not_anybody_noticed(what: str, status: HoldStatus) -> None:
    held = hold(lasts=timedelta(), status=status)
    intents: dict[str, Intent] = {
        "capture": capture(held, 1),
        "release": Release(held),
        "extend": Extend(held, NOW + 2 * HOUR),
    }

    answer = refused(account(limit=1_000, holds=(held,)), intents[what])

    assert answer == Refused("hold_expired", {"hold_status": "EXPIRED", "expires_at": NOW.isoformat()})


@pytest.mark.parametrize(
    ("at", "spendable"), [(NOW + HOUR - TICK, 300), (NOW + HOUR, 1_000), (NOW + HOUR + TICK, 1_000)]
)
def test_a_hold_counts_until_its_expiry_exclusive(at: datetime, spendable: int) -> None:
    state = account(limit=1_000, holds=(hold(700),))

    assert refused(state, sale(spendable + 1), at).facts == {"available": spendable, "shortfall": 1}
    accepted(state, sale(spendable), at)

    assert state.held == (700 if spendable == 300 else 0)


@pytest.mark.parametrize("what", ["sale", "hold", "memo", "release", "extend", "limit", "status", "close"])
def test_whatever_is_accepted_resolves_all_that_has_expired(what: str) -> None:
    gone = [hold(100, lasts=-HOUR, number=1), hold(200, lasts=timedelta(), number=2)]
    held = hold(300, number=3)
    state = account(limit=1_000, holds=(*gone, held))
    intents: dict[str, tuple[Intent, int]] = {
        "sale": (sale(1), 300),
        "hold": (Authorise(1, NOW + HOUR), 301),
        "memo": (memo(1), 300),
        "release": (Release(held), 0),
        "extend": (Extend(held, NOW + 2 * HOUR), 300),
        "limit": (ChangeLimit(500), 300),
        "status": (ChangeStatus(Status.SUSPENDED, may_be_inhibited=False), 300),
        "close": (ClosePeriod(TODAY, TODAY), 300),
    }
    intent, left = intents[what]

    answer = accepted(state, intent)

    assert answer.expired == gone
    assert (state.held, {one.status for one in gone}) == (left, {HoldStatus.EXPIRED})
    assert all(one not in state.due for one in gone)


# ------------------------------------------------------------------------------------------------------- closed periods


@pytest.mark.parametrize(
    ("on", "dated", "originally"),
    [
        (TODAY - timedelta(days=9), TODAY + timedelta(days=1), TODAY - timedelta(days=9)),
        (TODAY, TODAY + timedelta(days=1), TODAY),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=1), None),
        (TODAY + timedelta(days=5), TODAY + timedelta(days=5), None),
    ],
)
def test_a_late_item_takes_the_first_open_date_and_keeps_its_own(
    on: date, dated: date, originally: date | None
) -> None:
    held = hold()
    state = account(limit=10_000, closed_through=TODAY, holds=(held,))

    sold, charged, captured = (
        accepted(state, intent) for intent in (sale(1, on=on), memo(1, on=on), capture(held, 1, on=on))
    )

    for answer in (sold, charged, captured):
        assert (answer.business_date, answer.original_date) == (dated, originally)


def test_a_stated_date_in_a_closed_period_is_refused_and_another_kept() -> None:
    state = account(closed_through=TODAY)

    answer = refused(state, memo(1, on=TODAY, stated=True))
    kept = accepted(state, memo(1, on=TODAY + timedelta(days=1), stated=True))

    assert answer == Refused("period_closed", {"closed_through": TODAY.isoformat()})
    assert (kept.business_date, kept.original_date) == (TODAY + timedelta(days=1), None)


def test_without_a_cut_off_every_date_is_open() -> None:
    answer = accepted(account(), memo(1, on=date(1999, 12, 31), stated=True))

    assert (answer.business_date, answer.original_date) == (date(1999, 12, 31), None)


@pytest.mark.parametrize(
    ("through", "code"),
    [
        (TODAY - timedelta(days=3), "period_closed"),
        (TODAY - timedelta(days=4), "period_closed"),
        (TODAY - timedelta(days=2), None),
        (TODAY, None),
        (TODAY + timedelta(days=1), "cut_off_in_future"),
    ],
)
def test_a_cut_off_lies_in_the_past_or_today_and_after_the_one_before(through: date, code: str | None) -> None:
    state = account(closed_through=TODAY - timedelta(days=3))
    intent = ClosePeriod(through, TODAY)

    if code is None:
        accepted(state, intent)
        assert state.closed_through == through
    else:
        assert refused(state, intent).code == code


# ------------------------------------------------------------------------------------------------------------ reversals

SOLD = {Control.SALES: 40_000, Control.TAXES_PAYABLE: 8_000, Control.COMMISSION_EXPENSE: -3_200}


def reversal(original: Original, **lines: tuple[int, int]) -> Movement:
    contra = tuple((Control(name), *amounts) for name, amounts in lines.items())
    debits, credits_ = sum(debit for _, debit, _ in contra), sum(credit for _, _, credit in contra)
    return Movement(
        Purpose.SETTLEMENT, max(credits_ - debits, 0), max(debits - credits_, 0), contra, TODAY, reverses=original
    )


@pytest.mark.parametrize(
    ("lines", "component", "left"),
    [
        ({"sales": (40_000, 0), "taxes_payable": (8_000, 0), "commission_expense": (0, 3_200)}, None, 0),
        ({"sales": (40_001, 0)}, "sales", 40_000),
        ({"taxes_payable": (8_001, 0)}, "taxes_payable", 8_000),
        ({"commission_expense": (0, 3_201)}, "commission_expense", 3_200),
        ({"sales": (40_000, 0), "commission_expense": (0, 3_201)}, "commission_expense", 3_200),
        ({"sales": (0, 1)}, "sales", 40_000),  # the wrong way round
        ({"commission_expense": (1, 0)}, "commission_expense", 3_200),
        ({"adjustments": (1, 0)}, "adjustments", 0),  # was no part of it
        ({"sales": (1_000, 0), "penalties": (0, 900)}, None, 0),  # penalties are free
    ],
)
def test_no_more_is_taken_back_than_was_moved_per_component_and_direction(
    lines: dict[str, tuple[int, int]], component: str | None, left: int
) -> None:
    state, original = account(debits=44_800), Original(7, dict(SOLD))
    intent = reversal(original, **lines)

    if component is None:
        accepted(state, intent)
        assert original.reversed == {Control(name): debit - credit for name, (debit, credit) in lines.items()}
    else:
        answer = refused(state, intent)
        assert answer == Refused("reversal_exceeds_original", {"component": component, "left": left})


def test_reversals_add_up() -> None:
    state, original = account(debits=44_800), Original(7, dict(SOLD))

    accepted(state, reversal(original, sales=(25_000, 0), commission_expense=(0, 2_000)))
    too_much = refused(state, reversal(original, sales=(15_001, 0)))
    accepted(state, reversal(original, sales=(15_000, 0), commission_expense=(0, 1_200)))
    nothing_left = refused(state, reversal(original, commission_expense=(0, 1)))

    assert (too_much.facts["left"], nothing_left.facts["left"]) == (15_000, 0)


def test_a_reversal_needs_no_funds() -> None:
    state, original = account(), Original(7, {Control.COMMISSION_EXPENSE: -2_000})

    accepted(state, reversal(original, commission_expense=(0, 2_000)))

    assert available(state) == -2_000


# ------------------------------------------------------------------------------------------- the order of refusals


def test_each_reason_is_judged_before_the_next() -> None:
    original = Original(7, {Control.SALES: 5})
    intent = Movement(
        Purpose.SALE,
        9_999,
        0,
        ((Control.SALES, 0, 9_999),),
        TODAY,
        needs_funds=True,
        date_is_stated=True,
        reverses=original,
    )
    suspended = account(status=Status.SUSPENDED, closed_through=TODAY)

    codes = [
        refused(suspended, intent).code,
        refused(replace(suspended, status=Status.ACTIVE), intent).code,
        refused(account(), intent).code,
        refused(account(), replace(intent, reverses=None)).code,
    ]

    assert codes == ["account_suspended", "period_closed", "reversal_exceeds_original", "insufficient_funds"]


def test_of_a_hold_the_status_is_judged_first_then_its_own_state_then_the_funds() -> None:
    gone, held = hold(lasts=timedelta()), hold(1)

    codes = [
        refused(account(status=Status.SUSPENDED), Authorise(1, NOW)).code,
        refused(account(), Authorise(1, NOW)).code,
        refused(account(), Authorise(1, NOW + HOUR)).code,
        refused(account(status=Status.SUSPENDED), Extend(gone, NOW)).code,
        refused(account(), capture(gone, 9_999)).code,
        refused(account(holds=(held,)), capture(held, 9_999)).code,
    ]

    assert codes == [
        "account_suspended",
        "hold_expired",
        "insufficient_funds",
        "account_suspended",
        "hold_expired",
        "insufficient_funds",
    ]
