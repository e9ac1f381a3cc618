"""Book a quote, or cancel it: pages that say what will happen before it does.

Source: FL3XX, "Process of deducting Amounts from Jet Cards".
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.charter import converting, lists, queries, quoting
from skypurser.charter.itinerary import route
from skypurser.charter.views import BookingView, QuoteStatus, QuoteView
from skypurser.errors import Refusal
from skypurser.web import figures
from skypurser.web.charter import words
from skypurser.web.charter.cards import card_told
from skypurser.web.charter.listing import departs
from skypurser.web.forms import ActForm, ReferenceField
from skypurser.web.jetcards.funds import Missing, missing_of
from skypurser.web.pages import Request, page


class VersionForm(ActForm):
    """An act on the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class BookForm(VersionForm):
    """Whether a flight is booked that has departed; asked only then."""

    departed = forms.BooleanField(
        label=gettext_lazy("The flight has departed; book it all the same"),
        error_messages={"required": gettext_lazy("Say that it is meant, or give the quote another departure.")},
    )

    def __init__(self, *arguments: Any, has_departed: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not has_departed:
            del self.fields["departed"]


class CancelForm(VersionForm):
    """Why."""

    reference = ReferenceField(
        required=False, help_text=gettext_lazy("Why, if it matters later; it stays in the history.")
    )


@page(Permission.SALES, methods=("GET", "POST"))
def book(request: Request, quote_id: int) -> HttpResponse:
    """Say what is deducted from which card and what is left, then book."""
    quote = queries.quote(quote_id, actor=request.actor, now=request.now)
    has_departed = quote.content.has_departed(request.now)
    form = BookForm(request.POST or None, initial={"version": quote.version}, has_departed=has_departed)
    missing: Missing | None = None
    if form.is_valid():
        try:
            answer = converting.book(
                quote_id=quote_id,
                expected_version=form.cleaned_data["version"],
                departed=form.cleaned_data.get("departed", False),
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            )
        except Refusal as refusal:
            missing = missing_of(refusal)
            form.refuse(refusal, currency=quote.currency)
            _renew(form, refusal, quote.version)
        else:
            return _booked(request, converting.told_booking(answer))
    elif quote.status is not QuoteStatus.QUOTED:
        raise quoting.QuoteNotOpen(f"the quote is {quote.status}", quote_status=quote.status)
    card = card_told(quote.content.card_id, carrier_id=request.actor.carrier_id)
    hold = lists.hold_of(quote, actor=request.actor, now=request.now)
    held = hold.amount if hold is not None else 0
    context = {
        "form": form,
        "quote": quote,
        "currency": quote.currency,
        "route": route(quote.content.legs),
        "card": card,
        "held": held,
        "left": 0 if card is None else card.available + held - quote.price,
        "has_departed": has_departed,
        "departs": departs(quote.content),
        "settled": words.SETTLED.get(str(quote.content.method), ""),
        "missing": missing,
        "add_funds": _add_funds(request, quote),
        "heading": _("Book quote %(number)s") % {"number": quote.number},
        "button": _("Book"),
        "back": reverse("desk:quote", args=[quote_id]),
    }
    return render(request, "charter/book.html", context)


@page(Permission.SALES, methods=("GET", "POST"))
def cancel(request: Request, quote_id: int) -> HttpResponse:
    """Say what becomes of it, then cancel a draft or quote."""
    quote = queries.quote(quote_id, actor=request.actor, now=request.now)
    form = CancelForm(request.POST or None, initial={"version": quote.version})
    if form.is_valid():
        typed = form.cleaned_data
        try:
            quoting.cancel(
                quote_id=quote_id,
                expected_version=typed["version"],
                reference=typed["reference"],
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, currency=quote.currency)
            _renew(form, refusal, quote.version)
        else:
            messages.success(request, _("Quote %(number)s is cancelled.") % {"number": quote.number})
            return redirect("desk:quote", quote_id=quote_id)
    elif quote.status in {QuoteStatus.BOOKED, QuoteStatus.CANCELLED}:
        raise quoting.QuoteNotOpen(f"the quote is {quote.status}", quote_status=quote.status)
    context = {
        "form": form,
        "quote": quote,
        "currency": quote.currency,
        "hold": lists.hold_of(quote, actor=request.actor, now=request.now),
        "heading": _("Cancel quote %(number)s") % {"number": quote.number},
        "button": _("Cancel the quote"),
        "is_final": True,
        "back": reverse("desk:quote", args=[quote_id]),
    }
    return render(request, "charter/cancel_quote.html", context)


def _renew(form: VersionForm, refusal: Refusal, version: int) -> None:
    """Show the version that there is now, so that who has looked at it may go on."""
    if refusal.code == "changed_meanwhile":
        form.put(version=str(version))


def _add_funds(request: Request, quote: QuoteView) -> str:
    """Return where to give the card money and come back from; empty for who may not, and where no card pays."""
    if quote.content.card_id is None or Permission.CARD_FUNDS not in request.actor.permissions:
        return ""
    return f"{reverse('desk:card-add-funds', args=[quote.content.card_id])}?next={request.path}"


def _booked(request: Request, made: BookingView) -> HttpResponse:
    told: Any = _("Booking %(number)s is made.") % {"number": made.number}
    card = card_told(made.card_id, carrier_id=request.actor.carrier_id)
    if card is not None:
        step = lists.steps_of(made, actor=request.actor, limit=1)[0]
        deducted = _("%(amount)s is deducted from %(card)s; it has %(left)s available now.") % {
            "amount": figures.with_currency(made.price, made.currency),
            "card": card.name,
            "left": figures.with_currency(card.available, made.currency),
        }
        url = card.movement(step.entry_id)
        told = format_html('{} {} <a href="{}">{}</a>', told, deducted, url, _("Show the movement"))
    messages.success(request, told)
    return redirect("desk:booking", booking_id=made.id)
