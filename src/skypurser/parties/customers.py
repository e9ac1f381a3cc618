"""Open and change charter customers, find them, list them.

Everything here is refused with `jet_cards_off` where the carrier has jet cards switched off.

Source: FL3XX, "Account Page".
"""

import re
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.history.conflicts import must_be_as_expected
from skypurser.parties import texts
from skypurser.parties.clientele import (
    CustomerChanges,
    CustomerData,
    CustomerExists,
    CustomerNotFound,
    CustomerView,
    Kind,
    Position,
    customer_view,
    place_of,
    require_changing,
    require_reading,
)
from skypurser.parties.models import Customer

#: The longest page, and one more to see whether another follows.
LONGEST_PAGE = 500

_CODE = re.compile(r"[A-Z0-9]{2,20}")
_MOST_LINES = 4
#: How many codes are tried, should somebody have given one of the kind that is made.
_TRIES = 20


def open_customer(*, data: CustomerData, actor: Actor, now: datetime) -> CustomerView:
    """Open a customer in the carrier's main currency, which stays the customer's; recorded as `customer.opened`.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, CustomerExists: Nothing is written.
    """
    carrier = require_jet_cards(actor.carrier_id)
    require_changing(actor)
    fields = _checked({**asdict(data), **asdict(data.billing)})
    require_changing(actor, at=place_of(fields["country"]))
    if data.code and not _CODE.fullmatch(data.code):
        raise InvalidRequest("a customer's code has 2 to 20 capital letters and digits", field="code")
    with acting_for(actor.carrier_id):
        row = _added(data.code, fields, carrier_id=actor.carrier_id, currency=carrier.currency, now=now)
        told = {"code": row.code, "currency": row.currency, **{name: value for name, value in fields.items() if value}}
        told.pop("sort_name", None)  # empty, and so not there, where a name is all signs
        acts.record(
            carrier_id=actor.carrier_id,
            action="customer.opened",
            actor=actor.name,
            reference=row.code,
            customer_id=row.id,
            changes={name: [None, value] for name, value in told.items()},
            now=now,
        )
    return customer_view(row)


def change_customer(
    *,
    customer_id: int,
    changes: CustomerChanges,
    actor: Actor,
    now: datetime,
    reference: str = "",
    expected: CustomerChanges | None = None,
) -> CustomerView:
    """Change a customer, all that is asked for or nothing; recorded as `customer.changed` with old and new values.

    Args:
        reference: Why; may be blank.
        expected: What the form showed; None to change it whatever it is.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, CustomerNotFound: Nothing is written.
        ChangedMeanwhile: Somebody else has changed one of these fields; tells what it is now. Nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    require_changing(actor)
    reference = texts.line(reference, field="reference", longest=500)
    wanted = _checked(_given(changes))
    with acting_for(actor.carrier_id):
        row = lock_customer(customer_id, carrier_id=actor.carrier_id)
        require_changing(actor, at=place_of(row.country))
        if "country" in wanted:  # nobody moves a customer out of their own reach
            require_changing(actor, at=place_of(wanted["country"]))
        now_is = {name: getattr(row, name) for name in wanted}
        if expected is not None:
            must_be_as_expected(expected=_as_stored(_given(expected)), wanted=wanted, now=now_is)
        told = {name: [now_is[name], value] for name, value in wanted.items() if value != now_is[name]}
        if told:
            Customer.objects.filter(carrier_id=actor.carrier_id, id=customer_id).update(**wanted)
            told.pop("sort_name", None)
            acts.record(
                carrier_id=actor.carrier_id,
                action="customer.changed",
                actor=actor.name,
                reference=reference,
                customer_id=customer_id,
                changes=told,
                now=now,
            )
        return customer_view(Customer.objects.get(carrier_id=actor.carrier_id, id=customer_id))


def get(customer_id: int, *, actor: Actor) -> CustomerView:
    """Return a customer.

    Raises:
        JetCardsOff, CustomerNotFound.
        PermissionDenied: The actor may not read customers, or not those billed there.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    view = shown(customer_id, carrier_id=actor.carrier_id)
    require_reading(actor, at=view.place)
    return view


def shown(customer_id: int, *, carrier_id: int) -> CustomerView:
    """Return a customer, whoever asks.

    Raises:
        CustomerNotFound.
    """
    with reading_for(carrier_id):
        row = Customer.objects.filter(carrier_id=carrier_id, id=customer_id).first()
    if row is None:
        raise CustomerNotFound(f"there is no customer {customer_id}")
    return customer_view(row)


def find(code: str, *, actor: Actor) -> CustomerView:
    """Return the customer with this code; errors are those of `get`."""
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    with reading_for(actor.carrier_id):
        row = Customer.objects.filter(carrier_id=actor.carrier_id, code=code).first()
    if row is None:
        raise CustomerNotFound(f"there is no customer {code}")
    require_reading(actor, at=place_of(row.country))
    return customer_view(row)


