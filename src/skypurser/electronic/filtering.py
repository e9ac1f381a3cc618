"""Which accounts a list shows, and in which order: filters as conditions that an index carries.

A condition that few accounts meet has a partial index (suspended, prepaid, near or over the limit, low); a text is
looked up first, and what it names is read by its ids, unless it names so many that walking along finds them sooner.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from skypurser.access.actors import Actor
from skypurser.errors import InvalidRequest
from skypurser.ledger.queries import ACCOUNTS, AVAILABLE, WATCHED, containing
from skypurser.ledger.states import Status
from skypurser.parties.finding import SHORTEST, parties_containing

#: What KIU's filter *Suspended* shows: corporate clients are never inhibited.
SUSPENDED = frozenset({Status.SUSPENDED, Status.INHIBITED})

#: Up to this part of the limit, in percent, an index knows which accounts are near it; beyond, the list is walked.
INDEXED_PERCENT = 10

#: A text that names more offices or clients than this for each row that is wanted is common enough to be met by walking
#: along the list; more than so many altogether are never looked up.
_FEW_PER_ROW, _FEW = 20, 2_000


class Order(StrEnum):
    """How the list is sorted. Each has an index; names and balances have none, and so no order."""

    CODE = "code"  # type, code, currency
    CITY = "city"  # city, type, code, currency


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the list of accounts; by type, code and currency, or by city first."""

    type: str
    code: str
    currency: str
    account_id: int
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which accounts a list shows; by default the active travel agencies.

    Attributes:
        type: `agency` or `corporate`; None for both.
        country, city, currency: Empty for all.
        has_credit_limit: True for a limit above zero, False for a limit of zero (prepaid), None for both.
        statuses: Those shown.
        code: The office's or client's, exactly.
        text: Stands somewhere in the code or the name, in capitals or not; of fewer than three signs, begins the code.
        near_limit: Of the credit limit less than so many percent are available, 1 to 100, those over it included;
            0 for all accounts. Up to `INDEXED_PERCENT` an index finds them.
        is_over_limit: True for those whose available is below zero; `is_within_limit` for all others.
        is_low: True for those that have been told to be low (see `ledger.thresholds`) and did not recover.

    Source: KIU, "List of Accounts".
    """

    type: str | None = "agency"
    country: str = ""
    city: str = ""
    currency: str = ""
    has_credit_limit: bool | None = None
    statuses: frozenset[Status] = frozenset({Status.ACTIVE})
    code: str = ""
    text: str = ""
    near_limit: int = 0
    is_over_limit: bool = False
    is_within_limit: bool = False
    is_low: bool = False

    @property
    def is_watched(self) -> bool:
        """Whether the ledger's index of watched accounts has all that are shown."""
        return self.is_low or self.is_over_limit or 0 < self.near_limit <= INDEXED_PERCENT

    @property
    def is_rare(self) -> bool:
        """Whether an index of the ledger's accounts leads to what is shown, though not in the order of the list."""
        return self.is_watched or Status.ACTIVE not in self.statuses

    @property
    def is_scattered(self) -> bool:
        """Whether what is shown lies scattered over the list, so that no index leads from one to the next in order."""
        return self.is_rare or bool(self.near_limit or self.text)

    def __post_init__(self) -> None:
        if not 0 <= self.near_limit <= 100:
            raise InvalidRequest("a part of the credit limit is 1 to 100 percent", field="near_limit")


@dataclass(slots=True)
class Conditions:
    """A WHERE clause in the making; every value is a parameter."""

    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    joins_ledger: bool = False

    def add(self, text: str, *values: Any) -> None:
        """Add a condition that must hold as well."""
        self.texts.append(text)
        self.values.extend(values)

    @property
    def tables(self) -> str:
        """The tables that the conditions ask of, for FROM: what the accounts have is read only where it matters."""
        accounts = "electronic_electronicaccount e"
        return f"{accounts} JOIN {ACCOUNTS} s USING (carrier_id, account_id)" if self.joins_ledger else accounts

    def add_standing(self, standing: "Conditions", *, carrier_id: int, is_rare: bool) -> None:
        """Add what the ledger's side (`s`) must meet; where that is rare, its index is asked first, for their ids.

        A join would let the planner choose, who takes an expression over sums for a third of all accounts and rather
        reads them all.
        """
        if not is_rare:
            self.joins_ledger = bool(standing.texts)
            self.texts += standing.texts
            self.values += standing.values
            return
        met = " AND ".join(standing.texts)
        found = f"SELECT s.account_id FROM {ACCOUNTS} s WHERE s.carrier_id = %s AND {met}"  # noqa: S608 — our own text
        self.add(f"e.account_id = ANY(ARRAY({found}))", carrier_id, *standing.values)

    def add_reach(self, actor: Actor) -> None:
        """Leave out what lies outside the member's limits."""
        if actor.is_limited:
            limits = (sorted(actor.countries), sorted(actor.cities), sorted(actor.offices))
            self.add(
                "(e.country = ANY(%s) OR e.city = ANY(%s) OR (e.type = 'agency' AND e.code = ANY(%s)))",
                *limits,
            )


