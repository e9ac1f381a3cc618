"""The list of open holds as an Excel workbook, of what is filtered."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.documents.table import Column, Kind, Table
from skypurser.electronic import holding
from skypurser.electronic.queries import LONGEST_PAGE
from skypurser.ledger.held import Position
from skypurser.web import documents
from skypurser.web.accounts.naming import AccountBar, currencies_of, names
from skypurser.web.pages import Request, page
from skypurser.web.workbooks import Amounts, send, told


@page((Permission.QUERIES, Permission.HOLDS))
def holds(request: Request) -> HttpResponse:
    """Send the open holds, the first to expire first."""
    bar = AccountBar(request.GET)
    amounts = Amounts(currencies_of(bar.account_ids(request.actor), actor=request.actor))
    table = Table(
        title=_("Holds"),
        columns=(
            Column(title=_("Hold"), kind=Kind.NUMBER),
            Column(title=_("Account")),
            Column(title=_("Currency")),
            amounts.column(_("Amount")),
            Column(title=_("Expires"), kind=Kind.INSTANT),
            Column(title=_("Placed"), kind=Kind.INSTANT),
            Column(title=_("Document")),
            Column(title=_("Reference")),
            Column(title=_("By")),
        ),
        rows=_rows(bar, amounts, request) if bar.is_readable else (),
        made_at=request.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return send(table, "holds.xlsx")


def _rows(bar: AccountBar, amounts: Amounts, request: Request) -> Iterator[list[Any]]:
    whose: dict[str, Any] = {"account_ids": bar.account_ids(request.actor), "account_type": bar.account_type}
    after = None
    while True:
        found = holding.open_holds(**whose, actor=request.actor, after=after, limit=LONGEST_PAGE)
        accounts = names((one.account_id for one in found), actor=request.actor)
        for one in found:
            account = accounts[one.account_id]
            yield [
                *(one.id, account.code, account.currency, amounts.cell(one.amount, account.currency)),
                *(one.expires_at, one.placed_at, documents.named(one.document), one.reference, one.actor),
            ]
        if len(found) < LONGEST_PAGE:
            return
        after = Position(found[-1].expires_at, found[-1].id)
