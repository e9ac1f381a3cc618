"""What accounts, holds and answers can be; plain values that every layer may use."""

from enum import StrEnum


class Status(StrEnum):
    """Whether an account may sell. INHIBITED is for agencies that have moved to BSP, CLOSED for ever and for cards."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    INHIBITED = "INHIBITED"
    CLOSED = "CLOSED"


class HoldStatus(StrEnum):
    """A hold is open until it is resolved, once, in one of three ways."""

    OPEN = "OPEN"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


class Outcome(StrEnum):
    """What became of a request: a movement, something without a movement, or a refusal."""

    POSTED = "posted"
    RECORDED = "recorded"
    REFUSED = "refused"


class Purpose(StrEnum):
    """Why money moves; which of them an account allows depends on its status."""

    SALE = "sale"  # a sale or a new hold
    SETTLEMENT = "settlement"  # capture, release, void and refund of what was sold before
    MANUAL = "manual"  # credit and debit by hand
    MANAGEMENT = "management"  # status, limit, closing a period


#: Source: the status table of electronic accounts (KIU, "Account Management" and "Credit and Debit").
ALLOWED: dict[Status, frozenset[Purpose]] = {
    Status.ACTIVE: frozenset(Purpose),
    Status.SUSPENDED: frozenset({Purpose.SETTLEMENT, Purpose.MANUAL, Purpose.MANAGEMENT}),
    Status.INHIBITED: frozenset({Purpose.SETTLEMENT, Purpose.MANAGEMENT}),
    Status.CLOSED: frozenset(),
}


class Control(StrEnum):
    """A control account. One of each per carrier and currency; it exists from its first line on."""

    SALES = "sales"
    TAXES_PAYABLE = "taxes_payable"
    COMMISSION_EXPENSE = "commission_expense"
    PENALTIES = "penalties"
    BANK_CLEARING = "bank_clearing"
    ADJUSTMENTS = "adjustments"
    OPENING_BALANCES = "opening_balances"
    BREAKAGE = "breakage"
    CARD_TRANSFERS = "card_transfers"  # between two cards of a customer; nothing stays there
    CUSTOMER_ADVANCES = "customer_advances"  # what customers have paid and no invoice says yet
    CANCELLATION_FEES = "cancellation_fees"
    RECEIVABLES = "receivables"  # what issued invoices say and nobody has paid yet
    CHARTER_SALES = "charter_sales"


#: The kind of the movement that moves nothing and marks the end of a closed period (migrations/0003 knows it as well).
CUT_OFF = "cut_off"

#: Kinds of entries that never leave less than nothing available; the database refuses them too (migrations/0003).
FUNDED = frozenset({"ticket", "card_funds_removed", "card_transfer", "card_payment"})
