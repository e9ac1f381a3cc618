"""Random days at random counters, on the real database: every answer, balance and movement against the oracle's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from skypurser.ledger import posting
from skypurser.ledger.intents import AccountState, ClosePeriod, Intent, Refused
from skypurser.ledger.poster import Poster
from skypurser.ledger.requests import Answer, Request, fingerprint
from skypurser.ledger.reversing import ReverseEntry
from skypurser.ledger.states import Outcome, Status
from skypurser.parties.airports import local_date
from skypurser.tickets.amounts import FormOfPayment
from tests import cast
from tests.audits import assert_books_hold
from tests.databases import REFUSAL_TABLES, rows_of, this_database
from tests.ledger import oracle

#: The machine's first moment: twenty minutes before midnight in New York, so that days change on the way.
START = datetime(2026, 1, 15, 4, 40, tzinfo=UTC)

AMOUNTS = st.one_of(st.integers(1, 40), st.integers(1, 3_000))
SMALL = st.integers(0, 60)
PARTS = st.one_of(st.integers(0, 40), st.integers(0, 3_000))


@dataclass(slots=True, kw_only=True)
class CloseThrough(Request):
    """Close an account up to a date, as a cut-off does without its statement."""

    operation: ClassVar[str] = "cut_off"
    action: ClassVar[str] = "account.cut_off"

    through: date
    zone: str

    def plan(self, account: AccountState, book: Any, now: datetime) -> Intent | Refused:  # noqa: ARG002
        return ClosePeriod(self.through, local_date(now, self.zone))


class LedgerMachine(RuleBasedStateMachine):
    """Asks the ledger and the oracle the same, and compares."""

    poster: ClassVar[Poster]
    superuser: ClassVar[psycopg.Connection]

    @initialize(limits=st.tuples(*[st.sampled_from([0, 1_000, 5_000, 50_000])] * 4))
    def open_accounts(self, limits: tuple[int, ...]) -> None:
        airline = cast.carrier()
        self.carrier_id = airline.id
        self.real = {
            "new york": cast.agency(airline, credit_limit=limits[0]),
            "tokyo": cast.agency(
                airline, credit_limit=limits[1], currency="JPY", airport="NRT", country="JP", credit_card=False
            ),
            "kolkata": cast.agency(
                airline,
                credit_limit=limits[2],
                currency="KWD",
                airport="CCU",
                country="IN",
                terms=cast.rates("FREE", "FIXED 7.50", "MAX 2.50", "FIXED 33.33"),
            ),
            "boston": cast.client(airline, credit_limit=limits[3]),
        }
        self.oracle = oracle.Oracle(
            [
                oracle.Account("new york", "America/New_York", limits[0]),
                oracle.Account("tokyo", "Asia/Tokyo", limits[1], card_counts=False),
                oracle.Account(
                    "kolkata",
                    "Asia/Kolkata",
                    limits[2],
                    home=oracle.Rule("FREE"),
                    abroad=oracle.Rule("FIXED", Decimal("7.5")),
                    home_by_card=oracle.Rule("MAX", Decimal("2.5")),
                    abroad_by_card=oracle.Rule("FIXED", Decimal("33.33")),
                ),
                oracle.Account("boston", "America/New_York", limits[3], is_agency=False, card_counts=False),
            ]
        )
        self.now = START
        self.asked: list[oracle.Ask] = []

    # ---------------------------------------------------------------------------------------------------- rules

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.integers(1, 90))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.now -= timedelta(minutes=minutes)

    @rule(data=st.data(), size=st.integers(1, 8))
    def a_batch(self, data: st.DataObject, size: int) -> None:
        self._check(data, size, self.poster.post)

    @rule(data=st.data())
    def one_in_a_transaction_of_its_own(self, data: st.DataObject) -> None:
        self._check(data, 1, lambda requests: [cast.post(request) for request in requests])

    def _check(self, data: st.DataObject, size: int, post: Any) -> None:
        known_holds, known_manuals = len(self.oracle.holds), len(self.oracle.manuals)
        asks, expected = [], []
        before = rows_of(self.superuser, self.carrier_id)
        for _ in range(size):
            ask = data.draw(self._asks(known_holds, known_manuals))
            asks.append(ask)
            expected.append(self.oracle.judge(ask))
        holds = iter(self.oracle.holds[known_holds:])
        manuals = iter(self.oracle.manuals[known_manuals:])

        answers = post([self._request(ask) for ask in asks])

        for ask, answer, should_be in zip(asks, answers, expected, strict=True):
            self._compare(ask, answer, should_be)
            if not answer.replayed and not should_be.refused:
                if ask.kind == "hold":
                    next(holds).id = answer.facts["hold"]
                elif ask.kind in {"credit", "debit"}:
                    next(manuals).id = answer.facts["entry"]
        self.asked += asks
        self._invariant_5_a_refused_operation_left_every_row_as_it_was(before, expected)
        self._invariant_6_replaying_a_key_changes_nothing(before, expected)

    def _compare(self, ask: oracle.Ask, answer: Answer | Exception, expected: oracle.Expected) -> None:
        assert isinstance(answer, Answer), (ask, answer)
        assert (answer.code, answer.replayed) == (expected.code, expected.replayed), (ask, answer, expected)
        if expected.refused:
            assert answer.facts.get("shortfall") == expected.shortfall, (ask, answer, expected)
            return
        moved = bool(expected.debit or expected.credit or ask.kind == "close")
        assert answer.outcome is (Outcome.POSTED if moved else Outcome.RECORDED), (ask, answer, expected)
        told = {name: answer.facts.get(name, 0) for name in ("debit", "credit", "net", "held", "available")}
        assert told == {name: getattr(expected, name) for name in told}, (ask, answer, expected)

    # --------------------------------------------------------------------------------------------------- asking

    def _asks(self, holds: int, manuals: int) -> st.SearchStrategy[oracle.Ask]:
        now, accounts = self.now, st.sampled_from([*[*self.real] * 6, "nowhere"])
        documents = st.sampled_from([*[*self.oracle.tickets] * 3, "2790000000000"])
        moments = st.integers(0, 300).map(lambda minutes: now + timedelta(minutes=minutes))
        days = st.integers(-3, 1).map(lambda days: now.date() + timedelta(days=days))
        about: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
            "credit": st.tuples(AMOUNTS),
            "debit": st.tuples(AMOUNTS),
            "issue": st.tuples(
                st.one_of(st.builds(cast.fresh_document), st.builds(cast.fresh_document), documents),
                PARTS,
                PARTS,
                st.sampled_from(["account", "account", "card", "card_offline"]),
                st.booleans(),
                st.sampled_from([None, None, Decimal(0), Decimal("2.5"), Decimal(8), Decimal(9), Decimal(100)]),
            ),
            "void": st.tuples(documents),
            "refund": st.tuples(documents, SMALL, SMALL, st.sampled_from([0, 0, 1, 30])).filter(
                lambda drawn: drawn[1] + drawn[2] > 0  # a refund of nothing is no request
            ),
            "hold": st.tuples(AMOUNTS, moments),
            "limit": st.tuples(st.integers(0, 5_000)),
            "status": st.tuples(st.sampled_from([*["ACTIVE"] * 4, "SUSPENDED", "INHIBITED"])),
            "close": st.tuples(days),
        }
        if holds:
            at = st.integers(0, holds - 1)
            about["capture"] = st.tuples(at, AMOUNTS, st.just(date(2026, 1, 15)))
            about["release"] = st.tuples(at)
            about["extend"] = st.tuples(at, moments)
        if manuals:
            about["reversal"] = st.tuples(st.integers(0, manuals - 1))
        # Those drawn most come first.
        often = ["issue", "refund", "capture", "issue", "hold", "refund", "void", "issue"]
        weighted = [*[kind for kind in often if kind in about], *reversed(about)]

        def fresh(kind: str) -> st.SearchStrategy[oracle.Ask]:
            account = accounts
            if kind in {"capture", "release", "extend"}:
                return about[kind].flatmap(
                    lambda rest: self._mostly(self.oracle.holds[rest[0]].account.name).map(
                        lambda name: oracle.Ask(kind, name, now, cast.fresh_key(), rest)
                    )
                )
            if kind in {"void", "refund"}:
                return about[kind].flatmap(
                    lambda rest: self._mostly(self._seller(rest[0])).map(
                        lambda name: oracle.Ask(kind, name, now, cast.fresh_key(), rest)
                    )
                )
            return st.tuples(account, about[kind]).map(
                lambda drawn: oracle.Ask(kind, drawn[0], now, cast.fresh_key(), drawn[1])
            )

        new = st.sampled_from(weighted).flatmap(fresh)
        if not self.asked:
            return new
        old = st.sampled_from(self.asked)
        retries = old.map(lambda ask: oracle.Ask(ask.kind, ask.account, now, ask.key, ask.about))
        conflicts = st.tuples(old, new).map(
            lambda two: oracle.Ask(two[1].kind, two[1].account, now, two[0].key, two[1].about)
        )
        return st.sampled_from([*[new] * 14, retries, conflicts]).flatmap(lambda chosen: chosen)

    def _mostly(self, name: str) -> st.SearchStrategy[str]:
        return st.sampled_from([name] * 12 + [*self.real])

    def _seller(self, document: str) -> str:
        ticket = self.oracle.tickets.get(document)
        return "boston" if ticket is None else ticket.account.name

    def _request(self, ask: oracle.Ask) -> Request:
        real = self.real.get(ask.account or "", self.real["boston"])
        build = getattr(self, f"_ask_{ask.kind}")
        request: Request = build(real, *ask.about)
        request.key, request.now = ask.key, ask.now
        request.fingerprint = fingerprint(*map(str, ask.payload))
        if ask.account not in self.real:
            request.account_id = None
        return request

    def _ask_credit(self, real: cast.Account, amount: int) -> Request:
        return cast.credit(real, amount)

    def _ask_debit(self, real: cast.Account, amount: int) -> Request:
        return cast.debit(real, amount)

    def _ask_issue(self, real: cast.Account, *about: Any) -> Request:
        document, fare, taxes, form, is_home, entered = about
        return cast.issue(
            real,
            document=document,
            fare=fare,
            taxes=taxes,
            form_of_payment=FormOfPayment(form),
            route=("JFK", "LAX") if is_home else ("JFK", "NRT"),
            commission_bps=None if entered is None else int(entered * 100),
        )

    def _ask_void(self, real: cast.Account, document: str) -> Request:
        return cast.void(real, document)

    def _ask_refund(self, real: cast.Account, document: str, *parts: int) -> Request:
        fare, taxes, penalty = parts
        return cast.refund(real, document, fare=fare, taxes=taxes, penalty=penalty)

    def _ask_hold(self, real: cast.Account, amount: int, expires: datetime) -> Request:
        return cast.hold(real, amount, expires_at=expires)

    def _ask_capture(self, real: cast.Account, at: int, amount: int, _: date) -> Request:
        return cast.capture(real, self._hold_id(at), amount)

    def _ask_release(self, real: cast.Account, at: int) -> Request:
        return cast.release(real, self._hold_id(at))

    def _ask_extend(self, real: cast.Account, at: int, expires: datetime) -> Request:
        return cast.extend(real, self._hold_id(at), expires)

    def _hold_id(self, at: int) -> int:
        found = self.oracle.holds[at].id
        assert found is not None
        return found

    def _ask_limit(self, real: cast.Account, limit: int) -> Request:
        return cast.limit(real, limit)

    def _ask_status(self, real: cast.Account, status: str) -> Request:
        return cast.status(real, Status(status))

    def _ask_close(self, real: cast.Account, through: date) -> Request:
        return CloseThrough(**self._common(real), through=through, zone=self._modelled(real).zone)

    def _ask_reversal(self, real: cast.Account, at: int) -> Request:
        entry_id = self.oracle.manuals[at].id
        assert entry_id is not None
        return ReverseEntry(
            **self._common(real),
            entry_id=entry_id,
            kinds=frozenset({"credit", "debit"}),
            business_date=self._modelled(real).today(self.now),
        )

    def _modelled(self, real: cast.Account) -> oracle.Account:
        return next(self.oracle.accounts[name] for name, account in self.real.items() if account.id == real.id)

    def _common(self, real: cast.Account) -> dict[str, Any]:
        return {
            "carrier_id": self.carrier_id,
            "key": "",
            "fingerprint": b"",
            "account_id": real.id,
            "currency": real.currency,
            "actor": "desk",
            "reference": "",
        }

    # ----------------------------------------------------------------------------------------------- invariants

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.superuser.execute(sql, {"carrier": self.carrier_id}).fetchall()

    @invariant()
    def invariant_1_debits_equal_credits_per_entry_and_over_the_whole_ledger(self) -> None:
        assert not self._rows(
            "SELECT entry_id FROM ledger_line WHERE carrier_id = %(carrier)s GROUP BY entry_id"
            " HAVING sum(debit) <> sum(credit)"
        )
        control = self._rows(
            "SELECT currency, sum(debits) - sum(credits) FROM ledger_controltotal WHERE carrier_id = %(carrier)s"
            " GROUP BY currency"
        )
        customers = self._rows(
            "SELECT currency, sum(credits) - sum(debits) FROM ledger_account WHERE carrier_id = %(carrier)s"
            " GROUP BY currency"
        )
        assert {key: net for key, net in control if net} == {key: net for key, net in customers if net}

    @invariant()
    def invariant_2_stored_sums_are_what_movements_and_holds_add_up_to(self) -> None:
        stored = self._rows(
            "SELECT id, debits, credits, held, last_item FROM ledger_account WHERE carrier_id = %(carrier)s ORDER BY id"
        )
        assert stored == self._rows(
            "SELECT a.id, coalesce(sum(l.debit), 0), coalesce(sum(l.credit), 0), (SELECT coalesce(sum(h.amount), 0)"
            " FROM ledger_hold h WHERE h.carrier_id = a.carrier_id AND h.account_id = a.id AND h.status = 'OPEN'),"
            " count(l.item) FROM ledger_account a LEFT JOIN ledger_line l"
            " ON l.carrier_id = a.carrier_id AND l.account_id = a.id"
            " WHERE a.carrier_id = %(carrier)s GROUP BY a.carrier_id, a.id ORDER BY a.id"
        )
        for name, account in self.oracle.accounts.items():
            now = cast.standing(self.real[name], now=self.now)
            told = (now.net, now.held, now.available, now.credit_limit, now.status, now.closed_through)
            assert told == (
                account.net(),
                account.held(self.now),
                account.available(self.now),
                account.limit,
                account.status,
                account.closed,
            ), name

    @invariant()
    def invariant_3_items_are_gapless_and_each_net_follows_from_the_one_before(self) -> None:
        """That digests chain is the audit's to prove, at the end."""
        for name, account in self.oracle.accounts.items():
            assert [
                (m.item, m.kind, m.debit, m.credit, m.net, m.business_date, m.original_date)
                for m in cast.statement(self.real[name])
            ] == [
                (item, m["kind"], m["debit"], m["credit"], m["net"], m["day"], m["asked"])
                for item, m in enumerate(account.movements, 1)
            ], name

    @invariant()
    def invariant_4_no_sale_ever_left_available_below_zero(self) -> None:
        assert not self._rows(
            "SELECT l.entry_id FROM ledger_line l JOIN ledger_entry e ON e.carrier_id = l.carrier_id"
            " AND e.id = l.entry_id WHERE l.carrier_id = %(carrier)s AND e.kind = 'ticket' AND l.debit > 0"
            " AND l.available < 0"
        )

    def _invariant_5_a_refused_operation_left_every_row_as_it_was(
        self, before: dict[str, Any], expected: Sequence[oracle.Expected]
    ) -> None:
        if all(answer.refused for answer in expected):
            after = rows_of(self.superuser, self.carrier_id)
            assert {name: rows for name, rows in after.items() if name not in REFUSAL_TABLES} == {
                name: rows for name, rows in before.items() if name not in REFUSAL_TABLES
            }

    def _invariant_6_replaying_a_key_changes_nothing(
        self, before: dict[str, Any], expected: Sequence[oracle.Expected]
    ) -> None:
        if all(answer.replayed for answer in expected):
            assert rows_of(self.superuser, self.carrier_id) == before

    @invariant()
    def invariant_7_reversals_never_exceed_the_original(self) -> None:
        assert not self._rows(
            "SELECT 1 FROM ledger_line r JOIN ledger_entry e ON e.carrier_id = r.carrier_id AND e.id = r.entry_id"
            " WHERE e.carrier_id = %(carrier)s AND e.reverses IS NOT NULL AND r.control <> 'penalties'"
            " GROUP BY e.reverses, r.control HAVING abs(sum(r.debit - r.credit)) > coalesce((SELECT"
            " abs(o.credit - o.debit) FROM ledger_line o WHERE o.carrier_id = %(carrier)s AND o.entry_id = e.reverses"
            " AND o.control = r.control), 0)"
        )

    @invariant()
    def a_hold_is_as_it_should_be(self) -> None:
        stored = {
            row[0]: row[1:]
            for row in self._rows(
                "SELECT id, amount, expires_at, status FROM ledger_hold WHERE carrier_id = %(carrier)s"
            )
        }
        assert stored == {hold.id: (hold.amount, hold.expires, hold.end or "OPEN") for hold in self.oracle.holds}

    def teardown(self) -> None:
        if hasattr(self, "carrier_id"):
            assert_books_hold([self.carrier_id])


@pytest.fixture
def poster() -> Iterator[Poster]:
    with this_database().poster() as one:
        yield one


@pytest.mark.parametrize("portion", [64, 2], ids=["whole batches", "batches in portions"])
def test_the_ledger_answers_like_the_oracle(
    poster: Poster, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(posting, "_PORTION", portion)
    LedgerMachine.poster, LedgerMachine.superuser = poster, superuser

    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
