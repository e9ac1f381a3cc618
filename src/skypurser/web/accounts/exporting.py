"""The list of accounts and an account's movements as Excel workbooks, of what is filtered.

Source: KIU, "Downloads in Excel file".
"""

from collections.abc import Callable, Iterator
from operator import attrgetter
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
from skypurser.web.accounts.filters import AccountFilters, MovementBar, title
from skypurser.web.pages import Request, page
from skypurser.web.workbooks import send, told


@page(Permission.LIST_ACCOUNTS)
def accounts(request: Request) -> HttpResponse:
    """Send the list, with the columns that it has on the page."""
    bar = AccountFilters(request.GET, choices=queries.choices(actor=request.actor))
    filters = bar.filters
    found = _all(filters, request) if bar.is_readable else ()
    columns = list(_columns(filters.type))
    table = Table(
        title=str(title(filters.type)),
        columns=[column for column, _content in columns],
        rows=([content(view) for _column, content in columns] for view in found),
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


def _columns(kind: str | None) -> Iterator[tuple[Column, Callable[[AccountView], Any]]]:
    """Yield each column with what stands in it, as the page has them for a type of account; None is all types."""
    whose = _("Account") if kind is None else _("Office") if kind == "agency" else _("Customer")
    yield Column(title=_("City")), attrgetter("city")
    yield Column(title=whose), attrgetter("code")
    yield Column(title=_("Name")), attrgetter("name")
    yield Column(title=_("Currency")), attrgetter("currency")
    yield (
        Column(title=_("Credit limit"), kind=Kind.AMOUNT),
        lambda view: Money(view.standing.credit_limit, view.currency),
    )
    yield Column(title=_("Balance"), kind=Kind.AMOUNT), lambda view: Money(view.standing.available, view.currency)
    has_agencies, has_clients = kind != "corporate", kind != "agency"
    if has_agencies:
        yield Column(title=_("Credit card")), lambda view: str(words.ON[view.credit_card]) if _is_agency(view) else ""
    yield Column(title=_("Dom. com. (%)")), lambda view: _rule(view.rates.domestic)
    yield Column(title=_("Int. com. (%)")), lambda view: _rule(view.rates.international)
    if has_agencies:
        yield Column(title=_("CC dom. com. (%)")), lambda view: _rule(view.rates.domestic_card)
        yield Column(title=_("CC int. com. (%)")), lambda view: _rule(view.rates.international_card)
        yield Column(title=_("Issue ID")), attrgetter("issue_id")
    if has_clients:
        yield Column(title=_("Agency")), lambda view: f"{view.agency_involved} {view.agency_involved_name}".strip()
    yield Column(title=_("Status")), lambda view: str(words.STATUSES[view.standing.status])


def _is_agency(view: AccountView) -> bool:
    return view.type == "agency"


def _rule(rule: Rule | None) -> str | None:
    return None if rule is None else rules.rule(rule)
