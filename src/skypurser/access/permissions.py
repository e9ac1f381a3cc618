"""What a member may be allowed to do, one by one.

Source: KIU, the list of permissions at the head of the document; the second group is ours.
"""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a member may do."""

    LIST_ACCOUNTS = "list_accounts"
    QUERIES = "queries"
    NEW_ACCOUNT = "new_account"
    CREDIT_AND_DEBIT = "credit_and_debit"
    ACCOUNT_MANAGEMENT = "account_management"
    MASS_MANAGEMENT = "mass_management"

    CUT_OFF = "cut_off"
    APPROVALS = "approvals"
    ISSUANCE = "issuance"
    HOLDS = "holds"
    JET_CARDS = "jet_cards"
    CARD_FUNDS = "card_funds"
    SALES = "sales"
    INVOICES = "invoices"
    WEBHOOKS = "webhooks"  # and the events that they tell
    ADMINISTRATION = "administration"


ALL = frozenset(Permission)
