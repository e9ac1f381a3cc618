"""Void or refund a sale by hand, each with its reference, after it was shown what comes of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.acting import acting_for
from skypurser.access.permissions import Permission
from skypurser.electronic.queries import AccountView
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.states import Outcome
from skypurser.money import Money
from skypurser.tickets import selling
from skypurser.tickets.previewing import preview_refund, preview_void
from skypurser.tickets.queries import TicketView, ticket
from skypurser.web.accounts.reaching import account_for
from skypurser.web.forms import ActForm, AmountField, ReferenceField
from skypurser.web.pages import Request, page, refused
from skypurser.web.tickets.sale import parts_of
from skypurser.web.tickets.steps import StepsForm, reading, step
from skypurser.web.tickets.words import typed_document


class VoidForm(ActForm):
    """Why."""

    reference = ReferenceField()


class RefundForm(StepsForm):
    """What is refunded."""

    fare = AmountField(label=gettext_lazy("Fare to refund"))
    taxes = AmountField(label=gettext_lazy("Taxes to refund"))
    penalty = AmountField(label=gettext_lazy("Penalty"), help_text=gettext_lazy("Kept by the carrier."), required=False)
    reference = ReferenceField()

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name in ("fare", "taxes", "penalty"):
            self.fields[name].set_currency(currency)  # type: ignore[attr-defined]  # an AmountField

    def clean(self) -> dict[str, Any]:
        """Refuse a refund of nothing."""
        entered = self.cleaned_data
        if entered.get("fare") == 0 and entered.get("taxes") == 0:
            self.add_error("fare", _("There is nothing to refund in it: fare and taxes are both zero."))
        return entered

    def refund(self, sale: TicketView, currency: str) -> dict[str, Any]:
        """Return the refund as the verbs take it."""
        entered = self.cleaned_data
        return {
            "account_id": sale.account_id,
            "document_number": sale.document_number,
            "fare": Money(entered["fare"], currency),
            "taxes": entered["taxes"],
            "penalty": entered["penalty"] or 0,
        }


@page(Permission.ISSUANCE, methods=("GET", "POST"))
def void(request: Request, document: str) -> HttpResponse:
    """Say what the void gives back, then void."""
    form = VoidForm(request.POST or None)
    with acting_for(request.actor.carrier_id):
        sale, account = _sale(request, document)
        preview = preview_void(
            account_id=sale.account_id, document_number=sale.document_number, actor=request.actor, now=request.now
        )
    if form.is_valid():
        done = form.accept(
            lambda: selling.void(
                account_id=sale.account_id,
                document_number=sale.document_number,
                reference=form.cleaned_data["reference"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=account.currency,
        )
        if done is not None:
            messages.success(request, _("%(document)s is voided.") % {"document": sale.document_number})
            return redirect("desk:ticket", document=sale.document_number)
    elif preview.code and not form.is_bound:
        return refused(request, RequestRefused(Answer(Outcome.REFUSED, preview.code, preview.facts)))
    context = {
        "form": form,
        "sale": sale,
        "account": account,
        "preview": preview,
        "total": sale.fare + sale.taxes,
        "heading": _("Void %(document)s") % {"document": sale.document_number},
        "button": gettext_lazy("Void the sale"),
        "back": reverse("desk:ticket", args=[sale.document_number]),
        "is_final": True,
    }
    return render(request, "tickets/void.html", context)


@page(Permission.ISSUANCE, methods=("GET", "POST"))
def refund(request: Request, document: str) -> HttpResponse:
    """Ask what is refunded, show what it gives back, then refund."""
    with reading(request):
        return _refund(request, document)


def _refund(request: Request, document: str) -> HttpResponse:
    sale, account = _sale(request, document)
    fare, taxes, commission = parts_of(sale)
    left = {"fare": fare.left, "taxes": taxes.left}
    form = RefundForm(request.POST or None, initial=left, currency=account.currency)
    context: dict[str, Any] = {
        "form": form,
        "sale": sale,
        "account": account,
        "parts": (fare, taxes, commission),
        "heading": _("Refund %(document)s") % {"document": sale.document_number},
        "back": reverse("desk:ticket", args=[sale.document_number]),
    }
    if not form.is_bound and not fare.left + taxes.left:
        code = "already_voided" if sale.status == "VOIDED" else "already_refunded"
        return refused(request, RequestRefused(Answer(Outcome.REFUSED, code)))
    if form.is_valid() and step(request) == "confirm":
        done = form.accept(
            lambda: selling.refund(
                **form.refund(sale, account.currency),
                reference=form.cleaned_data["reference"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=account.currency,
        )
        if done is not None:
            messages.success(request, _("%(document)s is refunded.") % {"document": sale.document_number})
            return redirect("desk:ticket", document=sale.document_number)
    elif form.is_valid() and step(request) == "preview":
        context |= _previewed(request, form, sale, account)
    return render(request, "tickets/refund.html", context)


def _previewed(request: Request, form: RefundForm, sale: TicketView, account: AccountView) -> dict[str, Any]:
    asked = form.refund(sale, account.currency)
    preview = preview_refund(**asked, actor=request.actor, now=request.now)
    form.renew_key()
    if preview.code:
        form.refuse_as(preview.code, preview.facts, currency=account.currency)
        return {}
    return {"preview": preview, "asked": {**asked, "fare": asked["fare"].minor}}


def _sale(request: Request, document: str) -> tuple[TicketView, AccountView]:
    sale = ticket(typed_document(document), actor=request.actor)
    return sale, account_for(Permission.ISSUANCE, sale.account_id, actor=request.actor)
