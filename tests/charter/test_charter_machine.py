"""Random days at the charter desk, on the real database, against a small model of cards, quotes and bookings."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from skypurser.access.acting import acting_for
from skypurser.charter import cancelling, converting, lists, quoting, repricing
from skypurser.charter.content import Method, QuoteData
from skypurser.charter.invoicing import billing_of, draft_for_booking
from skypurser.charter.pricing import PriceLine
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.once import told_invoice
from skypurser.invoices.queries import Subject
from skypurser.ledger.requests import RequestRefused
from tests import cast
from tests.audits import assert_books_hold

PRICES = st.integers(1, 1_200)
CARDS = st.integers(0, 1)
HOURS = st.one_of(st.none(), st.integers(1, 30))
#: When the one leg of all quotes departs: two days after the machine's first moment.
DEPARTS = cast.NOON + timedelta(hours=48)
ARRIVES = DEPARTS + timedelta(hours=3)


@dataclass
class Quote:
    """A quote as the model has it."""

    id: int
    price: int
    card: int | None
    valid_until: datetime | None
    held: int = 0
    hold_until: datetime | None = None
    version: int = 1
    status: str = "quoted"


@dataclass
class Booking:
    """A booking as the model has it."""

    id: int
    price: int
    card: int | None
    version: int = 1
    fee: int | None = None
    #: What its standing invoices say, oldest first, and whether a draft waits.
    invoices: list[int] = field(default_factory=list)
    draft: int | None = None

    @property
    def due(self) -> int:
        return self.price if self.fee is None else self.fee


@dataclass
class Model:
    """What ought to be there."""

    nets: list[int]
    now: datetime = cast.NOON
    quotes: list[Quote] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)

    def held(self, card: int, *, but: Quote | None = None) -> int:
        return sum(
            one.held
            for one in self.quotes
            if one.card == card and one is not but and one.hold_until is not None and one.hold_until > self.now
        )

    def short(self, card: int, amount: int, *, but: Quote | None = None) -> int:
        return max(amount - (self.nets[card] - self.held(card, but=but)), 0)


class CharterMachine(RuleBasedStateMachine):
    """Asks the desk and the model the same, and compares."""

    @initialize(balances=st.tuples(st.integers(0, 3_000), st.integers(0, 3_000)))
    def open_the_desk(self, balances: tuple[int, int]) -> None:
        self.operator = cast.charter_operator(balance=0)
        cast.issuer(self.operator.carrier)
        set_tiers(tiers=[Tier(24, 5_000), Tier(40, 1_250)], actor=self.operator.actor, now=cast.NOON)
        self.cards = [
            cast.card(self.operator.carrier, self.operator.customer, balance=balance, reference="x")
            for balance in balances
        ]
        self.model = Model(list(balances))

    # -------------------------------------------------------------------------------------------------------- rules

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        self.model.now += timedelta(hours=hours)

    @rule(price=PRICES, card=st.one_of(st.none(), CARDS), hold=HOURS, valid=HOURS)
    def quote(self, price: int, card: int | None, hold: int | None, valid: int | None) -> None:
        self._save(None, price, card, hold, valid)

    @precondition(lambda self: self.model.quotes)
    @rule(data=st.data(), price=PRICES, card=st.one_of(st.none(), CARDS), hold=HOURS, valid=HOURS)
    def save_again(
        self, data: st.DataObject, price: int, card: int | None, hold: int | None, valid: int | None
    ) -> None:
        self._save(data.draw(st.sampled_from(self.model.quotes)), price, card, hold, valid)

    @precondition(lambda self: self.model.quotes)
    @rule(data=st.data())
    def cancel_quote(self, data: st.DataObject) -> None:
        of = data.draw(st.sampled_from(self.model.quotes))
        code = self._ask(quoting.cancel, quote_id=of.id, expected_version=of.version)
        if of.status != "quoted":
            assert code == "quote_not_open"
            return
        assert code == ""
        of.status, of.held, of.version = "cancelled", 0, of.version + 1

    @precondition(lambda self: self.model.quotes)
    @rule(data=st.data())
    def book(self, data: st.DataObject) -> None:
        of = data.draw(st.sampled_from(self.model.quotes))
        key = cast.fresh_key("book")
        code = self._ask(converting.book, key=key, quote_id=of.id, expected_version=of.version)
        assert code == self._judge_booking(of)
        if not code:
            if of.card is not None:
                self.model.nets[of.card] -= of.price
            asked: dict[str, Any] = {"quote_id": of.id, "expected_version": of.version, "key": key}
            again = converting.book(**asked, actor=self.operator.actor, now=self.model.now)
            made = converting.told_booking(again)
            of.status, of.held, of.version = "booked", 0, of.version + 1
            self.model.bookings.append(Booking(made.id, of.price, of.card))

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), price=st.integers(0, 1_500))
    def change_price(self, data: st.DataObject, price: int) -> None:
        of = data.draw(st.sampled_from(self.model.bookings))
        lines = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=price),)
        asked: dict[str, Any] = {"booking_id": of.id, "lines": lines, "reference": "x", "expected_version": of.version}
        code = self._ask(repricing.change_price, **asked)
        more = price - of.price
        if of.fee is not None:
            assert code == "booking_not_open"
        elif of.card is not None and more > 0 and self.model.now < ARRIVES and self.model.short(of.card, more):
            assert code == "insufficient_funds"
        else:
            assert code == ""
            if of.card is not None:
                self.model.nets[of.card] -= more
            of.draft = of.draft if price == of.price else None
            while price < of.price and sum(of.invoices) > price:
                of.invoices.pop()
            of.price, of.version = price, of.version + 1

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), entered=st.one_of(st.none(), st.integers(0, 1_500)))
    def cancel_booking(self, data: st.DataObject, entered: int | None) -> None:
        of = data.draw(st.sampled_from(self.model.bookings))
        asked: dict[str, Any] = {"booking_id": of.id, "expected_version": of.version, "fee": entered, "reference": "x"}
        code = self._ask(cancelling.cancel, **asked)
        if of.fee is not None:
            assert code == "booking_not_open"
        elif entered is not None and entered > of.price:
            assert code == "fee_exceeds_paid"
        else:
            assert code == ""
            of.fee = self._fee(of.price) if entered is None else entered
            of.version += 1
            of.invoices, of.draft = [], None
            if of.card is not None:
                self.model.nets[of.card] += of.price - of.fee

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data())
    def draft_an_invoice(self, data: st.DataObject) -> None:
        of = data.draw(st.sampled_from(self.model.bookings))
        left = max(0, of.due - sum(of.invoices))
        key = cast.fresh_key("draft")
        code = self._ask(draft_for_booking, booking_id=of.id, key=key)
        if of.fee == 0:
            assert code == "booking_not_open"
        elif of.draft is not None or (not left and of.invoices):
            assert code == "already_invoiced"
        elif not left:
            assert code == "nothing_to_invoice"
        else:
            assert code == ""
            how: dict[str, Any] = {"actor": self.operator.actor, "now": self.model.now}
            draft = told_invoice(draft_for_booking(booking_id=of.id, key=key, **how))
            assert (draft.total, draft.subject == Subject.CANCELLATION_FEE) == (left, of.fee is not None)
            of.draft = draft.id

    @precondition(lambda self: any(one.draft is not None for one in self.model.bookings))
    @rule(data=st.data())
    def issue_a_draft(self, data: st.DataObject) -> None:
        of = data.draw(st.sampled_from([one for one in self.model.bookings if one.draft is not None]))
        issued = issue_invoice(invoice_id=of.draft or 0, actor=self.operator.actor, now=self.model.now)
        assert issued.open_amount == (0 if of.card is not None else issued.total)
        of.invoices.append(issued.total)
        of.draft = None

    @precondition(lambda self: self.model.quotes)
    @rule(data=st.data())
    def somebody_shows_an_old_version(self, data: st.DataObject) -> None:
        of = data.draw(st.sampled_from(self.model.quotes))
        asked: dict[str, Any] = {"quote_id": of.id, "expected_version": of.version - 1}

        assert self._ask(quoting.cancel, **asked) == "changed_meanwhile"
        assert self._ask(converting.book, **asked) == "changed_meanwhile"

    # --------------------------------------------------------------------------------------------------- invariants

    @invariant()
    def cards_have_what_the_model_says(self) -> None:
        for place, card in enumerate(getattr(self, "cards", ())):
            standing = cast.standing(card, now=self.model.now)
            assert (standing.net, standing.held) == (self.model.nets[place], self.model.held(place))

    @invariant()
    def quotes_and_bookings_are_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        how: dict[str, Any] = {"actor": self.operator.actor, "limit": 500}
        shown = {one.id: one for one in lists.quotes(now=self.model.now, **how)}
        for quote in self.model.quotes:
            one = shown[quote.id]
            assert (one.status, one.price, one.version) == (self._status(quote), quote.price, quote.version)
        made = {one.id: one for one in lists.bookings(**how)}
        assert len(made) == len(self.model.bookings) == sum(one.status == "booked" for one in self.model.quotes)
        for booking in self.model.bookings:
            due = booking.price if booking.fee is None else booking.fee
            paid = 0 if booking.card is None else due
            view = made[booking.id]
            billing = billing_of(view, carrier_id=self.operator.carrier.id)
            assert [one.total for one in reversed(billing.standing)] == booking.invoices
            assert (None if billing.draft is None else billing.draft.id) == booking.draft
            assert billing.uninvoiced == max(0, booking.due - sum(booking.invoices))
            assert (view.price, view.paid, view.fee, view.version) == (
                booking.price,
                paid,
                booking.fee,
                booking.version,
            )

    @invariant()
    def invariant_9_a_booking_paid_by_card_is_exactly_one_net_deduction(self) -> None:
        if not hasattr(self, "model"):
            return
        paid = {
            f"booking:{one.id}": (self.cards[one.card].id, one.price if one.fee is None else one.fee)
            for one in self.model.bookings
            if one.card is not None
        }
        with acting_for(self.operator.carrier.id), connection.cursor() as cursor:
            cursor.execute(
                "SELECT document, account_id, sum(debit) - sum(credit) FROM ledger_entry"
                " WHERE carrier_id = %s AND document LIKE 'booking:%%' AND account_id IS NOT NULL"
                " GROUP BY document, account_id",
                [self.operator.carrier.id],
            )
            taken = {document: (account_id, int(amount)) for document, account_id, amount in cursor.fetchall()}
        assert taken == paid

    def teardown(self) -> None:
        if hasattr(self, "operator"):
            assert_books_hold([self.operator.carrier.id])

    # ------------------------------------------------------------------------------------------------------ helpers

    def _ask(self, verb: Any, *, key: str | None = None, **asked: Any) -> str:
        try:
            verb(key=key or cast.fresh_key("ask"), actor=self.operator.actor, now=self.model.now, **asked)
        except RequestRefused as no:
            return no.code
        return ""

    def _save(self, of: Quote | None, price: int, card: int | None, hold: int | None, valid: int | None) -> None:
        now = self.model.now
        until = None if valid is None else now + timedelta(hours=valid)
        hold_until = None if hold is None or card is None else now + timedelta(hours=min(hold, valid or hold))
        data = self._data(price, card, until, hold_until)
        key = cast.fresh_key("save")
        known = {} if of is None else {"quote_id": of.id, "expected_version": of.version}
        code = self._ask(quoting.save, key=key, data=data, quoted=True, **known)
        if of is not None and of.status != "quoted":
            assert code == "quote_not_open"
        elif (
            card is not None and not self._keeps(of, price, card, hold_until) and self.model.short(card, price, but=of)
        ):
            assert code == "insufficient_funds"
        else:
            assert code == ""
            told = quoting.told_quote(
                quoting.save(data=data, quoted=True, key=key, actor=self.operator.actor, now=now, **known)
            )
            held = price if hold_until is not None else 0
            fresh = Quote(told.id, price, card, until, held, hold_until)
            if of is None:
                self.model.quotes.append(fresh)
            else:
                self.model.quotes[self.model.quotes.index(of)] = replace(fresh, version=of.version + 1)

    def _keeps(self, of: Quote | None, price: int, card: int, hold_until: datetime | None) -> bool:
        """Whether the hold stays as it is, and with it what it holds."""
        return (
            of is not None
            and hold_until is not None
            and of.hold_until is not None
            and of.hold_until > self.model.now
            and (of.card, of.held) == (card, price)
        )

    def _data(self, price: int, card: int | None, until: datetime | None, hold_until: datetime | None) -> QuoteData:
        leg = cast.leg(departs="2026-01-17T12:00", arrives="2026-01-17T15:00")
        by: dict[str, Any] = {"method": Method.INVOICE, "card_id": None}
        if card is not None:
            by = {"method": Method.JET_CARD, "card_id": self.cards[card].id}
        return cast.quote_data(self.operator, price, legs=(leg,), valid_until=until, hold_until=hold_until, **by)

    def _judge_booking(self, of: Quote) -> str:
        if of.status != "quoted":
            return "quote_not_open"
        if self._status(of) == "expired":
            return "quote_expired"
        if of.card is None:
            return ""
        is_held = of.hold_until is not None and of.hold_until > self.model.now
        return "insufficient_funds" if not is_held and self.model.short(of.card, of.price, but=of) else ""

    def _status(self, of: Quote) -> str:
        is_over = of.valid_until is not None and of.valid_until <= self.model.now
        return "expired" if is_over and of.status == "quoted" else of.status

    def _fee(self, price: int) -> int:
        left = DEPARTS - self.model.now
        if left < timedelta(hours=24):
            return (price * 5_000 + 5_000) // 10_000
        return (price * 1_250 + 5_000) // 10_000 if left < timedelta(hours=40) else 0


def test_days_at_the_desk_are_what_the_model_says() -> None:
    run_state_machine_as_test(
        CharterMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            print_blob=True,
        ),
    )
