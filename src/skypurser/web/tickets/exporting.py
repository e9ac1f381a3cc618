"""The list of sales and that of refused attempts as Excel workbooks, of what is filtered."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.documents.table import Column, Kind, Table
from skypurser.electronic import attempts
from skypurser.electronic.queries import used_currencies
from skypurser.history.acts import RefusedView
from skypurser.money import Money
from skypurser.tickets.paging import ticket_page
from skypurser.tickets.queries import LONGEST_PAGE, TicketView
from skypurser.web.accounts.naming import currencies_of, names
from skypurser.web.accounts.words import OPERATIONS, named
from skypurser.web.pages import Request, page
from skypurser.web.refusals import reason
from skypurser.web.tickets.filters import AttemptsBar, TicketBar
from skypurser.web.tickets.listing import charged
from skypurser.web.tickets.refusals import bar_of
from skypurser.web.tickets.words import FORMS, SCOPES, status_of
from skypurser.web.workbooks import Amounts, send, told


@page((Permission.QUERIES, Permission.ISSUANCE))
def tickets(request: Request) -> HttpResponse:
    """Send the list of sales, newest first; what was charged is below zero where the account was credited."""
    currencies = used_currencies(carrier_id=request.actor.carrier_id)
    bar = TicketBar(request.GET, currencies=currencies, now=request.now, zone=request.membership.time_zone)
    amounts = Amounts(currencies_of(bar.account_ids(request.actor), actor=request.actor))
    # A document's number leads to its sale, and to no list.
    is_list = bar.is_readable and not bar.value("document")
    table = Table(
        title=_("Tickets"),
        columns=(
            Column(title=_("Document")),
            Column(title=_("Issued"), kind=Kind.DATE),
            Column(title=_("Account")),
            Column(title=_("Currency")),
            Column(title=_("Passenger")),
            Column(title=_("Route")),
            Column(title=_("Scope")),
            Column(title=_("Payment")),
            amounts.column(_("Fare")),
            amounts.column(_("Taxes")),
            Column(title=_("Commission (%)"), kind=Kind.PERCENT),
            amounts.column(_("Commission")),
            amounts.column(_("Charged")),
            amounts.column(_("Fare refunded")),
            amounts.column(_("Taxes refunded")),
            Column(title=_("Status")),
            Column(title=_("Reference")),
            Column(title=_("Date/Time (Zulu)"), kind=Kind.INSTANT),
        ),
        rows=_sales(bar, amounts, request) if is_list else (),
        made_at=request.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return send(table, "tickets.xlsx")


@page(Permission.QUERIES)
def refusals(request: Request) -> HttpResponse:
    """Send the list of refused attempts, newest first. Nothing is added up: an attempt may have been made twice."""
    bar = bar_of(request)
    table = Table(
        title=_("Refused attempts"),
        columns=(
            Column(title=_("Date/Time (Zulu)"), kind=Kind.INSTANT),
            Column(title=_("Account")),
            Column(title=_("Currency")),
            Column(title=_("Attempt")),
            Column(title=_("Document")),
            Column(title=_("Why it was refused")),
            Column(title=_("Amount"), kind=Kind.AMOUNT),
            Column(title=_("Available"), kind=Kind.AMOUNT),
            Column(title=_("Missing"), kind=Kind.AMOUNT),
            Column(title=_("By")),
        ),
        rows=_attempts(bar, request) if bar.is_readable else (),
        made_at=request.now,
        filters=told(bar),
    )
    return send(table, "refusals.xlsx")


def _sales(bar: TicketBar, amounts: Amounts, request: Request) -> Iterator[list[Any]]:
    filters, after = bar.filters(request.actor), None
    while True:
        found = ticket_page(filters, actor=request.actor, after=after, limit=LONGEST_PAGE)
        accounts = names((one.account_id for one in found.tickets), actor=request.actor)
        for one in found.tickets:
            account = accounts[one.account_id]
            yield _sale(one, account.code, account.currency, amounts)
        if found.after is None:
            return
        after = found.after


def _sale(sale: TicketView, code: str, currency: str, amounts: Amounts) -> list[Any]:
    return [
        *(sale.document_number, sale.issue_date, code, currency, sale.passenger, "-".join(sale.route)),
        *(named(SCOPES, sale.scope), named(FORMS, sale.form_of_payment)),
        *(amounts.cell(minor, currency) for minor in (sale.fare, sale.taxes)),
        sale.commission_rate_bps,
        *(amounts.cell(minor, currency) for minor in (sale.commission, charged(sale))),
        *(amounts.cell(minor, currency) for minor in (sale.refunded_fare, sale.refunded_taxes)),
        *(str(status_of(sale)[0]), sale.reference, sale.issued_at),
    ]


def _attempts(bar: AttemptsBar, request: Request) -> Iterator[list[Any]]:
    whose: dict[str, Any] = {"account_ids": bar.account_ids(request.actor), "account_type": bar.account_type}
    after = None
    while True:
        found = attempts.refused(bar.filters, actor=request.actor, **whose, after=after, limit=LONGEST_PAGE)
        accounts = names((one.account_id for one in found.attempts if one.account_id is not None), actor=request.actor)
        for one in found.attempts:
            account = accounts.get(one.account_id or 0)
            yield _attempt(one, one.account_named if account is None else account.code)
        if found.after is None:
            return
        after = found.after


def _attempt(one: RefusedView, account: str) -> list[Any]:
    available, missing = one.available_minor, one.shortfall_minor
    asked = None if available is None or missing is None else available + missing
    return [
        *(one.at, account, one.currency, named(OPERATIONS, one.operation), one.document or ""),
        reason(one.code, one.facts, currency=one.currency),
        *(None if minor is None else Money(minor, one.currency) for minor in (asked, available, missing)),
        one.actor,
    ]
