"""Permissions, scopes and acts in the person's words."""

from django.utils.translation import gettext_lazy as _

from skypurser.access.callers import Scope
from skypurser.access.permissions import Permission

PERMISSIONS = {
    Permission.LIST_ACCOUNTS: _("List of accounts"),
    Permission.QUERIES: _("Queries: read accounts, movements and history"),
    Permission.NEW_ACCOUNT: _("New account"),
    Permission.CREDIT_AND_DEBIT: _("Credit and debit"),
    Permission.ACCOUNT_MANAGEMENT: _("Account management"),
    Permission.MASS_MANAGEMENT: _("Mass management"),
    Permission.CUT_OFF: _("Cut-off"),
    Permission.APPROVALS: _("Approvals"),
    Permission.ISSUANCE: _("Issuance, void and refund"),
    Permission.HOLDS: _("Holds"),
    Permission.JET_CARDS: _("Jet cards"),
    Permission.CARD_FUNDS: _("Funds of jet cards"),
    Permission.SALES: _("Quotes and bookings"),
    Permission.INVOICES: _("Invoices"),
    Permission.WEBHOOKS: _("Webhooks and events"),
    Permission.ADMINISTRATION: _("Administration: members, API keys, the carrier"),
}

SCOPES = {
    Scope.SALES: _("Sales: issue, void, refund, ask what is available"),
    Scope.HOLDS: _("Holds: authorise, capture, extend, release"),
    Scope.ACCOUNTS: _("Accounts: read and list accounts, movements, history"),
    Scope.MONEY: _("Money: open and manage accounts, credit and debit, funds of cards"),
    Scope.CHARTER: _("Charter: customers, persons and jet cards, not the funds on them"),
    Scope.EVENTS: _("Events: webhooks and events"),
    Scope.ADMINISTRATION: _("Administration: read and revoke API keys"),
}

ACTIONS = {
    "carrier.created": _("Carrier set up"),
    "carrier.approval_threshold_set": _("Approval threshold set"),
    "carrier.jet_cards_switched": _("Jet cards switched on or off"),
    "role.added": _("Role added"),
    "role.changed": _("Role changed"),
    "role.renamed": _("Role renamed"),
    "role.deleted": _("Role deleted"),
    "member.added": _("Member added"),
    "member.changed": _("Member changed"),
    "member.deactivated": _("Member deactivated"),
    "member.reactivated": _("Member reactivated"),
    "member.invited": _("Member invited"),
    "member.joined": _("Member joined"),
    "api_key.created": _("API key created"),
    "api_key.revoked": _("API key revoked"),
    "webhook.created": _("Webhook added"),
    "webhook.changed": _("Webhook changed"),
    "webhook.deleted": _("Webhook deleted"),
    "webhook.secret_rotated": _("Webhook's secret replaced"),
    "webhook.deactivated": _("Webhook deactivated"),
    "webhook.replayed": _("Webhook sent again"),
}
