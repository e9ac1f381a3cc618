"""The cut-off of many accounts at once, each sent to its own address: which ones, and a preview.

`massasking.py` asks for it, `massmaking.py` makes it, one account after the other.

Source: KIU, "Summary and Cut-off"; doing it for many is ours.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters, conditions
from skypurser.electronic.mass import check_where
from skypurser.ledger.states import Status

#: How the job is called.
KIND = "mass_cut_off"

#: Why an account is left out before anything is asked of it, in the order in which that is judged.
OBSTACLES = ("period_closed", "cut_off_in_future", "no_address")

#: How many accounts a preview shows, and how many of each obstacle.
SAMPLES = 10

#: How many of those that have no address: somebody has to give each of them one.
MOST_WITHOUT_ADDRESS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MassCutOff:
    """Which accounts, whatever their status, and up to which date.

    Attributes:
        type: `agency` or `corporate`.
        country, city, currency: Only accounts there, or in it; empty for all.
        through: The cut-off date of each.

    Raises:
        InvalidRequest: No such type, or something that can be no place or currency.
    """

    type: str
    through: date
    country: str = ""
    city: str = ""
    currency: str = ""

    def __post_init__(self) -> None:
        check_where(self)


@dataclass(frozen=True, slots=True)
class Sample:
    """An account that is meant. `email` and `language` are where its statement would go, empty where nobody knows."""

    account_id: int
    code: str
    name: str
    city: str
    currency: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What it would do now.

    Attributes:
        count: How many accounts would be cut off.
        left_out: How many would not, by the reason's code: one of `OBSTACLES`.
        samples: Some of those that would be, by their codes.
        without: Some of those left out, by the reason; of those without an address so many that they can be given one.
        confirmation: Send it back to have exactly these cut off, each sent where it was shown.
    """

    count: int
    left_out: Mapping[str, int]
    samples: tuple[Sample, ...]
    without: Mapping[str, tuple[Sample, ...]]
    confirmation: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A SELECT's FROM and WHERE over accounts `e`, their addresses `a` and the obstacle `v.code`, and its values."""

    tables: str
    where: str
    values: tuple[Any, ...]


def plan(wanted: MassCutOff, *, actor: Actor, now: datetime) -> Plan:
    """Return the accounts that are meant, each with what stands in its way. Inside `acting_for`."""
    filters = Filters(
        type=wanted.type,
        country=wanted.country,
        city=wanted.city,
        currency=wanted.currency,
        statuses=frozenset(Status),
    )
    where = conditions(filters, actor)
    where.joins_ledger = True
    tables = f"""{where.tables}
        LEFT JOIN statements_address a ON a.carrier_id = e.carrier_id AND a.account_id = e.account_id
        CROSS JOIN LATERAL (SELECT CASE
            WHEN s.closed_through >= %s THEN 'period_closed'
            WHEN %s > (%s::timestamptz AT TIME ZONE e.time_zone)::date THEN 'cut_off_in_future'
            WHEN a.email IS NULL THEN 'no_address' ELSE '' END AS code OFFSET 0) v"""
    return Plan(tables, " AND ".join(where.texts), (wanted.through, wanted.through, now, *where.values))


def preview(wanted: MassCutOff, *, actor: Actor, now: datetime) -> Preview:
    """Return what it would do now; accounts outside a member's limits are not meant. Writes nothing.

    Raises:
        PermissionDenied: The actor lacks CUT_OFF.
    """
    actor.require(Permission.CUT_OFF)
    with reading_for(actor.carrier_id):
        return _preview(plan(wanted, actor=actor, now=now), parameters(wanted), actor.carrier_id)


def parameters(wanted: MassCutOff) -> dict[str, Any]:
    """Return what is wanted, ready for JSON."""
    return {
        "type": wanted.type,
        "country": wanted.country,
        "city": wanted.city,
        "currency": wanted.currency,
        "through": wanted.through.isoformat(),
    }


def confirmation(*, told: Mapping[str, Any], count: int, mark: object) -> str:
    """Return what binds a confirmation to a preview: what is wanted, how many accounts, which, and sent where.

    Args:
        told: As `parameters` tells it.
        mark: The sum of `MARK` over the accounts that would be cut off.
    """
    return hashlib.sha256(msgspec.json.encode([KIND, told, count, str(mark)])).hexdigest()[:32]


#: Of an account and its address: a number that differs for another one, or for another address.
MARK = "hashtextextended({account} || ':' || {address}.email || ':' || {address}.language, 0)::numeric"

_COUNT = """
SELECT v.code, count(*), coalesce(sum({mark}), 0) FROM {tables} WHERE {where} GROUP BY v.code
"""
_SAMPLES = """
SELECT code, account_id, email, language FROM (
    SELECT v.code, e.account_id, coalesce(a.email, '') AS email, coalesce(a.language, '') AS language,
           row_number() OVER (PARTITION BY v.code ORDER BY e.type, e.code, e.currency, e.account_id) AS at
      FROM {tables} WHERE {where}) one
 WHERE at <= CASE WHEN code = 'no_address' THEN %s ELSE %s END ORDER BY code, at
"""


def _preview(planned: Plan, told: Mapping[str, Any], carrier_id: int) -> Preview:
    with connection.cursor() as cursor:
        mark_of = MARK.format(account="e.account_id", address="a")
        cursor.execute(_COUNT.format(mark=mark_of, tables=planned.tables, where=planned.where), planned.values)
        counts = {code: (count, mark) for code, count, mark in cursor.fetchall()}
        most = (MOST_WITHOUT_ADDRESS, SAMPLES)
        cursor.execute(_SAMPLES.format(tables=planned.tables, where=planned.where), [*planned.values, *most])
        rows = cursor.fetchall()
    views = {one.account_id: one for one in queries.several([row[1] for row in rows], carrier_id=carrier_id)}
    samples: dict[str, list[Sample]] = {code: [] for code in ("", *OBSTACLES)}
    for code, account_id, email, language in rows:
        one = views[account_id]
        samples[code].append(Sample(account_id, one.code, one.name, one.city, one.currency, email, language))
    count, mark = counts.get("", (0, 0))
    return Preview(
        count=count,
        left_out={code: counts[code][0] for code in OBSTACLES if code in counts},
        samples=tuple(samples.pop("")),
        without={code: tuple(some) for code, some in samples.items() if some},
        confirmation=confirmation(told=told, count=count, mark=mark),
    )
