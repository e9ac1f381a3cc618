"""Draft a booking's invoice from the booking's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.charter import invoicing, queries
from skypurser.invoices.once import told_invoice
from skypurser.ledger.requests import RequestRefused
from skypurser.web.forms import ActForm
from skypurser.web.pages import Request, page


@page(Permission.INVOICES, methods=("POST",))
def invoice(request: Request, booking_id: int) -> HttpResponse:
    """Draft it and lead to it; to the one that there is, where there is one."""
    queries.booking(booking_id, actor=request.actor)
    form = ActForm(request.POST)
    if not form.is_valid():
        return redirect("desk:booking", booking_id=booking_id)
    try:
        answer = invoicing.draft_for_booking(
            booking_id=booking_id, key=form.cleaned_data["key"], actor=request.actor, now=request.now
        )
    except RequestRefused as no:
        if no.code != "already_invoiced":
            raise
        return redirect("desk:invoice", invoice_id=no.facts["invoice"])
    messages.success(request, _("The invoice is drafted. Look it over, then issue it."))
    return redirect("desk:invoice", invoice_id=told_invoice(answer).id)
