"""What happens on accounts, in words: acts, kinds of movements, operations, fields and their values."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.web import documents, figures, rules
from skypurser.web.rules import STATUSES as STATUSES  # noqa: PLC0414 — told together with the other words

KINDS: dict[str, Promise] = {
    "ticket": _("Sale"),
    "void": pgettext_lazy("of a sale", "Void"),
    "refund": _("Refund"),
    "credit": pgettext_lazy("a movement", "Credit"),
    "debit": pgettext_lazy("a movement", "Debit"),
    "opening": _("Opening balance"),
    "reversal": _("Reversal"),
    "capture": _("Capture of a hold"),
    "cut_off": _("Cut-off"),
    "card_opening": _("Opening balance of a card"),
    "card_funds_added": _("Funds added"),
    "card_funds_removed": _("Funds removed"),
    "card_transfer": _("Transfer between cards"),
    "card_payment": _("Payment by card"),
    "card_refund": _("Refund to a card"),
    "card_closed": _("Closing of a card"),
    "flown_supplement": _("Supplement for a flight flown"),
    "booking_refund": _("Refund of a booking"),
}

#: What may be refused besides what becomes a movement.
OPERATIONS: dict[str, Promise] = {
    **KINDS,
    "hold": _("Hold"),
    "extend": _("Extension of a hold"),
    "release": _("Release of a hold"),
    "expire": _("Expiry of a hold"),
    "limit": _("Change of the credit limit"),
    "status": _("Change of status"),
    "open_account": _("Opening of an account"),
    "manage_account": _("Change of the account"),
    "delete_account": _("Deletion of the account"),
    "open": _("Opening of an account"),
    "manage": _("Change of the account"),
    "delete": _("Deletion of the account"),
    "mass_change": _("Mass management"),
    "mass_undo": _("Undoing of a mass change"),
    "import": pgettext_lazy("a noun", "Import"),
    "mass_cut_off": _("Mass cut-off"),
    "set_statement_address": _("Setting of the address for statements"),
    "send_statement": _("Sending of a statement"),
    "set_alerts": _("Setting of alerts"),
    "cancel_job": _("Cancellation of a job"),
    "add_card": _("Adding of a card"),
    "change_card": _("Change of a card"),
    "open_customer": _("Opening of a customer"),
    "change_customer": _("Change of a customer"),
    "add_person": _("Adding of a person"),
    "change_person": _("Change of a person"),
    "save_quote": _("Saving of a quote"),
    "cancel_quote": _("Cancellation of a quote"),
    "send_quote": _("Sending of a quote"),
    "send_invoice": _("Sending of an invoice"),
    "book_quote": _("Booking of a quote"),
    "change_booking": _("Change of a booking's price"),
    "cancel_booking": _("Cancellation of a booking"),
    "invoice_booking": _("Draft of a booking's invoice"),
}

ACTS: dict[str, Promise] = {
    "account.opened": _("Account opened"),
    "account.opening_credit": _("Opening credit brought along"),
    "account.opening_debit": _("Opening debit brought along"),
    "accounts.imported": _("File imported"),
    "account.credited": _("Credited by hand"),
    "account.debited": _("Debited by hand"),
    "account.limit_changed": _("Credit limit changed"),
    "account.status_changed": _("Status changed"),
    "account.terms_changed": _("Terms changed"),
    "account.mass_changed": _("Rates set by mass management"),
    "account.mass_change_undone": _("Mass change of rates undone"),
    "account.party_corrected": _("Office or client corrected"),
    "account.deleted": _("Account deleted"),
    "account.over_limit": _("Went over its limit"),
    "account.low": _("Ran low"),
    "account.low_mark_set": _("Low mark set"),
    "account.recipient_set": _("Recipient of alerts set"),
    "account.recipient_removed": _("Recipient of alerts removed"),
    "account.cut_off": _("Cut-off made"),
    "account.statement_address_set": _("Address for statements set"),
    "statement.sent": _("Statement sent again"),
    "entry.reversed": _("Movement reversed"),
    "approval.requested": _("Approval asked for"),
    "approval.approved": _("Request approved"),
    "approval.declined": _("Request declined"),
    "approval.withdrawn": _("Request withdrawn"),
    "ticket.issued": _("Document sold"),
    "ticket.voided": _("Sale voided"),
    "ticket.refunded": _("Sale refunded"),
    "hold.placed": _("Hold placed"),
    "hold.extended": _("Hold extended"),
    "hold.captured": _("Hold captured"),
    "hold.released": _("Hold released"),
    "hold.expired": _("Hold expired"),
    "customer.opened": _("Customer opened"),
    "customer.changed": _("Customer changed"),
    "customer.person_added": _("Person added"),
    "customer.person_changed": _("Person changed"),
    "jet_card.added": _("Card added"),
    "jet_card.changed": _("Card changed"),
    "jet_card.opening_balance": _("Opening balance brought along"),
    "jet_card.funded": _("Funds added"),
    "jet_card.funds_removed": _("Funds removed"),
    "jet_card.transferred": _("Transferred between cards"),
    "jet_card.paid": _("Paid by card"),
    "jet_card.refunded": _("Refunded to the card"),
    "jet_card.closed": _("Card closed"),
    "quote.drafted": _("Quote drafted"),
    "quote.quoted": _("Quote made"),
    "quote.changed": _("Quote changed"),
    "quote.cancelled": _("Quote cancelled"),
    "quote.sent": _("Quote sent by e-mail"),
    "booking.made": _("Booking made"),
    "booking.changed": _("Price of a booking changed"),
    "booking.cancelled": _("Booking cancelled"),
    "carrier.cancellation_tiers_set": _("Cancellation fees set"),
    "payment.recorded": _("Payment recorded"),
    "payment.refunded": _("Payment refunded"),
    "payment.linked": _("Advance linked to an invoice"),
    "payment.unlinked": _("Payment taken off an invoice"),
    "invoice.drafted": _("Invoice drafted"),
    "invoice.changed": _("Draft of an invoice changed"),
    "invoice.deleted": _("Draft of an invoice deleted"),
    "invoice.issued": _("Invoice issued"),
    "invoice.sent": _("Invoice sent by e-mail"),
    "invoice.paid": _("Invoice paid"),
    "credit_note.issued": _("Credit note issued"),
}

FIELDS: dict[str, Promise] = {
    "status": _("Status"),
    "credit_limit": _("Credit limit"),
    "credit_card": _("Credit card"),
    "commission.domestic": _("Domestic commission"),
    "commission.international": _("International commission"),
    "commission.domestic_card": _("Domestic commission with credit card"),
    "commission.international_card": _("International commission with credit card"),
    "mass_change": _("Mass change"),
    "file": _("File"),
    "uploaded_by": _("Brought by"),
    "offices": _("Offices"),
    "clients": _("Clients"),
    "accounts": _("Accounts"),
    "balances": _("Opening balances"),
    "name": _("Name"),
    "issue_id": _("Issue ID"),
    "agency_involved": _("Agency involved"),
    "amount": _("Amount"),
    "expires_at": _("Expires"),
    "available": _("Available"),
    "hold": _("Hold"),
    "held": _("Held"),
    "captured": _("Captured"),
    "left": _("Left"),
    "entry": _("Movement"),
    "code": _("Code"),
    "type": _("Type"),
    "city": _("City"),
    "currency": _("Currency"),
    "account": _("Electronic account"),
    "approval": _("Request"),
    "statement": _("Statement"),
    "through": _("Through"),
    "opening": _("Opening balance"),
    "closing": _("Closing balance"),
    "kind": _("Kind"),
    "requested_by": _("Asked for by"),
    "reverses_item": _("Reverses movement"),
    "low_mark": _("Low mark"),
    "low_percent": _("Low mark, percent of the limit"),
    "occasions": _("Told of"),
    "quote": _("Quote"),
    "booking": _("Booking"),
    "version": _("Version"),
    "price": _("Price"),
    "method": _("Payment method"),
    "fee": _("Fee"),
    "refund": _("Refund"),
    "recipient": _("Recipient"),
    "cancellation_tiers": _("Cancellation fees"),
    "fee_tax_bps": _("Tax in the fee"),
    "refund_id": _("Refund no."),
    "invoice": _("Invoice"),
    "credit_note": _("Credit note"),
    "corrects": _("Corrects"),
    "number": _("Number"),
    "document": _("Document"),
    "payment": _("Payment"),
}

HOLDS: dict[str, tuple[Promise, str, str]] = {
    "OPEN": (pgettext_lazy("a hold", "OPEN"), "accent", "clock"),
    "CAPTURED": (pgettext_lazy("a hold", "CAPTURED"), "ok", "circle-check"),
    "RELEASED": (pgettext_lazy("a hold", "RELEASED"), "quiet", "door-exit"),
    "EXPIRED": (pgettext_lazy("a hold", "EXPIRED"), "quiet", "hourglass"),
}

#: What has become of a document that was sold.
TICKETS: dict[str, Promise] = {
    "ISSUED": pgettext_lazy("a document", "ISSUED"),
    "VOIDED": pgettext_lazy("a document", "VOIDED"),
    "REFUNDED": pgettext_lazy("a document", "REFUNDED"),
}

TYPES: dict[str, Promise] = {"agency": _("Agency"), "corporate": _("Corporate")}

#: What is asked for, where a second member has to agree.
ASKED: dict[str, Promise] = {
    "credit": pgettext_lazy("a movement", "Credit"),
    "debit": pgettext_lazy("a movement", "Debit"),
    "card_opening": pgettext_lazy("a request", "Opening balance"),
    "card_funds_added": pgettext_lazy("a request", "Add funds"),
    "card_funds_removed": pgettext_lazy("a request", "Remove funds"),
    "card_transfer": pgettext_lazy("a request", "Transfer between cards"),
    "card_closed": pgettext_lazy("a request", "Close and pay back"),
}

#: What becomes of a request for approval.
REQUESTS: dict[str, Promise] = {
    "pending": pgettext_lazy("a request", "PENDING"),
    "approved": pgettext_lazy("a request", "APPROVED"),
    "declined": pgettext_lazy("a request", "DECLINED"),
    "withdrawn": pgettext_lazy("a request", "WITHDRAWN"),
}
ON: dict[bool, Promise] = {True: _("ON"), False: _("OFF")}

#: How quotes are to be paid and payments came.
METHODS: dict[str, Promise] = {
    "jet_card": _("Jet card"),
    "bank_transfer": _("Bank transfer"),
    "card": _("Payment card"),
    "invoice": _("On invoice"),
    "other": pgettext_lazy("a payment", "Other"),
}

_AMOUNTS = frozenset(
    {
        *("credit_limit", "amount", "available", "held", "left", "captured", "net", "low_mark", "price", "fee"),
        *("refund", "opening", "closing"),
    }
)


def named(words: Mapping[str, Promise], code: str) -> str:
    """Return the words for a code; the code itself, made readable, where a later version has made one up."""
    return str(words.get(code) or code.replace(".", ": ").replace("_", " "))


def value(field: str, content: Any, currency: str) -> str:
    """Return a field's content as people read it; empty for nothing."""
    if content is None or content == "":
        return ""
    if isinstance(content, bool):
        return str(ON[content])
    if isinstance(content, int) and (field in _AMOUNTS or field.endswith("_minor")):
        return figures.with_currency(content, currency)
    if isinstance(content, int) and field.endswith("_bps"):
        return figures.percent(content)
    if field.endswith("_at") or field == "through":
        return _moment(str(content))
    read = _READ.get(field, rules.written if field.startswith("commission.") else str)
    return read(str(content))


def _status(text: str) -> str:
    return str({**REQUESTS, **STATUSES}.get(text, text))


def _moment(text: str) -> str:
    """Write an instant, or a date."""
    try:
        is_day = len(text) == len("2026-01-15")
        return figures.day(date.fromisoformat(text)) if is_day else figures.zulu(datetime.fromisoformat(text))
    except ValueError:
        return text


#: How the texts of a field are told.
_READ: dict[str, Callable[[str], str]] = {
    "status": _status,
    "kind": partial(named, {**KINDS, **ASKED}),
    "method": partial(named, METHODS),
    "document": documents.named,
    "type": partial(named, TYPES),
}
