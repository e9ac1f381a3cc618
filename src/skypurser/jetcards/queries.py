"""Cards as they are: of a customer, and all of a carrier's."""

from collections.abc import Sequence
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
from skypurser.ledger.accounts import low_marks
from skypurser.ledger.queries import Standing, standings
from skypurser.parties import customers
from skypurser.parties.clientele import require_reading

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

    @property
    def is_closed(self) -> bool:
        """Tell whether the card takes and gives no money any more."""
        return self.closed_at is not None


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
        found = sorted(rows, key=lambda row: (row.closed_at is not None, row.name.casefold(), row.account_id))
        return _views(found, actor.carrier_id)


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
    *, actor: Actor, customer_id: int | None = None, after: int = 0, limit: int = 50, with_closed: bool = False
) -> list[CardView]:
    """Return the carrier's cards within the actor's reach, or a customer's, in the order in which they were added.

    Args:
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


def _views(rows: Sequence[JetCard], carrier_id: int) -> list[CardView]:
    ids = [row.account_id for row in rows]
    assigned = assigned_to(ids, carrier_id=carrier_id)
    has = standings(carrier_id=carrier_id, account_ids=ids)
    marks = low_marks(carrier_id=carrier_id, account_ids=ids)
    return [
        CardView(
            row.account_id,
            row.customer_id,
            row.name,
            row.currency,
            assigned.get(row.account_id, ()),
            marks.get(row.account_id) or 0,
            has[row.account_id],
            row.added_at,
            row.closed_at,
        )
        for row in rows
    ]
