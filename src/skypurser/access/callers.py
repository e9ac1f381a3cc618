"""Who calls: a program with an API key, and what the key is for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission

#: What a key may do in a second, and at the same time, where nothing else is said.
RATE_LIMIT = 100
CONCURRENCY_LIMIT = 20


class Scope(StrEnum):
    """One job that a program may do; coarser than a permission."""

    SALES = "sales"  # issue, void, refund; ask what is available
    HOLDS = "holds"  # authorise, capture, extend, release
    ACCOUNTS = "accounts"  # read and list accounts, movements, history
    MONEY = "money"  # open, manage and cut off accounts, change their status, credit and debit; funds of cards
    MASS = "mass"  # mass management: rates of many accounts at once
    CHARTER = "charter"  # charter customers, their cards, quotes and bookings; no money of cards by hand
    EVENTS = "events"  # webhooks and events
    ADMINISTRATION = "administration"  # what there is to know of API keys, and revoking them


_PERMISSIONS: dict[Scope, frozenset[Permission]] = {
    Scope.SALES: frozenset({Permission.ISSUANCE, Permission.QUERIES}),
    Scope.HOLDS: frozenset({Permission.HOLDS}),
    Scope.ACCOUNTS: frozenset({Permission.LIST_ACCOUNTS, Permission.QUERIES}),
    Scope.MONEY: frozenset(
        {
            Permission.NEW_ACCOUNT,
            Permission.ACCOUNT_MANAGEMENT,
            Permission.CREDIT_AND_DEBIT,
            Permission.CUT_OFF,
            Permission.CARD_FUNDS,
        }
    ),
    Scope.MASS: frozenset({Permission.MASS_MANAGEMENT}),
    Scope.CHARTER: frozenset({Permission.JET_CARDS, Permission.SALES, Permission.INVOICES}),
    Scope.EVENTS: frozenset({Permission.WEBHOOKS}),
    Scope.ADMINISTRATION: frozenset({Permission.ADMINISTRATION}),
}


@lru_cache(maxsize=1 << len(Scope))
def permissions_of(scopes: frozenset[Scope]) -> frozenset[Permission]:
    """Return the permissions that follow from the scopes."""
    return frozenset[Permission]().union(*(_PERMISSIONS[scope] for scope in scopes))


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that has shown a key which works.

    Attributes:
        rate_limit: Requests per second.
        concurrency_limit: Requests at the same time.
        expires_at: From this instant on the key no longer works; whoever keeps a caller must look again then.
    """

    key_id: int
    carrier_id: int
    carrier_code: str
    name: str
    scopes: frozenset[Scope]
    rate_limit: int
    concurrency_limit: int
    expires_at: datetime | None

    @property
    def actor_name(self) -> str:
        """What the history calls it."""
        return f"key:{self.name}"

    @property
    def actor(self) -> Actor:
        """Who acts, as the history names it; a key is not limited to places."""
        return Actor(
            carrier_id=self.carrier_id,
            name=self.actor_name,
            permissions=permissions_of(self.scopes),
            key_id=self.key_id,
        )

    def require(self, scope: Scope) -> None:
        """Raise PermissionDenied unless the key has the scope. Nothing is written."""
        if scope not in self.scopes:
            raise PermissionDenied(f"the API key {self.name} lacks the scope: {scope}", scope=scope)
