"""The list of accounts, an account's movements and its history as files, of what is filtered.

Source: KIU, "Downloads in Excel file".
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Rule
from skypurser.documents.table import Column, Kind, Table
from skypurser.electronic import movements as movements_of
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.electronic.queries import LONGEST_PAGE, AccountView
from skypurser.exports.lists import Asked, Exported
from skypurser.history import acts
from skypurser.web import documents, rules
from skypurser.web.accounts import words
from skypurser.web.accounts.account import changes_in_words
from skypurser.web.accounts.filters import AccountFilters, MovementBar, title
from skypurser.web.exporting import exported
from skypurser.web.workbooks import Amounts, told


@exported("accounts", Permission.LIST_ACCOUNTS)
def accounts(asked: Asked) -> Exported:
    """Return the list, with the columns that it has on the page; with totals where all are in one currency."""
    choices = queries.choices(actor=asked.actor)
    bar = AccountFilters(asked.query, choices=choices)
    filters = bar.filters
    found = _all(filters, asked) if bar.is_readable else ()
    amounts = Amounts([filters.currency] if filters.currency else choices.currencies)
    columns = list(_columns(filters.type, amounts))
    table = Table(
        title=str(title(filters.type)),
        columns=[column for column, _content in columns],
        rows=([content(view) for _column, content in columns] for view in found),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return Exported(table=table, stem="accounts", count=partial(queries.count, filters, actor=asked.actor))


@exported("account_movements", Permission.QUERIES)
def movements(asked: Asked, account_id: int) -> Exported:
    """Return the account's movements, oldest first, with their totals."""
    view = queries.get(account_id, actor=asked.actor)
    bar = MovementBar(asked.query)
    shown: dict[str, Any] = {"actor": asked.actor, "filters": bar.filters}
    table = Table(
        title=f"{view.code} {view.name} {view.currency}",
        columns=(
            Column(title=_("Item"), kind=Kind.NUMBER),
            Column(title=_("Date"), kind=Kind.DATE),
            Column(title=_("Original date"), kind=Kind.DATE),
            Column(title=_("Kind")),
            Column(title=_("Document")),
            Column(title=_("Debit"), kind=Kind.AMOUNT, currency=view.currency, is_totalled=True),
            Column(title=_("Credit"), kind=Kind.AMOUNT, currency=view.currency, is_totalled=True),
            Column(title=_("Net"), kind=Kind.AMOUNT, currency=view.currency),
            Column(title=_("Reference")),
            Column(title=_("Changed by")),
            Column(title=_("Date/Time (Zulu)"), kind=Kind.INSTANT),
        ),
        rows=_movements(account_id, shown) if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
        totals=_("Total"),
    )
    return Exported(
        table=table, stem=f"{view.code}-{view.currency}", count=partial(movements_of.count, account_id, **shown)
    )


@exported("account_history", Permission.QUERIES)
def history(asked: Asked, account_id: int) -> Exported:
    """Return what was done on the account, newest first. Source: KIU, "Account History"."""
    view = queries.get(account_id, actor=asked.actor)
    table = Table(
        title=f"{_('History')} {view.code} {view.name} {view.currency}",
        columns=(
            Column(title=_("Date/Time (Zulu)"), kind=Kind.INSTANT),
            Column(title=_("Changed by")),
            Column(title=_("Action")),
            Column(title=_("Document")),
            Column(title=_("Changes")),
            Column(title=_("Reference")),
        ),
        rows=_acts(account_id, view.currency, asked),
        made_at=asked.now,
    )
    return Exported(table=table, stem=f"{view.code}-{view.currency}-history")


def _all(filters: Filters, asked: Asked) -> Iterator[AccountView]:
    after = None
    while True:
        found = queries.accounts(filters, actor=asked.actor, after=after, limit=LONGEST_PAGE)
        yield from found
        if len(found) < LONGEST_PAGE:
            return
        after = found[-1].position


def _movements(account_id: int, shown: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Refused at once, not when the first row is asked for."""
    kind = cache(partial(words.named, words.KINDS))  # a handful, looked up for each of many rows
    return (
        (
            *(one.item, one.business_date, one.original_date, kind(one.kind), documents.named(one.document)),
            *(one.debit or None, one.credit or None, one.net, one.reference, one.actor, one.posted_at),
        )
        for one in movements_of.every(account_id, **shown)
    )


def _acts(account_id: int, currency: str, asked: Asked) -> Iterator[list[Any]]:
    before = None
    while True:
        found = acts.of_account(
            carrier_id=asked.actor.carrier_id, account_id=account_id, before=before, limit=LONGEST_PAGE
        )
        for one in found:
            changes = "; ".join(
                f"{field}: {old} → {new or '–'}" if old else f"{field}: {new or '–'}"
                for field, old, new in changes_in_words(one.changes, currency)
            )
            action, document = words.named(words.ACTS, one.action), documents.named(one.document)
            yield [one.at, one.actor, action, document, changes, one.reference]
        if len(found) < LONGEST_PAGE:
            return
        before = found[-1].id


def _columns(kind: str | None, amounts: Amounts) -> Iterator[tuple[Column, Callable[[AccountView], Any]]]:
    """Yield each column with what stands in it, as the page has them for a type of account; None is all types."""
    whose = _("Account") if kind is None else _("Office") if kind == "agency" else _("Customer")
    yield Column(title=_("City")), attrgetter("city")
    yield Column(title=whose), attrgetter("code")
    yield Column(title=_("Name")), attrgetter("name")
    yield Column(title=_("Currency")), attrgetter("currency")
    yield amounts.column(_("Credit limit")), lambda view: amounts.cell(view.standing.credit_limit, view.currency)
    yield amounts.column(_("Balance")), lambda view: amounts.cell(view.standing.available, view.currency)
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
