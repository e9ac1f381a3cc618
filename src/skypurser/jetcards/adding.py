"""Add a card to a customer, and change what it is called, who may use it, and when it is low.

Source: FL3XX, "Adding Jet Cards".
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from skypurser import money
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.history.conflicts import must_be_as_expected
from skypurser.jetcards import directory
from skypurser.jetcards.assigning import PersonInactive, assigned_to
from skypurser.jetcards.models import CardPerson, JetCard
from skypurser.jetcards.requests import OpeningBalance
from skypurser.ledger import accounts
from skypurser.ledger.opening import bring_along
from skypurser.parties import customers, persons, texts
from skypurser.parties.clientele import PersonNotFound


class CardExists(Refusal):
    """The customer has an open card of this name already, in capitals or not."""

    code = "card_exists"


class AccountClosed(Refusal):
    """The card is closed and stays as it is."""

    code = "account_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChanges:
    """What is to change of a card; None leaves it.

    As `expected`: what a form showed; None of what it did not show.

    Attributes:
        person_ids: To whom it is assigned from now on; nobody makes it everybody's on the account.
        low_mark: Minor units; below this much available somebody wants to know. Zero for never.
    """

    name: str | None = None
    person_ids: frozenset[int] | None = None
    low_mark: int | None = None


def add_card(
    *,
    customer_id: int,
    name: str,
    actor: Actor,
    now: datetime,
    person_ids: Collection[int] = (),
    opening_balance: int = 0,
    reference: str = "",
    low_mark: int = 0,
) -> directory.Found:
    """Add a card in the customer's currency; recorded as `jet_card.added`.

    Args:
        name: Unique among the customer's open cards, whatever its capitals.
        person_ids: Active persons of the customer who may use it; nobody makes it everybody's on the account.
        opening_balance: Minor units that the card begins with, against the opening balances; its first movement.
            Anything but zero takes CARD_FUNDS too.
        reference: Of the opening balance, and mandatory with one.
        low_mark: Minor units; as in `CardChanges`.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, CustomerNotFound, PersonNotFound, PersonInactive, CardExists:
            Nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.JET_CARDS)
    if opening_balance:
        actor.require(Permission.CARD_FUNDS)
    called = _name(name)
    _check_amount(opening_balance, field="opening_balance")
    _check_amount(low_mark, field="low_mark")
    reference = texts.line(reference, field="reference", longest=500, mandatory=bool(opening_balance))
    with acting_for(actor.carrier_id):
        # The customer's row stays as it is until the card is there; its persons are changed under the same lock.
        customers.lock_customer(customer_id, carrier_id=actor.carrier_id)
        customer = customers.shown(customer_id, carrier_id=actor.carrier_id)
        actor.require(Permission.JET_CARDS, at=customer.place)
        assigned = _check_persons(person_ids, customer_id, actor)
        card_id = accounts.open_account(carrier_id=actor.carrier_id, currency=customer.currency, credit_limit=0)
        row = JetCard(
            carrier_id=actor.carrier_id,
            account_id=card_id,
            customer_id=customer_id,
            name=called,
            currency=customer.currency,
            added_at=now,
        )
        with _name_once(called):
            row.save(force_insert=True)
        _assign(card_id, assigned, carrier_id=actor.carrier_id)
        if low_mark:
            accounts.set_low_mark(carrier_id=actor.carrier_id, account_id=card_id, amount=low_mark, now=now)
        told: dict[str, Any] = {"name": called, "customer": customer.code}
        told |= {"person_ids": sorted(assigned)} if assigned else {}
        told |= {"low_mark": low_mark} if low_mark else {}
        _record(
            "jet_card.added", card_id, {field: [None, value] for field, value in told.items()}, reference, actor, now
        )
        if opening_balance:
            bring_along(
                opening=OpeningBalance,
                carrier_id=actor.carrier_id,
                account_id=card_id,
                currency=customer.currency,
                amount=opening_balance,
                reference=reference,
                actor=actor.name,
                now=now,
            )
    return directory.get(card_id, carrier_id=actor.carrier_id)


