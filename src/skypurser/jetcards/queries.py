"""Cards as they are: of a customer, and all of a carrier's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.history import acts
from skypurser.history.acts import ActView
from skypurser.jetcards import directory
from skypurser.jetcards.assigning import assigned_to
from skypurser.jetcards.models import JetCard
from skypurser.ledger.accounts import low_accounts
from skypurser.ledger.queries import Standing, standings
from skypurser.parties import customers, persons, texts
from skypurser.parties.clientele import CustomerView, PersonView, require_reading

#: The longest page, and one more to see whether another follows.
LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class CardView:
    """A card with what it has. `id` is the ledger account's.

    Attributes:
        standing: Net, held and available, in minor units of `currency`.
        person_ids: To whom it is assigned; empty where it is everybody's on the account.
        low_mark: Minor units; 0 for none.
        added_at, closed_at: UTC; the second is None while it is open.
        is_low: It fell below its mark, and has not risen well above it since.
    """

    id: int
    customer_id: int
    name: str
    currency: str
    person_ids: tuple[int, ...]
    low_mark: int
    standing: Standing
    added_at: datetime
    closed_at: datetime | None
    is_low: bool = False

    @property
    def is_closed(self) -> bool:
        """Tell whether the card takes and gives no money any more."""
        return self.closed_at is not None


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account: its persons, and its cards by name, open ones first."""

    customer: CustomerView
    persons: list[PersonView]
    cards: list[CardView]

    @property
    def totals(self) -> "Totals":
        """What the open cards have together."""
        return _total([one.standing for one in self.cards if not one.is_closed])


@dataclass(frozen=True, slots=True)
class Totals:
    """What open cards of one customer have together, in minor units of its currency."""

    cards: int = 0
    net: int = 0
    held: int = 0
    available: int = 0


def account(customer_id: int, *, actor: Actor) -> Account:
    """Return all of a customer's account in one go; errors are those of `cards_of`."""
    with reading_for(actor.carrier_id):
        customer = customers.get(customer_id, actor=actor)
        rows = JetCard.objects.filter(carrier_id=actor.carrier_id, customer_id=customer_id)
        return Account(
            customer,
            persons.all_of(customer_id, carrier_id=actor.carrier_id),
            _views(sorted(rows, key=_by_name), actor.carrier_id),
        )


def account_with(card_id: int, *, actor: Actor) -> tuple[Account, CardView]:
    """Return the account that a card belongs to, and the card.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied.
    """
    require_reading(actor)
    with reading_for(actor.carrier_id):
        rows = JetCard.objects.filter(carrier_id=actor.carrier_id, account_id=card_id)
        customer_id = rows.values_list("customer_id", flat=True).first()
        if customer_id is None:
            require_jet_cards(actor.carrier_id)
            raise directory.CardNotFound(f"there is no card {card_id}")
        found = account(customer_id, actor=actor)
    return found, next(one for one in found.cards if one.id == card_id)


def totals_of(customer_ids: Collection[int], *, carrier_id: int) -> dict[int, Totals]:
    """Return what the open cards of each customer have together, by customer; those without any are left out."""
    with reading_for(carrier_id):
        rows = JetCard.objects.filter(carrier_id=carrier_id, customer_id__in=customer_ids, closed_at__isnull=True)
        whose = dict(rows.values_list("account_id", "customer_id"))
        has = standings(carrier_id=carrier_id, account_ids=whose)
    of: dict[int, list[Standing]] = {}
    for card_id, customer_id in whose.items():
        of.setdefault(customer_id, []).append(has[card_id])
    return {customer_id: _total(found) for customer_id, found in of.items()}


def cards_of(customer_id: int, *, actor: Actor, with_closed: bool = False) -> list[CardView]:
    """Return the cards of a customer by name, open ones first.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied: As `parties.customers.get`.
    """
    with reading_for(actor.carrier_id):
        customers.get(customer_id, actor=actor)
        rows = JetCard.objects.filter(carrier_id=actor.carrier_id, customer_id=customer_id)
        if not with_closed:
            rows = rows.filter(closed_at__isnull=True)
        return _views(sorted(rows, key=_by_name), actor.carrier_id)


