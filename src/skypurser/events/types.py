"""The public types of events. A name that is here stays; what an act is called inside may change."""

from collections.abc import Mapping
from types import MappingProxyType

#: Every type with what it says.
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "ticket.issued": "A ticket or EMD was sold.",
        "ticket.refused": "An issue, void or refund was refused; `operation` says which, `code` why.",
        "ticket.voided": "A ticket was voided on its day of issue, commission included.",
        "ticket.refunded": "Fare or taxes of a ticket were refunded, in part or whole.",
        "account.opened": "An account was opened.",
        "account.credited": "Money was loaded by hand, or brought along at the opening.",
        "account.debited": "The account was charged by hand, or a debt was brought along at the opening.",
        "account.reversed": "A movement by hand was taken back, in part or whole.",
        "account.suspended": "The account sells nothing until it is activated.",
        "account.activated": "The account sells again.",
        "account.inhibited": "The agency has moved to BSP; the account sells nothing.",
        "account.limit_changed": "The credit limit was changed.",
        "account.terms_changed": "Commission rates or the Credit Card switch were changed.",
        "account.corrected": "What the office or client is called was corrected, for all its accounts.",
        "account.deleted": "The account, never used, was deleted.",
        "account.over_limit": "Less than nothing is available; the account sells nothing on account until cured.",
        "account.low": "What is available fell below the account's mark.",
        "account.refused": "A credit, debit or change of the account was refused; `operation` says which, `code` why.",
        "statement.made": "An account was closed through a date, and the statement of the period was frozen.",
        "jet_card.added": "A card was added for a charter customer.",
        "jet_card.changed": "A card's name, its persons or its mark was changed.",
        "jet_card.funded": "Funds were added to a card, or brought along when it was added.",
        "jet_card.funds_removed": "Funds were taken from a card by hand.",
        "jet_card.transferred": "Money went from one card of a customer to another; told once of each card.",
        "jet_card.paid": "The price of a sale was taken from a card.",
        "jet_card.refunded": "Money that a card had paid was given back to it.",
        "jet_card.closed": "A card was closed and what was left of it paid back.",
        "jet_card.low": "What a card has available fell below its mark.",
        "jet_card.overdrawn": "A card has less than nothing available.",
        "jet_card.refused": "Something asked of a card was refused; `operation` says which, `code` why.",
        "quote.quoted": "A quote was made for a customer.",
        "quote.changed": "A quote was saved again; the version before is kept.",
        "quote.cancelled": "A quote was cancelled, and what it held given back.",
        "quote.refused": "Saving or cancelling a quote was refused; `operation` says which, `code` why.",
        "booking.made": "A quote became a booking; where a jet card pays, the price was deducted with it.",
        "booking.changed": "The price of a booking was changed, and the difference settled.",
        "booking.cancelled": "A booking was cancelled; `fee` was kept, `refund` went back to the card that paid.",
        "booking.refused": "Making, changing or cancelling a booking was refused; `operation` says which, `code` why.",
        "payment.recorded": "A charter customer paid, by a jet card or otherwise.",
        "payment.refunded": "A payment, or a part of it, was given back.",
        "payment.linked": "An advance was made the payment of an issued invoice by hand.",
        "payment.unlinked": "What belonged to an issued invoice was made an advance again by hand.",
        "invoice.issued": "An invoice was issued; it never changes.",
        "invoice.paid": "Nothing is open of an invoice any more.",
        "credit_note.issued": "A credit note took an invoice back, in part or whole.",
        "hold.authorised": "Money was set aside.",
        "hold.extended": "A hold's expiry was moved.",
        "hold.captured": "A hold became a debit; what was left of it was released.",
        "hold.released": "Held money was given back.",
        "hold.expired": "A hold reached its expiry, and its money is available again.",
        "hold.refused": "A hold, or something asked of one, was refused; `operation` says which, `code` why.",
    }
)

#: The acts that become an event, by action.
OF_ACT: Mapping[str, str] = MappingProxyType(
    {
        "ticket.issued": "ticket.issued",
        "ticket.voided": "ticket.voided",
        "ticket.refunded": "ticket.refunded",
        "account.opened": "account.opened",
        "account.opening_credit": "account.credited",
        "account.opening_debit": "account.debited",
        "account.credited": "account.credited",
        "account.debited": "account.debited",
        "entry.reversed": "account.reversed",
        "account.limit_changed": "account.limit_changed",
        "account.terms_changed": "account.terms_changed",
        "account.mass_changed": "account.terms_changed",
        "account.mass_change_undone": "account.terms_changed",
        "account.party_corrected": "account.corrected",
        "account.deleted": "account.deleted",
        "account.over_limit": "account.over_limit",
        "account.low": "account.low",
        "account.cut_off": "statement.made",
        "jet_card.added": "jet_card.added",
        "jet_card.changed": "jet_card.changed",
        "jet_card.opening_balance": "jet_card.funded",
        "jet_card.funded": "jet_card.funded",
        "jet_card.funds_removed": "jet_card.funds_removed",
        "jet_card.transferred": "jet_card.transferred",
        "jet_card.paid": "jet_card.paid",
        "jet_card.refunded": "jet_card.refunded",
        "jet_card.closed": "jet_card.closed",
        "quote.quoted": "quote.quoted",
        "quote.changed": "quote.changed",
        "quote.cancelled": "quote.cancelled",
        "booking.made": "booking.made",
        "booking.changed": "booking.changed",
        "booking.cancelled": "booking.cancelled",
        "payment.recorded": "payment.recorded",
        "payment.refunded": "payment.refunded",
        "payment.linked": "payment.linked",
        "payment.unlinked": "payment.unlinked",
        "invoice.issued": "invoice.issued",
        "invoice.paid": "invoice.paid",
        "credit_note.issued": "credit_note.issued",
        "hold.placed": "hold.authorised",
        "hold.extended": "hold.extended",
        "hold.captured": "hold.captured",
        "hold.released": "hold.released",
        "hold.expired": "hold.expired",
    }
)

