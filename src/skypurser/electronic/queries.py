"""Questions about electronic accounts; the answers are frozen, and each is read in one query.

Source: KIU, "List of Accounts" and "Queries".
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Rates
from skypurser.electronic import directory
from skypurser.electronic.directory import AccountName
from skypurser.electronic.terms import rates_of
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.queries import ACCOUNTS, Standing, containing
from skypurser.ledger.states import Status

#: The longest page; the desk and the API ask for one after the other, without an upper bound.
LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class AccountView:
    """An electronic account: whose it is, on what terms it buys, what it has.

    Attributes:
        airport: IATA code; the account's business dates are told in its `time_zone` (IANA name).
        issue_id: Of an agency; empty for a corporate client.
        agency_involved: Code of the agency whose customer a corporate client is, or empty; `agency_involved_name` is
            empty too when no office has that code.
        credit_card: Of an agency: whether sales by card credit their commission.
    """

    account_id: int
    type: str
    code: str
    name: str
    issue_id: str
    city: str
    airport: str
    country: str
    time_zone: str
    agency_involved: str
    agency_involved_name: str
    currency: str
    credit_card: bool
    opened_at: datetime
    rates: Rates
    standing: Standing

    @property
    def position(self) -> "Position":
        """Where the account stands in a list: give it back as `after` for what follows."""
        return Position(self.type, self.code, self.currency, self.account_id)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the list of accounts, which is sorted like this."""

    type: str
    code: str
    currency: str
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which accounts a list shows; by default the active travel agencies.

    Attributes:
        type: `agency` or `corporate`; None for both.
        country, city, currency: Empty for all.
        has_credit_limit: True for a limit above zero, False for a limit of zero (prepaid), None for both.
        statuses: Those shown.
        code: The office's or client's, exactly.
        text: Stands somewhere in the code or the name, in capitals or not.

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


#: What KIU's filter *Suspended* shows: corporate clients are never inhibited.
SUSPENDED = frozenset({Status.SUSPENDED, Status.INHIBITED})

_SELECT = f"""
SELECT e.account_id, e.type, e.code, coalesce(o.name, c.name), coalesce(o.issue_id, ''), e.city,
       coalesce(o.airport, c.airport), e.country, e.time_zone, coalesce(c.agency_involved, ''), coalesce(i.name, ''),
       e.currency, e.credit_card, e.opened_at,
       e.domestic_mode, e.domestic_bps, e.international_mode, e.international_bps,
       e.domestic_card_mode, e.domestic_card_bps, e.international_card_mode, e.international_card_bps,
       s.currency, s.status, s.credit_limit, s.debits, s.credits, s.held, s.movements, s.closed_through
  FROM electronic_electronicaccount e
  JOIN {ACCOUNTS} s ON s.carrier_id = e.carrier_id AND s.account_id = e.account_id
  LEFT JOIN parties_office o ON o.carrier_id = e.carrier_id AND o.id = e.office_id
  LEFT JOIN parties_client c ON c.carrier_id = e.carrier_id AND c.id = e.client_id
  LEFT JOIN parties_office i ON i.carrier_id = e.carrier_id AND i.code = c.agency_involved
"""  # noqa: S608 — put together from our own text

#: The first columns of `_SELECT`.
_FACTS = tuple(AccountView.__dataclass_fields__)[:14]

_ORDER = " ORDER BY e.type, e.code, e.currency, e.account_id"


@dataclass(slots=True)
class _Conditions:
    """A WHERE clause in the making; every value is a parameter."""

    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, text: str, *values: Any) -> None:
        self.texts.append(text)
        self.values.extend(values)

    def add_reach(self, actor: Actor) -> None:
        """Leave out what lies outside the member's limits."""
        if actor.countries or actor.cities or actor.offices:
            limits = (sorted(actor.countries), sorted(actor.cities), sorted(actor.offices))
            self.add(
                "(e.country = ANY(%s) OR e.city = ANY(%s) OR (e.type = 'agency' AND e.code = ANY(%s)))",
                *limits,
            )


def accounts(
    filters: Filters | None = None, *, actor: Actor, after: Position | None = None, limit: int = 50
) -> list[AccountView]:
    """Return one page of the list of accounts, sorted by type, code and currency.

    Args:
        filters: Default: the active travel agencies.
        after: The `position` of the last account of the page before.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows.

    Raises:
        PermissionDenied: The actor lacks LIST_ACCOUNTS. Accounts outside a member's limits are left out.
    """
    actor.require(Permission.LIST_ACCOUNTS)
    where = _conditions(filters or Filters(), actor)
    if after is not None:
        where.add(
            "(e.type, e.code, e.currency, e.account_id) > (%s, %s, %s, %s)",
            after.type,
            after.code,
            after.currency,
            after.account_id,
        )
    return _read(where, actor.carrier_id, limit=min(limit, LONGEST_PAGE + 1))


