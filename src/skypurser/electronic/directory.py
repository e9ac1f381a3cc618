"""Find an electronic account by the names that the outside uses: type, code, currency, and the city where needed."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor, Place
from skypurser.electronic.models import ElectronicAccount
from skypurser.errors import Refusal
from skypurser.ledger.accounts import AccountNotFound

_NAMES = """
SELECT e.carrier_id, e.account_id, e.type, e.code, e.currency, e.city
  FROM unnest(%s::integer[], %s::bigint[]) AS asked(carrier_id, account_id)
  JOIN electronic_electronicaccount e ON e.carrier_id = asked.carrier_id AND e.account_id = asked.account_id
"""


class AccountAmbiguous(Refusal):
    """A client with accounts in two cities was named without its city."""

    code = "account_ambiguous"


@dataclass(frozen=True, slots=True)
class AccountName:
    """How the outside names an account."""

    type: str
    code: str
    currency: str
    city: str = ""

    def __str__(self) -> str:
        return f"{self.type} {self.code} {self.currency}" + (f" {self.city}" if self.city else "")


@dataclass(frozen=True, slots=True)
class Found:
    """An account that was found; `account_id` is the ledger's."""

    account_id: int
    name: AccountName
    place: Place


def find(name: AccountName, *, carrier_id: int) -> Found:
    """Return the account with this name.

    Raises:
        AccountNotFound, AccountAmbiguous.
    """
    with reading_for(carrier_id):
        rows = ElectronicAccount.objects.filter(
            carrier_id=carrier_id, type=name.type, code=name.code, currency=name.currency
        )
        if name.city:
            rows = rows.filter(city=name.city)
        found = list(rows[:2])
    if not found:
        raise AccountNotFound(f"there is no account {name}")
    if len(found) > 1:
        raise AccountAmbiguous(f"{name} has accounts in several cities; name one")
    return _found(found[0])


def get(account_id: int, *, carrier_id: int) -> Found:
    """Return the electronic account with this id.

    Raises:
        AccountNotFound: None of this carrier's.
    """
    with reading_for(carrier_id):
        row = ElectronicAccount.objects.filter(carrier_id=carrier_id, account_id=account_id).first()
    if row is None:
        raise AccountNotFound(f"there is no account {account_id}")
    return _found(row)


def look_up(*, carrier_id: int, codes: Collection[str] = (), account_ids: Collection[int] = ()) -> list[Found]:
    """Return the accounts that have one of these codes or ids, in one query, for those who look up many at once."""
    with reading_for(carrier_id):
        rows = list(ElectronicAccount.objects.filter(carrier_id=carrier_id, code__in=set(codes))) if codes else []
        if account_ids:
            rows += ElectronicAccount.objects.filter(carrier_id=carrier_id, account_id__in=set(account_ids))
    return [_found(row) for row in rows]


def within(actor: Actor) -> list[int] | None:
    """Return the ids of the accounts within the member's limits; None where there are no limits."""
    if not actor.is_limited:
        return None
    of_offices = Q(type=ElectronicAccount.AGENCY, code__in=actor.offices)
    inside = Q(country__in=actor.countries) | Q(city__in=actor.cities) | of_offices
    with reading_for(actor.carrier_id):
        rows = ElectronicAccount.objects.filter(inside, carrier_id=actor.carrier_id)
        return list(rows.values_list("account_id", flat=True))


def within_of(actor: Actor, account_ids: Collection[int] | None) -> list[int] | None:
    """Return which of the accounts lie within the member's limits; None for all, where neither says which."""
    inside = within(actor)
    if account_ids is None or inside is None:
        return inside if account_ids is None else list(account_ids)
    return sorted(set(inside) & set(account_ids))


@dataclass(frozen=True, slots=True)
class Held:
    """On which account a hold is, and for how much in minor units; neither ever changes."""

    account_id: int
    amount: int


def held(hold_id: int, *, carrier_id: int) -> Held | None:
    """Return where a hold is; None when the carrier has no such hold, or has it on another kind of account."""
    with reading_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.account_id, h.amount FROM ledger_hold h"
            " JOIN electronic_electronicaccount e ON e.carrier_id = h.carrier_id AND e.account_id = h.account_id"
            " WHERE h.carrier_id = %s AND h.id = %s",
            [carrier_id, hold_id],
        )
        row = cursor.fetchone()
    return None if row is None else Held(*row)


def _found(row: ElectronicAccount) -> Found:
    office = row.code if row.type == ElectronicAccount.AGENCY else ""
    return Found(
        row.account_id,
        AccountName(row.type, row.code, row.currency, row.city),
        Place(row.country, row.city, office),
    )


def of_type(row: str) -> str:
    """Return the condition that a row's account is of a type, for statements of others.

    Args:
        row: What the statement calls it; it has an `account_id`. The values are named `carrier` and `account_type`.
    """
    return _account_of(row, "e.type = %(account_type)s")


def of_currency(row: str) -> str:
    """Return the condition that a row's account is in a currency; as `of_type`, with a value named `currency`."""
    return _account_of(row, "e.currency = %(currency)s")


def _account_of(row: str, condition: str) -> str:
    return f"""EXISTS (SELECT FROM electronic_electronicaccount e WHERE e.carrier_id = %(carrier)s
        AND e.account_id = {row}.account_id AND {condition})"""


def time_zone(account_id: int, *, carrier_id: int) -> str:
    """Return the IANA time zone in which the account's business dates are told."""
    with reading_for(carrier_id):
        return ElectronicAccount.objects.values_list("time_zone", flat=True).get(
            carrier_id=carrier_id, account_id=account_id
        )


def names_of(accounts: Collection[tuple[int, int]]) -> dict[tuple[int, int], AccountName]:
    """Return the names of many accounts, by carrier and account id; for carriers that the transaction acts for.

    A corporate client's and an agency's name both say their city. Accounts that were deleted are left out.
    """
    if not accounts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(column) for column in zip(*accounts, strict=True)])
        return {(row[0], row[1]): AccountName(*row[2:]) for row in cursor.fetchall()}
