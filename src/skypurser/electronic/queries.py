"""Questions about electronic accounts; the answers are frozen, and each is read in one query.

Source: KIU, "List of Accounts" and "Queries".
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Rates
from skypurser.electronic import directory
from skypurser.electronic.directory import AccountName
from skypurser.electronic.filtering import Conditions, Filters, Order, Position, add_position, conditions, sorting
from skypurser.electronic.terms import rates_of
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.queries import ACCOUNTS, Standing
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
    def position(self) -> Position:
        """Where the account stands in a list: give it back as `after` for what follows, `before` for what precedes."""
        return Position(self.type, self.code, self.currency, self.account_id, self.city)


# From one place, or currency, to the next along an index: costs as much as there are of them, not of accounts.
_PLACES = """
WITH RECURSIVE place AS (
    (SELECT country, city FROM electronic_electronicaccount WHERE carrier_id = %(carrier)s
      ORDER BY country, carrier_id, city LIMIT 1)
    UNION ALL
    SELECT next.* FROM place p CROSS JOIN LATERAL (
        SELECT country, city FROM electronic_electronicaccount
         WHERE carrier_id = %(carrier)s AND (country, carrier_id, city) > (p.country, %(carrier)s, p.city)
         ORDER BY country, carrier_id, city LIMIT 1) next
)
SELECT country, city FROM place
"""
_CURRENCIES = """
WITH RECURSIVE used AS (
    (SELECT currency FROM electronic_electronicaccount WHERE carrier_id = %(carrier)s
      ORDER BY currency, carrier_id LIMIT 1)
    UNION ALL
    SELECT next.* FROM used u CROSS JOIN LATERAL (
        SELECT currency FROM electronic_electronicaccount WHERE carrier_id = %(carrier)s AND currency > u.currency
         ORDER BY currency, carrier_id LIMIT 1) next
)
SELECT currency FROM used ORDER BY currency
"""

_SELECT = f"""
SELECT e.account_id, e.type, e.code, coalesce(o.name, c.name), coalesce(o.issue_id, ''), e.city,
       coalesce(o.airport, c.airport), e.country, e.time_zone, coalesce(c.agency_involved, ''), coalesce(i.name, ''),
       e.currency, e.credit_card, e.opened_at,
       e.domestic_mode, e.domestic_bps, e.international_mode, e.international_bps,
       e.domestic_card_mode, e.domestic_card_bps, e.international_card_mode, e.international_card_bps,
       s.currency, s.status, s.credit_limit, s.debits, s.credits, s.held, s.movements, s.closed_through{{more}}
  FROM page
  JOIN electronic_electronicaccount e ON e.carrier_id = page.carrier_id AND e.account_id = page.account_id
  JOIN {ACCOUNTS} s ON s.carrier_id = e.carrier_id AND s.account_id = e.account_id
  LEFT JOIN parties_office o ON o.carrier_id = e.carrier_id AND o.id = e.office_id
  LEFT JOIN parties_client c ON c.carrier_id = e.carrier_id AND c.id = e.client_id
  LEFT JOIN parties_office i ON i.carrier_id = e.carrier_id AND i.code = c.agency_involved
"""  # noqa: S608 — put together from our own text

#: The first columns of `_SELECT`.
_FACTS = tuple(AccountView.__dataclass_fields__)[:14]


def accounts(
    filters: Filters | None = None,
    *,
    actor: Actor,
    after: Position | None = None,
    before: Position | None = None,
    limit: int = 50,
    order: Order = Order.CODE,
) -> list[AccountView]:
    """Return one page of the list of accounts, sorted by type, code and currency, or by city first.

    Args:
        filters: Default: the active travel agencies.
        after: The `position` of the last account of the page before.
        before: The `position` of the first account of the page after; instead of `after`.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows (or precedes: the first one
            of the answer is then the one more).

    Raises:
        PermissionDenied: The actor lacks LIST_ACCOUNTS. Accounts outside a member's limits are left out.
    """
    actor.require(Permission.LIST_ACCOUNTS)
    position = before or after
    with reading_for(actor.carrier_id):
        where = conditions(filters or Filters(), actor, rows=limit)
        if position is not None:
            add_position(where, position, carrier_id=actor.carrier_id, order=order, backwards=before is not None)
        found = _read(
            where, actor.carrier_id, limit=min(limit, LONGEST_PAGE + 1), order=order, backwards=before is not None
        )
    return found if before is None else found[::-1]


def first_page(
    filters: Filters | None = None, *, actor: Actor, limit: int = 50, most: int = 1_000
) -> tuple[list[AccountView], int]:
    """Return what `accounts` and `count` do; accounts that lie scattered are met once for both.

    Arguments and errors are those of `accounts` and `count`.
    """
    actor.require(Permission.LIST_ACCOUNTS)
    if not (filters or Filters()).is_scattered:
        # Two short walks along an index; a long one would tempt the planner to read and sort everything.
        return accounts(filters, actor=actor, limit=limit), count(filters, actor=actor, most=most)
    with reading_for(actor.carrier_id), connection.cursor() as cursor:
        where, in_order = conditions(filters or Filters(), actor, rows=most), sorting(Order.CODE, backwards=False)
        sql = f"""WITH found AS MATERIALIZED (
                      SELECT e.carrier_id, e.account_id, e.type, e.code, e.currency FROM {where.tables}
                       WHERE {" AND ".join(where.texts)}{in_order} LIMIT %s),
                  page AS MATERIALIZED (SELECT * FROM found e{in_order} LIMIT %s)
                  {_SELECT.format(more=", (SELECT count(*) FROM found)")}{in_order}"""  # noqa: S608 — our own text; values are parameters
        cursor.execute(sql, [*where.values, most + 1, min(limit, LONGEST_PAGE + 1)])
        rows = cursor.fetchall()
    return [_view(row[:-1]) for row in rows], rows[0][-1] if rows else 0


def count(filters: Filters | None = None, *, actor: Actor, most: int | None = None) -> int:
    """Return how many accounts the whole list has. Arguments and errors are those of `accounts`.

    Args:
        most: Count no further than one more than this, which tells that there are more; None counts all.
    """
    actor.require(Permission.LIST_ACCOUNTS)
    with reading_for(actor.carrier_id), connection.cursor() as cursor:
        where = conditions(filters or Filters(), actor, rows=most)
        sql = f"SELECT count(*) FROM (SELECT FROM {where.tables} WHERE {' AND '.join(where.texts)} LIMIT %s) f"  # noqa: S608 — our own text; values are parameters
        cursor.execute(sql, [*where.values, None if most is None else most + 1])
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Choices:
    """What the accounts within the actor's reach offer to choose from, each sorted."""

    countries: tuple[str, ...]
    cities: tuple[str, ...]
    currencies: tuple[str, ...]


