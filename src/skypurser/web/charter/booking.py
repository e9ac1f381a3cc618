"""A booking: what it says, what was deducted and given back, and by which movements."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.charter import lists, queries
from skypurser.charter.invoicing import Billing, billing_of
from skypurser.charter.itinerary import route
from skypurser.charter.views import BookingStatus, BookingView, StepView
from skypurser.invoices.queries import InvoiceView, Kind, Subject
from skypurser.web import figures
from skypurser.web.accounts.account import Action
from skypurser.web.charter import words
from skypurser.web.charter.cards import CardTold, card_told
from skypurser.web.charter.comparing import Names, names_in
from skypurser.web.charter.quote import content_told
from skypurser.web.forms import ActForm
from skypurser.web.invoices import words as invoice_words
from skypurser.web.invoices.invoice import state_of
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER_SALES

#: So many steps are shown.
_MOST = 200


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step in words; `url` leads to its movement, empty where nothing moved."""

    step: StepView
    label: str
    url: str


@page(CHARTER_SALES)
def booking(request: Request, booking_id: int) -> HttpResponse:
    """Show the booking."""
    found = queries.booking(booking_id, actor=request.actor)
    names = names_in([found.content], actor=request.actor)
    card = card_told(found.card_id, carrier_id=request.actor.carrier_id)
    steps = lists.steps_of(found, actor=request.actor, limit=_MOST)
    billing = billing_of(found, carrier_id=request.actor.carrier_id)
    context = {
        **header(request, found, names),
        **content_told(found.content, found.currency, names),
        "card": card,
        "settled": words.SETTLED.get(found.method, ""),
        "steps": _told(steps, card),
        "billing": billing,
        "invoices": [_billed(request, one) for one in billing.invoices],
        "draft": ActForm(auto_id=False) if _may_draft(request, billing) else None,
        "draft_label": _draft_label(found, billing),
        "tiers": [(tier, figures.percent(tier.percent_bps)) for tier in found.tiers],
    }
    return render(request, "charter/booking.html", context)


def header(request: Request, found: BookingView, names: Names) -> dict[str, Any]:
    """Return what stands above the pages of a booking."""
    may = Permission.SALES in request.actor.permissions and found.status is BookingStatus.BOOKED
    wanted = (
        (_("Cancel the booking"), "booking-cancel", "circle-x", ""),
        (_("Change the price"), "booking-price", "pencil", "e"),
    )
    return {
        "booking": found,
        "customer": names.customers[found.customer_id],
        "look": words.BOOKINGS[found.status],
        "route": route(found.content.legs),
        "actions": [
            Action(one[0], reverse(f"desk:{one[1]}", args=[found.id]), one[2], one[3]) for one in wanted if may
        ],
        "zone": request.membership.time_zone,
        "currency": found.currency,
    }


def _may_draft(request: Request, billing: Billing) -> bool:
    may = Permission.INVOICES in request.actor.permissions
    return may and bool(billing.uninvoiced) and billing.draft is None


def _draft_label(found: BookingView, billing: Billing) -> Promise:
    if found.status is BookingStatus.CANCELLED:
        return _("Draft the fee's invoice")
    return _("Draft an invoice of the rest") if billing.standing else _("Draft the invoice")


def _billed(request: Request, one: InvoiceView) -> dict[str, Any]:
    """Return an invoice or credit note as it stands in the booking's list."""
    return {
        "one": one,
        "title": invoice_words.title(one),
        "state": invoice_words.STATES[state_of(request, one)],
        "is_note": one.kind is Kind.CREDIT_NOTE,
        "is_fee": one.subject is Subject.CANCELLATION_FEE,
    }


def _told(steps: list[StepView], card: CardTold | None) -> list[StepTold]:
    told, before = [], 0
    for one in steps:
        kind = str(one.kind)
        if kind == "changed" and one.price != before:
            kind = "supplement" if one.price > before else "part_refund"
        # What is kept entirely as a fee moves nothing on the card.
        has_moved = card is not None and one.entry_id is not None and bool(one.debit or one.credit)
        url = card.movement(one.entry_id) if card is not None and has_moved else ""
        told.append(StepTold(one, str(words.STEPS[kind]), url))
        before = one.price
    return told
