"""Say what a sale, a void or a refund would do, without doing it.

The answer is the ledger's own: the requests that are judged under the lock are judged here on what was just read. It
binds nobody and is recorded nowhere; the act itself is judged again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.electronic import queries
from skypurser.electronic.terms import Terms, TermsShelf
from skypurser.ledger.book import Book
from skypurser.ledger.decide import available, decide
from skypurser.ledger.intents import AccountState, Refused
from skypurser.money import Money
from skypurser.tickets.amounts import FormOfPayment, Settlement
from skypurser.tickets.asking import issue_ticket, refund_ticket, void_ticket
from skypurser.tickets.models import Ticket
from skypurser.tickets.requests import IssueTicket, RefundTicket, TicketRequest
from skypurser.tickets.selling import begin
from skypurser.tickets.shelf import TicketShelf, TicketState

#: Under no key: nothing is asked of the ledger.
_KEY = "preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of it. Amounts are minor units of the account's currency.

    Attributes:
        code, facts: Why it would be refused; empty where it would pass.
        debit, credit: What the account would be charged or given; both 0 without a movement.
        before, after: What is available, now and then; where it is refused both are what is available now.
        recalled: Commission that a void or refund takes back.
        to_card: What the carrier gives back to the passenger's card.
        sale: Of an issue: scope, rule, rate and commission that would apply; None where it is refused before they are
            known.
    """

    code: str
    facts: dict[str, Any]
    debit: int
    credit: int
    before: int
    after: int
    recalled: int = 0
    to_card: int = 0
    sale: TicketState | None = None


def preview_issue(
    *,
    account_id: int,
    document_number: str,
    form_of_payment: FormOfPayment,
    route: tuple[str, ...],
    fare: Money,
    taxes: int,
    actor: Actor,
    now: datetime,
    commission_bps: int | None = None,
    passenger: str = "",
    reference: str = "",
) -> Preview:
    """Say what `selling.issue` would do with the same arguments.

    Raises:
        AccountNotFound, PermissionDenied, InvalidRequest.
    """
    with acting_for(actor.carrier_id):
        sender, account = begin(account_id=account_id, key=_KEY, actor=actor, now=now)
        request = issue_ticket(
            sender=sender,
            account=account,
            document_number=document_number,
            form_of_payment=form_of_payment,
            route=route,
            fare=fare.minor,
            taxes=taxes,
            currency=fare.currency,
            commission_bps=commission_bps,
            passenger=passenger,
            reference=reference,
        )
        return _preview(request, account_id, now)


def preview_void(*, account_id: int, document_number: str, actor: Actor, now: datetime) -> Preview:
    """Say what `selling.void` would do. Errors are those of `preview_issue`."""
    with acting_for(actor.carrier_id):
        sender, account = begin(account_id=account_id, key=_KEY, actor=actor, now=now)
        request = void_ticket(sender=sender, account=account, document_number=document_number)
        return _preview(request, account_id, now)


def preview_refund(
    *, account_id: int, document_number: str, fare: Money, taxes: int, penalty: int, actor: Actor, now: datetime
) -> Preview:
    """Say what `selling.refund` would do. Errors are those of `preview_issue`."""
    with acting_for(actor.carrier_id):
        sender, account = begin(account_id=account_id, key=_KEY, actor=actor, now=now)
        request = refund_ticket(
            sender=sender,
            account=account,
            document_number=document_number,
            fare=fare.minor,
            taxes=taxes,
            penalty=penalty,
            currency=fare.currency,
        )
        return _preview(request, account_id, now)


def _preview(request: TicketRequest, account_id: int, now: datetime) -> Preview:
    view = queries.shown(account_id, carrier_id=request.carrier_id)
    has = view.standing
    account = AccountState(
        account_id,
        request.carrier_id,
        view.currency,
        has.status,
        has.credit_limit,
        has.debits,
        has.credits,
        has.held,
        has.movements,
        closed_through=has.closed_through,
    )
    terms, tickets = TermsShelf(), TicketShelf()
    terms.terms[account_id] = Terms(view.type == "agency", view.credit_card, view.time_zone, view.rates)
    sold = _sold(request)
    if sold is not None:
        tickets.tickets[request.carrier_id, sold.document_number] = sold
    book = Book(accounts={account_id: account}, shelves={TermsShelf: terms, TicketShelf: tickets})
    left = available(account)
    intent = request.flaw or request.plan(account, book, now)
    answer = intent if isinstance(intent, Refused) else decide(account, intent, now)
    about = _about(request, sold)
    if isinstance(answer, Refused):
        return Preview(answer.code, answer.facts, 0, 0, left, left, **about)
    return Preview("", {}, answer.debit, answer.credit, left, left - answer.debit + answer.credit, **about)


def _about(request: TicketRequest, sold: TicketState | None) -> dict[str, Any]:
    """Return what only this kind of act has."""
    if isinstance(request, IssueTicket):
        return {"sale": request.sold}
    if isinstance(request, RefundTicket):
        amounts = request.refunded
        return {} if amounts is None else {"recalled": amounts.recall, "to_card": amounts.to_card}
    if sold is None or sold.settlement is Settlement.NONE:
        return {}
    return {"recalled": sold.commission}


def _sold(request: TicketRequest) -> TicketState | None:
    """Return the document's ticket, whoever sold it."""
    row = Ticket.objects.filter(carrier_id=request.carrier_id, document_number=request.document or "").first()
    if row is None:
        return None
    facts = {name: getattr(row, name) for name in TicketState.__struct_fields__}
    forms = {"settlement": Settlement(row.settlement), "form_of_payment": FormOfPayment(row.form_of_payment)}
    return TicketState(**{**facts, **forms})
