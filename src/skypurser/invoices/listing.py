"""Lists of invoices and payments as people look through them: by state, customer and date, in both directions.

What an invoice stands at follows from its amounts and the carrier's date, and is decided in the question itself, so
that a filter and what a row says never differ. Amounts are minor units.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.invoices import payments
from skypurser.invoices.numbering import parse, written
from skypurser.invoices.payments import LONGEST_PAGE, Method, PaymentView, require_reading
from skypurser.invoices.queries import Kind
from skypurser.ledger.queries import containing
from skypurser.parties import customers


class State(StrEnum):
    """What an invoice stands at; ISSUED is a credit note, of which nothing is open.

    An invoice is OPEN until its due date is over, then OVERDUE; CREDITED when credit notes took all of it back.
    """

    DRAFT = "draft"
    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice or credit note in a list; amounts are minor units of `currency`, dates the carrier's.

    Attributes:
        number: None of a draft.
        document: What it is for; None where nobody said.
        open_amount: Of an issued invoice; else zero.
    """

    id: int
    kind: Kind
    state: State
    number: str | None
    customer_id: int
    document: str | None
    currency: str
    issue_date: date | None
    due_date: date | None
    total: int
    open_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which invoices.

    Attributes:
        text: A number, or a part of a customer's code or name.
        states: Any of these; empty for all.
        first_date, last_date: Dates of issue, both included.
    """

    text: str = ""
    states: frozenset[State] = frozenset()
    kind: Kind | None = None
    customer_id: int | None = None
    first_date: date | None = None
    last_date: date | None = None


@dataclass(frozen=True, slots=True)
class OpenSum:
    """What is open of a customer's invoices, and the part of it that is overdue, in minor units of its currency."""

    open_amount: int
    overdue: int
    invoices: int


_ROWS = """
SELECT * FROM (
    SELECT i.id, i.kind, CASE WHEN i.status = 'draft' THEN 'draft' WHEN i.kind = 'credit_note' THEN 'issued'
               WHEN i.net + i.tax > paid.amount + notes.amount
                   THEN CASE WHEN i.due_date < %(today)s THEN 'overdue' ELSE 'open' END
               WHEN notes.amount >= i.net + i.tax THEN 'credited' ELSE 'paid' END AS state,
           i.series, i.year, i.number, i.customer_id, i.document, i.currency, i.issue_date, i.due_date,
           i.net + i.tax AS total, CASE WHEN i.status = 'issued' AND i.kind = 'invoice'
               THEN i.net + i.tax - paid.amount - notes.amount ELSE 0 END AS open_amount
      FROM invoices_invoice i
     CROSS JOIN LATERAL (SELECT coalesce(sum(k.amount), 0)::bigint AS amount FROM invoices_paymentlink k
                          WHERE k.carrier_id = i.carrier_id AND k.invoice_id = i.id) paid
     CROSS JOIN LATERAL (SELECT coalesce(sum(n.net + n.tax), 0)::bigint AS amount FROM invoices_invoice n
                          WHERE n.carrier_id = i.carrier_id AND n.corrects = i.id AND n.status = 'issued') notes
     WHERE i.carrier_id = %(carrier)s) i
"""

_LEFT = "p.amount > linked.amount + spent.refunded"

_OF_TEXT = """i.customer_id IN (SELECT c.id FROM parties_customer c WHERE c.carrier_id = %(carrier)s
    AND (c.code ILIKE %(like)s OR c.name ILIKE %(like)s OR c.legal_name ILIKE %(like)s))"""


