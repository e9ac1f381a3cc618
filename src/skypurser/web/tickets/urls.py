"""The paths of sales and refused attempts."""

from django.urls import path

from skypurser.web.exporting import paths
from skypurser.web.tickets import exporting, issuing, listing, refusals, sale, taking_back

patterns = [
    path("tickets", listing.tickets, name="tickets"),
    *paths("tickets", exporting.tickets, name="tickets"),
    path("tickets/new", issuing.issue, name="ticket-issue"),
    path("tickets/new/<int:account_id>", issuing.sell, name="ticket-sell"),
    path("tickets/<str:document>", sale.sale, name="ticket"),
    path("tickets/<str:document>/void", taking_back.void, name="ticket-void"),
    path("tickets/<str:document>/refund", taking_back.refund, name="ticket-refund"),
    path("refusals", refusals.refusals, name="refusals"),
    *paths("refusals", exporting.refusals, name="refusals"),
    *paths("accounts/<int:account_id>/refused", exporting.account_refusals, name="account-refused"),
]
