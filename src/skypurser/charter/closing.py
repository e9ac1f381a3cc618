"""Close a card that no booking needs any more: one that is not flown yet may still get something back to it.

Source: the rules are ours; FL3XX knows no end of a card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.charter.models import Booking
from skypurser.charter.views import BookingStatus
from skypurser.electronic.approvals import ApprovalView, Kind
from skypurser.electronic.approving import posts
from skypurser.electronic.awaiting import Requested, keep, needs_approval, posted, requested, try_out
from skypurser.jetcards import closing, directory
from skypurser.jetcards.requesting import subject
from skypurser.jetcards.requests import CloseCard
from skypurser.jetcards.shelf import SHELVES, card_of
from skypurser.ledger import accounts
from skypurser.ledger.arrays import Bigints, Integers
from skypurser.ledger.intents import AccountState, Intent, Refused
from skypurser.ledger.keys import Asked, answer_once
from skypurser.ledger.queries import standings
from skypurser.ledger.requests import Answer, Lookup, Shelf
from skypurser.ledger.writes import Writes

if TYPE_CHECKING:
    from skypurser.ledger.book import Book

#: As many bookings as a refusal names.
NAMED = 20

# Who books locks the card's account first, as whoever closes it does, so nothing is booked while this is judged.
_LOOKUP = f"""
SELECT json_agg(json_build_array(card.id, ARRAY(
           SELECT json_build_array(b.id, b.arrives_at) FROM charter_booking b
            WHERE b.carrier_id = ANY($1::integer[]) AND b.card_id = card.id AND b.status = 'booked'
            ORDER BY b.arrives_at DESC, b.id LIMIT {NAMED})))
  FROM unnest($2::bigint[]) AS card(id)
"""  # noqa: S608 — a number of ours

_decode = msgspec.json.Decoder(list[tuple[int, list[tuple[int, datetime]]]]).decode


class BookingShelf:
    """The bookings of a batch's cards that arrive last, which are those that may not be flown yet."""

    def __init__(self) -> None:
        self._bookings: dict[int, list[tuple[int, datetime]]] = {}

    def lookup(self, requests: Sequence[Any], book: "Book") -> Lookup | None:  # noqa: ARG002
        """Ask for the bookings that stand on all accounts wanted."""
        if not book.wanted:
            return None
        return Lookup(_LOOKUP, (Integers(book.carriers), Bigints(book.wanted)))

    def learn(self, text: str | None) -> None:
        """Take them."""
        self._bookings = dict(_decode(text or "[]"))

    def store(self, writes: Writes) -> None:
        """Nothing to store: no posting changes a booking."""

    def refuse(self, account: AccountState, now: datetime) -> Refused | None:
        """Return the refusal where bookings that the card paid are not flown yet."""
        standing = sorted(booking for booking, ends in self._bookings.get(account.id, ()) if ends > now)
        return Refused("bookings_open", {"bookings": standing}) if standing else None


@dataclass(slots=True, kw_only=True)
class CloseFreeCard(CloseCard):
    """Close a card whose bookings are flown or cancelled, all of them.

    Attributes:
        expected: What must be left on it, in minor units, where somebody agreed to pay just that back; None for any.
    """

    shelves: ClassVar[tuple[type[Shelf], ...]] = (*SHELVES, BookingShelf)

    expected: int | None = None

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Look at the bookings, then ask for the end."""
        card = card_of(account, book)
        if isinstance(card, Refused):
            return card
        left = account.credits - account.debits
        if self.expected is not None and left != self.expected:
            return Refused("changed_meanwhile", {"left_minor": left})
        return book.shelves[BookingShelf].refuse(account, now) or CloseCard.plan(self, account, book, now)


def close(*, card_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Close a card for ever; recorded as `jet_card.closed`, with one debit of what is left against bank clearing.

    Args:
        reference: Why; mandatory, printed on the account statement.
        key: Chosen by the caller. Sending it again returns the first answer and moves nothing.

    Raises:
        JetCardsOff, CardNotFound, InvalidRequest: Nothing is written.
        PermissionDenied: It takes JET_CARDS, and CARD_FUNDS as well where something is left. Nothing is written.
        RequestRefused: `key_reused`, `account_closed`, `bookings_open` (with `bookings`: the card paid them, and they
            are not flown yet; cancel them first, or wait), `hold_open` (with `held_minor`: release or capture it
            first), `balance_owed` (the card has less than nothing). Nothing changes; the attempt is recorded.
    """
    wanted, _ = closing.asked(CloseFreeCard, card_id=card_id, reference=reference, key=key, actor=actor, now=now)
    with acting_for(actor.carrier_id):
        closing.require_for_rest(card_id, actor=actor, now=now)
        answer = closing.post(wanted)
    return posted(answer)


def request(*, card_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Requested:
    """Close a card, or ask for it where what is left reaches the threshold of its currency: the door for people.

    Then it waits for another member with APPROVALS, the card stays open, and is closed only if what is left on it is
    by then what it was. Arguments are those of `close`, `key` is the form's; sent again it gets its first answer.

    Raises:
        PermissionDenied: The actor lacks JET_CARDS there, or CARD_FUNDS where something is left, or is an API key.
        JetCardsOff, CardNotFound, InvalidRequest: Nothing is written.
        RequestRefused: As `close`. Nothing changes and nothing is asked for; the attempt is recorded.
    """
    actor.require_in_person(Permission.JET_CARDS)
    wanted, card = closing.asked(CloseFreeCard, card_id=card_id, reference=reference, key=key, actor=actor, now=now)
    with acting_for(actor.carrier_id):
        closing.require_for_rest(card_id, actor=actor, now=now)
        accounts.lock(carrier_id=actor.carrier_id, account_id=card_id)  # what is judged is what is paid back
        left = standings(carrier_id=actor.carrier_id, account_ids=[card_id], now=now)[card_id].net

        def wait() -> Mapping[str, Any]:
            try_out(wanted)
            asked: dict[str, Any] = {"amount": left, "reference": reference, "key": key, "actor": actor, "now": now}
            return keep(of=subject(card), kind=Kind.CARD_CLOSED, **asked)

        if left > 0 and needs_approval(left, card.currency, carrier_id=actor.carrier_id):
            answer = answer_once(asked=Asked.of(wanted, now=now), act=wait)
        else:
            answer = closing.post(wanted)
    return requested(answer, actor)


@posts(Kind.CARD_CLOSED)
def _post(view: ApprovalView, what: dict[str, Any]) -> Answer:
    directory.get(view.account_id, carrier_id=what["carrier_id"])
    return closing.post(CloseFreeCard(expected=view.amount, **what))


def needed_by(*, card_id: int, carrier_id: int, now: datetime) -> list[int]:
    """Return the bookings that keep a card open now, whoever asks; `NAMED` at most."""
    with reading_for(carrier_id):
        rows = Booking.objects.filter(carrier_id=carrier_id, card_id=card_id, status=BookingStatus.BOOKED)
        rows = rows.filter(arrives_at__gt=now).order_by("-arrives_at", "id")[:NAMED]
        return sorted(rows.values_list("id", flat=True))
