"""The tab of a customer's account page with its quotes and bookings."""

from django.http import HttpResponse
from django.urls import reverse

from skypurser.access.permissions import Permission
from skypurser.charter import lists
from skypurser.jetcards import queries
from skypurser.web.charter.listing import booking_rows, quote_rows
from skypurser.web.customers.customer import show
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER_SALES

#: So many of each are shown; all are in the lists.
_SHOWN = 20


@page(CHARTER_SALES)
def sales(request: Request, customer_id: int) -> HttpResponse:
    """Show the newest quotes and bookings of the customer."""
    account = queries.account(customer_id, actor=request.actor)
    quotes, bookings = lists.of_customer(customer_id, actor=request.actor, now=request.now, limit=_SHOWN + 1)
    named = {customer_id: account.customer}
    may = Permission.SALES in request.actor.permissions
    context = {
        "quotes": quote_rows(quotes[:_SHOWN], named),
        "bookings": booking_rows(bookings[:_SHOWN], named),
        "more_quotes": f"{reverse('desk:quotes')}?customer={customer_id}" if len(quotes) > _SHOWN else "",
        "more_bookings": f"{reverse('desk:bookings')}?customer={customer_id}" if len(bookings) > _SHOWN else "",
        "new_quote": f"{reverse('desk:quote-new')}?customer={customer_id}" if may else "",
    }
    return show(request, account, "customer-sales", context)