def choices(*, actor: Actor) -> Choices:
    """Return the countries, cities and currencies that accounts are in, for the choices of a filter.

    Raises:
        PermissionDenied: The actor lacks LIST_ACCOUNTS, MASS_MANAGEMENT and CUT_OFF. Places outside a member's limits
            are left out; currencies are all of the carrier's.
    """
    actor.require_any(Permission.LIST_ACCOUNTS, Permission.MASS_MANAGEMENT, Permission.CUT_OFF)
    with reading_for(actor.carrier_id), connection.cursor() as cursor:
        cursor.execute(_PLACES, {"carrier": actor.carrier_id})
        places = set(cursor.fetchall())
        if actor.is_limited:
            own = Conditions(["e.carrier_id = %s", "e.code = ANY(%s)"], [actor.carrier_id, sorted(actor.offices)])
            offices = {(view.country, view.city) for view in _read(own, actor.carrier_id, limit=LONGEST_PAGE)}
            places = {
                place for place in places if place[0] in actor.countries or place[1] in actor.cities or place in offices
            }
    countries, cities = (tuple(sorted({place[at] for place in places})) for at in range(2))
    return Choices(countries, cities, used_currencies(carrier_id=actor.carrier_id))


def used_currencies(*, carrier_id: int) -> tuple[str, ...]:
    """Return the currencies of a carrier's accounts, sorted."""
    with reading_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(_CURRENCIES, {"carrier": carrier_id})
        return tuple(row[0] for row in cursor.fetchall())


def named(code: str, *, actor: Actor, type: str = "", currency: str = "", city: str = "") -> list[AccountView]:  # noqa: A002 — the API's word
    """Return the accounts with this code that the rest of the name allows; usually one, none when there is none.

    Args:
        type, currency, city: Narrow it down; empty for all.

    Raises:
        PermissionDenied: The actor lacks QUERIES. Accounts outside a member's limits are left out.
    """
    actor.require(Permission.QUERIES)
    where = Conditions(["e.carrier_id = %s", "e.code = %s"], [actor.carrier_id, code])
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
    where = Conditions(["e.carrier_id = %s", "e.account_id = %s"], [carrier_id, account_id])
    found = _read(where, carrier_id, limit=1)
    if not found:
        raise AccountNotFound(f"there is no account {account_id}")
    return found[0]


def several(account_ids: Collection[int], *, carrier_id: int) -> list[AccountView]:
    """Return accounts in the order of the list, whoever asks; unknown ones are left out."""
    where = Conditions(["e.carrier_id = %s", "e.account_id = ANY(%s)"], [carrier_id, list(account_ids)])
    return _read(where, carrier_id, limit=len(account_ids))


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
    with reading_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, code, currency, city, account_id FROM electronic_electronicaccount"
            " WHERE carrier_id = %s ORDER BY type, code, currency, account_id",
            [carrier_id],
        )
        return [(AccountName(*row[:4]), row[4]) for row in cursor.fetchall()]


def _read(
    where: Conditions, carrier_id: int, *, limit: int, order: Order = Order.CODE, backwards: bool = False
) -> list[AccountView]:
    # The page is chosen first, from as few tables as it takes, so that its order comes from an index; only its accounts
    # are then read in full.
    in_order = sorting(order, backwards=backwards)
    sql = f"""WITH page AS MATERIALIZED (
                  SELECT e.carrier_id, e.account_id FROM {where.tables}
                   WHERE {" AND ".join(where.texts)}{in_order} LIMIT %s)
              {_SELECT.format(more="")}{in_order}"""  # noqa: S608 — our own text; values are parameters
    with reading_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(sql, [*where.values, limit])
        return [_view(row) for row in cursor.fetchall()]


def _view(row: tuple[Any, ...]) -> AccountView:
    standing = Standing(row[0], row[22], Status(row[23]), *row[24:])
    facts: dict[str, Any] = dict(zip(_FACTS, row, strict=False))
    return AccountView(**facts, rates=rates_of(*row[14:22]), standing=standing)