def conditions(filters: Filters, actor: Actor, *, rows: int | None = None) -> Conditions:
    """Return what the accounts (`e`, with standing `s`) must meet. Inside `acting_for`.

    Args:
        rows: How many are wanted; None for all.
    """
    where = Conditions(["e.carrier_id = %s"], [actor.carrier_id])
    if filters.type is not None:
        where.add("e.type = %s", filters.type)
    for column in ("country", "city", "currency", "code"):
        value = getattr(filters, column)
        if value:
            where.add(f"e.{column} = %s", value)
    if filters.text:
        _add_text(where, filters.text, few=_FEW if rows is None else min(_FEW, _FEW_PER_ROW * rows))
    where.add_standing(_standing(filters), carrier_id=actor.carrier_id, is_rare=filters.is_rare)
    where.add_reach(actor)
    return where


# Asked account by account, while walking along the list: a join would be free to read all names first.
_NAMED = """(e.code ILIKE %s
    OR (SELECT o.name FROM parties_office o WHERE o.carrier_id = e.carrier_id AND o.id = e.office_id) ILIKE %s
    OR (SELECT c.name FROM parties_client c WHERE c.carrier_id = e.carrier_id AND c.id = e.client_id) ILIKE %s)"""


def _add_text(where: Conditions, text: str, *, few: int) -> None:
    if len(text) < SHORTEST:
        # Codes have capitals and digits; the last with this beginning ends in Z, in every collation.
        first = text.upper()
        where.add("e.code BETWEEN %s AND %s AND starts_with(e.code, %s)", first, first.ljust(20, "Z"), first)
        return
    named = parties_containing(text, most=few)
    if named is not None:
        where.add("(e.office_id = ANY(%s) OR e.client_id = ANY(%s))", named.offices, named.clients)
    else:
        where.add(_NAMED, *[containing(text)] * 3)


def _standing(filters: Filters) -> Conditions:
    where = Conditions()
    if filters.has_credit_limit is not None:
        where.add("s.credit_limit > 0" if filters.has_credit_limit else "s.credit_limit = 0")
    if filters.statuses != frozenset(Status):
        if Status.ACTIVE not in filters.statuses:
            where.add("s.status <> 'ACTIVE'")
        where.add("s.status = ANY(%s)", sorted(filters.statuses))
    if filters.is_low:
        where.add("s.low_since IS NOT NULL")
    if filters.is_over_limit:
        where.add(f"{AVAILABLE} < 0")
    if filters.is_within_limit:
        where.add(f"{AVAILABLE} >= 0")
    if filters.near_limit:
        where.add(f"s.credit_limit > 0 AND {AVAILABLE} < s.credit_limit * %s / 100", filters.near_limit)
    if filters.is_watched:
        where.add(WATCHED)
    return where


_KEYS = {
    Order.CODE: ("type", "carrier_id", "code", "currency", "account_id"),
    Order.CITY: ("city", "carrier_id", "type", "code", "currency", "account_id"),
}


def add_position(where: Conditions, position: Position, *, carrier_id: int, order: Order, backwards: bool) -> None:
    """Leave out what does not follow the position, or, backwards, what does not come before it.

    The carrier is compared as well: only so do the columns stand as they do in the index.
    """
    keys = _KEYS[order]
    names, marks = ", ".join(f"e.{key}" for key in keys), ", ".join(["%s"] * len(keys))
    values = [carrier_id if key == "carrier_id" else getattr(position, key) for key in keys]
    where.add(f"({names}) {'<' if backwards else '>'} ({marks})", *values)


def sorting(order: Order, *, backwards: bool) -> str:
    """Return the ORDER BY."""
    way = " DESC" if backwards else ""
    return " ORDER BY " + ", ".join(f"e.{key}{way}" for key in _KEYS[order] if key != "carrier_id")
