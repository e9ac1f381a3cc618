"""The list of accounts and an account's movements as Excel workbooks, of what is filtered.

Source: KIU, "Downloads in Excel file".
"""

import tempfile
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Rule
from skypurser.documents.table import Column, Kind, Table
from skypurser.documents.workbook import write_workbook
from skypurser.electronic import movements as movements_of
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.electronic.queries import LONGEST_PAGE, AccountView
from skypurser.ledger.paging import Way
from skypurser.ledger.queries import MovementFilters
from skypurser.money import Money
from skypurser.web.accounts import words
from skypurser.web.accounts.filters import AccountFilters, MovementBar, title
from skypurser.web.filters import FilterBar
from skypurser.web.pages import Request, page

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Permission.LIST_ACCOUNTS)
def accounts(request: Request) -> HttpResponse:
    """Send the list, with the columns that it has on the page."""
    bar = AccountFilters(request.GET, choices=queries.choices(actor=request.actor))
    filters = bar.filters
    is_agencies = filters.type == "agency"
    found = _all(filters, request) if bar.is_readable else ()
    table = Table(
        title=str(title(filters.type)),
        columns=_agency_columns() if is_agencies else _corporate_columns(),
        rows=(_agency(view) if is_agencies else _corporate(view) for view in found),
        made_at=request.now,
        filters=_told(bar),
    )
    return _sent(table, "accounts.xlsx")


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
        filters=_told(bar),
        totals=_("Total"),
    )
    return _sent(table, f"{view.code}-{view.currency}.xlsx")


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


def _sent(table: Table, name: str) -> HttpResponse:
    file = tempfile.TemporaryFile(prefix="skypurser-")  # noqa: SIM115 — the response closes it when it has been sent
    try:
        write_workbook(file, table)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    # Read to its end by the server, after this transaction is over: the file is whole by then.
    return FileResponse(file, as_attachment=True, filename=name, content_type=_MEDIA_TYPE)  # type: ignore[return-value]


def _told(bar: FilterBar) -> str:
    return "; ".join(f"{chip.label}: {chip.value}" + (f" ({chip.flaw})" if chip.flaw else "") for chip in bar.chips())


def _agency_columns() -> list[Column]:
    return [
        Column(title=_("City")),
        Column(title=_("Office")),
        Column(title=_("Name")),
        Column(title=_("Currency")),
        Column(title=_("Credit limit"), kind=Kind.AMOUNT),
        Column(title=_("Balance"), kind=Kind.AMOUNT),
        Column(title=_("Credit card")),
        Column(title=_("Dom. com. (%)")),
        Column(title=_("Int. com. (%)")),
        Column(title=_("CC dom. com. (%)")),
        Column(title=_("CC int. com. (%)")),
        Column(title=_("Issue ID")),
        Column(title=_("Status")),
    ]


def _agency(view: AccountView) -> list[Any]:
    rates = view.rates
    return [
        *_common(view),
        str(words.ON[view.credit_card]),
        *(_rule(rule) for rule in (rates.domestic, rates.international)),
        *(_rule(rule) for rule in (rates.domestic_card, rates.international_card)),
        view.issue_id,
        str(words.STATUSES[view.standing.status]),
    ]


def _corporate_columns() -> list[Column]:
    return [
        Column(title=_("City")),
        Column(title=_("Customer")),
        Column(title=_("Name")),
        Column(title=_("Currency")),
        Column(title=_("Credit limit"), kind=Kind.AMOUNT),
        Column(title=_("Balance"), kind=Kind.AMOUNT),
        Column(title=_("Dom. com. (%)")),
        Column(title=_("Int. com. (%)")),
        Column(title=_("Agency")),
        Column(title=_("Status")),
    ]


def _corporate(view: AccountView) -> list[Any]:
    return [
        *_common(view),
        *(_rule(rule) for rule in (view.rates.domestic, view.rates.international)),
        f"{view.agency_involved} {view.agency_involved_name}".strip(),
        str(words.STATUSES[view.standing.status]),
    ]


def _common(view: AccountView) -> list[Any]:
    has = view.standing
    return [
        *(view.city, view.code, view.name, view.currency),
        *(Money(has.credit_limit, view.currency), Money(has.available, view.currency)),
    ]


def _rule(rule: Rule | None) -> str:
    return "" if rule is None else str(rule)
