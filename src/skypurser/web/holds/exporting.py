"""The list of open holds and that of an account's holds as files, of what is filtered."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.documents.table import Column, Kind, Table
from skypurser.electronic import holding, queries
from skypurser.electronic.queries import LONGEST_PAGE
from skypurser.exports.lists import Asked, Exported
from skypurser.ledger.held import Position
from skypurser.ledger.queries import holds as holds_of
from skypurser.web import documents
from skypurser.web.accounts.naming import AccountBar, currencies_of, names
from skypurser.web.accounts.words import HOLDS
from skypurser.web.exporting import exported
from skypurser.web.workbooks import Amounts, told


@exported("holds", (Permission.QUERIES, Permission.HOLDS))
def holds(asked: Asked) -> Exported:
    """Return the open holds, the first to expire first."""
    bar = AccountBar(asked.query)
    amounts = Amounts(currencies_of(bar.account_ids(asked.actor), actor=asked.actor))
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
        rows=_rows(bar, amounts, asked) if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return Exported(table=table, stem="holds")


@exported("account_holds", Permission.QUERIES)
def account_holds(asked: Asked, account_id: int) -> Exported:
    """Return an account's holds, newest first, whatever has become of them."""
    view = queries.get(account_id, actor=asked.actor)
    money: dict[str, Any] = {"kind": Kind.AMOUNT, "currency": view.currency}
    table = Table(
        title=f"{_('Holds')} {view.code} {view.name} {view.currency}",
        columns=(
            Column(title=_("Hold"), kind=Kind.NUMBER),
            Column(title=_("Status")),
            Column(title=_("Amount"), **money),
            Column(title=_("Captured"), **money, is_totalled=True),
            Column(title=_("Placed"), kind=Kind.INSTANT),
            Column(title=_("Expires"), kind=Kind.INSTANT),
            Column(title=_("Document")),
            Column(title=_("Reference")),
            Column(title=_("By")),
        ),
        rows=_account_rows(account_id, asked),
        made_at=asked.now,
        totals=_("Total"),
    )
    return Exported(table=table, stem=f"{view.code}-{view.currency}-holds")


def _account_rows(account_id: int, asked: Asked) -> Iterator[list[Any]]:
    before = None
    while True:
        found = holds_of(carrier_id=asked.actor.carrier_id, account_id=account_id, before=before, limit=LONGEST_PAGE)
        for one in found:
            yield [
                *(one.id, str(HOLDS[one.status][0]), one.amount, one.captured or None, one.placed_at, one.expires_at),
                *(documents.named(one.document), one.reference, one.actor),
            ]
        if len(found) < LONGEST_PAGE:
            return
        before = found[-1].id


def _rows(bar: AccountBar, amounts: Amounts, asked: Asked) -> Iterator[list[Any]]:
    whose: dict[str, Any] = {"account_ids": bar.account_ids(asked.actor), "account_type": bar.account_type}
    after = None
    while True:
        found = holding.open_holds(**whose, actor=asked.actor, after=after, limit=LONGEST_PAGE)
        accounts = names((one.account_id for one in found), actor=asked.actor)
        for one in found:
            account = accounts[one.account_id]
            yield [
                *(one.id, account.code, account.currency, amounts.cell(one.amount, account.currency)),
                *(one.expires_at, one.placed_at, documents.named(one.document), one.reference, one.actor),
            ]
        if len(found) < LONGEST_PAGE:
            return
        after = Position(found[-1].expires_at, found[-1].id)
