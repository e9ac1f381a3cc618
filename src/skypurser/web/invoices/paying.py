"""Record what came for an issued invoice, or link what had come before."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.invoices import once, payments, queries
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.payments import Method, PaymentView
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.invoices.receiving import Receipt
from skypurser.jetcards import queries as cards
from skypurser.jetcards.queries import Account, CardView
from skypurser.money import Money
from skypurser.web import documents, figures
from skypurser.web.forms import AmountField, ReferenceField
from skypurser.web.invoices import words
from skypurser.web.invoices.fields import MoneyForm
from skypurser.web.invoices.invoice import customer_of
from skypurser.web.pages import Request, page

#: Methods other than our cards, most usual first.
_PLAIN = (Method.BANK_TRANSFER, Method.CARD, Method.OTHER)


class ReceiptForm(MoneyForm):
    """How money came, how much, and the bank's or terminal's reference."""

    method = forms.ChoiceField(label=gettext_lazy("Payment method"))
    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True)
    reference = ReferenceField(
        help_text=gettext_lazy("The bank's or the terminal's, or why; of a jet card it is printed on its statement.")
    )

    def __init__(self, *arguments: Any, currency: str, account: Account, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._currency = currency
        self.fields["amount"].set_currency(currency)  # type: ignore[attr-defined]
        self.fields["method"].choices = _methods(account)  # type: ignore[attr-defined]

    @property
    def receipt(self) -> Receipt:
        """What came, once the form is valid."""
        typed = self.cleaned_data
        method, *ids = typed["method"].split(":")
        card_id, person_id = (int(one) if one else None for one in (*ids, "", "")[:2])
        return Receipt(
            amount=Money(typed["amount"], self._currency),
            method=Method(method),
            reference=typed["reference"],
            card_id=card_id,
            person_id=person_id,
        )


class PaymentForm(ReceiptForm):
    """The same of an invoice; all that is open, unless another amount is written."""

    def __init__(self, *arguments: Any, invoice: InvoiceView, account: Account, **named: Any) -> None:
        super().__init__(*arguments, currency=invoice.currency, account=account, **named)
        self.initial["amount"] = invoice.open_amount


class LinkForm(MoneyForm):
    """How much of an advance."""

    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True)

    def __init__(self, *arguments: Any, invoice: InvoiceView, payment: PaymentView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["amount"].set_currency(invoice.currency)  # type: ignore[attr-defined]
        self.initial["amount"] = min(invoice.open_amount, payment.advance)


@page(Permission.INVOICES, methods=("GET", "POST"))
def pay(request: Request, invoice_id: int) -> HttpResponse:
    """Take a payment of an invoice, whole or in part."""
    found = payable(request, invoice_id)
    account = cards.account(found.customer_id, actor=request.actor)
    form = PaymentForm(request.POST or None, invoice=found, account=account)
    if form.is_valid():
        answer = form.accept(
            lambda: once.pay_invoice(
                invoice_id=invoice_id,
                receipt=form.receipt,
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=found.currency,
        )
        if answer is not None:
            return _done(request, once.told_invoice(answer), once.told_payment(answer).amount)
    context = {
        "form": form,
        "invoice": found,
        "customer": account.customer,
        "title": words.title(found),
        "back": reverse("desk:invoice", args=[invoice_id]),
    }
    return render(request, "invoices/pay.html", context)


@page(Permission.INVOICES)
def forecast(request: Request, invoice_id: int) -> HttpResponse:
    """Say what would stay open after a payment, and what the card would have."""
    found = payable(request, invoice_id)
    context: dict[str, Any] = {"currency": found.currency}
    try:
        amount = figures.parse_amount(request.GET.get("amount", "").strip(), found.currency)
    except Refusal:
        amount = 0  # an unfinished amount; it is told when the form is sent
    if amount:
        context |= {"amount": amount, "open": found.open_amount - amount, "beyond": amount - found.open_amount}
        card = _card_of(request.GET.get("method", ""), request, found)
        if card is not None:
            left = card.standing.available - amount
            context |= {"card": card, "left": left, "missing": max(0, -left)}
    return render(request, "invoices/forecast.html", context)


@page(Permission.INVOICES, methods=("GET", "POST"))
def link(request: Request, invoice_id: int, payment_id: int) -> HttpResponse:
    """Make an advance, or a part of it, the payment of an invoice."""
    found = payable(request, invoice_id)
    payment = payments.payment(payment_id, actor=request.actor)
    form = LinkForm(request.POST or None, invoice=found, payment=payment)
    if form.is_valid():
        answer = form.accept(
            lambda: once.link_payment(
                payment_id=payment_id,
                invoice_id=invoice_id,
                amount=Money(form.cleaned_data["amount"], found.currency),
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=found.currency,
        )
        if answer is not None:
            return _done(request, once.told_invoice(answer), form.cleaned_data["amount"])
    context = {
        "form": form,
        "invoice": found,
        "payment": payment,
        "customer": customer_of(request, found),
        "method": words.METHODS[payment.method],
        "document": documents.named(payment.document),
        "heading": _("Link an advance to %(invoice)s") % {"invoice": found.number},
        "button": _("Link"),
        "back": reverse("desk:invoice", args=[invoice_id]),
    }
    return render(request, "invoices/link.html", context)


def payable(request: Request, invoice_id: int) -> InvoiceView:
    """Return an issued invoice; NotIssued for a draft and a credit note."""
    found = queries.invoice(invoice_id, actor=request.actor)
    if not found.is_issued or found.kind is not Kind.INVOICE:
        raise NotIssued
    return found


def _done(request: Request, after: InvoiceView, amount: int) -> HttpResponse:
    told = _("%(amount)s is recorded for %(invoice)s; %(open)s of it is open.") % {
        "amount": figures.with_currency(amount, after.currency),
        "invoice": after.number,
        "open": figures.with_currency(after.open_amount, after.currency),
    }
    messages.success(request, told)
    return redirect("desk:invoice", invoice_id=after.id)


def _methods(account: Account) -> list[tuple[str, str | Promise]]:
    """Return the methods; a card that is assigned stands there once for each person who may use it."""
    choices: list[tuple[str, str | Promise]] = [(one.value, words.METHODS[one]) for one in _PLAIN]
    names = {one.id: one.name for one in account.persons if one.is_active}
    for card in account.cards:
        if card.is_closed:
            continue
        facts = {"card": card.name, "available": figures.with_currency(card.standing.available, card.currency)}
        if not card.person_ids:
            told = _("Jet card %(card)s · %(available)s available") % facts
            choices.append((f"{Method.JET_CARD.value}:{card.id}", told))
        for person_id in card.person_ids:
            if person_id in names:
                told = _("Jet card %(card)s, %(person)s · %(available)s available")
                named = told % {**facts, "person": names[person_id]}
                choices.append((f"{Method.JET_CARD.value}:{card.id}:{person_id}", named))
    return choices


def _card_of(method: str, request: Request, found: InvoiceView) -> CardView | None:
    kind, _colon, rest = method.partition(":")
    if kind != Method.JET_CARD:
        return None
    there = cards.cards_of(found.customer_id, actor=request.actor)
    return next((one for one in there if str(one.id) == rest.partition(":")[0]), None)
