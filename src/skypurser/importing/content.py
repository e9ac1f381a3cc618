"""What the rows of a file say, each with its sheet's name and its number for whoever must tell of it later."""

from dataclasses import dataclass, field

from skypurser.commissions.rules import Rates
from skypurser.ledger.states import Status
from skypurser.parties.registering import ClientData, OfficeData


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office to be registered."""

    row: int
    data: OfficeData


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A corporate client to be registered."""

    row: int
    data: ClientData


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An account as a row names it; the city may be empty where it is not needed."""

    row: int
    type: str
    code: str
    city: str
    currency: str

    @property
    def is_agency(self) -> bool:
        """Whether it is an agency's."""
        return self.type == "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow(Named):
    """An account to be opened.

    Attributes:
        credit_limit: Minor units.
        low_mark: As `ledger.thresholds` has it; None for the usual tenth of the limit.
        emails: Who is told, in `language`, of `occasions`; nobody where it is empty.
        statement_email: Where its statements go, in `statement_language`; empty where nobody says so.
        reference: Empty for that of the import.
    """

    credit_limit: int
    credit_card: bool
    rates: Rates
    status: Status
    low_mark: int | None
    emails: tuple[str, ...]
    language: str
    occasions: frozenset[str]
    statement_email: str = ""
    statement_language: str = "en"
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow(Named):
    """An opening balance: one of `credit` and `debit` is above zero, in minor units."""

    credit: int
    debit: int
    reference: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that a file says.

    Attributes:
        unsure: Codes of rows that were left out for what is wrong with them; what others say of these can't be judged.
    """

    offices: list[OfficeRow] = field(default_factory=list)
    clients: list[ClientRow] = field(default_factory=list)
    accounts: list[AccountRow] = field(default_factory=list)
    balances: list[BalanceRow] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.offices) + len(self.clients) + len(self.accounts) + len(self.balances)
