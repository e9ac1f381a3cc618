"""Issue a draft: what it will be, in figures, on a page that can't be gone back behind."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.invoices import einvoices, forecasting, once, queries
from skypurser.invoices.drafting import AlreadyIssued, fingerprint
from skypurser.invoices.issuers import IssuerMissing
from skypurser.web import documents, figures
from skypurser.web.forms import ActForm
from skypurser.web.invoices import words
from skypurser.web.invoices.invoice import customer_of, payment_rows
from skypurser.web.pages import Request, page
from skypurser.web.refusals import tell


class IssueForm(ActForm):
    """The draft as it was shown: what is issued never changes."""

    shown = forms.CharField(widget=forms.HiddenInput)


@page(Permission.INVOICES, methods=("GET", "POST"))
def issue(request: Request, invoice_id: int) -> HttpResponse:
    """Say which number it gets, what is linked and what stays open; then issue it."""
    found = queries.invoice(invoice_id, actor=request.actor)
    form = IssueForm(request.POST or None, initial={"shown": fingerprint(found)})
    if form.is_valid():
        answer = form.accept(
            lambda: once.issue_invoice(
                invoice_id=invoice_id,
                expected=form.cleaned_data["shown"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=found.currency,
        )
        if answer is not None:
            issued = once.told_invoice(answer)
            told = _("%(invoice)s is issued. %(open)s of it is open.") % {
                "invoice": words.title(issued),
                "open": figures.with_currency(issued.open_amount, issued.currency),
            }
            messages.success(request, told)
            return redirect("desk:invoice", invoice_id=invoice_id)
    if found.is_issued:
        raise AlreadyIssued
    if form.is_bound:
        form.put(shown=fingerprint(found))
    customer = customer_of(request, found)
    context: dict[str, Any] = {
        "form": form,
        "invoice": found,
        "customer": customer,
        "document": documents.named(found.document),
        "heading": _("Issue the invoice"),
        "button": _("Issue for good"),
        "is_final": True,
        "back": reverse("desk:invoice", args=[invoice_id]),
    }
    try:
        forecast = forecasting.issue_forecast(found, actor=request.actor, now=request.now)
        obstacle = einvoices.obstacle(found, actor=request.actor)
    except IssuerMissing:
        context["is_missing"] = True
    else:
        context |= {
            "forecast": forecast,
            "links": payment_rows(request, list(forecast.links)),
            "is_late": forecast.due_date < forecast.issue_date,
            "obstacle": None if obstacle is None else tell(obstacle, currency=found.currency).text,
        }
    return render(request, "invoices/issue.html", context)
