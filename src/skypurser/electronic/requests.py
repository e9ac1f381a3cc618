"""What may be asked of an electronic account besides sales: manual credit and debit, status, limit, opening credit."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from skypurser.electronic.terms import Terms, TermsShelf
from skypurser.ledger.intents import AccountState, ChangeLimit, ChangeStatus, Intent, Movement, Refused
from skypurser.ledger.requests import Request, Shelf, above_zero
from skypurser.ledger.states import Control, Purpose, Status

if TYPE_CHECKING:
    from skypurser.ledger.book import Book


@dataclass(slots=True, kw_only=True)
class ElectronicRequest(Request):
    """A request about an electronic account, judged by its terms."""

    shelves: ClassVar[tuple[type[Shelf], ...]] = (TermsShelf,)

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Look up the terms and say what is asked for."""
        terms: Terms | None = book.shelves[TermsShelf].terms.get(account.id)
        if terms is None:  # some other kind of account, such as a jet card
            return Refused("account_not_found")
        return self.intend(account, terms, book, now)

    def intend(self, account: AccountState, terms: Terms, book: "Book", now: datetime) -> Intent | Refused:
        """Return the intent under these terms."""
        raise NotImplementedError


@dataclass(slots=True, kw_only=True)
class ManualMovement(ElectronicRequest):
    """Money moved by hand; `amount` is above zero."""

    control: ClassVar[Control]
    credits: ClassVar[bool]

    amount: int

    def __post_init__(self) -> None:
        """Refuse an amount that is no amount."""
        ElectronicRequest.__post_init__(self)
        above_zero(self.amount)

    def intend(self, account: AccountState, terms: Terms, book: "Book", now: datetime) -> Intent | Refused:  # noqa: ARG002
        """Credit or debit, on today's date at the office."""
        debit, credit = (0, self.amount) if self.credits else (self.amount, 0)
        return Movement(
            purpose=Purpose.MANUAL,
            debit=debit,
            credit=credit,
            contra=((self.control, credit, debit),),
            business_date=terms.today(now),
        )


@dataclass(slots=True, kw_only=True)
class ManualCredit(ManualMovement):
    """Load money onto the account."""

    operation: ClassVar[str] = "credit"
    action: ClassVar[str] = "account.credited"
    control: ClassVar[Control] = Control.BANK_CLEARING
    credits: ClassVar[bool] = True


@dataclass(slots=True, kw_only=True)
class ManualDebit(ManualMovement):
    """A debit memo: always posts, past the limit too."""

    operation: ClassVar[str] = "debit"
    action: ClassVar[str] = "account.debited"
    control: ClassVar[Control] = Control.ADJUSTMENTS
    credits: ClassVar[bool] = False


@dataclass(slots=True, kw_only=True)
class OpeningCredit(ManualMovement):
    """What the holder brings along from elsewhere; the account's first movement."""

    operation: ClassVar[str] = "opening"
    action: ClassVar[str] = "account.opening_credit"
    control: ClassVar[Control] = Control.OPENING_BALANCES
    credits: ClassVar[bool] = True


@dataclass(slots=True, kw_only=True)
class OpeningDebit(ManualMovement):
    """What the holder owes from elsewhere; the account's first movement, past the limit too."""

    operation: ClassVar[str] = "opening"
    action: ClassVar[str] = "account.opening_debit"
    control: ClassVar[Control] = Control.OPENING_BALANCES
    credits: ClassVar[bool] = False


@dataclass(slots=True, kw_only=True)
class SetStatus(ElectronicRequest):
    """Activate, suspend or inhibit.

    `expected` is the status that whoever asks believes to be there; None where it does not matter.
    """

    operation: ClassVar[str] = "status"
    action: ClassVar[str] = "account.status_changed"

    status: Status
    expected: Status | None = None

    def intend(self, account: AccountState, terms: Terms, book: "Book", now: datetime) -> Intent | Refused:  # noqa: ARG002
        """Ask for the step."""
        if self.expected is not None and account.status is not self.expected:
            return Refused("changed_meanwhile", {"account_status": account.status.value})
        return ChangeStatus(self.status, may_be_inhibited=terms.is_agency)

    def changes(self, account: AccountState) -> dict[str, list[Any]] | None:
        """Old and new status."""
        return {"status": [account.status.value, self.status.value]}


@dataclass(slots=True, kw_only=True)
class SetLimit(ElectronicRequest):
    """Change the credit limit, in minor units; a cut may leave the account over its limit.

    `expected` is the limit that whoever asks believes to be there; None where it does not matter.
    """

    operation: ClassVar[str] = "limit"
    action: ClassVar[str] = "account.limit_changed"

    credit_limit: int
    expected: int | None = None

    def intend(self, account: AccountState, terms: Terms, book: "Book", now: datetime) -> Intent | Refused:  # noqa: ARG002
        """Ask for the limit."""
        if self.expected is not None and account.credit_limit not in {self.expected, self.credit_limit}:
            return Refused("changed_meanwhile", {"credit_limit_minor": account.credit_limit})
        return ChangeLimit(self.credit_limit)

    def changes(self, account: AccountState) -> dict[str, list[Any]] | None:
        """Old and new limit, in minor units."""
        return {"credit_limit": [account.credit_limit, self.credit_limit]}
