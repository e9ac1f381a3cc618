"""The side navigation: what there is, and which of it a member may do."""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.access.permissions import Permission
from skypurser.charter import views
from skypurser.importing import uploads
from skypurser.parties.clientele import READING


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the navigation.

    Attributes:
        page: The URL's name without `desk:`; a page that nothing routes is not shown.
        needs: Of these, any one; empty for every member.
        key: After `g`, it goes there.
        under: Paths of pages that belong to it begin like this, where the page's own path is not enough.
        is_counted: Beside it stands how many requests wait for the member's approval.
        is_charter: Shown only where the carrier has jet cards switched on.
        is_everywhere: Shown only to members who are not limited to places, for it tells of all of them.
    """

    label: str | Promise
    page: str
    icon: str
    needs: frozenset[Permission] = frozenset()
    key: str = ""
    under: str = ""
    is_counted: bool = False
    is_charter: bool = False
    is_everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading; the first group has none."""

    label: str | Promise
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An item as it is drawn."""

    label: str | Promise
    url: str
    icon: str
    key: str
    is_current: bool
    count: int = 0


P = Permission

#: Of these, any one reads customers and their cards.
CHARTER = frozenset(READING)

#: Of these, any one reads quotes and bookings.
CHARTER_SALES = frozenset(views.READING)

#: Of these, any one reads invoices and payments.
INVOICES = frozenset({P.INVOICES, P.SALES})

#: Of these, any one lets search.
SEARCH = frozenset({P.LIST_ACCOUNTS, P.QUERIES}) | CHARTER

#: Of these, any one brings files to be imported.
IMPORTING = frozenset(uploads.IMPORTING)

GROUPS = (
    Group(
        "",
        (
            Item(pgettext_lazy("the first page", "Home"), "home", "home", key="h"),
            Item(_("Jobs"), "jobs", "hourglass", key="x"),
            Item(
                _("Approvals"),
                "approvals",
                "checks",
                frozenset({P.APPROVALS, P.CREDIT_AND_DEBIT, P.CARD_FUNDS, P.JET_CARDS}),
                key="p",
                is_counted=True,
            ),
        ),
    ),
    Group(
        _("Electronic accounts"),
        (
            Item(_("Accounts"), "accounts", "list", frozenset({P.LIST_ACCOUNTS}), key="a"),
            Item(_("Find an account"), "find-account", "id", frozenset({P.QUERIES}), key="f"),
            Item(_("New account"), "account-new", "plus", frozenset({P.NEW_ACCOUNT}), key="n"),
            Item(pgettext_lazy("a noun", "Import"), "import", "upload", IMPORTING, key="d"),
            Item(_("Mass management"), "mass-management", "percentage", frozenset({P.MASS_MANAGEMENT}), key="m"),
            Item(_("Mass cut-off"), "mass-cut-off", "scissors", frozenset({P.CUT_OFF}), key="s"),
        ),
    ),
    Group(
        _("Sales"),
        (
            Item(_("Tickets"), "tickets", "ticket", frozenset({P.ISSUANCE, P.QUERIES}), key="t"),
            Item(_("Holds"), "holds", "clock", frozenset({P.HOLDS, P.QUERIES}), key="o"),
            Item(_("Refused attempts"), "refusals", "ban", frozenset({P.QUERIES}), key="r"),
        ),
    ),
    Group(
        _("Charter"),
        (
            Item(_("Customers"), "customers", "briefcase", CHARTER, key="c", is_charter=True),
            Item(_("Jet cards"), "cards", "credit-card", CHARTER, key="j", is_charter=True),
            Item(_("Quotes"), "quotes", "file-text", CHARTER_SALES, key="q", is_charter=True),
            Item(_("Bookings"), "bookings", "plane", CHARTER_SALES, key="b", is_charter=True),
            Item(_("Invoices"), "invoices", "file-text", INVOICES, key="i", is_charter=True),
            Item(_("Payments"), "payments", "wallet", INVOICES, key="y", is_charter=True),
        ),
    ),
    Group(
        pgettext_lazy("accounting", "Books"),
        (Item(_("Trial balance"), "trial-balance", "columns-3", frozenset({P.INVOICES}), key="l", is_everywhere=True),),
    ),
    Group(
        _("Administration"),
        (
            Item(_("Carrier"), "carrier", "building", frozenset({P.ADMINISTRATION})),
            Item(_("Members"), "members", "users", frozenset({P.ADMINISTRATION}), key="u"),
            Item(_("Roles"), "roles", "shield", frozenset({P.ADMINISTRATION})),
            Item(_("Approval thresholds"), "approval-thresholds", "adjustments", frozenset({P.ADMINISTRATION})),
            Item(_("API keys"), "api-keys", "key", frozenset({P.ADMINISTRATION}), key="k"),
            Item(
                _("Cancellation fees"),
                "cancellation-tiers",
                "percentage",
                frozenset({P.ADMINISTRATION}),
                is_charter=True,
            ),
            Item(_("Legal data on invoices"), "issuer", "file-text", frozenset({P.ADMINISTRATION}), is_charter=True),
            Item(_("Mail"), "mail", "mail", frozenset({P.ADMINISTRATION})),
            Item(_("Webhooks"), "webhooks", "webhook", frozenset({P.WEBHOOKS}), key="w", is_everywhere=True),
        ),
    ),
)


@cache
def address(page: str) -> str:
    """Return the address of a page without variables; empty where nothing routes it."""
    try:
        return reverse(f"desk:{page}")
    except NoReverseMatch:
        return ""


def movement_address(account_id: int, item: int) -> str:
    """Return the address of a movement: its account's movements, newest first, from this one on, its row marked."""
    return f"{reverse('desk:account', args=[account_id])}?after={item + 1}#item-{item}"


def card_address(customer_id: int, card_id: int, *, entry_id: int | None = None) -> str:
    """Return the address of a card's statement, newest movement first; the row of an entry that is named is marked."""
    mark = "" if entry_id is None else f"#m-{entry_id}"
    statement = reverse("desk:customer-statement", args=[customer_id])
    return f"{statement}?card={card_id}&period=all&order=newest{mark}"


def navigation(
    permissions: frozenset[Permission],
    *,
    path: str,
    waiting: int = 0,
    has_jet_cards: bool = False,
    is_limited: bool = False,
) -> list[tuple[str | Promise, list[Line]]]:
    """Return what the member may open, by group.

    Args:
        path: Of the page being drawn.
        waiting: How many requests wait for the member's approval.
        has_jet_cards: Whether the carrier has switched them on.
        is_limited: Whether the member is limited to places.
    """
    shown = [
        (
            group.label,
            [
                (item, address(item.page))
                for item in group.items
                if (not item.needs or item.needs & permissions)
                and (has_jet_cards or not item.is_charter)
                and not (is_limited and item.is_everywhere)
            ],
        )
        for group in GROUPS
    ]
    urls = [url for _label, items in shown for _item, url in items if url]
    current = max((url for url in urls if _is_under(path, url)), key=len, default="")
    groups = [
        (
            label,
            [
                Line(item.label, url, item.icon, item.key, url == current, waiting if item.is_counted else 0)
                for item, url in items
                if url
            ],
        )
        for label, items in shown
    ]
    return [(label, lines) for label, lines in groups if lines]


def _is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(f"{url}/"))
