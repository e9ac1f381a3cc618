"""The carrier's payments: what came, what of it invoices say, what is left as an advance; and giving that back."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.access.permissions import Permission
from skypurser.documents.table import Column, Table
from skypurser.documents.table import Kind as Column_
from skypurser.exports.lists import Asked, Exported
from skypurser.invoices import once
from skypurser.invoices import payments as domain
from skypurser.invoices.listing import payments_listed
from skypurser.invoices.payments import LONGEST_PAGE, Method, PaymentView
from skypurser.jetcards import directory
from skypurser.money import Money
from skypurser.parties import customers
from skypurser.web import documents, figures
from skypurser.web.accounts.account import number_in
from skypurser.web.exporting import exported
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.forms import AmountField, ReferenceField
from skypurser.web.invoices import words
from skypurser.web.invoices.fields import MoneyForm
from skypurser.web.invoices.invoice import movement_of
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import INVOICES
from skypurser.web.workbooks import Amounts, told


class PaymentBar(FilterBar):
    """Which payments are listed."""

    quick = (Quick(pgettext_lazy("payments", "Advances"), (("left", "yes"),), "wallet"),)

    q = forms.CharField(
        label=gettext_lazy("Customer, what it is for, or reference"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Payment method"),
        required=False,
        choices=(("", gettext_lazy("All")), *((one.value, label) for one, label in words.METHODS.items())),
    )
    left = forms.ChoiceField(
        label=gettext_lazy("Advance"),
        required=False,
        choices=(("", gettext_lazy("Any")), ("yes", gettext_lazy("Something is left"))),
    )

    def clean_q(self) -> str:
        """Refuse what nothing is called."""
        text = str(self.cleaned_data["q"])
        if not text.isprintable():
            raise forms.ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text

    @property
    def asked(self) -> dict[str, Any]:
        """The filters as the question takes them."""
        method = self.value("method")
        return {
            "text": self.value("q").strip(),
            "document": documents.read(self.value("q")),
            "has_advance": self.value("left") == "yes",
            "method": Method(method) if method else None,
        }


class BackForm(MoneyForm):
    """How much is given back, and why."""

    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True)
    reference = ReferenceField(help_text=gettext_lazy("Why; of a jet card it is printed on its statement."))

    def __init__(self, *arguments: Any, payment: PaymentView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["amount"].set_currency(payment.currency)  # type: ignore[attr-defined]
        self.initial["amount"] = payment.advance


@page(INVOICES)
def listing(request: Request) -> HttpResponse:
    """Show them, newest first."""
    bar = PaymentBar(request.GET)
    before = number_in(request, "before")
    found = payments_listed(
        actor=request.actor,
        **bar.asked,
        after=None if before is not None else number_in(request, "after"),
        before=before,
        limit=LENGTH + 1 if bar.is_readable else 0,
    )
    shown = paged(found, query=request.GET, position=lambda row: str(row.id), backwards=before is not None)
    whose = customers.by_id({one.customer_id for one in shown.rows}, carrier_id=request.actor.carrier_id)
    context = {
        "filters": bar,
        "page": shown,
        "rows": [
            {
                "payment": one,
                "customer": whose[one.customer_id],
                "method": words.METHODS[one.method],
                "document": documents.named(one.document),
                "movement": movement_of(one),
                "may_link": bool(one.advance) and Permission.INVOICES in request.actor.permissions,
                "may_give_back": bool(one.advance) and _may_give_back(request, one),
            }
            for one in shown.rows
        ],
    }
    return render(request, "invoices/payments.html", context)


@exported("payments", INVOICES)
def as_file(asked: Asked) -> Exported:
    """Return the list as it is filtered."""
    bar = PaymentBar(asked.query)
    payments_listed(actor=asked.actor, limit=0)  # refused at once, not while it is written
    amounts = Amounts({asked.currency})
    table = Table(
        title=_("Payments"),
        columns=(
            Column(title=_("Date/Time (Zulu)"), kind=Column_.INSTANT),
            Column(title=_("Customer")),
            Column(title=_("Name")),
            Column(title=_("For")),
            Column(title=_("Payment method")),
            Column(title=_("Reference")),
            Column(title=_("Recorded by")),
            Column(title=_("Currency")),
            *map(amounts.column, (_("Amount"), _("Invoiced"), _("Given back"), _("Kept as fee"), _("Advance"))),
        ),
        rows=_rows(asked, bar, amounts) if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return Exported(table=table, stem="payments")


@page(INVOICES, methods=("GET", "POST"))
def give_back(request: Request, payment_id: int) -> HttpResponse:
    """Say where it goes, then give an advance back the way it came."""
    found = domain.payment(payment_id, actor=request.actor)
    form = BackForm(request.POST or None, payment=found)
    if form.is_valid():
        answer = form.accept(
            lambda: once.give_back(
                payment_id=payment_id,
                amount=Money(form.cleaned_data["amount"], found.currency),
                reference=form.cleaned_data["reference"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=found.currency,
        )
        if answer is not None:
            after = once.told_payment(answer)
            receipt = _("%(amount)s is given back; %(left)s of the payment is left.") % {
                "amount": figures.with_currency(form.cleaned_data["amount"], found.currency),
                "left": figures.with_currency(after.advance, found.currency),
            }
            messages.success(request, receipt)
            return redirect("desk:payments")
    card = None if found.card_id is None else directory.get(found.card_id, carrier_id=request.actor.carrier_id)
    context = {
        "form": form,
        "payment": found,
        "customer": customers.get(found.customer_id, actor=request.actor),
        "card": card,
        "method": words.METHODS[found.method],
        "document": documents.named(found.document),
        "heading": _("Give an advance back"),
        "button": _("Give back"),
        "back": reverse("desk:payments"),
    }
    return render(request, "invoices/give_back.html", context)


def _rows(asked: Asked, bar: PaymentBar, amounts: Amounts) -> Iterator[list[Any]]:
    after = None
    while True:
        found = payments_listed(actor=asked.actor, **bar.asked, after=after, limit=LONGEST_PAGE)
        whose = customers.by_id({one.customer_id for one in found}, carrier_id=asked.actor.carrier_id)
        for one in found:
            customer = whose[one.customer_id]
            sums = (one.amount, one.linked, one.refunded, one.kept, one.advance)
            yield [
                *(one.recorded_at, customer.code, customer.name, documents.named(one.document)),
                *(str(words.METHODS[one.method]), one.reference, one.actor, one.currency),
                *(amounts.cell(minor, one.currency) for minor in sums),
            ]
        if len(found) < LONGEST_PAGE:
            return
        after = found[-1].id


def _may_give_back(request: Request, payment: PaymentView) -> bool:
    """Tell whether the member may give some of it back.

    What a booking took, the booking alone gives back; what a card paid, whoever sells; all else takes INVOICES.
    """
    if payment.is_bound:
        return False
    return payment.card_id is not None or Permission.INVOICES in request.actor.permissions
