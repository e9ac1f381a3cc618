"""Where statements of an account are sent when nobody types an address: as was set, or where the last one went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger import accounts
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer
from skypurser.parties import texts
from skypurser.statements.models import Address

# What was set stays, whatever address a single statement has gone to.
_REMEMBER = """
INSERT INTO statements_address AS a (carrier_id, account_id, email, language, is_chosen)
VALUES (%s, %s, %s, %s, false)
ON CONFLICT (carrier_id, account_id) DO UPDATE SET email = excluded.email, language = excluded.language
 WHERE NOT a.is_chosen AND (a.email, a.language) <> (excluded.email, excluded.language)
"""


@dataclass(frozen=True, slots=True)
class AddressView:
    """Where statements of an account go.

    Attributes:
        language: `en` or `es`; of the documents and the letters.
        is_chosen: It was set for the account; otherwise it is that of the last statement.
    """

    email: str
    language: str
    is_chosen: bool


def address(account_id: int, *, actor: Actor) -> AddressView | None:
    """Return where the account's statements go; None where nobody has said so, and none was made.

    Raises:
        AccountNotFound: The actor's carrier has no such account.
        PermissionDenied: The actor lacks CUT_OFF, or the account lies outside a member's limits.
    """
    with reading_for(actor.carrier_id):
        _reached(account_id, actor)
        return shown(account_id, carrier_id=actor.carrier_id)


def shown(account_id: int, *, carrier_id: int) -> AddressView | None:
    """Return where the account's statements go, whoever asks; None where nobody knows."""
    with reading_for(carrier_id):
        row = Address.objects.filter(carrier_id=carrier_id, account_id=account_id).first()
    return None if row is None else AddressView(row.email, row.language, row.is_chosen)


def set_address(*, account_id: int, recipient: str, language: str, actor: Actor, now: datetime) -> AddressView:
    """Set where the account's statements go from now on; recorded as `account.statement_address_set`.

    Nothing is recorded where nothing changes.

    Raises:
        AccountNotFound, PermissionDenied: As `address`; nothing is written.
        InvalidRequest: With its field; nothing is written.
    """
    wanted = AddressView(texts.email(recipient, field="recipient"), texts.language(language), is_chosen=True)
    if not wanted.email:
        raise InvalidRequest("statements are sent to an e-mail address", field="recipient")
    with acting_for(actor.carrier_id):
        _reached(account_id, actor)
        accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)  # so that old and new of the acts are a chain
        before = shown(account_id, carrier_id=actor.carrier_id)
        if before != wanted:
            Address.objects.update_or_create(
                carrier_id=actor.carrier_id,
                account_id=account_id,
                defaults={"email": wanted.email, "language": wanted.language, "is_chosen": True},
            )
            acts.record(
                carrier_id=actor.carrier_id,
                action="account.statement_address_set",
                account_id=account_id,
                actor=actor.name,
                reference=wanted.email,
                changes={
                    "recipient": [None if before is None else before.email, wanted.email],
                    "language": [None if before is None else before.language, wanted.language],
                },
                now=now,
            )
    return wanted


def set_once(*, account_id: int, recipient: str, language: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Do as `set_address` does under a key of the caller's; `told` tells the address.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `account_not_found`. Nothing changes; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        kept = set_address(account_id=account_id, recipient=recipient, language=language, actor=actor, now=now)
        return {"address": msgspec.to_builtins(kept)}

    payload, named = (account_id, recipient, language), f"account {account_id}"
    return answer_under_key("set_statement_address", act, payload=payload, key=key, actor=actor, now=now, named=named)


def told(answer: Answer) -> AddressView:
    """Return the address as it was when it was set."""
    return msgspec.convert(answer.facts["address"], AddressView)


def remember(account_id: int, *, email: str, language: str, carrier_id: int) -> None:
    """Keep where a statement was sent for the next one, unless an address was set. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [carrier_id, account_id, email, language])


def _reached(account_id: int, actor: Actor) -> None:
    actor.require(Permission.CUT_OFF)
    found = directory.get(account_id, carrier_id=actor.carrier_id)
    actor.require(Permission.CUT_OFF, at=found.place)
