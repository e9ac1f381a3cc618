"""The lists of quotes and of bookings. Source: FL3XX, "Sales page"."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import lists
from skypurser.charter.content import Content
from skypurser.charter.itinerary import route
from skypurser.charter.views import BookingStatus, BookingView, QuoteStatus, QuoteView
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerView
from skypurser.web import figures
from skypurser.web.accounts.account import number_in
from skypurser.web.charter import words
from skypurser.web.charter.words import Look
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, Page, paged
from skypurser.web.shell.navigation import CHARTER_SALES, address


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A quote or booking in a list; `route` and `departs` are of its first and last leg, empty for none."""

    sale: QuoteView | BookingView
    customer: CustomerView | None
    look: Look
    route: str
    departs: str


class SalesBar(FilterBar):
    """Which quotes or bookings are listed."""

    q = forms.CharField(
        label=gettext_lazy("Number, customer, aircraft or airport"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, name: str = "", **named: Any) -> None:
        self._name = name
        super().__init__(*arguments, **named)

    def clean_q(self) -> str:
        """Refuse what nobody is called."""
        text = str(self.cleaned_data["q"])
        if not text.isprintable() or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise forms.ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text

    def _told(self, field: forms.Field, value: Any) -> str:
        return (
            self._name or super()._told(field, value)
            if field is self.fields["customer"]
            else super()._told(field, value)
        )


class QuoteBar(SalesBar):
    """Which quotes are listed."""

    quick = (
        Quick(pgettext_lazy("quotes", "Drafts"), (("status", "draft"),), "pencil"),
        Quick(pgettext_lazy("quotes", "Open"), (("status", "quoted"),), "file-text"),
        Quick(pgettext_lazy("quotes", "Expired"), (("status", "expired"),), "hourglass"),
    )

    def prepare(self) -> None:
        """Offer the statuses."""
        self.fields["status"].choices = [("", _("All")), *((code, look[0]) for code, look in words.QUOTES.items())]  # type: ignore[attr-defined]
        self.fields["customer"].label = _("Customer")


class BookingBar(SalesBar):
    """Which bookings are listed."""

    quick = (Quick(pgettext_lazy("bookings", "Cancelled"), (("status", "cancelled"),), "circle-x"),)

    def prepare(self) -> None:
        """Offer the statuses."""
        self.fields["status"].choices = [("", _("All")), *((code, look[0]) for code, look in words.BOOKINGS.items())]  # type: ignore[attr-defined]
        self.fields["customer"].label = _("Customer")


@page(CHARTER_SALES)
def quotes(request: Request) -> HttpResponse:
    """Show the quotes, newest first."""
    bar = QuoteBar(request.GET, name=_name(request))
    status = bar.value("status")
    shown = _paged(bar, request, partial(lists.quotes, now=request.now, status=QuoteStatus(status) if status else None))
    may = Permission.SALES in request.actor.permissions
    context = {
        "filters": bar,
        "page": shown,
        "rows": quote_rows(shown.rows, named_in(shown.rows, carrier_id=request.actor.carrier_id)),
        "new_quote": address("quote-new") if may else "",
        "zone": request.membership.time_zone,
    }
    return render(request, "charter/quotes.html", context)


@page(CHARTER_SALES)
def bookings(request: Request) -> HttpResponse:
    """Show the bookings, newest first."""
    bar = BookingBar(request.GET, name=_name(request))
    status = bar.value("status")
    shown = _paged(bar, request, partial(lists.bookings, status=BookingStatus(status) if status else None))
    rows = booking_rows(shown.rows, named_in(shown.rows, carrier_id=request.actor.carrier_id))
    context = {
        "filters": bar,
        "page": shown,
        "rows": rows,
        "quotes": address("quotes"),
        "zone": request.membership.time_zone,
    }
    return render(request, "charter/bookings.html", context)


def _paged[T: QuoteView | BookingView](bar: SalesBar, request: Request, ask: Callable[..., list[T]]) -> Page[T]:
    """Return the page that the address asks for; nothing where it can't be read."""
    before, found = number_in(request, "before"), list[T]()
    if bar.is_readable:
        found = ask(
            actor=request.actor,
            text=bar.value("q"),
            customer_id=bar.value("customer") or None,
            after=number_in(request, "after") if before is None else None,
            before=before,
            limit=LENGTH + 1,
        )
    else:
        require_jet_cards(request.actor.carrier_id)
    return paged(found, query=request.GET, position=lambda one: str(one.id), backwards=before is not None)


def named_in(found: Sequence[QuoteView | BookingView], *, carrier_id: int) -> dict[int, CustomerView]:
    """Return the customers of quotes or bookings, by id."""
    whose = {one.content.customer_id for one in found if one.content.customer_id is not None}
    return customers.by_id(whose, carrier_id=carrier_id) if whose else {}


def quote_rows(found: Sequence[QuoteView], named: Mapping[int, CustomerView]) -> list[SaleRow]:
    """Return quotes as a list shows them."""
    return [
        SaleRow(
            one,
            named.get(one.content.customer_id or 0),
            words.QUOTES[one.status],
            route(one.content.legs),
            departs(one.content),
        )
        for one in found
    ]


def booking_rows(found: Sequence[BookingView], named: Mapping[int, CustomerView]) -> list[SaleRow]:
    """Return bookings as a list shows them."""
    return [
        SaleRow(
            one, named.get(one.customer_id), words.BOOKINGS[one.status], route(one.content.legs), departs(one.content)
        )
        for one in found
    ]


def departs(content: Content) -> str:
    """Return when the first leg departs, by the clocks there; empty for no leg."""
    return figures.minutes(content.legs[0].departure) if content.legs else ""


def _name(request: Request) -> str:
    """Return the name of the customer that is filtered by, for the chip."""
    customer_id = number_in(request, "customer")
    if customer_id is None:
        return ""
    found = customers.by_id([customer_id], carrier_id=request.actor.carrier_id).get(customer_id)
    may_know = found is not None and any(request.actor.may(one, at=found.place) for one in CHARTER_SALES)
    return found.name if found is not None and may_know else ""
