"""What may be asked of a card: give and take money, transfer, pay, hold and capture, close."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from skypurser.errors import InvalidRequest
from skypurser.jetcards.shelf import SHELVES, CardShelf, CardState, card_of, date_of
from skypurser.ledger.dates import DateShelf
from skypurser.ledger.holds import CaptureHold, HoldShelf, PlaceHold
from skypurser.ledger.intents import AccountState, Close, Contra, Intent, Movement, Posted, Refused
from skypurser.ledger.requests import Request, Shelf, above_zero
from skypurser.ledger.states import Control, Purpose

if TYPE_CHECKING:
    from skypurser.ledger.book import Book


@dataclass(slots=True, kw_only=True)
class CardRequest(Request):
    """A request about a card that is open. Its movements bear the carrier's local date."""

    shelves: ClassVar[tuple[type[Shelf], ...]] = SHELVES

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Look up the card and say what is asked for."""
        card = card_of(account, book)
        return (
            card if isinstance(card, Refused) else self.intend(card, book, date_of(account, book, card=card, now=now))
        )

    def intend(self, card: CardState, book: "Book", today: date) -> Intent | Refused:
        """Return the intent on this card."""
        raise NotImplementedError

    def record(self, account: AccountState, posted: Posted, entry_id: int | None, book: "Book") -> None:  # noqa: ARG002
        """Remember the date for the next of the batch."""
        book.shelves[DateShelf].note(account, posted)


@dataclass(slots=True, kw_only=True)
class MoveFunds(CardRequest):
    """Money given or taken by hand; `amount` is above zero."""

    control: ClassVar[Control] = Control.BANK_CLEARING
    credits: ClassVar[bool] = True

    amount: int

    def __post_init__(self) -> None:
        """Refuse an amount that is no amount."""
        CardRequest.__post_init__(self)
        above_zero(self.amount)

    def intend(self, card: CardState, book: "Book", today: date) -> Intent | Refused:  # noqa: ARG002
        """Credit, or debit what is available."""
        debit, credit = (0, self.amount) if self.credits else (self.amount, 0)
        return Movement(
            purpose=Purpose.MANUAL,
            debit=debit,
            credit=credit,
            contra=((self.control, credit, debit),),
            business_date=today,
            needs_funds=not self.credits,
        )


@dataclass(slots=True, kw_only=True)
class AddFunds(MoveFunds):
    """Give money to the card."""

    operation: ClassVar[str] = "card_funds_added"
    action: ClassVar[str] = "jet_card.funded"


@dataclass(slots=True, kw_only=True)
class OpeningBalance(MoveFunds):
    """What the card begins with; its first movement."""

    operation: ClassVar[str] = "card_opening"
    action: ClassVar[str] = "jet_card.opening_balance"
    control: ClassVar[Control] = Control.OPENING_BALANCES


@dataclass(slots=True, kw_only=True)
class RemoveFunds(MoveFunds):
    """Take money that is available from the card."""

    operation: ClassVar[str] = "card_funds_removed"
    action: ClassVar[str] = "jet_card.funds_removed"
    credits: ClassVar[bool] = False


@dataclass(slots=True, kw_only=True)
class TransferOut(MoveFunds):
    """The half of a transfer that takes; posted together with `TransferIn` only. `other_card` is the other one's id."""

    operation: ClassVar[str] = "card_transfer"
    action: ClassVar[str] = "jet_card.transferred"
    control: ClassVar[Control] = Control.CARD_TRANSFERS
    credits: ClassVar[bool] = False

    other_card: int

    def changes(self, account: AccountState) -> dict[str, Any] | None:
        """Name both cards."""
        ours, theirs = account.id, self.other_card
        source, target = (theirs, ours) if self.credits else (ours, theirs)
        return {"amount": self.amount, "from_card": source, "to_card": target}


@dataclass(slots=True, kw_only=True)
class TransferIn(TransferOut):
    """The half of a transfer that gives."""

    credits: ClassVar[bool] = True


@dataclass(slots=True, kw_only=True)
class PayByCard(CardRequest):
    """Take the price of something that was sold from the card, if the person may use it; `amount` against `contra`."""

    operation: ClassVar[str] = "card_payment"
    action: ClassVar[str] = "jet_card.paid"

    amount: int
    contra: tuple[Contra, ...]
    person_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse an amount that is no amount, or that is not credited elsewhere."""
        CardRequest.__post_init__(self)
        above_zero(self.amount)
        if sum(credit - debit for _, debit, credit in self.contra) != self.amount:
            raise InvalidRequest("what is paid is credited elsewhere", field="contra")

    def intend(self, card: CardState, book: "Book", today: date) -> Intent | Refused:
        """Ask for the money."""
        no = book.shelves[CardShelf].refuse_person(card, self.person_id)
        return no or Movement(
            purpose=Purpose.SALE,
            debit=self.amount,
            credit=0,
            contra=self.contra,
            business_date=today,
            needs_funds=True,
        )


@dataclass(slots=True, kw_only=True)
class GiveBack(CardRequest):
    """Give money that the card paid back to it; `amount` against `contra`."""

    operation: ClassVar[str] = "card_refund"
    action: ClassVar[str] = "jet_card.refunded"

    amount: int
    contra: tuple[Contra, ...]

    def __post_init__(self) -> None:
        """Refuse an amount that is no amount, or that comes from nowhere."""
        CardRequest.__post_init__(self)
        above_zero(self.amount)
        if sum(debit - credit for _, debit, credit in self.contra) != self.amount:
            raise InvalidRequest("what is given back is debited elsewhere", field="contra")

    def intend(self, card: CardState, book: "Book", today: date) -> Intent | Refused:  # noqa: ARG002
        """Credit it."""
        return Movement(
            purpose=Purpose.SETTLEMENT, debit=0, credit=self.amount, contra=self.contra, business_date=today
        )


@dataclass(slots=True, kw_only=True)
class CloseCard(CardRequest):
    """Pay what is left back and close the card."""

    operation: ClassVar[str] = "card_closed"
    action: ClassVar[str] = "jet_card.closed"

    def intend(self, card: CardState, book: "Book", today: date) -> Intent | Refused:  # noqa: ARG002
        """Ask for the end."""
        return Close(Control.BANK_CLEARING, today)


@dataclass(slots=True, kw_only=True)
class PlaceCardHold(PlaceHold):
    """Set money of a card aside, if the person may use it."""

    shelves: ClassVar[tuple[type[Shelf], ...]] = (HoldShelf, *SHELVES)

    person_id: int | None = None

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Ask for the money."""
        card = card_of(account, book)
        if isinstance(card, Refused):
            return card
        no = book.shelves[CardShelf].refuse_person(card, self.person_id)
        return no or PlaceHold.plan(self, account, book, now)


@dataclass(slots=True, kw_only=True)
class CaptureCardHold(CaptureHold):
    """Turn a hold on a card into a debit, on today's date."""

    shelves: ClassVar[tuple[type[Shelf], ...]] = (HoldShelf, *SHELVES)

    business_date: date = date.min  # until it is planned

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Find the date and the hold."""
        card = card_of(account, book)
        if isinstance(card, Refused):
            return card
        self.business_date = date_of(account, book, card=card, now=now)
        return CaptureHold.plan(self, account, book, now)

    def record(self, account: AccountState, posted: Posted, entry_id: int | None, book: "Book") -> None:  # noqa: ARG002
        """Remember the date for the next of the batch."""
        book.shelves[DateShelf].note(account, posted)
