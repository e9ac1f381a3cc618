"""A sale: what was sold, on what terms, what was taken back, and everything that happened to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.electronic.queries import AccountView
from skypurser.history import acts
from skypurser.ledger.reversals import TakenBack, with_reversals
from skypurser.parties.airports import local_date
from skypurser.tickets.documents import check_digit
from skypurser.tickets.queries import TicketView, ticket
from skypurser.web.accounts.words import ACTS, KINDS, named
from skypurser.web.pages import Request, page
from skypurser.web.tickets.listing import charged
from skypurser.web.tickets.words import FORMS, SCOPES, status_of, typed_document


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the price: sold, given back, left to refund; minor units. What is left of commission is kept."""

    label: str | Promise
    sold: int
    taken_back: int

    @property
    def left(self) -> int:
        """What is left."""
        return self.sold - self.taken_back


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the sale; without an item it moved nothing.

    Attributes:
        parts: Of a refund: label and amount in minor units.
    """

    at: datetime
    what: str
    reference: str
    actor: str
    item: int | None = None
    business_date: date | None = None
    debit: int = 0
    credit: int = 0
    parts: tuple[tuple[str | Promise, int], ...] = ()


@page((Permission.QUERIES, Permission.ISSUANCE))
def sale(request: Request, document: str) -> HttpResponse:
    """Show the sale."""
    sold = ticket(typed_document(document), actor=request.actor)
    account = queries.shown(sold.account_id, carrier_id=request.actor.carrier_id)
    may_issue = Permission.ISSUANCE in request.actor.permissions
    parts = parts_of(sold)
    happened = events(sold, carrier_id=request.actor.carrier_id)
    net_now = sum(one.debit - one.credit for one in happened)
    context = {
        "sale": sold,
        "account": account,
        "check_digit": check_digit(sold.document_number),
        "status": status_of(sold),
        "payment": named(FORMS, sold.form_of_payment),
        "scope": named(SCOPES, sold.scope),
        "total": sold.fare + sold.taxes,
        "charged": charged(sold),
        "parts": parts,
        "left": parts[0].left + parts[1].left,
        "events": happened,
        "net_now": net_now if happened and net_now != charged(sold) else None,
        "may_void": may_issue and may_be_voided(sold, account, request.now),
        "may_refund": may_issue and bool(parts[0].left + parts[1].left),
        "may_issue": may_issue,
        "may_ask": Permission.QUERIES in request.actor.permissions,
    }
    return render(request, "tickets/sale.html", context)


def may_be_voided(sold: TicketView, account: AccountView, now: datetime) -> bool:
    """Tell whether the sale would be voided now, as the desk offers it; the ledger decides."""
    return sold.status == "ISSUED" and local_date(now, account.time_zone) == sold.issue_date


def parts_of(sold: TicketView) -> tuple[Part, Part, Part]:
    """Return fare, taxes and commission; of a voided sale all is taken back."""
    is_voided = sold.status == "VOIDED"
    return (
        Part(_("Fare"), sold.fare, sold.fare if is_voided else sold.refunded_fare),
        Part(_("Taxes"), sold.taxes, sold.taxes if is_voided else sold.refunded_taxes),
        Part(_("Commission"), sold.commission, sold.commission if is_voided else sold.recalled_commission),
    )


def events(sold: TicketView, *, carrier_id: int) -> list[Event]:
    """Return what happened, oldest first: its movements, and the acts that moved nothing."""
    moved = [] if sold.entry_id is None else with_reversals(sold.entry_id, carrier_id=carrier_id)
    found = [_movement(one) for one in moved]
    told = acts.on_document(carrier_id=carrier_id, account_id=sold.account_id, document=sold.document_number)
    found += [
        Event(act.at, named(ACTS, act.action), act.reference, act.actor) for act in told[::-1] if act.entry_id is None
    ]
    return sorted(found, key=lambda one: (one.at, one.item or 0))


def _movement(one: TakenBack) -> Event:
    labels: dict[str, Any] = {
        "sales": _("Fare"),
        "taxes_payable": _("Taxes"),
        "penalties": _("Penalty"),
        "commission_expense": _("Commission recalled"),
    }
    parts: tuple[tuple[str | Promise, int], ...] = ()
    if one.kind == "refund":
        parts = tuple((label, abs(one.controls[name])) for name, label in labels.items() if name in one.controls)
    return Event(
        one.occurred_at,
        named(KINDS, one.kind),
        one.reference,
        one.actor,
        one.item,
        one.business_date,
        one.debit,
        one.credit,
        parts,
    )
