"""Persons of a charter customer: add and change them. Nobody is deleted; whoever leaves is made inactive.

Source: FL3XX, "Account Persons".
"""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.history import acts
from skypurser.history.conflicts import must_be_as_expected
from skypurser.parties import customers, texts
from skypurser.parties.clientele import (
    PersonChanges,
    PersonExists,
    PersonNotFound,
    PersonView,
    person_view,
    place_of,
    require_changing,
)
from skypurser.parties.models import Person


def add_person(
    *, customer_id: int, name: str, actor: Actor, now: datetime, email: str = "", phone: str = ""
) -> PersonView:
    """Add a person to a customer; recorded as `customer.person_added`.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, CustomerNotFound: Nothing is written.
        PersonExists: The customer has somebody with this e-mail address. Nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    require_changing(actor)
    fields = _checked({"name": name, "email": email, "phone": phone})
    with acting_for(actor.carrier_id):
        _lock_customer(customer_id, actor)
        row = Person(carrier_id=actor.carrier_id, customer_id=customer_id, added_at=now, **fields)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise _told(error, fields) from error
        told = {"person": row.id, **{field: value for field, value in fields.items() if value}}
        changes = {field: [None, value] for field, value in told.items()}
        _record("customer.person_added", row, changes, actor, now)
    return person_view(row)


def change_person(
    *,
    customer_id: int,
    person_id: int,
    changes: PersonChanges,
    actor: Actor,
    now: datetime,
    expected: PersonChanges | None = None,
) -> PersonView:
    """Change a person, or make it inactive or active again; recorded as `customer.person_changed`.

    Args:
        expected: What the form showed; None to change it whatever it is.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, CustomerNotFound, PersonNotFound, PersonExists: Nothing is
            written.
        ChangedMeanwhile: Somebody else has changed one of these fields; tells what it is now. Nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    require_changing(actor)
    wanted = _checked(_given(changes))
    own = {"carrier_id": actor.carrier_id, "customer_id": customer_id, "id": person_id}
    with acting_for(actor.carrier_id):
        _lock_customer(customer_id, actor)
        row = Person.objects.filter(**own).first()
        if row is None:
            raise PersonNotFound(f"the customer has no person {person_id}")
        now_is = {field: getattr(row, field) for field in wanted}
        if expected is not None:
            must_be_as_expected(expected=_given(expected), wanted=wanted, now=now_is)
        told = {field: [now_is[field], value] for field, value in wanted.items() if value != now_is[field]}
        if told:
            try:
                with transaction.atomic():
                    Person.objects.filter(**own).update(**wanted)
            except IntegrityError as error:
                raise _told(error, wanted) from error
            _record("customer.person_changed", row, {"person": [person_id, person_id], **told}, actor, now)
        return person_view(Person.objects.get(**own))


def persons_of(customer_id: int, *, actor: Actor, after: int = 0, limit: int | None = None) -> list[PersonView]:
    """Return the persons of a customer in the order in which they were added, inactive ones too.

    Args:
        after: The id of the last person of the page before.
        limit: None for all.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied: As `customers.get`.
    """
    with reading_for(actor.carrier_id):
        customers.get(customer_id, actor=actor)
        rows = Person.objects.filter(carrier_id=actor.carrier_id, customer_id=customer_id, id__gt=after)
        return [person_view(row) for row in rows.order_by("id")[:limit]]


def get_person(person_id: int, *, customer_id: int, actor: Actor) -> PersonView:
    """Return a person of a customer.

    Raises:
        PersonNotFound, JetCardsOff, CustomerNotFound, PermissionDenied: As `customers.get`.
    """
    with reading_for(actor.carrier_id):
        customers.get(customer_id, actor=actor)
        row = Person.objects.filter(carrier_id=actor.carrier_id, customer_id=customer_id, id=person_id).first()
    if row is None:
        raise PersonNotFound(f"the customer has no person {person_id}")
    return person_view(row)


def all_of(customer_id: int, *, carrier_id: int) -> list[PersonView]:
    """Return the persons of a customer by name, those who are active first, whoever asks."""
    with reading_for(carrier_id):
        rows = [person_view(row) for row in Person.objects.filter(carrier_id=carrier_id, customer_id=customer_id)]
    return sorted(rows, key=lambda one: (not one.is_active, texts.sort_name(one.name), one.id))


def active_of(customer_id: int, *, person_ids: Collection[int], carrier_id: int) -> dict[int, bool]:
    """Tell which of these persons are active, by id; those who are not the customer's are left out. Whoever asks."""
    rows = Person.objects.filter(carrier_id=carrier_id, customer_id=customer_id, id__in=person_ids)
    with reading_for(carrier_id):
        return dict(rows.values_list("id", "is_active"))


def _lock_customer(customer_id: int, actor: Actor) -> None:
    row = customers.lock_customer(customer_id, carrier_id=actor.carrier_id)
    require_changing(actor, at=place_of(row.country))


def _given(changes: PersonChanges) -> dict[str, Any]:
    return {field: value for field, value in asdict(changes).items() if value is not None}


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    checked = dict(given)
    if "name" in given:
        checked["name"] = texts.line(given["name"], field="name", longest=200, mandatory=True)
    if "email" in given:
        checked["email"] = texts.email(given["email"])
    if "phone" in given:
        checked["phone"] = texts.phone(given["phone"])
    return checked


def _told(error: IntegrityError, fields: dict[str, Any]) -> Exception:
    if "person_email_once_per_customer" in str(error):
        return PersonExists(f"the customer has somebody with the address {fields.get('email')} already")
    return error


def _record(action: str, row: Person, changes: dict[str, list[Any]], actor: Actor, now: datetime) -> None:
    acts.record(
        carrier_id=row.carrier_id,
        action=action,
        actor=actor.name,
        reference=row.name,
        customer_id=row.customer_id,
        changes=changes,
        now=now,
    )
