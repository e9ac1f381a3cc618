"""Invoices, payments and control accounts in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.invoices.lines import TaxCategory
from skypurser.invoices.listing import State
from skypurser.invoices.payments import Method
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.ledger.states import Control
from skypurser.web import figures

#: Words, tone, icon.
STATES: dict[State, tuple[Promise, str, str]] = {
    State.DRAFT: (pgettext_lazy("an invoice", "DRAFT"), "quiet", "pencil"),
    State.OPEN: (pgettext_lazy("an invoice", "OPEN"), "accent", "clock"),
    State.OVERDUE: (pgettext_lazy("an invoice", "OVERDUE"), "bad", "alert-triangle"),
    State.PAID: (pgettext_lazy("an invoice", "PAID"), "ok", "circle-check"),
    State.CREDITED: (pgettext_lazy("an invoice", "CREDITED"), "quiet", "circle-x"),
    State.ISSUED: (pgettext_lazy("a credit note", "ISSUED"), "quiet", "check"),
}

KINDS: dict[Kind, Promise] = {Kind.INVOICE: _("Invoice"), Kind.CREDIT_NOTE: _("Credit note")}

METHODS: dict[Method, Promise] = {
    Method.JET_CARD: _("Jet card"),
    Method.BANK_TRANSFER: _("Bank transfer"),
    Method.CARD: _("Payment card"),
    Method.OTHER: pgettext_lazy("a payment", "Other"),
}

CATEGORIES: dict[TaxCategory, Promise] = {
    TaxCategory.STANDARD: pgettext_lazy("tax", "Taxed"),
    TaxCategory.ZERO_RATED: pgettext_lazy("tax", "Zero-rated"),
    TaxCategory.EXEMPT: pgettext_lazy("tax", "Exempt"),
    TaxCategory.REVERSE_CHARGE: pgettext_lazy("tax", "Reverse charge"),
    TaxCategory.EXPORT: pgettext_lazy("tax", "Export"),
    TaxCategory.OUTSIDE_SCOPE: pgettext_lazy("tax", "Not subject to tax"),
}

CONTROLS: dict[Control, Promise] = {
    Control.SALES: pgettext_lazy("accounting", "Ticket sales"),
    Control.TAXES_PAYABLE: _("Taxes payable"),
    Control.COMMISSION_EXPENSE: _("Commission expense"),
    Control.PENALTIES: pgettext_lazy("accounting", "Penalties"),
    Control.BANK_CLEARING: _("Bank clearing"),
    Control.ADJUSTMENTS: pgettext_lazy("accounting", "Adjustments"),
    Control.OPENING_BALANCES: pgettext_lazy("accounting", "Opening balances"),
    Control.BREAKAGE: pgettext_lazy("accounting", "Breakage"),
    Control.CARD_TRANSFERS: _("Transfers between cards"),
    Control.CUSTOMER_ADVANCES: _("Customer advances"),
    Control.CANCELLATION_FEES: pgettext_lazy("accounting", "Cancellation fees"),
    Control.RECEIVABLES: pgettext_lazy("accounting", "Receivables"),
    Control.CHARTER_SALES: pgettext_lazy("accounting", "Charter sales"),
}


def title(invoice: InvoiceView) -> str:
    """Return what an invoice, draft or credit note is called."""
    if invoice.number is None:
        return _t("Draft #%(number)s") % {"number": invoice.id}
    kind = KINDS[invoice.kind]
    return f"{kind} {invoice.number}"


def tax(category: TaxCategory, bps: int) -> str:
    """Return a rate, or why there is none."""
    if category is TaxCategory.STANDARD:
        return figures.percent(bps)
    return str(CATEGORIES[category])
