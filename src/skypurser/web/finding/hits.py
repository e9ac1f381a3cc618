"""What the search found, as lines that lead somewhere: the same on its page, in its suggestions and in the palette."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.queries import AccountView
from skypurser.finding.charter import FoundCard, FoundCustomer
from skypurser.finding.invoices import FoundInvoice
from skypurser.finding.sales import FoundSale
from skypurser.finding.searching import Found, FoundHold, FoundMovement, FoundTicket
from skypurser.invoices.queries import Kind
from skypurser.web import documents, figures
from skypurser.web.accounts import words
from skypurser.web.invoices.words import KINDS
from skypurser.web.shell.navigation import address, movement_address


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    Attributes:
        figure: Its amount with the currency.
        tag: What must be known of it at a glance, such as SUSPENDED.
    """

    title: str
    detail: str
    figure: str
    url: str
    icon: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind; `more` leads to a list of all of them, empty where there is none."""

    label: str | Promise
    hits: tuple[Hit, ...]
    has_more: bool
    more: str = ""


def groups(found: Found, *, text: str, actor: Actor) -> list[HitGroup]:
    """Return what was found by kind, the kinds without any left out."""
    wanted = (
        ("accounts", _("Accounts"), [_account(one, actor) for one in found.accounts]),
        ("customers", _("Customers"), [_customer(one) for one in found.customers]),
        ("cards", _("Jet cards"), [_card(one) for one in found.cards]),
        ("sales", _("Quotes and bookings"), [_sale(one) for one in found.sales]),
        ("invoices", _("Invoices"), [] if found.invoice is None else [_invoice(found.invoice)]),
        ("tickets", _("Tickets"), [_ticket(one) for one in found.tickets]),
        ("movements", _("Movements"), [_movement(one) for one in found.movements]),
        ("holds", _("Holds"), [_hold(one) for one in found.holds]),
    )
    lists = {"accounts": _listed, "customers": _customers, "cards": _cards}
    return [
        HitGroup(label, tuple(hits), name in found.more, lists[name](text) if name in lists else "")
        for name, label, hits in wanted
        if hits
    ]


def jump(found: Found, *, actor: Actor) -> str:
    """Return the address of the one thing that was meant; empty where that is not clear, or not to be opened."""
    may_ask = Permission.QUERIES in actor.permissions
    if may_ask and found.document is not None:
        return _ticket(found.document).url
    if may_ask and found.account is not None:
        return reverse("desk:account", args=[found.account.account_id])
    if found.invoice is not None:
        return _invoice(found.invoice).url
    if found.customer is not None and found.account is None and found.document is None:
        return _customer(found.customer).url
    return ""


def _account(view: AccountView, actor: Actor) -> Hit:
    may_open = Permission.QUERIES in actor.permissions
    status = view.standing.status
    return Hit(
        title=f"{view.code} {view.currency}",
        detail=f"{view.name} · {view.city}, {view.country}",
        figure=figures.with_currency(view.standing.available, view.currency),
        url=reverse("desk:account", args=[view.account_id]) if may_open else _listed(view.code),
        icon="wallet",
        tag=str(words.STATUSES[status]) if status != "ACTIVE" else "",
    )


def _ticket(one: FoundTicket) -> Hit:
    try:
        url = reverse("desk:ticket", args=[one.document_number])
    except NoReverseMatch:
        url = f"{reverse('desk:account', args=[one.account_id])}?{urlencode({'q': one.document_number})}"
    return Hit(
        title=one.document_number,
        detail=" · ".join(filter(None, (one.passenger, one.account_code, figures.day(one.issue_date), one.reference))),
        figure=figures.with_currency(one.fare + one.taxes, one.currency),
        url=url,
        icon="ticket",
        tag=words.named(words.TICKETS, one.status) if one.status != "ISSUED" else "",
    )


def _movement(one: FoundMovement) -> Hit:
    signed = one.credit - one.debit
    item = str(_("Item %(number)s") % {"number": one.item})
    detail = (item, figures.day(one.business_date), documents.told(one.document, one.reference))
    return Hit(
        title=f"{one.account_code} · {words.named(words.KINDS, one.kind)}",
        detail=" · ".join(filter(None, detail)),
        figure=figures.with_currency(signed, one.currency),
        url=movement_address(one.account_id, one.item),
        icon="arrows-exchange",
    )


def _hold(one: FoundHold) -> Hit:
    label = words.HOLDS[one.status][0] if one.status in words.HOLDS else one.status
    return Hit(
        title=str(_("Hold %(number)s") % {"number": one.id}),
        detail=" · ".join(filter(None, (one.account_code, figures.zulu(one.expires_at), one.reference))),
        figure=figures.with_currency(one.amount, one.currency),
        url=reverse("desk:hold", args=[one.id]),
        icon="clock",
        tag=str(label),
    )


def _customer(one: FoundCustomer) -> Hit:
    return Hit(
        title=one.name,
        detail=" · ".join(filter(None, (one.person, one.code, one.email, one.city))),
        figure="",
        url=reverse("desk:customer", args=[one.id]),
        icon="briefcase",
    )


def _card(one: FoundCard) -> Hit:
    return Hit(
        title=one.name,
        detail=f"{one.customer.name} · {one.customer.code}",
        figure=figures.with_currency(one.available, one.currency),
        url=f"{reverse('desk:customer', args=[one.customer.id])}#card-{one.id}",
        icon="credit-card",
        tag=str(pgettext_lazy("a jet card", "RUNNING LOW")) if one.is_low else "",
    )


def _sale(one: FoundSale) -> Hit:
    is_quote = one.kind == "quote"
    named = _("Quote %(number)s") if is_quote else _("Booking %(number)s")
    tags = {"cancelled": pgettext_lazy("a booking", "CANCELLED"), "expired": pgettext_lazy("a quote", "EXPIRED")}
    return Hit(
        title=str(named % {"number": one.id}),
        detail=one.customer,
        figure=figures.with_currency(one.price, one.currency),
        url=reverse("desk:quote" if is_quote else "desk:booking", args=[one.id]),
        icon="file-text" if is_quote else "plane",
        tag=str(tags.get(one.status, "")),
    )


def _invoice(one: FoundInvoice) -> Hit:
    return Hit(
        title=f"{KINDS[Kind(one.kind)]} {one.number}",
        detail=" · ".join((one.customer, one.customer_code, figures.day(one.issue_date))),
        figure=figures.with_currency(one.total, one.currency),
        url=reverse("desk:invoice", args=[one.id]),
        icon="file-text",
    )


def _customers(text: str) -> str:
    return f"{address('customers')}?{urlencode({'q': text})}"


def _cards(text: str) -> str:
    return f"{address('cards')}?{urlencode({'q': text})}"


def _listed(text: str) -> str:
    return f"{address('accounts')}?{urlencode({'type': 'all', 'status': 'all', 'q': text})}"
