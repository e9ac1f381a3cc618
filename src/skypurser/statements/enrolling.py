"""Where statements of accounts that were just opened go, many at once; written as `addresses.py` writes one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.access.tables import insert_all
from skypurser.history import acts
from skypurser.history.acts import NewAct
from skypurser.parties import texts
from skypurser.statements.models import Address


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where a new account's statements go; `texts.email` has read the address, and `language` is `en` or `es`."""

    account_id: int
    email: str
    language: str


def address_all(addressed: Sequence[Addressed], *, actor: Actor, now: datetime) -> None:
    """Set where statements of new accounts go. In the caller's transaction, which has just opened them.

    Raises:
        PermissionDenied: The actor lacks CUT_OFF; whether it is there is the caller's business.
        InvalidRequest: No such language; nothing is written.
    """
    actor.require(Permission.CUT_OFF)
    rows = [
        {
            "carrier_id": actor.carrier_id,
            "account_id": one.account_id,
            "email": one.email,
            "language": texts.language(one.language),
            "is_chosen": True,
        }
        for one in addressed
    ]
    told = [
        NewAct(
            one.account_id,
            "account.statement_address_set",
            one.email,
            {"recipient": [None, one.email], "language": [None, one.language]},
        )
        for one in addressed
    ]
    with acting_for(actor.carrier_id):
        insert_all(Address, rows)
        acts.record_all(told, carrier_id=actor.carrier_id, actor=actor.name, now=now)
