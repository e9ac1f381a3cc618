"""Mass management: set any of the commission rates on all ACTIVE accounts of a type. What is to change, and a preview.

`massasking.py` asks for the change, or for the one that undoes it; `massapplying.py` makes it.

Source: KIU, "Mass Management"; narrowing it, the preview and undoing it are ours.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import msgspec
from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.backlog.queries import JobNotFound, job
from skypurser.commissions.rules import Rule
from skypurser.electronic.filtering import Filters, conditions
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.states import Status

#: The rates in the order in which rows and files have them; a corporate client has the first two.
RATES = ("domestic", "international", "domestic_card", "international_card")
_OF_TYPE = {"agency": RATES, "corporate": RATES[:2]}

#: How jobs of both kinds are called.
CHANGE, UNDO = "mass_change", "mass_undo"

#: How many accounts a preview shows.
SAMPLES = 10


class NothingToChange(Refusal):
    """All accounts that are meant have these rates already, or none is meant."""

    code = "nothing_to_change"


class PreviewOutdated(Refusal):
    """Accounts, or their rates, are otherwise than the preview showed. Facts: `count`, how many would change now."""

    code = "preview_outdated"


class Where(Protocol):
    """Which accounts are meant: those of a type, in a country, city and currency; empty for all."""

    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def country(self) -> str: ...  # noqa: D102
    @property
    def city(self) -> str: ...  # noqa: D102
    @property
    def currency(self) -> str: ...  # noqa: D102


def check_where(where: Where) -> None:
    """Raise InvalidRequest, with its field, for a type that there is not, or a place or currency that can't be one."""
    if where.type not in _OF_TYPE:
        raise InvalidRequest("accounts are agencies' or corporate clients'", field="type")
    for field in ("country", "city", "currency"):
        value: str = getattr(where, field)
        if value and not (value.isascii() and value.isalpha() and value.isupper() and len(value) <= 3):
            raise InvalidRequest(f"this is no {field}", field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class MassChange:
    """Which accounts, and which rates. `rates` are by the names in `RATES`; what is not there is left.

    Attributes:
        type: `agency` or `corporate`.
        country, city, currency: Only accounts there, or in it; empty for all.

    Raises:
        InvalidRequest: No such type, no rate, or one that the type has not.
    """

    type: str
    rates: Mapping[str, Rule]
    country: str = ""
    city: str = ""
    currency: str = ""

    def __post_init__(self) -> None:
        check_where(self)
        if not self.rates:
            raise InvalidRequest("choose at least one rate to set", field="rates")
        if not set(self.rates) <= set(_OF_TYPE[self.type]):
            raise InvalidRequest("an agency has four commission rates, a corporate client two", field="commissions")


@dataclass(frozen=True, slots=True)
class Sample:
    """An account that would change. `rates` has old and new, as `str(Rule)`, of each rate that differs."""

    account_id: int
    code: str
    name: str
    city: str
    currency: str
    rates: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do now.

    Attributes:
        count: How many accounts would change.
        unchanged: How many are meant and have these rates already.
        left_out: Of an undo: accounts that somebody has changed since, that are gone, or that lie out of reach.
        samples: Some of those that would change, by their codes.
        confirmation: Send it back to do exactly this.
    """

    count: int
    unchanged: int
    left_out: int
    samples: tuple[Sample, ...]
    confirmation: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A SELECT's FROM and WHERE over accounts `e` with their rates `r.before` and `r.after`, and its values."""

    tables: str
    where: str
    values: tuple[Any, ...]

    @property
    def changed(self) -> str:
        """The condition that an account's rates would change."""
        return f"{self.where} AND r.before IS DISTINCT FROM r.after"


def _rule(name: str) -> str:
    """Return a rate of `e` as `str(Rule)` writes it; null where there is none."""
    mode, percent = f"e.{name}_mode", f"to_char(e.{name}_bps / 100.0, 'FM990.00')"
    return f"CASE {mode} WHEN 'FREE' THEN 'FREE' ELSE {mode} || ' ' || {percent} END"


# By OFFSET 0 a rate is written once for each account, not once for each place that names it.
_NOW = ", ".join(map(_rule, RATES))


def plan(change: MassChange, *, actor: Actor) -> Plan:
    """Return the accounts that are meant, each with its rates before and after. Inside `acting_for`."""
    filters = Filters(
        type=change.type,
        country=change.country,
        city=change.city,
        currency=change.currency,
        statuses=frozenset({Status.ACTIVE}),
    )
    where = conditions(filters, actor)
    wanted = [None if change.rates.get(name) is None else str(change.rates[name]) for name in RATES]
    after = ", ".join(f"coalesce(%s, now.rates[{at}])" for at in range(1, 5))
    tables = f"""{where.tables} CROSS JOIN LATERAL (SELECT ARRAY[{_NOW}] AS rates OFFSET 0) now
        CROSS JOIN LATERAL (SELECT now.rates AS before, ARRAY[{after}] AS after OFFSET 0) r"""
    return Plan(tables, " AND ".join(where.texts), (*wanted, *where.values))


def plan_undoing(job_id: int, *, actor: Actor) -> Plan:
    """Return the accounts whose rates are still what a mass change made them, each with what they were before it."""
    where = conditions(Filters(type=None, statuses=frozenset(Status)), actor)
    was, made = "c.before[{0}]", "c.after[{0}]"
    is_still = " AND ".join(
        f"({was} IS NOT DISTINCT FROM {made} OR now.rates[{{0}}] IS NOT DISTINCT FROM {made})".format(at)
        for at in range(1, 5)
    )
    after = ", ".join(
        f"CASE WHEN {was} IS DISTINCT FROM {made} THEN {was} ELSE now.rates[{{0}}] END".format(at) for at in range(1, 5)
    )
    tables = f"""{where.tables} JOIN electronic_ratechange c ON c.carrier_id = e.carrier_id
             AND c.account_id = e.account_id AND c.job_id = %s
        CROSS JOIN LATERAL (SELECT ARRAY[{_NOW}] AS rates OFFSET 0) now
        CROSS JOIN LATERAL (SELECT now.rates AS before, ARRAY[{after}] AS after OFFSET 0) r"""
    return Plan(tables, " AND ".join([*where.texts, is_still]), (job_id, *where.values))


def preview(change: MassChange, *, actor: Actor) -> Preview:
    """Return what the change would do now; accounts outside a member's limits are not meant.

    Raises:
        PermissionDenied: The actor lacks MASS_MANAGEMENT.
    """
    actor.require(Permission.MASS_MANAGEMENT)
    with reading_for(actor.carrier_id):
        return _preview(plan(change, actor=actor), parameters(change))


def preview_undoing(job_id: int, *, actor: Actor) -> Preview:
    """Return what undoing a mass change would do now.

    Raises:
        PermissionDenied: The actor lacks MASS_MANAGEMENT.
        JobNotFound: There is no such mass change that was made, or it is somebody else's.
    """
    actor.require(Permission.MASS_MANAGEMENT)
    with reading_for(actor.carrier_id):
        found = job(job_id, actor=actor)
        if found.kind not in {CHANGE, UNDO} or not found.is_done or found.facts is None:
            raise JobNotFound(f"there is no mass change {job_id}")
        shown = _preview(plan_undoing(job_id, actor=actor), {"undoes": job_id})
        return replace(shown, left_out=found.facts["changed"] - shown.count - shown.unchanged)


def parameters(change: MassChange) -> dict[str, Any]:
    """Return what is to change, ready for JSON."""
    return {
        "type": change.type,
        "country": change.country,
        "city": change.city,
        "currency": change.currency,
        "rates": {name: str(change.rates[name]) for name in RATES if name in change.rates},
    }


def change_of(told: Mapping[str, Any]) -> MassChange:
    """Return what is to change, as `parameters` told it."""
    rates = {name: Rule.parse(text) for name, text in told["rates"].items()}
    return MassChange(**{field: told[field] for field in ("type", "country", "city", "currency")}, rates=rates)


def confirmation(*, told: Mapping[str, Any], count: int, mark: object) -> str:
    """Return what binds a confirmation to a preview: what is to change, how many accounts, and which with which rates.

    Args:
        told: As `parameters` tells it.
        mark: The sum of `MARK` over the accounts that would change.
    """
    text = msgspec.json.encode([told, count, str(mark)])
    return hashlib.sha256(text).hexdigest()[:32]


#: Of an account that would change: a number that differs for another one, or for other rates, before or after.
MARK = "hashtextextended(e.account_id || ':' || r.before::text || r.after::text, 0)::numeric"

_COUNT = """
SELECT count(*) FILTER (WHERE r.before IS DISTINCT FROM r.after), count(*) FILTER (WHERE r.before = r.after),
       coalesce(sum({mark}) FILTER (WHERE r.before IS DISTINCT FROM r.after), 0)
  FROM {tables} WHERE {where}
"""
_SAMPLES = """
SELECT e.account_id, e.code, coalesce(o.name, p.name), e.city, e.currency, r.before, r.after
  FROM {tables}
  LEFT JOIN parties_office o ON o.carrier_id = e.carrier_id AND o.id = e.office_id
  LEFT JOIN parties_client p ON p.carrier_id = e.carrier_id AND p.id = e.client_id
 WHERE {changed} ORDER BY e.type, e.code, e.currency, e.account_id LIMIT %s
"""


def _preview(planned: Plan, told: Mapping[str, Any]) -> Preview:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(mark=MARK, tables=planned.tables, where=planned.where), planned.values)
        count, unchanged, mark = cursor.fetchone()
        cursor.execute(_SAMPLES.format(tables=planned.tables, changed=planned.changed), [*planned.values, SAMPLES])
        samples = tuple(
            Sample(account_id, code, name, city, currency, differing(before, after))
            for account_id, code, name, city, currency, before, after in cursor.fetchall()
        )
    return Preview(count, unchanged, 0, samples, confirmation(told=told, count=count, mark=mark))


def differing(before: list[str | None], after: list[str | None]) -> dict[str, tuple[str, str]]:
    """Return old and new of each rate that differs, by its name."""
    pairs = zip(RATES, before, after, strict=True)
    return {name: (old or "", new or "") for name, old, new in pairs if old != new}