def change_card(
    *,
    card_id: int,
    changes: CardChanges,
    actor: Actor,
    now: datetime,
    reference: str = "",
    expected: CardChanges | None = None,
) -> directory.Found:
    """Change a card, all that is asked for or nothing; recorded as `jet_card.changed` with old and new values.

    Takes the lock that payments take: from the next one on nobody else uses the card.

    Args:
        expected: What the form showed; None to change it whatever it is.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, CardNotFound, AccountClosed, PersonNotFound, PersonInactive,
            CardExists: Nothing is written.
        ChangedMeanwhile: Somebody else has changed one of these; tells what it is now. Nothing is written.
    """
    reference = texts.line(reference, field="reference", longest=500)
    with acting_for(actor.carrier_id):
        found = directory.allowed(card_id, Permission.JET_CARDS, actor=actor)
        customers.lock_customer(found.customer.id, carrier_id=actor.carrier_id)
        accounts.lock(carrier_id=actor.carrier_id, account_id=card_id)
        found = directory.get(card_id, carrier_id=actor.carrier_id)
        if found.closed_at is not None:
            raise AccountClosed
        wanted = _fields(changes)
        now_is = {
            "name": found.name,
            "person_ids": list(assigned_to([card_id], carrier_id=actor.carrier_id).get(card_id, ())),
            "low_mark": accounts.low_mark(carrier_id=actor.carrier_id, account_id=card_id) or 0,
        }
        if expected is not None:
            must_be_as_expected(expected=_fields(expected), wanted=wanted, now=now_is)
        told = {field: [now_is[field], value] for field, value in wanted.items() if value != now_is[field]}
        if told:
            _change(found, {field: new for field, (_, new) in told.items()}, actor, now)
            _record("jet_card.changed", card_id, told, reference, actor, now)
    return directory.get(card_id, carrier_id=actor.carrier_id)


def _change(found: directory.Found, changed: dict[str, Any], actor: Actor, now: datetime) -> None:
    own = {"carrier_id": actor.carrier_id, "account_id": found.id}
    if "name" in changed:
        with _name_once(changed["name"]):
            JetCard.objects.filter(**own).update(name=changed["name"])
    if "person_ids" in changed:
        before = assigned_to([found.id], carrier_id=actor.carrier_id).get(found.id, ())
        # Who is on the card already may stay on it, active or not.
        _check_persons(set(changed["person_ids"]) - set(before), found.customer.id, actor)
        CardPerson.objects.filter(**own).exclude(person_id__in=changed["person_ids"]).delete()
        _assign(found.id, set(changed["person_ids"]) - set(before), carrier_id=actor.carrier_id)
    if "low_mark" in changed:
        accounts.set_low_mark(**own, amount=changed["low_mark"] or None, now=now)


def _fields(changes: CardChanges) -> dict[str, Any]:
    """Return what is to change, as the history has it.

    Raises:
        InvalidRequest: Names the field.
    """
    fields: dict[str, Any] = {}
    if changes.name is not None:
        fields["name"] = _name(changes.name)
    if changes.person_ids is not None:
        fields["person_ids"] = sorted(changes.person_ids)
    if changes.low_mark is not None:
        _check_amount(changes.low_mark, field="low_mark")
        fields["low_mark"] = changes.low_mark
    return fields


def _name(name: str) -> str:
    return texts.line(name, field="name", longest=100, mandatory=True)


def _check_amount(amount: int, *, field: str) -> None:
    if type(amount) is not int or not 0 <= amount <= money.MAX_MINOR:
        raise InvalidRequest("the amount is zero or more and not beyond all bounds", field=field)


def _check_persons(person_ids: Collection[int], customer_id: int, actor: Actor) -> set[int]:
    """Return the persons if they are active and the customer's."""
    wanted = set(person_ids)
    if wanted:
        known = persons.active_of(customer_id, person_ids=wanted, carrier_id=actor.carrier_id)
        if missing := wanted - known.keys():
            raise PersonNotFound(f"the customer has no person {min(missing)}")
        if inactive := [person_id for person_id in sorted(wanted) if not known[person_id]]:
            raise PersonInactive(f"person {inactive[0]} is no longer active")
    return wanted


def _assign(card_id: int, person_ids: Collection[int], *, carrier_id: int) -> None:
    CardPerson.objects.bulk_create(
        CardPerson(carrier_id=carrier_id, account_id=card_id, person_id=person_id) for person_id in sorted(person_ids)
    )


@contextmanager
def _name_once(name: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "card_name_once_per_customer" in str(error):
            raise CardExists(f"the customer has a card {name} already") from error
        raise


def _record(
    action: str, card_id: int, changes: dict[str, list[Any]], reference: str, actor: Actor, now: datetime
) -> None:
    acts.record(
        carrier_id=actor.carrier_id,
        action=action,
        account_id=card_id,
        actor=actor.name,
        reference=reference,
        changes=changes,
        now=now,
    )
