"""The desk's search: one text, and everything that it may name, grouped, a few of each.

Each group is found through an index, so that the cost does not grow with the books: codes, documents and holds by
their keys, names by their trigrams, references and amounts by the bloom filters of the pages that they are on. What a
member may not ask about, and what lies outside the member's places, is not found.

References are found whole, as they were given or in capitals; amounts are those of movements, and fares of tickets.
What looks like an amount is sought as one first, and as a reference where there is none; digits with which a document
begins are sought as no amount.
"""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.filtering import Conditions, Filters
from skypurser.electronic.queries import AccountView, accounts, used_currencies
from skypurser.electronic.queries import named as named_accounts
from skypurser.finding.charter import FoundCard, FoundCustomer, charter
from skypurser.finding.invoices import FoundInvoice, invoice
from skypurser.finding.sales import FoundSale, sales
from skypurser.finding.wanted import Wanted, read
from skypurser.ledger.states import Status

#: How many of each group are shown; one more is asked for, to tell that there are more.
SHOWN = 5

#: Of what has the reference or amount, so many are held against currency and reach.
LOOKED_AT = 500

# True of every row. It names the column of the filters of pages whose values lie in order, by which the planner sees
# that few pages are left to read.
_ENTRIES_IN_ORDER = " AND id > 0"
_TICKETS_IN_ORDER = " AND issue_date > DATE '0001-01-01'"

#: A condition and its values.
type _Condition = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """A ticket or EMD; fare and taxes in minor units of the account's currency."""

    document_number: str
    account_id: int
    account_code: str
    currency: str
    fare: int
    taxes: int
    issue_date: date
    passenger: str
    reference: str
    status: str


