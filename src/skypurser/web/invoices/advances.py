"""Take money that no invoice says yet, and lead an advance to an open invoice; take a payment off one again.

Source: FL3XX, "Invoice Integration".
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.charter import lists
from skypurser.charter.views import BookingStatus
from skypurser.invoices import forecasting, once, payments
from skypurser.invoices.linking import NotLinked, may_pay
from skypurser.invoices.listing import Filters, State, listed
from skypurser.jetcards import queries as cards
from skypurser.jetcards.queries import Account
from skypurser.money import Money
from skypurser.parties import customers
from skypurser.web import documents, figures
from skypurser.web.forms import AmountField, ReferenceField
from skypurser.web.invoices import words
from skypurser.web.invoices.fields import MoneyForm
from skypurser.web.invoices.invoice import customer_of
from skypurser.web.invoices.listing import row_of
from skypurser.web.invoices.paying import ReceiptForm, payable
from skypurser.web.pages import Request, page

#: So many of a customer's newest bookings are offered, and so many open invoices.
OFFERED = 50


class AdvanceForm(ReceiptForm):
    """How it came, how much, what for, and the bank's or terminal's reference."""

    field_order = ("key", "method", "amount", "document")

    document = forms.ChoiceField(
        label=gettext_lazy("For"),
        required=False,
        help_text=gettext_lazy("What is paid for a booking is linked to its invoice when that is issued."),
    )

    def __init__(
        self, *arguments: Any, account: Account, bookings: list[tuple[str, str | Promise]], **named: Any
    ) -> None:
        super().__init__(*arguments, currency=account.customer.currency, account=account, **named)
        choices = [("", _("Nothing in particular")), *bookings]
        self.fields["document"].choices = choices  # type: ignore[attr-defined]


class UnlinkForm(MoneyForm):
    """How much of it, and why."""

    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True)
    reference = ReferenceField(help_text=gettext_lazy("Why; it stays in the customer's history."))

    def __init__(self, *arguments: Any, currency: str, linked: int, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["amount"].set_currency(currency)  # type: ignore[attr-defined]
        self.initial["amount"] = linked


@page(Permission.INVOICES, methods=("GET", "POST"))
def take(request: Request, customer_id: int) -> HttpResponse:
    """Record a payment of a customer without an invoice."""
    account = cards.account(customer_id, actor=request.actor)
    form = AdvanceForm(request.POST or None, account=account, bookings=_bookings(request, customer_id))
    if form.is_valid():
        answer = form.accept(
            lambda: once.receive_advance(
                customer_id=customer_id,
                document=form.cleaned_data["document"] or None,
                receipt=form.receipt,
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=account.customer.currency,
        )
        if answer is not None:
            made = once.told_payment(answer)
            told = _("%(amount)s is recorded as an advance of %(customer)s.") % {
                "amount": figures.with_currency(made.amount, made.currency),
                "customer": account.customer.name,
            }
            url = reverse("desk:payment-link", args=[made.id])
            messages.success(request, format_html('{} <a href="{}">{}</a>', told, url, _("Link it to an invoice")))
            return redirect("desk:payments")
    context = {
        "form": form,
        "customer": account.customer,
        "back": reverse("desk:customer-invoices", args=[customer_id]),
    }
    return render(request, "invoices/advance.html", context)


@page(Permission.INVOICES)
def link(request: Request, payment_id: int) -> HttpResponse:
    """Offer the customer's open invoices for what is left of a payment."""
    found = payments.payment(payment_id, actor=request.actor)
    customer = customers.get(found.customer_id, actor=request.actor)
    today = figures.today(request.now, request.membership.time_zone)
    open_ = frozenset({State.OPEN, State.OVERDUE})
    there = listed(
        Filters(customer_id=found.customer_id, states=open_), actor=request.actor, today=today, limit=OFFERED + 1
    )
    context = {
        "payment": found,
        "customer": customer,
        "method": words.METHODS[found.method],
        "document": documents.named(found.document),
        "rows": [
            row_of(one, "")
            for one in there[:OFFERED]
            if one.currency == found.currency and may_pay(found, document=one.document)
        ],
        "has_more": len(there) > OFFERED,
        "back": reverse("desk:payments"),
    }
    return render(request, "invoices/link_payment.html", context)


@page(Permission.INVOICES, methods=("GET", "POST"))
def unlink(request: Request, invoice_id: int, payment_id: int) -> HttpResponse:
    """Take a payment off an invoice, in part or whole, so that it is an advance again."""
    found = payable(request, invoice_id)
    payment = payments.payment(payment_id, actor=request.actor)
    there = forecasting.settled(found, actor=request.actor)
    linked = sum(one.amount for one in there if one.payment.id == payment_id)
    form = UnlinkForm(request.POST or None, currency=found.currency, linked=linked)
    if form.is_valid():
        typed = form.cleaned_data
        answer = form.accept(
            lambda: once.unlink_payment(
                payment_id=payment_id,
                invoice_id=invoice_id,
                amount=Money(typed["amount"], found.currency),
                reference=typed["reference"],
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=found.currency,
        )
        if answer is not None:
            after = once.told_invoice(answer)
            told = _("%(amount)s is an advance again; %(open)s of %(invoice)s is open.") % {
                "amount": figures.with_currency(typed["amount"], found.currency),
                "open": figures.with_currency(after.open_amount, found.currency),
                "invoice": found.number,
            }
            messages.success(request, told)
            return redirect("desk:invoice", invoice_id=invoice_id)
    elif not linked:
        raise NotLinked
    context = {
        "form": form,
        "invoice": found,
        "payment": payment,
        "linked": linked,
        "customer": customer_of(request, found),
        "method": words.METHODS[payment.method],
        "heading": _("Take a payment off %(invoice)s") % {"invoice": found.number},
        "button": _("Make it an advance again"),
        "back": reverse("desk:invoice", args=[invoice_id]),
    }
    return render(request, "invoices/unlink.html", context)


def _bookings(request: Request, customer_id: int) -> list[tuple[str, str | Promise]]:
    """Return the customer's newest bookings that stand, by the document that their payments bear."""
    _quotes, found = lists.of_customer(customer_id, actor=request.actor, now=request.now, limit=OFFERED)
    return [
        (
            one.document,
            _("Booking %(number)s, %(day)s") % {"number": one.number, "day": figures.day(one.departs_at.date())},
        )
        for one in found
        if one.status is BookingStatus.BOOKED
    ]
