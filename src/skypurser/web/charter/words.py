"""Quotes and bookings in words: what they are, how they are paid, what was done to them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.charter.content import Method

#: Words, tone, icon.
type Look = tuple[Promise, str, str]

QUOTES: dict[str, Look] = {
    "draft": (pgettext_lazy("a quote", "DRAFT"), "quiet", "pencil"),
    "quoted": (pgettext_lazy("a quote", "QUOTED"), "accent", "file-text"),
    "booked": (pgettext_lazy("a quote", "BOOKED"), "ok", "circle-check"),
    "cancelled": (pgettext_lazy("a quote", "CANCELLED"), "quiet", "circle-x"),
    "expired": (pgettext_lazy("a quote", "EXPIRED"), "warn", "hourglass"),
}

BOOKINGS: dict[str, Look] = {
    "booked": (pgettext_lazy("a booking", "BOOKED"), "ok", "circle-check"),
    "cancelled": (pgettext_lazy("a booking", "CANCELLED"), "quiet", "circle-x"),
}

METHODS: dict[str, Promise] = {
    Method.JET_CARD: _("Jet card"),
    Method.BANK_TRANSFER: _("Bank transfer"),
    Method.CARD: _("Credit or debit card"),
    Method.INVOICE: _("On invoice"),
}

#: What settles with each method that no jet card does.
SETTLED: dict[str, Promise] = {
    Method.BANK_TRANSFER: _("Nothing is deducted; the customer transfers the price."),
    Method.CARD: _("Nothing is deducted; the customer's card is charged outside."),
    Method.INVOICE: _("Nothing is deducted; the price is invoiced."),
}

STEPS: dict[str, Promise] = {
    "made": _("Booked"),
    "supplement": _("Supplement"),
    "part_refund": _("Part refund"),
    "changed": _("Price changed"),
    "cancelled": _("Cancelled"),
}

#: What is wrong with a field of a quote, by the last part of its name.
WRONG: dict[str, Promise] = {
    "origin": _("There is no such airport."),
    "destination": _("There is no such airport."),
    "departure": _("The leg departs before the one before has arrived, or in a year without flights."),
    "arrival": _("The arrival is after the departure, within two days."),
    "passengers": _("At most 1,000 passengers."),
    "text": _("Say what the line is for, in at most 200 printable characters."),
    "quantity": _("The quantity is above zero and at most a million."),
    "unit_price": _("The line comes to an amount beyond all bounds."),
    "lines": _("The price is beyond all bounds."),
    "hold_until": _("Money is held on a jet card, and no longer than the quote is valid."),
    "person_id": _("The customer has no such person."),
    "aircraft": _("At most 200 printable characters."),
    "valid_until": _("This is no date that a quote is valid until."),
    "notes": _("At most 5,000 printable characters."),
}

#: What a quote lacks that is no more than a draft.
MISSING: dict[str, Promise] = {
    "customer_id": _("A quote is for a customer. A draft needs none yet."),
    "legs": _("A quote has at least one leg."),
    "lines": _("A quote has a price above zero."),
    "method": _("Choose how the customer pays."),
}

#: What is told beside a field when a quote is refused, where the general sentence says less.
REFUSED: dict[str, Promise] = {
    "hold_expired": _("The end of the hold lies in the future."),
    "quote_expired": _("A quote is valid until an instant in the future."),
    "customer_not_found": _("There is no such customer."),
    "person_not_found": _("The customer has no such person."),
    "person_inactive": _("This person is no longer active and uses no card."),
    "card_not_found": _("There is no such card."),
    "card_not_available": _("This customer or person can't pay by the card."),
}
