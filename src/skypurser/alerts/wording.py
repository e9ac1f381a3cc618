"""The words of alerts, in the languages that letters are written in. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from skypurser.electronic.queries import AccountView
from skypurser.history.events import EventView
from skypurser.invoices.paper import Figures
from skypurser.jetcards.directory import Found
from skypurser.ledger.queries import Standing
from skypurser.mail.writing import Letter
from skypurser.money import parse_amount

_ENGLISH = {
    "account.low": "{account}: {amount} available",
    "account.low.text": "Account {account} of {name} has {amount} available, less than you asked to be told of.",
    "account.low.then": "You will be told again after it has recovered and falls once more.",
    "account.over_limit": "{account} is over its limit",
    "account.over_limit.text": "Account {account} of {name} is over its limit by {amount}.",
    "account.over_limit.then": "It sells nothing on account until money arrives or its limit is raised.",
    "account.suspended": "{account} is suspended",
    "account.suspended.text": "Account {account} of {name} was suspended.",
    "account.suspended.then": "It sells nothing until it is activated again.",
    "account.inhibited": "{account} is inhibited",
    "account.inhibited.text": "Account {account} of {name} was inhibited.",
    "account.inhibited.then": "It sells nothing until it is enabled again.",
    "account.activated": "{account} is active again",
    "account.activated.text": "Account {account} of {name} was activated.",
    "account.activated.then": "It sells again, as far as it has money available.",
    "jet_card.low": "Card {card} of {name}: {amount} available",
    "jet_card.low.text": "The jet card {card} of {name} has {amount} available, less than the card's mark.",
    "jet_card.low.then": "You will be told again after it has recovered and falls once more.",
    "jet_card.overdrawn": "Card {card} of {name} is overdrawn",
    "jet_card.overdrawn.text": "The jet card {card} of {name} is overdrawn by {amount}.",
    "jet_card.overdrawn.then": "It pays for nothing until funds are added.",
    "available": "Available",
    "balance": "Balance",
    "held": "Held",
    "credit_limit": "Credit limit",
    "total_to_pay": "Total to pay",
    "when": "When",
    "reference": "Reference",
}
_SPANISH = {
    "account.low": "{account}: {amount} disponibles",
    "account.low.text": "La cuenta {account} de {name} tiene {amount} disponibles, menos de lo que usted pidió que se"
    " le avisara.",
    "account.low.then": "Se le avisará otra vez cuando se haya recuperado y vuelva a bajar.",
    "account.over_limit": "{account} excede su límite",
    "account.over_limit.text": "La cuenta {account} de {name} excede su límite en {amount}.",
    "account.over_limit.then": "No vende nada a cuenta hasta que ingrese dinero o se aumente su límite.",
    "account.suspended": "{account} está suspendida",
    "account.suspended.text": "La cuenta {account} de {name} fue suspendida.",
    "account.suspended.then": "No vende nada hasta que se la active de nuevo.",
    "account.inhibited": "{account} está inhabilitada",
    "account.inhibited.text": "La cuenta {account} de {name} fue inhabilitada.",
    "account.inhibited.then": "No vende nada hasta que se la habilite de nuevo.",
    "account.activated": "{account} está activa de nuevo",
    "account.activated.text": "La cuenta {account} de {name} fue activada.",
    "account.activated.then": "Vende otra vez, mientras tenga saldo disponible.",
    "jet_card.low": "Tarjeta {card} de {name}: {amount} disponibles",
    "jet_card.low.text": "La jet card {card} de {name} tiene {amount} disponibles, menos que el umbral de la tarjeta.",
    "jet_card.low.then": "Se le avisará otra vez cuando se haya recuperado y vuelva a bajar.",
    "jet_card.overdrawn": "La tarjeta {card} de {name} está en descubierto",
    "jet_card.overdrawn.text": "La jet card {card} de {name} está en descubierto por {amount}.",
    "jet_card.overdrawn.then": "No paga nada hasta que se le agreguen fondos.",
    "available": "Disponible",
    "balance": "Saldo",
    "held": "Retenido",
    "credit_limit": "Límite de crédito",
    "total_to_pay": "Total a pagar",
    "when": "Cuándo",
    "reference": "Referencia",
}
#: What tells how much is left; the others tell how much is missing.
_FALLS = frozenset({"account.low", "jet_card.low"})

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": _ENGLISH, "es": _SPANISH})


def letter_of(event: EventView, account: AccountView, *, to: str, language: str) -> Letter:
    """Return the letter that tells an event of an account; what the account has is told as it is now.

    Args:
        event: Of one of `noting.OCCASIONS`.
        to: The recipient.
        language: One of `WORDS`.
    """
    words, figures, has = WORDS[language], Figures(account.currency, language), account.standing

    def money(minor: int) -> str:
        return f"{figures.amount(minor)} {account.currency}"

    said = {
        "account": f"{account.code} {account.currency}",
        "name": account.name,
        "amount": money(_amount(event, has.available, account.currency)),
    }
    reference = str(event.data.get("reference") or "")
    return Letter(
        cause=f"event:{event.id}/{to}",
        about=f"account:{account.account_id}",
        recipient=to,
        language=language,
        subject=words[event.type].format(**said),
        paragraphs=(words[f"{event.type}.text"].format(**said), words[f"{event.type}.then"]),
        facts=(
            (words["available"], money(has.available)),
            (words["credit_limit"], money(has.credit_limit)),
            (words["total_to_pay"], money(has.total_to_pay)),
            (words["when"], _when(event.occurred_at, account.time_zone, figures)),
            *(((words["reference"], reference),) if reference else ()),
        ),
    )


def card_letter_of(event: EventView, card: Found, has: Standing, *, zone: str, to: str, language: str) -> Letter:
    """Return the letter that tells an event of a jet card; what the card has is told as it is now.

    Args:
        event: Of one of `noting.OCCASIONS` that are a card's.
        zone: The carrier's time zone (IANA name).
        to: The recipient.
        language: One of `WORDS`.
    """
    words, figures = WORDS[language], Figures(card.currency, language)

    def money(minor: int) -> str:
        return f"{figures.amount(minor)} {card.currency}"

    amount = money(_amount(event, has.available, card.currency))
    said = {"card": card.name, "name": card.customer.name, "amount": amount}
    return Letter(
        cause=f"event:{event.id}/{to}",
        about=f"account:{card.id}",
        recipient=to,
        language=language,
        subject=" ".join(words[event.type].format(**said).split())[:200],
        paragraphs=(words[f"{event.type}.text"].format(**said), words[f"{event.type}.then"]),
        facts=(
            (words["available"], money(has.available)),
            (words["balance"], money(has.net)),
            (words["held"], money(has.held)),
            (words["when"], _when(event.occurred_at, zone, figures)),
        ),
    )


def _amount(event: EventView, available: int, currency: str) -> int:
    """Return what was available when it happened, in minor units; of what is over its limit, how much is missing."""
    change = event.data.get("changes", {}).get("available")
    if change is not None:
        amount = parse_amount(change["new"].removeprefix("-"), currency)
        available = -amount if change["new"].startswith("-") else amount
    return available if event.type in _FALLS else abs(available)


def _when(at: datetime, zone: str, figures: Figures) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{figures.day(local.date())}, {local:%H:%M} ({zone}); {at.astimezone(UTC):%H:%M}Z"
