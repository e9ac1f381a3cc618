"""Sales in words: forms of payment, status, scope, and a document's number as people type it."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.tickets.queries import TicketView

FORMS: dict[str, Promise] = {
    "account": _("On account"),
    "card": _("Card, validated online"),
    "card_offline": _("Card, validated offline"),
}

#: In a list, where there is little room.
SHORT_FORMS: dict[str, Promise] = {
    "account": _("On account"),
    "card": _("Card online"),
    "card_offline": _("Card offline"),
}

SCOPES: dict[str, Promise] = {"domestic": _("Domestic"), "international": _("International")}

#: Words, tone and icon; a refund in part has its own.
STATUSES: dict[str, tuple[Promise, str, str]] = {
    "ISSUED": (pgettext_lazy("a sale", "ISSUED"), "ok", "circle-check"),
    "VOIDED": (pgettext_lazy("a sale", "VOIDED"), "quiet", "circle-x"),
    "REFUNDED": (pgettext_lazy("a sale", "REFUNDED"), "quiet", "refresh"),
}
#: In the filter, besides: all that was not voided.
KEPT = "kept"

PARTLY = (pgettext_lazy("a sale", "REFUNDED IN PART"), "warn", "refresh")

_FORMATTED = re.compile(r"([0-9]{3})-([0-9]{10}(?:-[0-9])?)").fullmatch


def status_of(sale: TicketView) -> tuple[str | Promise, str, str]:
    """Return words, tone and icon of a sale's status."""
    if sale.status == "REFUNDED" and sale.refunded_fare + sale.refunded_taxes < sale.fare + sale.taxes:
        return PARTLY
    return STATUSES[sale.status]


def typed_document(text: str) -> str:
    """Return a document's number as `parse_document` reads it: without blanks, or a hyphen behind the airline."""
    plain = re.sub(r"\s", "", text)
    match = _FORMATTED(plain)
    return plain if match is None else match[1] + match[2]
