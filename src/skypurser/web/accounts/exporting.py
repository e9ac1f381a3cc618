"""The list of accounts and an account's movements as Excel workbooks, of what is filtered.

Source: KIU, "Downloads in Excel file".
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Rule
from skypurser.documents.table import Column, Kind, Table
from skypurser.electronic import movements as movements_of
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.electronic.queries import LONGEST_PAGE, AccountView
from skypurser.ledger.paging import Way
from skypurser.ledger.queries import MovementFilters
from skypurser.money import Money
from skypurser.web import rules
from skypurser.web.accounts import words
from skypurser.web.accounts.filters import AccountFilters, MovementBar, shows_agencies, shows_clients, title
from skypurser.web.pages import Request, page
from skypurser.web.workbooks import send, told


@page(Permission.LIST_ACCOUNTS)
def accounts(request: Request) -> HttpResponse:
    """Send the list, with the columns that it has on the page."""
    bar = AccountFilters(request.GET, choices=queries.choices(actor=request.actor))
    filters = bar.filters
    found = _all(filters, request) if bar.is_readable else ()
    table = Table(
        title=str(title(filters.type)),
        columns=_columns(filters),
        rows=(_row(view, filters) for view in found),
        made_at=request.now,
        filters=told(bar),
    )
    return send(table, "accounts.xlsx")


@page(Permission.QUERIES)
def movements(request: Request, account_id: int) -> HttpResponse:
    """Send the account's movements, oldest first, with their totals."""
    view = queries.get(account_id, actor=request.actor)
    bar = MovementBar(request.GET)
    table = Table(
        title=f"{view.code} {view.name} {view.currency}",
        columns=(
            Column(title=_("Item"), kind=Kind.NUMBER),
            Column(title=_("Date"), kind=Kind.DATE),
            Column(title=_("Kind")),
            Column(title=_("Document")),
            Column(title=_("Debit"), kind=Kind.AMOUNT, currency=view.currency, is_totalled=True),
            Column(title=_("Credit"), kind=Kind.AMOUNT, currency=view.currency, is_totalled=True),
            Column(title=_("Net"), kind=Kind.AMOUNT, currency=view.currency),
            Column(title=_("Reference")),
            Column(title=_("Changed by")),
            Column(title=_("Date/Time (Zulu)"), kind=Kind.INSTANT),
        ),
        rows=_movements(account_id, bar.filters, request) if bar.is_readable else (),
        made_at=request.now,
        filters=told(bar),
        totals=_("Total"),
    )
    return send(table, f"{view.code}-{view.currency}.xlsx")


def _all(filters: Filters, request: Request) -> Iterator[AccountView]:
    after = None
    while True:
        found = queries.accounts(filters, actor=request.actor, after=after, limit=LONGEST_PAGE)
        yield from found
        if len(found) < LONGEST_PAGE:
            return
        after = found[-1].position


def _movements(account_id: int, filters: MovementFilters, request: Request) -> Iterator[list[Any]]:
    after: int | None = None
    while True:
        found = movements_of.movements(
            account_id, actor=request.actor, filters=filters, way=Way.OLDEST, after=after, limit=LONGEST_PAGE
        )
        for one in found.movements:
            yield [
                *(one.item, one.business_date, words.named(words.KINDS, one.kind), one.document or ""),
                *(one.debit or None, one.credit or None, one.net, one.reference, one.actor, one.posted_at),
            ]
        if found.after is None:
            return
        after = found.after


def _columns(filters: Filters) -> list[Column]:
    """Return the columns of the list: those of agencies, of corporate clients, or of both."""
    agencies, clients = shows_agencies(filters), shows_clients(filters)
    code = _("Office or client") if agencies and clients else _("Office") if agencies else _("Customer")
    return [
        *(Column(title=title) for title in (_("City"), code, _("Name"), _("Currency"))),
        Column(title=_("Credit limit"), kind=Kind.AMOUNT),
        Column(title=_("Balance"), kind=Kind.AMOUNT),
        *([Column(title=_("Credit card"))] if agencies else []),
        Column(title=_("Dom. com. (%)")),
        Column(title=_("Int. com. (%)")),
        *([Column(title=title) for title in _of_agencies()] if agencies else []),
        *([Column(title=_("Agency"))] if clients else []),
        Column(title=_("Status")),
    ]


def _of_agencies() -> tuple[str, ...]:
    return _("CC dom. com. (%)"), _("CC int. com. (%)"), _("Issue ID")


def _row(view: AccountView, filters: Filters) -> list[Any]:
    has, rates = view.standing, view.rates
    is_agency = view.type == "agency"
    found: list[Any] = [
        *(view.city, view.code, view.name, view.currency),
        *(Money(has.credit_limit, view.currency), Money(has.available, view.currency)),
    ]
    if shows_agencies(filters):
        found.append(str(words.ON[view.credit_card]) if is_agency else None)
    found += [_rule(rates.domestic), _rule(rates.international)]
    if shows_agencies(filters):
        found += [_rule(rates.domestic_card), _rule(rates.international_card), view.issue_id or None]
    if shows_clients(filters):
        found.append(f"{view.agency_involved} {view.agency_involved_name}".strip() or None)
    return [*found, str(words.STATUSES[has.status])]


def _rule(rule: Rule | None) -> str | None:
    return None if rule is None else rules.rule(rule)
