"""Tickets and EMDs as they were sold, and what was taken back of them; selling has operations of its own."""

from typing import Annotated, Any, Literal

from ninja import Path, Router
from ninja import Query as FromQuery
from pydantic import Field

from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Date, Id, Instant, Percent, Shown, Text, instant, written
from skypurser.electronic.queries import currencies_of
from skypurser.money import format_percent
from skypurser.tickets.documents import parse_document
from skypurser.tickets.queries import Filters, Position, TicketView, ticket, tickets

router = Router(tags=["tickets"])

_Document = Annotated[str, Path(max_length=64, description="13 digits, optionally a hyphen and the check digit.")]


class TicketsQuery(PageQuery):
    """Which tickets; dates are local dates of issue, both included."""

    document_number: Annotated[Text, Field(max_length=64)] = ""
    account_id: Id | None = None
    from_date: Date | None = None
    to_date: Date | None = None
    status: Literal["ISSUED", "VOIDED", "REFUNDED"] | None = None


class SoldCommission(Shown):
    """The rule's mode, the percentage of the fare that applied, and the amount."""

    mode: Literal["FREE", "FIXED", "MAX"]
    percent: Percent
    amount: Amount


class TakenBack(Shown):
    """What was refunded so far, and the commission that was recalled with it."""

    fare: Amount
    taxes: Amount
    commission_recalled: Amount


class SoldTicket(Shown):
    """A sale. Its id is its document number without the check digit."""

    id: str
    document_number: str
    status: Literal["ISSUED", "VOIDED", "REFUNDED"]
    account_id: int
    currency: str
    form_of_payment: Literal["account", "card", "card_offline"]
    scope: Literal["domestic", "international"]
    route: list[str]
    fare: Amount
    taxes: Amount
    commission: SoldCommission
    refunded: TakenBack
    issued_at: Instant
    issue_date: Date
    passenger: str
    reference: str


class TicketPage(Shown):
    """One page of tickets, newest date of issue first."""

    items: list[SoldTicket]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/tickets",
    summary="Search tickets, newest date of issue first",
    scopes=(Scope.ACCOUNTS, Scope.SALES),
    result=TicketPage,
    refusals=("invalid_document_number",),
)
def list_tickets(request: Request, query: FromQuery[TicketsQuery]) -> Any:
    """By document, account, dates and status."""
    actor = request.call.actor
    shown = Filters(
        account_id=query.account_id,
        first_date=query.from_date,
        last_date=query.to_date,
        status=query.status or "",
        document_number=parse_document(query.document_number) if query.document_number else "",
    )
    found = tickets(shown, actor=actor, after=after(query, Position), limit=query.limit + 1)
    currencies = currencies_of({sold.account_id for sold in found}, carrier_id=actor.carrier_id)
    return page(query, found, lambda sold: sold.position, lambda sold: _shown(sold, currencies[sold.account_id]))


@operation(
    router,
    "GET",
    "/tickets/{document_number}",
    summary="Read a sale",
    scopes=(Scope.ACCOUNTS, Scope.SALES),
    result=SoldTicket,
    refusals=("invalid_document_number", "sale_not_found"),
)
def read_ticket(request: Request, document_number: _Document) -> Any:
    """What was sold, and what was taken back."""
    actor = request.call.actor
    sold = ticket(document_number, actor=actor)
    return _shown(sold, currencies_of({sold.account_id}, carrier_id=actor.carrier_id)[sold.account_id])


def _shown(sold: TicketView, currency: str) -> dict[str, Any]:
    return {
        "id": sold.document_number,
        "document_number": sold.document_number,
        "status": sold.status,
        "account_id": sold.account_id,
        "currency": currency,
        "form_of_payment": sold.form_of_payment,
        "scope": sold.scope,
        "route": list(sold.route),
        "fare": written(sold.fare, currency),
        "taxes": written(sold.taxes, currency),
        "commission": {
            "mode": sold.commission_mode,
            "percent": format_percent(sold.commission_rate_bps),
            "amount": written(sold.commission, currency),
        },
        "refunded": {
            "fare": written(sold.refunded_fare, currency),
            "taxes": written(sold.refunded_taxes, currency),
            "commission_recalled": written(sold.recalled_commission, currency),
        },
        "issued_at": instant(sold.issued_at),
        "issue_date": sold.issue_date.isoformat(),
        "passenger": sold.passenger,
        "reference": sold.reference,
    }