def card(card_id: int, *, actor: Actor) -> CardView:
    """Return a card.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied.
    """
    with reading_for(actor.carrier_id):
        directory.readable(card_id, actor=actor)
        return shown(card_id, carrier_id=actor.carrier_id)


def shown(card_id: int, *, carrier_id: int) -> CardView:
    """Return a card that exists, whoever asks."""
    with reading_for(carrier_id):
        return _views([JetCard.objects.get(carrier_id=carrier_id, account_id=card_id)], carrier_id)[0]


def cards(
    *,
    actor: Actor,
    customer_id: int | None = None,
    text: str = "",
    is_low: bool = False,
    after: int = 0,
    limit: int = 50,
    with_closed: bool = False,
) -> list[CardView]:
    """Return the carrier's cards within the actor's reach, or a customer's, in the order in which they were added.

    Args:
        text: Stands somewhere in the card's name, in capitals or not.
        is_low: Only those that are low; as `CardView` has it.
        after: The id of the last card of the page before.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows.

    Raises:
        JetCardsOff, PermissionDenied; CustomerNotFound where one is named.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    with reading_for(actor.carrier_id):
        rows = JetCard.objects.filter(carrier_id=actor.carrier_id, account_id__gt=after)
        if not with_closed:
            rows = rows.filter(closed_at__isnull=True)
        if customer_id is not None:
            rows = rows.filter(customer_id=customers.get(customer_id, actor=actor).id)
        elif actor.is_limited:
            rows = rows.filter(customer_id__in=customers.ids_within(actor))
        if text := texts.line(text, field="text", longest=200):
            rows = rows.filter(name__icontains=text)
        if is_low:
            rows = rows.filter(account_id__in=low_accounts(carrier_id=actor.carrier_id))
        return _views(list(rows.order_by("account_id")[: min(limit, LONGEST_PAGE + 1)]), actor.carrier_id)


def history(customer_id: int, *, actor: Actor, before: int | None = None, limit: int = 50) -> list[ActView]:
    """Return the newest acts on a customer, its persons and cards, newest first.

    Args:
        before: The id of the last act of the page before.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied: As `parties.customers.get`.
    """
    with reading_for(actor.carrier_id):
        customers.get(customer_id, actor=actor)
        ids = directory.ids_of(customer_id, carrier_id=actor.carrier_id)
        return acts.of_customer(
            carrier_id=actor.carrier_id, customer_id=customer_id, account_ids=ids, before=before, limit=limit
        )


def history_of(of: Account, *, actor: Actor, before: int | None = None, limit: int = 50) -> list[ActView]:
    """Return what `history` does, of an account that the actor has been given."""
    return acts.of_customer(
        carrier_id=actor.carrier_id,
        customer_id=of.customer.id,
        account_ids=[one.id for one in of.cards],
        before=before,
        limit=limit,
    )


def _by_name(row: JetCard) -> tuple[bool, str, int]:
    return (row.closed_at is not None, row.name.casefold(), row.account_id)


def _total(found: Sequence[Standing]) -> Totals:
    return Totals(
        len(found),
        sum(one.net for one in found),
        sum(one.held for one in found),
        sum(one.available for one in found),
    )


def _views(rows: Sequence[JetCard], carrier_id: int) -> list[CardView]:
    ids = [row.account_id for row in rows]
    assigned = assigned_to(ids, carrier_id=carrier_id)
    has = standings(carrier_id=carrier_id, account_ids=ids)
    return [
        CardView(
            row.account_id,
            row.customer_id,
            row.name,
            row.currency,
            assigned.get(row.account_id, ()),
            has[row.account_id].low_at or 0,
            has[row.account_id],
            row.added_at,
            row.closed_at,
            has[row.account_id].low_since is not None,
        )
        for row in rows
    ]