@dataclass(frozen=True, slots=True)
class FoundMovement:
    """A movement; amounts in minor units of the account's currency, `posted_at` UTC."""

    account_id: int
    item: int
    account_code: str
    currency: str
    kind: str
    document: str | None
    reference: str
    debit: int
    credit: int
    business_date: date
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class FoundHold:
    """A hold; its amount in minor units of the account's currency, its status as it is stored."""

    id: int
    account_id: int
    account_code: str
    currency: str
    amount: int
    status: str
    expires_at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a text names, at most `SHOWN` of each group.

    Attributes:
        account, document: The one to jump to: the only account with exactly this code, or the document sold under
            exactly this number; at most one of the two.
        more: The groups of which there are more.
        customer: The one with exactly this code, to jump to where there is neither account nor document.
        invoice: The one with exactly this number, to jump to as well.
    """

    accounts: tuple[AccountView, ...] = ()
    tickets: tuple[FoundTicket, ...] = ()
    movements: tuple[FoundMovement, ...] = ()
    holds: tuple[FoundHold, ...] = ()
    account: AccountView | None = None
    document: FoundTicket | None = None
    more: frozenset[str] = frozenset()
    customers: tuple[FoundCustomer, ...] = ()
    cards: tuple[FoundCard, ...] = ()
    customer: FoundCustomer | None = None
    sales: tuple[FoundSale, ...] = ()
    invoice: FoundInvoice | None = None


def search(text: str, *, actor: Actor) -> Found:
    """Return everything that a text names.

    That is an account's code, an office's issue id, a part of a name, a document's number or the first digits of one, a
    reference, an amount ("1,234.50"), a hold's number; and, where the carrier has jet cards switched on, a part of a
    customer's code, name or e-mail address, or of a card's name, the number of a quote, booking or invoice.

    An actor with neither LIST_ACCOUNTS (accounts) nor QUERIES (all else) finds customers and cards at most, and those
    only who may read them.
    """
    wanted = read(text)
    if not wanted.text:
        return Found()
    with reading_for(actor.carrier_id):
        exact, named = _accounts(wanted, actor)
        tickets: list[FoundTicket] = []
        movements: list[FoundMovement] = []
        holds: list[FoundHold] = []
        if actor.may(Permission.QUERIES):
            tickets = _documents(wanted, actor)
            # What begins the number of a document that there is, is hardly an amount.
            amounts = [] if tickets else _amounts(wanted, actor)
            tickets = tickets or _tickets(wanted, amounts, actor)
            movements = _movements(wanted, amounts, actor)
            holds = _holds(wanted, actor)
        sold = sales(wanted.text, actor=actor)
        numbered = invoice(wanted.text, actor=actor)
        customers, cards = charter("" if wanted.is_figure else wanted.text, actor=actor, most=SHOWN + 1)
    groups: dict[str, Sized] = {"accounts": exact + named, "tickets": tickets, "movements": movements, "holds": holds}
    groups |= {"customers": customers, "cards": cards}
    document = next((ticket for ticket in tickets if ticket.document_number == wanted.document), None)
    return Found(
        tuple((exact + named)[:SHOWN]),
        tuple(tickets[:SHOWN]),
        tuple(movements[:SHOWN]),
        tuple(holds[:SHOWN]),
        account=exact[0] if len(exact) == 1 and document is None else None,
        document=document,
        more=frozenset(name for name, group in groups.items() if len(group) > SHOWN),
        customers=tuple(customers[:SHOWN]),
        cards=tuple(cards[:SHOWN]),
        customer=next((one for one in customers if one.code == wanted.text.upper()), None),
        sales=tuple(sold),
        invoice=numbered,
    )


def _accounts(wanted: Wanted, actor: Actor) -> tuple[list[AccountView], list[AccountView]]:
    """Return the accounts with exactly this code, and those with this issue id or with the text in code or name."""
    if not actor.may(Permission.LIST_ACCOUNTS):
        # Who may ask finds an account whose code they know, as on the page for that.
        may_ask = wanted.code and actor.may(Permission.QUERIES)
        return (named_accounts(wanted.code, actor=actor) if may_ask else []), []
    exact = _listed(actor, code=wanted.code) if wanted.code else []
    others: list[AccountView] = []
    for code in _codes_with_issue_id(wanted.text, actor):
        others += _listed(actor, code=code)
    if len(exact) + len(others) <= SHOWN:
        others += _listed(actor, text=wanted.text)
    seen = {view.account_id for view in exact}
    named = []
    for view in others:
        if view.account_id not in seen:
            seen.add(view.account_id)
            named.append(view)
    return exact, named


def _listed(actor: Actor, **which: str) -> list[AccountView]:
    every = Filters(type=None, statuses=frozenset(Status), **which)  # type: ignore[arg-type]
    return accounts(every, actor=actor, limit=SHOWN + 1)


def _codes_with_issue_id(text: str, actor: Actor) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM parties_office WHERE carrier_id = %s AND issue_id = %s ORDER BY code LIMIT %s",
            [actor.carrier_id, text, SHOWN + 1],
        )
        return [row[0] for row in cursor.fetchall()]


def _documents(wanted: Wanted, actor: Actor) -> list[FoundTicket]:
    if wanted.document:
        return _read_tickets(actor, [("document_number = %s", [wanted.document])])
    if not wanted.document_start:
        return []
    # The last document with this beginning ends in nines.
    first, last = (wanted.document_start.ljust(13, digit) for digit in "09")
    within = "document_number BETWEEN %s AND %s ORDER BY document_number"
    return _read_tickets(actor, [(within, [first, last])])


def _tickets(wanted: Wanted, amounts: "_Amounts", actor: Actor) -> list[FoundTicket]:
    def saying() -> list[FoundTicket]:
        return _read_tickets(actor, _as_given(wanted, _TICKETS_IN_ORDER))

    def of_amount() -> list[FoundTicket]:
        # A ticket's currency is its account's.
        fares = _each(amounts, f"fare = %s::bigint{_TICKETS_IN_ORDER}")
        return _read_tickets(actor, fares, _pairs("t.fare", "e", amounts)) if amounts else []

    return _likelier(wanted, saying, of_amount)


def _read_tickets(actor: Actor, either: Sequence[_Condition], within: _Condition | None = None) -> list[FoundTicket]:
    columns = (
        "t.document_number, t.account_id, e.code, e.currency, t.fare, t.taxes, t.issue_date, t.passenger, t.reference,"
        " t.status"
    )
    return [FoundTicket(*row) for row in _read("tickets_ticket", columns, either, actor, within)]


def _movements(wanted: Wanted, amounts: "_Amounts", actor: Actor) -> list[FoundMovement]:
    def saying() -> list[FoundMovement]:
        return _read_movements(actor, _as_given(wanted, _ENTRIES_IN_ORDER))

    def of_amount() -> list[FoundMovement]:
        sides = _each(amounts, *(f"{side} = %s::bigint{_ENTRIES_IN_ORDER}" for side in ("debit", "credit")))
        # One of the two is zero.
        return _read_movements(actor, sides, _pairs("l.debit + l.credit", "l", amounts)) if amounts else []

    return _likelier(wanted, saying, of_amount)


def _likelier[T](wanted: Wanted, saying: Callable[[], list[T]], of_amount: Callable[[], list[T]]) -> list[T]:
    """Return what the text is likelier to mean, or where there is none the other; the second is not asked in vain."""
    first, second = (of_amount, saying) if wanted.is_figure else (saying, of_amount)
    return first() or second()


def _read_movements(
    actor: Actor, either: Sequence[_Condition], within: _Condition | None = None
) -> list[FoundMovement]:
    columns = (
        "l.account_id, l.item, e.code, l.currency, l.kind, l.document, l.reference, l.debit, l.credit,"
        " l.business_date, l.posted_at"
    )
    return [FoundMovement(*row) for row in _read("ledger_entry", columns, either, actor, within)]


def _holds(wanted: Wanted, actor: Actor) -> list[FoundHold]:
    # A hold past its expiry is over, whether or not it has been resolved.
    status = "CASE WHEN h.status = 'OPEN' AND h.expires_at <= clock_timestamp() THEN 'EXPIRED' ELSE h.status END"
    columns = f"h.id, h.account_id, e.code, e.currency, h.amount, {status}, h.expires_at, h.reference"
    rows: list[tuple[Any, ...]] = []
    if wanted.hold_id is not None:
        rows = _read("ledger_hold", columns, [("id = %s", [wanted.hold_id])], actor)
    rows = rows or _read("ledger_hold", columns, _as_given(wanted), actor)
    return [FoundHold(*row) for row in rows]


def _as_given(wanted: Wanted, in_order: str = "") -> list[_Condition]:
    """Return the text as a reference: as it was typed, and in capitals."""
    return [(f"reference = %s{in_order}", [text]) for text in sorted({wanted.text, wanted.text.upper()})]


#: Minor units and a currency.
type _Amounts = list[tuple[int, str]]


def _amounts(wanted: Wanted, actor: Actor) -> _Amounts:
    """Return what the amount is in each of the carrier's currencies that can say it."""
    if wanted.amount is None:
        return []
    found = ((wanted.minor(currency), currency) for currency in used_currencies(carrier_id=actor.carrier_id))
    return [(minor, currency) for minor, currency in found if minor is not None]


