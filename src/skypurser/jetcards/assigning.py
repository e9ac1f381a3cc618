"""Who may use a card: assigned to nobody it is everybody's on the account; assigned to some, it is hidden from others.

Source: FL3XX, "Integration and Usage".
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.errors import Refusal
from skypurser.jetcards.models import CardPerson, JetCard
from skypurser.ledger.queries import standings
from skypurser.parties import customers, persons


class PersonInactive(Refusal):
    """The person is no longer active and uses no card."""

    code = "person_inactive"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A card that somebody may pay by; `available` in minor units of `currency`, and maybe nothing."""

    card_id: int
    name: str
    currency: str
    available: int


def may_use(assigned: Collection[int], person_id: int | None) -> bool:
    """Tell whether a person may use a card assigned to these persons; None is somebody who is not named."""
    return not assigned or person_id in assigned


def payment_methods(*, customer_id: int, actor: Actor, person_id: int | None = None) -> list[PaymentMethod]:
    """Return the open cards that the person may use, by name, each with what it has available now.

    Args:
        person_id: Who is to fly; None while nobody is chosen, and then only cards that are everybody's are there.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied: As `parties.customers.get`.
        PersonNotFound, PersonInactive: There is no such person of this customer, or no longer.

    Source: FL3XX, "Integration and Usage".
    """
    with reading_for(actor.carrier_id):
        customers.get(customer_id, actor=actor)
        if person_id is not None and not persons.get_person(person_id, customer_id=customer_id, actor=actor).is_active:
            raise PersonInactive
        return methods_of(customer_id, person_id=person_id, carrier_id=actor.carrier_id)


def methods_of(customer_id: int, *, person_id: int | None, carrier_id: int) -> list[PaymentMethod]:
    """Return what `payment_methods` does, whoever asks, for a person who is there and active."""
    persons_of = CardPerson.objects.filter(carrier_id=OuterRef("carrier_id"), account_id=OuterRef("account_id"))
    with reading_for(carrier_id):
        rows = JetCard.objects.filter(carrier_id=carrier_id, customer_id=customer_id, closed_at__isnull=True)
        rows = rows.annotate(assigned=ArraySubquery(persons_of.values("person_id")))
        usable = [card for card in rows.order_by("name", "account_id") if may_use(card.assigned, person_id)]
        has = standings(carrier_id=carrier_id, account_ids=[card.account_id for card in usable])
    return [PaymentMethod(card.account_id, card.name, card.currency, has[card.account_id].available) for card in usable]


def assigned_to(card_ids: Collection[int], *, carrier_id: int) -> dict[int, tuple[int, ...]]:
    """Return the ids of the persons to whom cards are assigned, by card; those assigned to nobody are left out."""
    rows = CardPerson.objects.filter(carrier_id=carrier_id, account_id__in=card_ids).order_by("person_id")
    found: dict[int, tuple[int, ...]] = {}
    with reading_for(carrier_id):
        for card_id, person_id in rows.values_list("account_id", "person_id"):
            found[card_id] = (*found.get(card_id, ()), person_id)
    return found
