"""A customer's invoices and credit notes, under a tab of its account page, with what is open of them."""

from django.http import HttpResponse
from django.urls import reverse

from skypurser.access.permissions import Permission
from skypurser.invoices.listing import Filters, listed, open_sum
from skypurser.jetcards import statement as statements
from skypurser.web import figures
from skypurser.web.accounts.account import number_in
from skypurser.web.customers.customer import show
from skypurser.web.invoices.listing import issuer_missing, row_of
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import INVOICES


@page(INVOICES)
def invoices(request: Request, customer_id: int) -> HttpResponse:
    """Show them, newest first."""
    account = statements.subject(customer_id, actor=request.actor)
    today = figures.today(request.now, request.membership.time_zone)
    before = number_in(request, "before")
    found = listed(
        Filters(customer_id=customer_id),
        actor=request.actor,
        today=today,
        after=None if before is not None else number_in(request, "after"),
        before=before,
        limit=LENGTH + 1,
    )
    shown = paged(found, query=request.GET, position=lambda row: str(row.id), backwards=before is not None)
    may_draft = Permission.INVOICES in request.actor.permissions
    context = {
        "page": shown,
        "rows": [row_of(one, "") for one in shown.rows],
        "open": open_sum(customer_id, carrier_id=request.actor.carrier_id, today=today),
        "new_invoice": reverse("desk:customer-invoice-new", args=[customer_id]) if may_draft else "",
        "new_payment": reverse("desk:payment-new", args=[customer_id]) if may_draft else "",
        "is_missing": issuer_missing(request),
    }
    return show(request, account, "customer-invoices", context)