def customers(
    *,
    actor: Actor,
    text: str = "",
    kind: Kind | None = None,
    country: str = "",
    after: Position | None = None,
    before: Position | None = None,
    limit: int = 50,
) -> list[CustomerView]:
    """Return the customers within the actor's reach, sorted by name, as many as `limit` of those after a position.

    Args:
        text: Stands somewhere in the code, name, legal name, e-mail address or tax number, in capitals or not.
        country: Where they are billed (ISO 3166); empty for anywhere.
        before: Instead of `after`: as many as `limit` of those before a position, the nearest to it.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows.

    Raises:
        JetCardsOff, PermissionDenied.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    rows = Customer.objects.filter(carrier_id=actor.carrier_id)
    if actor.is_limited:
        rows = rows.filter(country__in=actor.countries)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if country:
        rows = rows.filter(country=country)
    if text := texts.line(text, field="text", longest=200):
        found = Q(sort_name__contains=texts.sort_name(text)) if texts.sort_name(text) else Q()
        for column in ("code", "name", "legal_name", "email", "tax_number"):
            found |= Q(**{f"{column}__icontains": text})
        rows = rows.filter(found)
    if after is not None:
        rows = rows.filter(
            Q(sort_name__gt=after.sort_name) | Q(sort_name=after.sort_name, id__gt=after.id),
            sort_name__gte=after.sort_name,  # the part of it that the index follows
        )
    most = min(limit, LONGEST_PAGE + 1)
    with reading_for(actor.carrier_id):
        if before is None:
            return [customer_view(row) for row in rows.order_by("sort_name", "id")[:most]]
        rows = rows.filter(
            Q(sort_name__lt=before.sort_name) | Q(sort_name=before.sort_name, id__lt=before.id),
            sort_name__lte=before.sort_name,
        )
        return [customer_view(row) for row in rows.order_by("-sort_name", "-id")[:most]][::-1]


def countries(*, actor: Actor) -> list[str]:
    """Return the countries in which customers within the actor's reach are billed, sorted; none that is not known.

    Raises:
        PermissionDenied.
    """
    require_reading(actor)
    rows = Customer.objects.filter(carrier_id=actor.carrier_id).exclude(country="")
    if actor.is_limited:
        rows = rows.filter(country__in=actor.countries)
    with reading_for(actor.carrier_id):
        return list(rows.order_by("country").values_list("country", flat=True).distinct())


def by_id(customer_ids: Collection[int], *, carrier_id: int) -> dict[int, CustomerView]:
    """Return customers by their ids, whoever asks; those that do not exist are left out."""
    with reading_for(carrier_id):
        rows = Customer.objects.filter(carrier_id=carrier_id, id__in=customer_ids)
        return {row.id: customer_view(row) for row in rows}


def ids_within(actor: Actor) -> list[int]:
    """Return the ids of the customers within a member's limits; for a member who has some."""
    with reading_for(actor.carrier_id):
        rows = Customer.objects.filter(carrier_id=actor.carrier_id, country__in=actor.countries)
        return list(rows.values_list("id", flat=True))


def lock_customer(customer_id: int, *, carrier_id: int) -> Customer:
    """Lock the customer's row, as every change of it, its persons and its cards' names does. Inside `acting_for`.

    Raises:
        CustomerNotFound: Nothing is locked.
    """
    row = Customer.objects.select_for_update(no_key=True).filter(carrier_id=carrier_id, id=customer_id).first()
    if row is None:
        raise CustomerNotFound(f"there is no customer {customer_id}")
    return row


def _added(code: str, fields: dict[str, Any], *, carrier_id: int, currency: str, now: datetime) -> Customer:
    """Insert the row, under a code that is made from its number where none is given."""
    for _ in range(_TRIES):
        row = Customer(carrier_id=carrier_id, code=code, currency=currency, opened_at=now, **fields)
        try:
            with transaction.atomic():
                if not code:
                    row.id = _next_id()
                    row.code = f"C{row.id:06d}"
                row.save(force_insert=True)
        except IntegrityError as error:
            if "customer_code_once" not in str(error):
                raise
            if code:
                raise CustomerExists(f"there is a customer {code} already") from error
        else:
            return row
    raise CustomerExists("no code is free; give one")


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('parties_customer_id_seq')")
        return int(cursor.fetchone()[0])


def _given(changes: CustomerChanges) -> dict[str, Any]:
    return {name: value for name, value in asdict(changes).items() if value is not None}


def _as_stored(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what a form showed as the columns have it."""
    return {name: list(value) if name == "address_lines" else value for name, value in shown.items()}


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return the columns for what is given, each as it is stored.

    Raises:
        InvalidRequest: Names the field.
    """
    checked: dict[str, Any] = {}
    for name, longest in (("legal_name", 200), ("postal_code", 20), ("city", 100), ("tax_number", 40)):
        if name in given:
            checked[name] = texts.line(given[name], field=name, longest=longest)
    for name, check in (
        ("email", texts.email),
        ("phone", texts.phone),
        ("country", texts.country),
        ("language", texts.language),
    ):
        if name in given:
            checked[name] = check(given[name], field=name)
    if "kind" in given:
        checked["kind"] = Kind(given["kind"]).value
    if "name" in given:
        checked["name"] = texts.line(given["name"], field="name", longest=200, mandatory=True)
        checked["sort_name"] = texts.sort_name(checked["name"])
    if "address_lines" in given:
        stripped = [texts.line(one, field="address_lines", longest=200) for one in given["address_lines"]]
        checked["address_lines"] = [one for one in stripped if one]
        if len(checked["address_lines"]) > _MOST_LINES:
            raise InvalidRequest(f"an address has at most {_MOST_LINES} lines", field="address_lines")
    if "notes" in given:
        checked["notes"] = texts.lines(given["notes"], field="notes", longest=5_000)
    return checked
