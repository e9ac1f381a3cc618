"""The list of sales, newest first. Source: KIU, "Queries"."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.electronic.directory import AccountName
from skypurser.electronic.queries import used_currencies
from skypurser.tickets.amounts import SaleAmounts, Settlement
from skypurser.tickets.paging import TicketPage, ticket_page
from skypurser.tickets.queries import Position, SaleNotFound, TicketView, ticket
from skypurser.web.accounts.naming import names
from skypurser.web.accounts.words import named
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH
from skypurser.web.tickets.filters import TicketBar
from skypurser.web.tickets.words import SHORT_FORMS, status_of


@page((Permission.QUERIES, Permission.ISSUANCE))
def tickets(request: Request) -> HttpResponse:
    """Show the list; a document's number leads to its sale."""
    currencies = used_currencies(carrier_id=request.actor.carrier_id)
    bar = TicketBar(request.GET, currencies=currencies, now=request.now, zone=request.membership.time_zone)
    document = bar.value("document")
    if document and may_see(request, document):
        return redirect("desk:ticket", document=document)
    found = TicketPage([], None, None)
    if not document and bar.is_readable:
        after, before = position_in(request, "after"), position_in(request, "before")
        found = ticket_page(
            bar.filters(request.actor),
            actor=request.actor,
            after=after if before is None else None,
            before=before,
            limit=LENGTH,
        )
    accounts = names((one.account_id for one in found.tickets), actor=request.actor)
    context = {
        "filters": bar,
        "rows": [row(one, accounts[one.account_id]) for one in found.tickets],
        "is_filtered": bar.is_set or bool(document),
        "document": document,
        "page": {
            "first": bar.with_() if found.before is not None else "",
            "previous": bar.with_(before=as_text(found.before)) if found.before is not None else "",
            "following": bar.with_(after=as_text(found.after)) if found.after is not None else "",
        },
        "may_issue": Permission.ISSUANCE in request.actor.permissions,
    }
    return render(request, "tickets/list.html", context)


def row(sale: TicketView, account: AccountName) -> dict[str, Any]:
    """Return what a line of the list tells."""
    return {
        "sale": sale,
        "account": account,
        "route": "-".join(sale.route),
        "payment": named(SHORT_FORMS, sale.form_of_payment),
        "charged": charged(sale),
        "status": status_of(sale),
    }


def charged(sale: TicketView) -> int:
    """Return what the sale took from the account when it was made, in minor units; below zero what it gave."""
    amounts = SaleAmounts(sale.fare + sale.taxes, sale.commission, sale.fare + sale.taxes - sale.commission)
    effect = amounts.effect(Settlement(sale.settlement))
    return effect.debit - effect.credit


def may_see(request: Request, document: str) -> bool:
    """Tell whether there is a sale of the document, and within the member's limits."""
    try:
        ticket(document, actor=request.actor)
    except (SaleNotFound, PermissionDenied):
        return False
    return True


def as_text(position: Position) -> str:
    """Return a position in the list, for an address."""
    return f"{position.issue_date.isoformat()}~{position.document_number}"


def position_in(request: Request, parameter: str) -> Position | None:
    """Return the position that the address names; None for none, and for what is no position."""
    day, _tilde, document = request.GET.get(parameter, "").partition("~")
    if len(document) != 13 or not (document.isascii() and document.isdecimal()):
        return None
    try:
        return Position(date.fromisoformat(day), document)
    except ValueError:
        return None
