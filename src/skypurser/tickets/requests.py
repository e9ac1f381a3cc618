"""Issue, void and refund, as requests to the ledger.

Amounts are minor units of the account's currency. What they refuse, and in which order, is the carrier's rule book:
an issue is judged key, document number, account, duplicate, status, commission, funds; a void or refund key, account,
sale, voided, then refunded and window (void) or the sale's bounds and a negative result (refund).

Sources: KIU "Queries" and "New Account" (commission and credit card), domain rules of void and refund.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from skypurser.commissions.rules import CommissionNotAllowed, Scope
from skypurser.electronic.requests import ElectronicRequest
from skypurser.electronic.terms import Terms, TermsShelf
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.decide import refuse_by_status
from skypurser.ledger.intents import AccountState, Contra, Intent, Movement, Original, Posted, Refused
from skypurser.ledger.requests import Shelf, above_zero, not_negative, plain_text
from skypurser.ledger.states import Control, Purpose
from skypurser.parties.airports import is_domestic
from skypurser.tickets.amounts import (
    FormOfPayment,
    Refundable,
    RefundAmounts,
    SaleAmounts,
    Settlement,
    refund_amounts,
    sale_amounts,
)
from skypurser.tickets.shelf import TicketShelf, TicketState

if TYPE_CHECKING:
    from skypurser.ledger.book import Book


_DOCUMENT = re.compile(r"[0-9]{13}").fullmatch


@dataclass(slots=True, kw_only=True)
class TicketRequest(ElectronicRequest):
    """A request about one document; `document` has 13 digits, or is None when the number was invalid (`flaw`).

    Attributes:
        tickets: What the batch knows of tickets, by carrier and document number.
    """

    shelves: ClassVar[tuple[type[Shelf], ...]] = (TermsShelf, TicketShelf)

    tickets: Mapping[tuple[int, str], TicketState] = field(default_factory=dict, init=False, repr=False)

    @property
    def ticket(self) -> TicketState | None:
        """The document's ticket where there is one, sold just now or long ago, once the request is answered.

        What was sold is as it was, also when the answer is a replay; what was taken back since may be in it or not.
        """
        return self.tickets.get((self.carrier_id, self.document or ""))

    def __post_init__(self) -> None:
        """Refuse a document that is none, unless it is known to be (`flaw`)."""
        ElectronicRequest.__post_init__(self)
        if self.flaw is None and (self.document is None or not _DOCUMENT(self.document)):
            raise InvalidRequest("a document has 13 digits", field="document_number")


@dataclass(slots=True, kw_only=True)
class IssueTicket(TicketRequest):
    """Sell a ticket or EMD. `route` has known airports; `commission_bps` is what the issuing agent entered, if any."""

    operation: ClassVar[str] = "ticket"
    action: ClassVar[str] = "ticket.issued"

    form_of_payment: FormOfPayment
    route: tuple[str, ...]
    fare: int
    taxes: int
    commission_bps: int | None = None
    passenger: str = ""
    sold: TicketState | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Refuse what is no sale: amounts out of bounds, an unknown airport, a passenger's name that is no text."""
        TicketRequest.__post_init__(self)
        not_negative(self.fare, field="fare")
        not_negative(self.taxes, field="taxes")
        is_domestic(self.route)
        plain_text(self.passenger, field="passenger")

    def intend(self, account: AccountState, terms: Terms, book: "Book", now: datetime) -> Intent | Refused:
        """Find the commission and say what the sale does to the account."""
        if (self.carrier_id, self.document) in book.shelves[TicketShelf].tickets:
            return Refused("duplicate_document", {"document_number": self.document})
        no = refuse_by_status(account, Purpose.SALE)
        if no is not None:
            return no
        scope = Scope.DOMESTIC if is_domestic(self.route) else Scope.INTERNATIONAL
        rule = terms.rates.rule_for(scope, by_card=self.form_of_payment is not FormOfPayment.ACCOUNT)
        try:
            rate_bps = rule.rate_for(self.commission_bps)
        except CommissionNotAllowed as no_commission:
            return _refused(no_commission)
        amounts = sale_amounts(self.fare, self.taxes, rate_bps)
        settlement = Settlement.of(self.form_of_payment, credit_card_on=terms.credit_card)
        issue_date = terms.today(now)
        self.sold = TicketState(
            carrier_id=self.carrier_id,
            document_number=self.document or "",
            account_id=account.id,
            settlement=settlement,
            form_of_payment=self.form_of_payment,
            scope=scope,
            route="-".join(self.route),
            fare=self.fare,
            taxes=self.taxes,
            commission_mode=rule.mode,
            commission_percent_bps=rule.percent_bps,
            commission_rate_bps=rate_bps,
            commission=amounts.commission,
            issued_at=now,
            issue_date=issue_date,
            entry_id=None,
        )
        effect = amounts.effect(settlement)
        return Movement(
            purpose=Purpose.SALE,
            debit=effect.debit,
            credit=effect.credit,
            contra=_sale_lines(settlement, self.fare, self.taxes, amounts.commission),
            business_date=issue_date,
            needs_funds=settlement is Settlement.ON_ACCOUNT,  # a card sale spends nothing of the account
        )

    def record(self, account: AccountState, posted: Posted, entry_id: int | None, book: "Book") -> None:  # noqa: ARG002
        """Keep the ticket."""
        if self.sold is None:
            raise RuntimeError("a ticket was posted that was never planned")
        self.sold.entry_id = entry_id
        book.shelves[TicketShelf].add(self.sold, passenger=self.passenger, reference=self.reference)


