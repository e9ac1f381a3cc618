"""The paths of quotes, bookings and cancellation fees."""

from django.urls import URLPattern, path

from skypurser.web.charter import (
    booking,
    changing,
    customer_sales,
    deciding,
    editing,
    exporting,
    invoicing,
    listing,
    quote,
    sending,
    tiers,
)
from skypurser.web.exporting import paths

patterns: list[URLPattern] = [
    path("quotes", listing.quotes, name="quotes"),
    *paths("quotes", exporting.quotes, name="quotes"),
    path("quotes/new", editing.new, name="quote-new"),
    path("quotes/<int:quote_id>", quote.quote, name="quote"),
    path("quotes/<int:quote_id>/edit", editing.edit, name="quote-edit"),
    path("quotes/<int:quote_id>/versions", quote.versions, name="quote-versions"),
    path("quotes/<int:quote_id>/versions/<int:number>", quote.version, name="quote-version"),
    path("quotes/<int:quote_id>/history", quote.history, name="quote-history"),
    path("quotes/<int:quote_id>/quote.pdf", sending.pdf, name="quote-pdf"),
    path("quotes/<int:quote_id>/send", sending.send, name="quote-send"),
    path("quotes/<int:quote_id>/book", deciding.book, name="quote-book"),
    path("quotes/<int:quote_id>/cancel", deciding.cancel, name="quote-cancel"),
    path("bookings", listing.bookings, name="bookings"),
    *paths("bookings", exporting.bookings, name="bookings"),
    path("bookings/<int:booking_id>", booking.booking, name="booking"),
    path("bookings/<int:booking_id>/price", changing.price, name="booking-price"),
    path("bookings/<int:booking_id>/invoice", invoicing.invoice, name="booking-invoice"),
    path("bookings/<int:booking_id>/cancel", changing.cancel, name="booking-cancel"),
    path("bookings/<int:booking_id>/cancel/forecast", changing.forecast, name="booking-cancel-forecast"),
    path("customers/<int:customer_id>/sales", customer_sales.sales, name="customer-sales"),
    path("administration/cancellation", tiers.tiers, name="cancellation-tiers"),
]
