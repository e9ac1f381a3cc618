"""What is to be written, once a file holds true against what is there."""

from dataclasses import dataclass, field

from skypurser.importing.content import AccountRow, BalanceRow
from skypurser.parties.registering import ClientData, OfficeData

#: Whose account it is, by code and city, and in which currency: the city is empty for an office.
type Holder = tuple[bool, str, str]
type AccountKey = tuple[Holder, str]


@dataclass(slots=True)
class Plan:
    """What is to be written.

    Attributes:
        parties: Offices and clients to be registered; `known` are there with the same data.
        accounts: To be opened, with whose they are.
        balances: To be brought along, with the account's key; `there` has the ids of those that are open already.
        limits: The credit limit of every account with a balance, in minor units.
        above_threshold: How many balances reach the carrier's threshold.
    """

    parties: list[OfficeData | ClientData] = field(default_factory=list)
    known: int = 0
    accounts: list[tuple[AccountRow, Holder]] = field(default_factory=list)
    balances: list[tuple[BalanceRow, AccountKey]] = field(default_factory=list)
    there: dict[AccountKey, int] = field(default_factory=dict)
    limits: dict[AccountKey, int] = field(default_factory=dict)
    above_threshold: int = 0