#: What the ledger tells of every account, where that is a card's.
OF_CARD: Mapping[str, str] = MappingProxyType(
    {
        "account.low": "jet_card.low",
        "account.over_limit": "jet_card.overdrawn",
    }
)

#: `account.status_changed` becomes an event by the new status.
OF_STATUS: Mapping[str, str] = MappingProxyType(
    {
        "ACTIVE": "account.activated",
        "SUSPENDED": "account.suspended",
        "INHIBITED": "account.inhibited",
    }
)

#: Acts that are nobody else's business: who may do what, what waits for approval, what concerns the telling itself.
UNTOLD = frozenset(
    {
        "carrier.created",
        "carrier.approval_threshold_set",
        "carrier.jet_cards_switched",
        "carrier.issuer_changed",
        "role.added",
        "role.changed",
        "role.renamed",
        "role.deleted",
        "member.added",
        "member.changed",
        "member.deactivated",
        "member.released",
        "member.reactivated",
        "member.invited",
        "member.joined",
        "api_key.created",
        "api_key.revoked",
        "approval.requested",
        "approval.approved",
        "approval.declined",
        "approval.withdrawn",
        "customer.opened",
        "customer.changed",
        "customer.person_added",
        "customer.person_changed",
        "carrier.cancellation_tiers_set",
        "quote.drafted",
        "quote.sent",
        "invoice.drafted",
        "invoice.changed",
        "invoice.deleted",
        "invoice.sent",
        "webhook.created",
        "webhook.changed",
        "webhook.deleted",
        "webhook.secret_rotated",
        "webhook.deactivated",
        "account.low_mark_set",
        "accounts.imported",
        "account.recipient_set",
        "account.recipient_removed",
        "account.statement_address_set",
        "carrier.letterhead_set",
        "mail.sent_again",
        "statement.sent",
        "webhook.replayed",
    }
)

#: Refused attempts at the same.
UNTOLD_OPERATIONS = frozenset(
    {
        "mass_change",
        "mass_undo",
        "import",
        "mass_cut_off",
        "set_statement_address",
        "send_statement",
        "set_alerts",
        "cancel_job",
        "create_webhook",
        "change_webhook",
        "delete_webhook",
        "rotate_secret",
        "replay_webhook",
        "replay_delivery",
        "open_customer",
        "change_customer",
        "add_person",
        "change_person",
        "draft_invoice",
        "change_invoice",
        "delete_invoice",
        "issue_invoice",
        "send_invoice",
        "credit_invoice",
        "pay_invoice",
        "receive_advance",
        "refund_payment",
        "link_payment",
        "unlink_payment",
        "set_cancellation_tiers",
    }
)

_OF_TICKETS = frozenset({"ticket", "void", "refund"})
_OF_HOLDS = frozenset({"hold", "extend", "capture", "release"})
_OF_CARDS = frozenset(
    {
        "add_card",
        "change_card",
        "card_opening",
        "card_funds_added",
        "card_funds_removed",
        "card_transfer",
        "card_payment",
        "card_refund",
        "card_closed",
        "flown_supplement",
        "booking_refund",
    }
)
_OF_QUOTES = frozenset({"save_quote", "cancel_quote"})
_OF_BOOKINGS = frozenset({"book_quote", "change_booking", "cancel_booking", "invoice_booking"})


def of_act(action: str, status: str | None = None, *, is_card: bool = False) -> str | None:
    """Return the type that an act is told as, or None when it is not.

    Args:
        status: The new one, where the act changed it.
        is_card: It was done to a jet card.
    """
    if is_card and action in OF_CARD:
        return OF_CARD[action]
    if action == "account.status_changed":
        return OF_STATUS.get(status or "")
    return OF_ACT.get(action)


def of_refusal(operation: str) -> str | None:
    """Return the type that a refused attempt is told as, or None when it is not."""
    if operation in UNTOLD_OPERATIONS:
        return None
    if operation in _OF_TICKETS:
        return "ticket.refused"
    if operation in _OF_CARDS:
        return "jet_card.refused"
    if operation in _OF_QUOTES:
        return "quote.refused"
    if operation in _OF_BOOKINGS:
        return "booking.refused"
    return "hold.refused" if operation in _OF_HOLDS else "account.refused"
