"""What is different between two versions of a quote, in words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.charter.content import Content
from skypurser.charter.itinerary import Leg
from skypurser.charter.pricing import PriceLine
from skypurser.jetcards import directory
from skypurser.parties import customers, persons
from skypurser.parties.clientele import CustomerView
from skypurser.web import figures
from skypurser.web.charter import words

_FIELDS: dict[str, Promise] = {
    "customer": _("Customer"),
    "person": _("Contact"),
    "legs": _("Legs"),
    "aircraft": _("Aircraft"),
    "lines": _("Price lines"),
    "price": _("Price"),
    "method": _("Payment method"),
    "hold_until": _("Held until"),
    "valid_until": _("Valid until"),
    "notes": _("Notes"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, with what it was and is; empty for nothing. Several lines for what has several."""

    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Names:
    """What customers, persons and cards are called, by id."""

    customers: Mapping[int, CustomerView]
    persons: Mapping[int, str]
    cards: Mapping[int, str]


def names_in(contents: Collection[Content], *, actor: Actor) -> Names:
    """Return the names of all that these contents name."""
    carrier_id = actor.carrier_id
    whose = {one.customer_id for one in contents if one.customer_id is not None}
    with reading_for(carrier_id):
        people = {
            one.id: one.name
            for customer_id in whose
            if any(content.person_id is not None for content in contents)
            for one in persons.all_of(customer_id, carrier_id=carrier_id)
        }
        cards = directory.names_of([(carrier_id, one) for one in {c.card_id for c in contents} if one is not None])
        named = customers.by_id(whose, carrier_id=carrier_id)
    return Names(
        named,
        people,
        {card_id: one.name for (_carrier, card_id), one in cards.items()},
    )


def differences(
    before: Content, after: Content, *, actor: Actor, currency: str, zone: str, names: Names | None = None
) -> Iterator[Difference]:
    """Yield what is different.

    Args:
        currency: Of the amounts.
        zone: In which ends of holds and quotes are told.
        names: Of all that the contents name, where they are known already.
    """
    known = names or names_in([before, after], actor=actor)
    old, new = (_told(one, known, currency, zone) for one in (before, after))
    for name, label in _FIELDS.items():
        if old[name] != new[name]:
            yield Difference(label, old[name], new[name])


def method_told(content: Content, names: Names) -> str:
    """Return how it is paid, with the card's name."""
    if content.method is None:
        return ""
    label = str(words.METHODS[content.method])
    return f"{label} {names.cards.get(content.card_id, '')}".strip() if content.card_id is not None else label


def _told(content: Content, names: Names, currency: str, zone: str) -> dict[str, str]:
    return {
        "customer": "" if content.customer_id is None else _customer(names, content.customer_id),
        "person": "" if content.person_id is None else names.persons.get(content.person_id, ""),
        "legs": "\n".join(_leg(one) for one in content.legs),
        "aircraft": content.aircraft,
        "lines": "\n".join(_line(one, currency) for one in content.lines),
        "price": figures.with_currency(content.price, currency),
        "method": method_told(content, names),
        "hold_until": _instant(content.hold_until, zone),
        "valid_until": _instant(content.valid_until, zone),
        "notes": content.notes,
    }


def _customer(names: Names, customer_id: int) -> str:
    found = names.customers.get(customer_id)
    return "" if found is None else found.name


def _leg(leg: Leg) -> str:
    return (
        f"{leg.origin} {figures.minutes(leg.departure)} → {leg.destination} {figures.minutes(leg.arrival)},"
        f" {_('passengers')} {leg.passengers}"
    )


def _line(line: PriceLine, currency: str) -> str:
    unit = figures.amount(line.unit_price, currency)
    return f"{line.text}: {figures.quantity(line.quantity_milli)} × {unit}, {figures.percent(line.tax_bps)}"


def _instant(at: datetime | None, zone: str) -> str:
    return "" if at is None else figures.local(at, zone)