def _each(amounts: _Amounts, *comparisons: str) -> list[_Condition]:
    """Return the comparisons with each amount; as bigint, since the filters of pages compare with nothing else."""
    return [(comparison, [minor]) for minor in sorted({minor for minor, _ in amounts}) for comparison in comparisons]


def _pairs(amount: str, table: str, amounts: _Amounts) -> _Condition:
    """Return that an amount is in the currency in which it was meant."""
    marks = ", ".join(["(%s, %s)"] * len(amounts))
    return f"({amount}, {table}.currency) IN ({marks})", [value for pair in amounts for value in pair]


def _read(
    table: str, columns: str, either: Sequence[_Condition], actor: Actor, within: _Condition | None = None
) -> list[tuple[Any, ...]]:
    """Return rows of a table (first letter its alias) that meet one of the conditions, within reach.

    Each condition alone decides how the table is read: joined by OR, the planner would rather read all of it. Currency
    and reach are asked of at most `LOOKED_AT` rows of each.
    """
    alias = columns[0]
    where = Conditions()
    where.add_reach(actor)
    if within is not None:
        where.add(within[0], *within[1])
    one = f"(SELECT * FROM {table} WHERE carrier_id = %s AND {{}} LIMIT {LOOKED_AT})"  # noqa: S608 — our own text
    rows = " UNION ALL ".join(one.format(condition) for condition, _ in either)
    values = [value for _, values in either for value in (actor.carrier_id, *values)]
    sql = f"""SELECT {columns} FROM ({rows}) {alias}
                JOIN electronic_electronicaccount e USING (carrier_id, account_id)
               WHERE {" AND ".join(where.texts) or "true"} LIMIT %s"""  # noqa: S608 — values are parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *where.values, SHOWN + 1])
        return cursor.fetchall()  # type: ignore[no-any-return]