def listed(
    filters: Filters, *, actor: Actor, today: date, after: int | None = None, before: int | None = None, limit: int = 50
) -> list[Listed]:
    """Return invoices and credit notes within the actor's reach, newest first.

    Args:
        today: The carrier's date, by which what is open becomes overdue.
        after, before: The id of the last row of the page before, or of the first of the page behind.

    Raises:
        JetCardsOff, PermissionDenied.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    conditions, asked = _within(actor, "i"), _asked(actor, limit)
    asked["today"] = today
    for name, value, condition in (
        ("states", sorted(one.value for one in filters.states) or None, "i.state = ANY(%(states)s)"),
        ("kind", None if filters.kind is None else filters.kind.value, "i.kind = %(kind)s"),
        ("customer", filters.customer_id, "i.customer_id = %(customer)s"),
        ("first", filters.first_date, "i.issue_date >= %(first)s"),
        ("last", filters.last_date, "i.issue_date <= %(last)s"),
    ):
        if value is not None:
            conditions.append(condition)
            asked[name] = value
    if filters.text:
        conditions.append(_named(filters.text, asked))
    with reading_for(actor.carrier_id):
        if actor.is_limited:
            asked["within"] = customers.ids_within(actor)
        condition, order = _placed(conditions, asked, "i", after, before)
        with connection.cursor() as cursor:
            cursor.execute(f"{_ROWS} WHERE {condition} ORDER BY i.id {order} LIMIT %(limit)s", asked)
            rows = [_row(row) for row in cursor.fetchall()]
    return rows if before is None else rows[::-1]


def open_sum(customer_id: int, *, carrier_id: int, today: date) -> OpenSum:
    """Return what is open of a customer's invoices, whoever asks."""
    sql = f"""SELECT coalesce(sum(open_amount), 0)::bigint,
                     coalesce(sum(open_amount) FILTER (WHERE state = 'overdue'), 0)::bigint,
                     count(*) FROM ({_ROWS} WHERE i.customer_id = %(customer)s AND i.open_amount > 0) open"""  # noqa: S608
    with reading_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(sql, {"carrier": carrier_id, "customer": customer_id, "today": today})
        return OpenSum(*cursor.fetchone())


def payments_listed(
    *,
    actor: Actor,
    customer_id: int | None = None,
    text: str = "",
    document: str | None = None,
    has_advance: bool = False,
    method: Method | None = None,
    after: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[PaymentView]:
    """Return payments within the actor's reach, newest first.

    Args:
        text: A part of a customer's code or name, or exactly the document or reference.
        document: What the text is as a document, where people write it otherwise (`booking:17`).
        has_advance: Only those of which something is left that no invoice says.

    Raises:
        JetCardsOff, PermissionDenied.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    conditions, asked = _within(actor, "p"), _asked(actor, limit)
    if customer_id is not None:
        conditions.append("p.customer_id = %(customer)s")
        asked["customer"] = customer_id
    if text:
        by_customer = _OF_TEXT.replace("i.customer_id", "p.customer_id")
        conditions.append(f"({by_customer} OR p.document = %(document)s OR p.reference = %(text)s)")
        asked |= {"like": containing(text), "text": text, "document": document or text}
    if has_advance:
        conditions.append(_LEFT)
    if method is not None:
        conditions.append("p.method = %(method)s")
        asked["method"] = method.value
    with reading_for(actor.carrier_id):
        if actor.is_limited:
            asked["within"] = customers.ids_within(actor)
        condition, order = _placed(conditions, asked, "p", after, before)
        found = payments.selected(condition, asked, carrier_id=actor.carrier_id, order=order)
    return found if before is None else found[::-1]


def advances(customer_id: int, *, currency: str, carrier_id: int) -> list[PaymentView]:
    """Return a customer's newest payments of which something is left, in a currency, whoever asks; newest first."""
    condition = f"p.customer_id = %(customer)s AND p.currency = %(currency)s AND {_LEFT}"
    asked = {"customer": customer_id, "currency": currency, "limit": LONGEST_PAGE}
    with reading_for(carrier_id):
        return payments.selected(condition, asked, carrier_id=carrier_id, order="DESC")


def _within(actor: Actor, table: str) -> list[str]:
    return [f"{table}.customer_id = ANY(%(within)s)" if actor.is_limited else "true"]


def _asked(actor: Actor, limit: int) -> dict[str, Any]:
    return {"carrier": actor.carrier_id, "limit": min(limit, LONGEST_PAGE + 1)}


def _named(text: str, asked: dict[str, Any]) -> str:
    number = parse(text)
    if number is None:
        asked["like"] = containing(text.strip())
        return _OF_TEXT
    asked["series"], asked["year"], asked["number"] = number
    return "(i.series, i.year, i.number) = (%(series)s, %(year)s, %(number)s)"


def _placed(
    conditions: list[str], asked: dict[str, Any], table: str, after: int | None, before: int | None
) -> tuple[str, str]:
    """Return the condition of a page and the order in which its rows are read."""
    asked["place"] = before if before is not None else after or 2**62
    place = f"{table}.id {'<' if before is None else '>'} %(place)s"
    return " AND ".join((*conditions, place)), "DESC" if before is None else "ASC"


def _row(row: tuple[Any, ...]) -> Listed:
    number = None if row[5] is None else written(series=row[3], year=row[4], number=row[5])
    return Listed(row[0], Kind(row[1]), State(row[2]), number, *row[6:])
