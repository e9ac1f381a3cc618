"""A customer's account page: what is on its cards, and under tabs the cards, the statement, persons and history.

Source: FL3XX, "Account Page".
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.electronic.approvals import Waiting
from skypurser.jetcards import queries
from skypurser.jetcards.queries import Account, CardView
from skypurser.jetcards.statement import Subject
from skypurser.parties.clientele import CHANGING
from skypurser.web.accounts import words as acts
from skypurser.web.accounts.account import Action, Tab, number_in
from skypurser.web.customers import words
from skypurser.web.customers.waiting import waiting_on
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import CHARTER, CHARTER_SALES, INVOICES, card_address

_TABS = (
    (_("Jet cards"), "customer"),
    (_("Account statement"), "customer-statement"),
    (_("Quotes and bookings"), "customer-sales"),
    (_("Invoices"), "customer-invoices"),
    (_("Persons"), "customer-persons"),
    (_("History"), "customer-history"),
)

#: Tabs that not everybody who reads customers may open.
_NEEDS = {"customer-sales": CHARTER_SALES, "customer-invoices": INVOICES}


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card on the page; `persons` are the names of those to whom it is assigned, empty for everyone.

    Attributes:
        waiting: What waits for approval on it, and what that is called.
    """

    card: CardView
    persons: tuple[str, ...]
    actions: tuple[Action, ...]
    waiting: tuple[tuple[Waiting, str], ...]


@page(CHARTER)
def cards(request: Request, customer_id: int) -> HttpResponse:
    """Show the customer's cards, open ones first."""
    account = queries.account(customer_id, actor=request.actor)
    names = {one.id: one.name for one in account.persons}
    several = account.totals.cards > 1
    waiting = waiting_on([card.id for card in account.cards if not card.is_closed], actor=request.actor)
    rows = [
        CardRow(
            card,
            tuple(names.get(person_id, "") for person_id in card.person_ids),
            tuple(card_actions(request, card, has_others=several)),
            tuple(waiting.get(card.id, ())),
        )
        for card in account.cards
    ]
    return show(request, account, "customer", {"rows": rows})


@page(CHARTER)
def history(request: Request, customer_id: int) -> HttpResponse:
    """Show what was done to the customer, its persons and cards, newest first, in Zulu time."""
    account = queries.account(customer_id, actor=request.actor)
    found = queries.history_of(account, actor=request.actor, before=number_in(request, "after"), limit=LENGTH + 1)
    persons = {one.id: one.name for one in account.persons}
    names = {one.id: one.name for one in account.cards}
    rows = [
        (
            one,
            acts.named(acts.ACTS, one.action),
            list(words.changes(one.changes, currency=account.customer.currency, persons=persons, cards=names)),
            "" if one.account_id is None else names.get(one.account_id, ""),
        )
        for one in found
    ]
    shown = paged(rows, query=request.GET, position=lambda row: str(row[0].id))
    return show(request, account, "customer-history", {"page": shown})


def show(request: Request, account: Account | Subject, tab: str, context: dict[str, Any]) -> HttpResponse:
    """Return the page of a tab."""
    customer_id = account.customer.id
    # Who it is in full stands where one begins; the statement bears what bills do.
    facts = {"customer": "all", "customer-statement": "billing"}.get(tab, "")
    tabs = [
        Tab(label, reverse(f"desk:{name}", args=[customer_id]), name == tab)
        for label, name in _TABS
        if _NEEDS.get(name, CHARTER) & request.actor.permissions
    ]
    template = f"customers/{tab.replace('-', '_')}.html"
    return render(request, template, {**header(request, account), "tabs": tabs, "facts": facts, **context})


def header(request: Request, account: Account | Subject) -> dict[str, Any]:
    """Return what stands above every page of a customer: who it is, what is on its cards, what may be done.

    The statement tells its own figures; what the cards have now is not told above it.
    """
    customer = account.customer
    may_change = bool(request.actor.permissions.intersection(CHANGING))
    new_card = Action(_("Add jet card"), reverse("desk:card-new", args=[customer.id]), "plus", "n")
    edit = Action(_("Edit"), reverse("desk:customer-edit", args=[customer.id]), "pencil", "e")
    person = Action(_("Add a person"), reverse("desk:person-new", args=[customer.id]), "user")
    return {
        "customer": customer,
        "kind": words.KINDS[customer.kind],
        "mail_language": words.LANGUAGES.get(customer.language, customer.language),
        "country": words.country(customer.billing.country),
        **(
            {"totals": account.totals, "low": sum(one.is_low for one in account.cards)}
            if isinstance(account, Account)
            else {}
        ),
        "actions": [
            *([edit] if may_change else []),
            *([new_card] if Permission.JET_CARDS in request.actor.permissions else []),
        ],
        "acts": [person] if may_change else [],
        "zone": request.membership.time_zone,
    }


def card_actions(request: Request, card: CardView, *, has_others: bool) -> list[Action]:
    """Return what the member may do on a card as it is.

    Args:
        has_others: Whether the customer has another open card, for a transfer.
    """
    if card.is_closed:
        return []
    may = request.actor.permissions
    wanted = (
        (_("Add funds"), "card-add-funds", "plus", Permission.CARD_FUNDS),
        (_("Remove funds"), "card-remove-funds", "minus", Permission.CARD_FUNDS),
        (_("Transfer"), "card-transfer", "arrows-exchange", Permission.CARD_FUNDS) if has_others else None,
        (_("Edit"), "card-edit", "pencil", Permission.JET_CARDS),
        (_("Alerts"), "card-alerts", "bell", Permission.JET_CARDS),
        # What is left is paid back, which moves the card's money.
        (_("Close"), "card-close", "lock", Permission.JET_CARDS)
        if card.standing.net <= 0 or Permission.CARD_FUNDS in may
        else None,
    )
    return [
        Action(one[0], reverse(f"desk:{one[1]}", args=[card.id]), one[2])
        for one in wanted
        if one is not None and one[3] in may
    ]


def statement_address(card: CardView, *, entry_id: int | None = None) -> str:
    """Return the address of a card's statement, newest movement first; the row of an entry that is named is marked."""
    return card_address(card.customer_id, card.id, entry_id=entry_id)
