"""Questions about tickets; the answers are frozen, and each is read in one query.

Source: KIU, "Queries".
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.errors import Refusal
from skypurser.tickets.documents import parse_document
from skypurser.tickets.models import Ticket

#: The longest page; ask for one more to see whether another page follows.
LONGEST_PAGE = 500


class SaleNotFound(Refusal):
    """The carrier has sold no such document."""

    code = "sale_not_found"


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket or EMD: what was sold, and what was taken back of it. Amounts are minor units of the account's currency.

    Attributes:
        document_number: 13 digits.
        route: IATA codes of its airports.
        commission_percent_bps: The rule's; `commission_rate_bps` is what applied.
        status: ISSUED, VOIDED or REFUNDED (in part or whole).
        issue_date: The local date at the account's office or client.
        entry_id: The ledger's, where the sale moved money.
    """

    document_number: str
    account_id: int
    form_of_payment: str
    scope: str
    route: tuple[str, ...]
    fare: int
    taxes: int
    commission_mode: str
    commission_percent_bps: int
    commission_rate_bps: int
    commission: int
    settlement: str
    issued_at: datetime
    issue_date: date
    passenger: str
    reference: str
    entry_id: int | None
    status: str
    refunded_fare: int
    refunded_taxes: int
    recalled_commission: int

    @property
    def position(self) -> "Position":
        """Where the ticket stands in a list: give it back as `after` for what follows."""
        return Position(self.issue_date, self.document_number)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the list of tickets, newest date first."""

    issue_date: date
    document_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which tickets a list shows; by default all. Dates are dates of issue, both included."""

    account_id: int | None = None
    first_date: date | None = None
    last_date: date | None = None
    status: str = ""
    document_number: str = ""


def has_sales(account_id: int, *, carrier_id: int) -> bool:
    """Tell whether anything was sold on the account, with or without a movement; whoever asks may know that much."""
    with reading_for(carrier_id):
        return Ticket.objects.filter(carrier_id=carrier_id, account_id=account_id).exists()


def account_of(document: str, *, carrier_id: int) -> int | None:
    """Return the id of the account on which a document (13 digits) was sold, for ever; None when it was not."""
    with reading_for(carrier_id):
        return (
            Ticket.objects.filter(carrier_id=carrier_id, document_number=document)
            .values_list("account_id", flat=True)
            .first()
        )


def ticket(document_number: str, *, actor: Actor) -> TicketView:
    """Return the sale of a document.

    Args:
        document_number: 13 digits, or with a hyphen and the check digit.

    Raises:
        PermissionDenied: The actor lacks QUERIES and ISSUANCE, or the account lies outside a member's limits.
        InvalidDocumentNumber, SaleNotFound.
    """
    permission = permission_to_read(actor)
    document = parse_document(document_number)
    with reading_for(actor.carrier_id):
        row = Ticket.objects.filter(carrier_id=actor.carrier_id, document_number=document).first()
        if row is None:
            raise SaleNotFound(f"{document} was not sold")
        if actor.is_limited:
            actor.require(permission, at=directory.get(row.account_id, carrier_id=actor.carrier_id).place)
    return view(row)


def to_be_seen(documents: Collection[str], *, actor: Actor, seen: int | None = None) -> frozenset[str]:
    """Return which of the documents were sold and may be seen by the actor, so that a list can link them.

    Two queries at most. Whatever is no document's number is left out, and so is all where the actor lacks QUERIES and
    ISSUANCE.

    Args:
        seen: An account that is known to lie within the actor's limits.
    """
    if not documents or not actor.permissions & {Permission.QUERIES, Permission.ISSUANCE}:
        return frozenset()
    with reading_for(actor.carrier_id):
        rows = Ticket.objects.filter(carrier_id=actor.carrier_id, document_number__in=set(documents))
        sold = dict(rows.values_list("document_number", "account_id"))
        others = set(sold.values()) - {seen}
        if not others or not actor.is_limited:
            return frozenset(sold)
        permission = permission_to_read(actor)
        inside = {seen} | {
            one.account_id
            for one in directory.look_up(carrier_id=actor.carrier_id, account_ids=others)
            if actor.may(permission, at=one.place)
        }
    return frozenset(document for document, account_id in sold.items() if account_id in inside)


def permission_to_read(actor: Actor) -> Permission:
    """Return the permission by which the actor may see sales: that of queries, or of whoever sells.

    Raises:
        PermissionDenied: The actor has neither.
    """
    permission = Permission.ISSUANCE if actor.may(Permission.ISSUANCE) else Permission.QUERIES
    actor.require(permission)
    return permission


def tickets(
    filters: Filters | None = None, *, actor: Actor, after: Position | None = None, limit: int = 50
) -> list[TicketView]:
    """Return one page of the list of tickets, newest date of issue first.

    Args:
        after: The `position` of the last ticket of the page before.
        limit: At most `LONGEST_PAGE`, and one more.

    Raises:
        PermissionDenied: The actor lacks QUERIES and ISSUANCE. Sales outside a member's limits are left out.
    """
    permission_to_read(actor)
    shown = filters or Filters()
    wanted = {
        "account_id": shown.account_id,
        "issue_date__gte": shown.first_date,
        "issue_date__lte": shown.last_date,
        "status": shown.status or None,
        "document_number": shown.document_number or None,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    with reading_for(actor.carrier_id):
        rows = Ticket.objects.filter(carrier_id=actor.carrier_id, **given)
        inside = directory.within(actor)
        if inside is not None:
            rows = rows.filter(account_id__in=inside)
        if after is not None:
            # The first half is for the index, the second for what stands on the same date.
            later = Q(issue_date__lt=after.issue_date) | Q(document_number__lt=after.document_number)
            rows = rows.filter(later, issue_date__lte=after.issue_date)
        ordered = rows.order_by(F("issue_date").desc(), F("document_number").desc())
        return [view(row) for row in ordered[: min(limit, LONGEST_PAGE + 1)]]


def view(row: Ticket) -> TicketView:
    """Return a row as others see it."""
    facts = {name: getattr(row, name) for name in TicketView.__dataclass_fields__ if name != "route"}
    return TicketView(**facts, route=tuple(row.route.split("-")))