def count(filters: Filters | None = None, *, actor: Actor) -> int:
    """Return how many accounts the whole list has. Arguments and errors are those of `accounts`."""
    actor.require(Permission.LIST_ACCOUNTS)
    where = _conditions(filters or Filters(), actor)
    sql = f"""SELECT count(*) FROM electronic_electronicaccount e
              JOIN {ACCOUNTS} s ON s.carrier_id = e.carrier_id AND s.account_id = e.account_id
              LEFT JOIN parties_office o ON o.carrier_id = e.carrier_id AND o.id = e.office_id
              LEFT JOIN parties_client c ON c.carrier_id = e.carrier_id AND c.id = e.client_id
              WHERE {" AND ".join(where.texts)}"""  # noqa: S608 — our own text; values are parameters
    with acting_for(actor.carrier_id), connection.cursor() as cursor:
        cursor.execute(sql, where.values)
        return int(cursor.fetchone()[0])


def named(code: str, *, actor: Actor, type: str = "", currency: str = "", city: str = "") -> list[AccountView]:  # noqa: A002 — the API's word
    """Return the accounts with this code that the rest of the name allows; usually one, none when there is none.

    Args:
        type, currency, city: Narrow it down; empty for all.

    Raises:
        PermissionDenied: The actor lacks QUERIES. Accounts outside a member's limits are left out.
    """
    actor.require(Permission.QUERIES)
    where = _Conditions(["e.carrier_id = %s", "e.code = %s"], [actor.carrier_id, code])
    for column, value in (("type", type), ("currency", currency), ("city", city)):
        if value:
            where.add(f"e.{column} = %s", value)
    where.add_reach(actor)
    return _read(where, actor.carrier_id, limit=LONGEST_PAGE)


def get(account_id: int, *, actor: Actor) -> AccountView:
    """Return an account.

    Raises:
        AccountNotFound: The actor's carrier has no such account.
        PermissionDenied: The actor lacks QUERIES, or the account lies outside a member's limits.
    """
    actor.require(Permission.QUERIES)
    view = shown(account_id, carrier_id=actor.carrier_id)
    office = view.code if view.type == "agency" else ""
    actor.require(Permission.QUERIES, at=Place(view.country, view.city, office))
    return view


def shown(account_id: int, *, carrier_id: int) -> AccountView:
    """Return an account for the verbs that changed it, whoever acts; errors are those of `get`, permissions apart."""
    where = _Conditions(["e.carrier_id = %s", "e.account_id = %s"], [carrier_id, account_id])
    found = _read(where, carrier_id, limit=1)
    if not found:
        raise AccountNotFound(f"there is no account {account_id}")
    return found[0]


def require_reach(account_id: int, *, actor: Actor) -> str:
    """Return the account's currency if the actor may ask about the account; errors are those of `get`."""
    actor.require(Permission.QUERIES)
    found = directory.get(account_id, carrier_id=actor.carrier_id)
    actor.require(Permission.QUERIES, at=found.place)
    return found.name.currency


def currency_of(account_id: int, *, carrier_id: int) -> str:
    """Return the account's currency; empty where the carrier has no such account."""
    return currencies_of([account_id], carrier_id=carrier_id).get(account_id, "")


def currencies_of(account_ids: Collection[int], *, carrier_id: int) -> dict[int, str]:
    """Return the currencies of accounts by their ids, in one query; unknown ones are left out."""
    return {
        found.account_id: found.name.currency
        for found in directory.look_up(carrier_id=carrier_id, account_ids=account_ids)
    }


def names(*, carrier_id: int) -> list[tuple[AccountName, int]]:
    """Return the name and id of every electronic account of a carrier, for those who look up many."""
    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, code, currency, city, account_id FROM electronic_electronicaccount"
            " WHERE carrier_id = %s ORDER BY type, code, currency, account_id",
            [carrier_id],
        )
        return [(AccountName(*row[:4]), row[4]) for row in cursor.fetchall()]


def _conditions(filters: Filters, actor: Actor) -> _Conditions:
    where = _Conditions(["e.carrier_id = %s"], [actor.carrier_id])
    if filters.type is not None:
        where.add("e.type = %s", filters.type)
    for column in ("country", "city", "currency", "code"):
        value = getattr(filters, column)
        if value:
            where.add(f"e.{column} = %s", value)
    if filters.text:
        anywhere = containing(filters.text)
        where.add("(e.code ILIKE %s OR coalesce(o.name, c.name) ILIKE %s)", anywhere, anywhere)
    if filters.has_credit_limit is not None:
        where.add("s.credit_limit > 0" if filters.has_credit_limit else "s.credit_limit = 0")
    if filters.statuses != frozenset(Status):
        where.add("s.status = ANY(%s)", sorted(filters.statuses))
    where.add_reach(actor)
    return where


def _read(where: _Conditions, carrier_id: int, *, limit: int) -> list[AccountView]:
    sql = f"{_SELECT} WHERE {' AND '.join(where.texts)}{_ORDER} LIMIT %s"
    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(sql, [*where.values, limit])
        return [_view(row) for row in cursor.fetchall()]


def _view(row: tuple[Any, ...]) -> AccountView:
    standing = Standing(row[0], row[22], Status(row[23]), *row[24:])
    facts: dict[str, Any] = dict(zip(_FACTS, row, strict=False))
    return AccountView(**facts, rates=rates_of(*row[14:22]), standing=standing)
