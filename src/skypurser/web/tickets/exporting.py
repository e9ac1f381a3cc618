"""The list of sales and those of refused attempts as files, of what is filtered."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.documents.table import Column, Kind, Table
from skypurser.electronic import attempts, queries
from skypurser.electronic.queries import used_currencies
from skypurser.exports.lists import Asked, Exported
from skypurser.history.acts import RefusedView
from skypurser.money import Money
from skypurser.tickets.paging import ticket_page
from skypurser.tickets.queries import LONGEST_PAGE, TicketView
from skypurser.web import documents
from skypurser.web.accounts.attempts import AttemptBar
from skypurser.web.accounts.naming import currencies_of, names
from skypurser.web.accounts.words import OPERATIONS, named
from skypurser.web.exporting import exported
from skypurser.web.refusals import reason
from skypurser.web.tickets.filters import AttemptsBar, TicketBar
from skypurser.web.tickets.listing import charged
from skypurser.web.tickets.words import FORMS, SCOPES, status_of
from skypurser.web.workbooks import Amounts, told


@exported("tickets", (Permission.QUERIES, Permission.ISSUANCE))
def tickets(asked: Asked) -> Exported:
    """Return the list of sales, newest first, as they were sold: below zero where the account was credited."""
    currencies = used_currencies(carrier_id=asked.actor.carrier_id)
    bar = TicketBar(asked.query, currencies=currencies, now=asked.now, zone=asked.time_zone)
    wanted = bar.value("currency")
    amounts = Amounts([wanted] if wanted else currencies_of(bar.account_ids(asked.actor), actor=asked.actor))
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
            amounts.column(_("Charged when sold")),
            amounts.column(_("Fare refunded")),
            amounts.column(_("Taxes refunded")),
            Column(title=_("Status")),
            Column(title=_("Reference")),
            Column(title=_("Date/Time (Zulu)"), kind=Kind.INSTANT),
        ),
        rows=_sales(bar, amounts, asked) if is_list else (),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return Exported(table=table, stem="tickets")


@exported("refusals", Permission.QUERIES)
def refusals(asked: Asked) -> Exported:
    """Return the list of refused attempts, newest first."""
    currencies = used_currencies(carrier_id=asked.actor.carrier_id)
    bar = AttemptsBar(asked.query, now=asked.now, zone=asked.time_zone, currencies=currencies)
    rows = _attempts(bar, asked, account_ids=bar.account_ids(asked.actor), account_type=bar.account_type)
    return Exported(table=_refused(_("Refused attempts"), bar, rows, asked), stem="refusals")


@exported("account_refusals", Permission.QUERIES)
def account_refusals(asked: Asked, account_id: int) -> Exported:
    """Return what was refused on an account, newest first."""
    view = queries.get(account_id, actor=asked.actor)
    bar = AttemptBar(asked.query, now=asked.now, zone=view.time_zone, currencies=[view.currency])
    title = f"{_('Refused attempts')} {view.code} {view.name} {view.currency}"
    table = _refused(title, bar, _attempts(bar, asked, account_ids=[account_id]), asked)
    return Exported(table=table, stem=f"{view.code}-{view.currency}-refusals")


def _refused(title: str, bar: AttemptBar, rows: Iterator[list[Any]], asked: Asked) -> Table:
    """Nothing is added up: an attempt may have been made twice."""
    return Table(
        title=title,
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
        rows=rows if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
    )


def _sales(bar: TicketBar, amounts: Amounts, asked: Asked) -> Iterator[list[Any]]:
    filters, after = bar.filters(asked.actor), None
    while True:
        found = ticket_page(filters, actor=asked.actor, after=after, limit=LONGEST_PAGE)
        accounts = names((one.account_id for one in found.tickets), actor=asked.actor)
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


def _attempts(
    bar: AttemptBar, asked: Asked, *, account_ids: Collection[int] | None, account_type: str = ""
) -> Iterator[list[Any]]:
    whose: dict[str, Any] = {"account_ids": account_ids, "account_type": account_type}
    after = None
    while True:
        found = attempts.refused(bar.filters, actor=asked.actor, **whose, after=after, limit=LONGEST_PAGE)
        accounts = names((one.account_id for one in found.attempts if one.account_id is not None), actor=asked.actor)
        for one in found.attempts:
            account = accounts.get(one.account_id or 0)
            yield _attempt(one, one.account_named if account is None else account.code)
        if found.after is None:
            return
        after = found.after


def _attempt(one: RefusedView, account: str) -> list[Any]:
    available, missing = one.available_minor, one.shortfall_minor
    amount = None if available is None or missing is None else available + missing
    return [
        *(one.at, account, one.currency, named(OPERATIONS, one.operation), documents.named(one.document)),
        reason(one.code, one.facts, currency=one.currency),
        *(None if minor is None else Money(minor, one.currency) for minor in (amount, available, missing)),
        one.actor,
    ]
