"""Permissions, scopes, events and acts in the person's words."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.access.callers import Scope
from skypurser.access.permissions import Permission
from skypurser.web.accounts import words

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
    Scope.MASS: _("Mass management: commission rates of many accounts at once"),
    Scope.CHARTER: _("Charter: customers, jet cards, quotes and bookings; not the funds on cards by hand"),
    Scope.EVENTS: _("Events: webhooks and events"),
    Scope.ADMINISTRATION: _("Administration: read and revoke API keys"),
}

ACTIONS = {
    "carrier.created": _("Carrier set up"),
    "carrier.approval_threshold_set": _("Approval threshold set"),
    "carrier.jet_cards_switched": _("Jet cards switched on or off"),
    "carrier.letterhead_set": _("Letterhead set"),
    "mail.sent_again": _("Letter sent again"),
    "carrier.issuer_changed": _("Legal data on invoices changed"),
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
    "member.released": _("Sign-in taken away from the member"),
    "api_key.created": _("API key created"),
    "api_key.revoked": _("API key revoked"),
    "webhook.created": _("Webhook added"),
    "webhook.changed": _("Webhook changed"),
    "webhook.deleted": _("Webhook deleted"),
    "webhook.secret_rotated": _("Webhook's secret replaced"),
    "webhook.deactivated": _("Webhook deactivated"),
    "webhook.replayed": _("Webhook sent again"),
}

#: Under which head each permission stands; as KIU lists them, ours after them.
GROUPS = (
    (_("Electronic accounts"), tuple(Permission)[:6]),
    (_("Money and tickets"), (Permission.CUT_OFF, Permission.APPROVALS, Permission.ISSUANCE, Permission.HOLDS)),
    (_("Charter"), (Permission.JET_CARDS, Permission.CARD_FUNDS, Permission.SALES, Permission.INVOICES)),
    (_("Administration"), (Permission.WEBHOOKS, Permission.ADMINISTRATION)),
)

EVENTS = {"ticket": _("Tickets"), "account": _("Accounts"), "hold": _("Holds")}

FIELDS = {
    **words.FIELDS,
    "country": _("Country"),
    "time_zone": _("Time zone"),
    "roles": _("Roles"),
    "role": _("Role"),
    "permissions": _("Permissions"),
    "countries": _("Countries"),
    "cities": _("Cities"),
    "offices": _("Offices"),
    "is_active": _("Active"),
    "user": _("Signs in as"),
    "scopes": _("For"),
    "sender_name": _("Sender's name"),
    "reply_to": _("Answers go to"),
    "signature": _("Signature"),
    "rate_limit": _("Requests per second"),
    "concurrency_limit": _("Requests at the same time"),
    "revoked_at": _("Revoked"),
    "url": _("URL"),
    "description": _("Description"),
    "event_types": _("Events"),
    "deactivated_because": _("Why"),
    "has_jet_cards": _("Jet cards"),
}

_MEANT: dict[str, dict[Any, Promise]] = {
    "permissions": {str(name): label for name, label in PERMISSIONS.items()},
    "scopes": {str(name): label for name, label in SCOPES.items()},
    "is_active": {True: _("Yes"), False: _("No")},
    "deactivated_because": {"gone": _("It answered that it is gone")},
}

DELIVERIES = {
    "pending": (_("Pending"), "warn", "clock"),
    "delivered": (_("Delivered"), "ok", "circle-check"),
    "failed": (_("Failed"), "bad", "alert-triangle"),
}

#: What has become of a letter.
LETTERS = {
    "pending": (pgettext_lazy("letter", "On its way"), "warn", "clock"),
    "sent": (pgettext_lazy("letter", "Sent"), "ok", "circle-check"),
    "failed": (pgettext_lazy("letter", "Failed"), "bad", "alert-triangle"),
}

#: Why a letter could not be sent, by `mailer.Sent.outcome`.
PROBLEMS = {
    "unreachable": _("The mail server could not be reached"),
    "busy": _("The mail server asked to come back later"),
    "rejected": _("The mail server does not take it"),
    "broken": _("No mail can be made of it"),
}

#: How an attempt to deliver an event went, by `Sent.outcome`.
OUTCOMES = {
    "delivered": _("Delivered"),
    "refused": _("It answered with an error"),
    "redirected": _("It answered with another address, which is not followed"),
    "gone": _("It answered that it is gone"),
    "timeout": _("No answer in time"),
    "unreachable": _("No connection"),
    "not_allowed": _("This address may not be called"),
    "broken": _("It failed on our side"),
}

#: Why there was no connection, by what the system calls it.
_UNREACHABLE = {
    "gaierror": _("Nobody knows the name of its server."),
    "ConnectError": _("Its server does not answer, or not with a certificate that counts."),
    "RemoteProtocolError": _("Its server does not answer as HTTP has it."),
}


def by_group() -> list[tuple[Promise | str, list[tuple[str, Promise | str]]]]:
    """Return the permissions under their heads, as a field offers them; one without a head stands at the end."""
    grouped = [(head, list(names)) for head, names in GROUPS]
    rest = set(PERMISSIONS) - {name for _head, names in grouped for name in names}
    grouped[-1][1].extend(sorted(rest))
    return [(head, [(str(name), PERMISSIONS[name]) for name in names]) for head, names in grouped]


def events_by_group(types: Iterable[str]) -> list[tuple[Promise | str, list[tuple[str, Promise | str]]]]:
    """Return types of events under the heads of what they are about."""
    grouped: dict[str, list[tuple[str, Promise | str]]] = {}
    for name in types:
        grouped.setdefault(name.partition(".")[0], []).append((name, name))
    return [(EVENTS.get(head, head.replace("_", " ")), names) for head, names in grouped.items()]


def changes(told: dict[str, list[Any]] | None, *, currency: str) -> Iterator[tuple[str, str, str]]:
    """Yield field, old and new value of an act; an old one only where it was another.

    Args:
        currency: Of its amounts.
    """
    for field, values in (told or {}).items():
        if len(values) == 2 and field != "id":
            old, new = (_value(field, one, currency) for one in values)
            if old or new:
                yield words.named(FIELDS, field), old if old != new else "", new


def answer(outcome: str, told: str) -> str:
    """Return what came back from an endpoint; in words where nothing came and only the system's name for it is kept."""
    return str(_UNREACHABLE.get(told, told)) if outcome == "unreachable" else told


def _value(field: str, content: Any, currency: str) -> str:
    if isinstance(content, list):
        return ", ".join(_value(field, one, currency) for one in content)
    meant = _MEANT.get(field, {}).get(content)
    return words.value(field, content, currency) if meant is None else str(meant)
