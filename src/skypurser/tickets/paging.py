"""Pages of tickets for people: by account, dates, and what no index knows.

An account's tickets and a carrier's have an index by date of issue. Status, form of payment and texts have none: a page
looks through so many tickets and then says where to go on, so it costs the same among a hundred and among millions.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.electronic import directory
from skypurser.ledger.queries import containing
from skypurser.tickets.models import Ticket
from skypurser.tickets.queries import LONGEST_PAGE, Position, TicketView, permission_to_read, view

#: How many tickets a page looks through for what no index knows before it asks to go on.
LOOKED_THROUGH = 10_000

#: Up to so many accounts each is read by itself; of more, the tickets of all are walked along.
_FEW = 500

_ALONG = """
SELECT *, row_number() OVER (ORDER BY {order}) AS place
  FROM tickets_ticket WHERE {conditions} ORDER BY {order} LIMIT %(each)s
"""
_BY_ACCOUNT = """
SELECT found.* FROM unnest(%(accounts)s::bigint[]) AS asked(account) CROSS JOIN LATERAL ({along}) found
"""
# Of several accounts, all is seen as far as the place where the first of them was left off.
_PAGE = """
WITH seen AS MATERIALIZED ({seen}),
     edge AS (SELECT issue_date, document_number FROM seen WHERE place = %(each)s ORDER BY {order} LIMIT 1)
SELECT found.*, edge.issue_date AS edge_date, edge.document_number AS edge_document
  FROM (SELECT) one LEFT JOIN edge ON true LEFT JOIN LATERAL (
    SELECT * FROM seen WHERE (edge.issue_date IS NULL
        OR (seen.issue_date, seen.document_number) {within} (edge.issue_date, edge.document_number)) AND {shown}
     ORDER BY {order} LIMIT %(limit)s) found ON true
"""
_NEWEST, _OLDEST = "issue_date DESC, document_number DESC", "issue_date, document_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFilters:
    """Which tickets a list shows; by default all. Dates are dates of issue, both included.

    Attributes:
        account_ids: None for all accounts.
        account_type: `agency` or `corporate`; empty for both.
        currency: Of the accounts; empty for all.
        status: ISSUED, VOIDED or REFUNDED.
        is_kept: Leaves out what was voided.
        form_of_payment: `account`, `card` or `card_offline`.
        text: Stands somewhere in the passenger's name or the reference, in capitals or not.
    """

    account_ids: frozenset[int] | None = None
    account_type: str = ""
    currency: str = ""
    first_date: date | None = None
    last_date: date | None = None
    status: str = ""
    is_kept: bool = False
    form_of_payment: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One page, newest date of issue first.

    Attributes:
        after: Give it back as `after` for the page that follows; None at the end. With filters that no index knows
            there may be fewer tickets than asked for, or none, and still an `after`: so far it was looked.
        before: Give it back as `before` for the page that precedes; None at the beginning.
    """

    tickets: list[TicketView]
    after: Position | None
    before: Position | None


def ticket_page(
    filters: SaleFilters | None = None,
    *,
    actor: Actor,
    after: Position | None = None,
    before: Position | None = None,
    limit: int = 50,
) -> TicketPage:
    """Return one page of the list of tickets.

    Args:
        after, before: As a page tells them; one of them at most.

    Raises:
        PermissionDenied: The actor lacks QUERIES and ISSUANCE. Sales outside a member's limits are left out.
    """
    permission_to_read(actor)
    limit = min(limit, LONGEST_PAGE)
    falls = before is None
    wanted = filters or SaleFilters()
    with reading_for(actor.carrier_id):
        inside = directory.within_of(actor, wanted.account_ids)
        sql, values = _question(
            wanted, actor.carrier_id, inside, position=before or after, falls=falls, limit=limit + 1
        )
        rows: list[Any] = list(Ticket.objects.raw(sql, values))
    found = [view(row) for row in rows if row.document_number is not None]
    left_off = rows[0].edge_date and Position(rows[0].edge_date, rows[0].edge_document)
    more = found[limit - 1].position if len(found) > limit else left_off
    shown = found[:limit]
    if before is not None:
        return TicketPage(shown[::-1], shown[0].position if shown else before, more)
    # Whoever gives `after` has seen what comes before it.
    back = None if after is None else (shown[0].position if shown else after)
    return TicketPage(shown, more, back)


def _question(
    wanted: SaleFilters,
    carrier_id: int,
    inside: list[int] | None,
    *,
    position: Position | None,
    falls: bool,
    limit: int,
) -> tuple[str, dict[str, Any]]:
    """Return the statement and its values; a page that precedes is read backwards, from its end."""
    order, beyond, within = (_NEWEST, "<", ">=") if falls else (_OLDEST, ">", "<=")
    conditions, values = ["carrier_id = %(carrier)s"], dict[str, Any](carrier=carrier_id, limit=limit)
    for condition, name, value in (
        ("issue_date >= %(first)s", "first", wanted.first_date),
        ("issue_date <= %(last)s", "last", wanted.last_date),
    ):
        if value is not None:
            conditions.append(condition)
            values[name] = value
    if position is not None:
        # The first half is for the index, the second for what stands on the same date.
        conditions.append(
            f"issue_date {beyond}= %(at)s AND (issue_date, document_number) {beyond} (%(at)s, %(document)s)"
        )
        values |= {"at": position.issue_date, "document": position.document_number}
    shown = _shown(wanted, values)
    by_account = inside is not None and len(inside) <= _FEW
    if inside is not None:
        values["accounts"] = inside
        if not by_account:
            shown.append("account_id = ANY(%(accounts)s)")
    sources = max(1, len(inside)) if by_account and inside is not None else 1
    values["each"] = max(limit, LOOKED_THROUGH // sources) if shown else limit
    if by_account:
        conditions.append("account_id = asked.account")
    along = _ALONG.format(order=order, conditions=" AND ".join(conditions))
    seen = _BY_ACCOUNT.format(along=along) if by_account else along
    return _PAGE.format(seen=seen, within=within, order=order, shown=" AND ".join(shown) or "true"), values


def _shown(wanted: SaleFilters, values: dict[str, Any]) -> list[str]:
    """Return what no index knows, and add its values."""
    shown = []
    for column in ("status", "form_of_payment"):
        value = getattr(wanted, column)
        if value:
            shown.append(f"{column} = %({column})s")
            values[column] = value
    if wanted.is_kept:
        shown.append("status <> 'VOIDED'")
    if wanted.account_type:
        shown.append(directory.of_type("seen"))
        values["account_type"] = wanted.account_type
    if wanted.currency:
        shown.append(directory.of_currency("seen"))
        values["currency"] = wanted.currency
    if wanted.text:
        shown.append("(passenger ILIKE %(text)s OR reference ILIKE %(text)s)")
        values["text"] = containing(wanted.text)
    return shown