@dataclass(slots=True, kw_only=True)
class _TakeBack(TicketRequest):
    """Void or refund: find the sale first."""

    def intend(self, account: AccountState, terms: Terms, book: "Book", now: datetime) -> Intent | Refused:
        """Find the sale on this account and take it back."""
        ticket: TicketState | None = book.shelves[TicketShelf].tickets.get((self.carrier_id, self.document or ""))
        if ticket is None or ticket.account_id != account.id:
            return Refused("sale_not_found")
        if ticket.status == "VOIDED":
            return Refused("already_voided")
        return self.take_back(ticket, terms, now)

    def take_back(self, ticket: TicketState, terms: Terms, now: datetime) -> Intent | Refused:
        """Return what taking the sale back does to the account."""
        raise NotImplementedError


@dataclass(slots=True, kw_only=True)
class VoidTicket(_TakeBack):
    """Void a sale on the local day of issue: all of it is reversed, commission included."""

    operation: ClassVar[str] = "void"
    action: ClassVar[str] = "ticket.voided"

    def take_back(self, ticket: TicketState, terms: Terms, now: datetime) -> Intent | Refused:
        """Reverse everything."""
        if ticket.refunds:
            return Refused("already_refunded")
        today = terms.today(now)
        if today != ticket.issue_date:
            return Refused("void_window_closed", {"issue_date": ticket.issue_date.isoformat()})
        amounts = SaleAmounts(
            ticket.fare + ticket.taxes, ticket.commission, ticket.fare + ticket.taxes - ticket.commission
        )
        effect = amounts.void_effect(ticket.settlement)
        sale = _sale_lines(ticket.settlement, ticket.fare, ticket.taxes, ticket.commission)
        return Movement(
            purpose=Purpose.SETTLEMENT,
            debit=effect.debit,
            credit=effect.credit,
            contra=tuple((control, credit, debit) for control, debit, credit in sale),
            business_date=today,
            reverses=_original(ticket),
        )

    def record(self, account: AccountState, posted: Posted, entry_id: int | None, book: "Book") -> None:  # noqa: ARG002
        """Mark the ticket voided."""
        shelf: TicketShelf = book.shelves[TicketShelf]
        ticket = shelf.tickets[self.carrier_id, self.document or ""]
        ticket.status = "VOIDED"
        shelf.change(ticket)


@dataclass(slots=True, kw_only=True)
class RefundTicket(_TakeBack):
    """Refund fare and taxes of a sale, in part or whole, less a penalty; repeated until nothing is left."""

    operation: ClassVar[str] = "refund"
    action: ClassVar[str] = "ticket.refunded"

    fare: int
    taxes: int
    penalty: int
    refunded: RefundAmounts | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Refuse a refund of nothing."""
        _TakeBack.__post_init__(self)
        for name, amount in (("fare", self.fare), ("taxes", self.taxes), ("penalty", self.penalty)):
            not_negative(amount, field=name)
        above_zero(self.fare + self.taxes, field="fare")

    def take_back(self, ticket: TicketState, terms: Terms, now: datetime) -> Intent | Refused:
        """Give back what is left to give."""
        sale = Refundable(
            ticket.fare,
            ticket.taxes,
            ticket.commission_rate_bps,
            ticket.settlement,
            ticket.refunded_fare,
            ticket.refunded_taxes,
            ticket.recalled_commission,
        )
        try:
            self.refunded = refund_amounts(sale, fare=self.fare, taxes=self.taxes, penalty=self.penalty)
        except Refusal as no:
            return _refused(no)
        amounts = self.refunded
        contra = _sale_lines(ticket.settlement, self.fare, self.taxes, amounts.recall)
        lines = [(control, credit, debit) for control, debit, credit in contra]
        if self.penalty and ticket.settlement is Settlement.ON_ACCOUNT:
            lines.append((Control.PENALTIES, 0, self.penalty))
        return Movement(
            purpose=Purpose.SETTLEMENT,
            debit=amounts.effect.debit,
            credit=amounts.effect.credit,
            contra=tuple(lines),
            business_date=terms.today(now),
            reverses=_original(ticket),
        )

    def record(self, account: AccountState, posted: Posted, entry_id: int | None, book: "Book") -> None:  # noqa: ARG002
        """Count what was given and taken back."""
        if self.refunded is None:
            raise RuntimeError("a refund was posted that was never planned")
        shelf: TicketShelf = book.shelves[TicketShelf]
        ticket = shelf.tickets[self.carrier_id, self.document or ""]
        ticket.status = "REFUNDED"
        ticket.refunds += 1
        ticket.refunded_fare += self.fare
        ticket.refunded_taxes += self.taxes
        ticket.recalled_commission += self.refunded.recall
        shelf.change(ticket)


def _sale_lines(settlement: Settlement, fare: int, taxes: int, commission: int) -> tuple[Contra, ...]:
    """Return the control accounts' side of a sale: what the customer's line leaves out."""
    if settlement is Settlement.ON_ACCOUNT:
        lines: tuple[Contra, ...] = ((Control.SALES, 0, fare),) if fare else ()
        if taxes:
            lines += ((Control.TAXES_PAYABLE, 0, taxes),)
        if commission:
            lines += ((Control.COMMISSION_EXPENSE, commission, 0),)
        return lines
    if settlement is Settlement.COMMISSION and commission:
        return ((Control.COMMISSION_EXPENSE, commission, 0),)
    return ()


def _original(ticket: TicketState) -> Original | None:
    """Return what the sale moved and what was taken back, for the ledger's own bound."""
    if ticket.entry_id is None:
        return None
    moved = {
        control: credit - debit
        for control, debit, credit in _sale_lines(ticket.settlement, ticket.fare, ticket.taxes, ticket.commission)
    }
    reversed_: dict[Control, int] = {Control.COMMISSION_EXPENSE: -ticket.recalled_commission}
    if ticket.settlement is Settlement.ON_ACCOUNT:
        reversed_[Control.SALES] = ticket.refunded_fare
        reversed_[Control.TAXES_PAYABLE] = ticket.refunded_taxes
    return Original(ticket.entry_id, moved, reversed_)


def _refused(no: Refusal) -> Refused:
    return Refused(no.code, dict(no.facts))
