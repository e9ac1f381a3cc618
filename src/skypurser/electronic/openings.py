"""Open many electronic accounts at once, with what each begins with, in a few statements.

What is written is what `opening.py` writes for one: the ledger's account, ours, the act in its history. Offices and
clients are registered before (`parties.enrolling`).

Source: KIU, "New Account".
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.access.tables import insert_all
from skypurser.commissions.rules import Rates
from skypurser.electronic.models import ElectronicAccount
from skypurser.electronic.opening import opened, rate_columns
from skypurser.electronic.requests import OpeningCredit, OpeningDebit, SetStatus
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.history.acts import NewAct
from skypurser.ledger import accounts
from skypurser.ledger.accounts import NewAccount
from skypurser.ledger.opening import Brought, bring_all_along
from skypurser.ledger.posting import post_all
from skypurser.ledger.requests import fingerprint
from skypurser.ledger.states import Status
from skypurser.parties.registering import Party

#: How many changes of status are judged and stored at a time.
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An account to be opened for an office or client that is registered.

    Attributes:
        credit_limit: Minor units.
        credit_card, rates: As in `opening.open_agency_account`; a client has no switch and two rates.
        low_mark: As in `ledger.accounts.set_low_mark`.
        reference: Why; mandatory.
    """

    is_agency: bool
    party: Party
    currency: str
    credit_limit: int
    credit_card: bool
    rates: Rates
    low_mark: int | None
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningBalance:
    """What an account begins with: one of the two is above zero, in minor units of its currency."""

    account_id: int
    currency: str
    credit: int
    debit: int
    reference: str


#: Of an office or client, whether it is an office, and in which currency.
type OfParty = tuple[bool, int, str]


def existing(party_ids: Collection[int], *, carrier_id: int) -> dict[OfParty, int]:
    """Return the accounts of these offices and clients, ids of both in one; whoever asks has looked at their places."""
    found: dict[OfParty, int] = {}
    wanted = set(party_ids)
    with reading_for(carrier_id):
        rows = ElectronicAccount.objects.filter(carrier_id=carrier_id)
        for name, is_agency in (("office_id", True), ("client_id", False)):
            for account_id, party_id, currency in rows.filter(**{f"{name}__in": wanted}).values_list(
                "account_id", name, "currency"
            ):
                found[is_agency, party_id, currency] = account_id
    return found


def open_all(openings: Sequence[Opening], *, actor: Actor, now: datetime) -> list[int]:
    """Open accounts and return the ledger's ids in the same order; all of them or none.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        IntegrityError: Somebody has opened one of them meanwhile (`one_account_per_…`). Nothing is written.
    """
    for one in openings:
        actor.require(Permission.NEW_ACCOUNT, at=one.party.place)
        if one.is_agency == (one.rates.domestic_card is None):
            raise InvalidRequest("an agency has four commission rates, a client two", field="commissions")
        if not one.reference.strip():
            raise InvalidRequest("a reference is mandatory", field="reference")
    new = [NewAccount(one.currency, one.credit_limit, one.low_mark) for one in openings]
    with acting_for(actor.carrier_id):
        ids = accounts.open_accounts(new, carrier_id=actor.carrier_id, now=now)
        pairs = list(zip(ids, openings, strict=True))
        insert_all(ElectronicAccount, [_row(account_id, one, actor, now) for account_id, one in pairs])
        told = [
            NewAct(
                account_id,
                "account.opened",
                one.reference,
                opened(credit_limit=one.credit_limit, credit_card=one.credit_card, rates=one.rates),
            )
            for account_id, one in pairs
        ]
        acts.record_all(told, carrier_id=actor.carrier_id, actor=actor.name, now=now)
    return ids


def bring_balances(
    balances: Sequence[OpeningBalance], *, actor: Actor, now: datetime, progress: Callable[[int], None]
) -> None:
    """Post what accounts begin with; each may begin once. In the caller's transaction, which acts for the carrier.

    Whether the actor may do so at their places, and whether the accounts have moved before, is the caller's business.

    Args:
        progress: Told how many are posted, now and then.

    Raises:
        PermissionDenied: The actor lacks CREDIT_AND_DEBIT. Nothing is written.
        RequestRefused: The first refusal; the caller rolls back.
    """
    actor.require(Permission.CREDIT_AND_DEBIT)
    brought = [
        Brought(
            opening=OpeningCredit if one.credit else OpeningDebit,
            account_id=one.account_id,
            currency=one.currency,
            amount=one.credit or one.debit,
            reference=one.reference,
        )
        for one in balances
    ]
    bring_all_along(brought, carrier_id=actor.carrier_id, actor=actor.name, now=now, progress=progress)


def set_first_statuses(wanted: Sequence[tuple[int, Opening, Status]], *, actor: Actor, now: datetime) -> None:
    """Suspend or inhibit accounts that were just opened, by the steps that lead there; recorded like any other.

    In the caller's transaction, after what they begin with: an inhibited account takes none.

    Raises:
        PermissionDenied: The actor lacks ACCOUNT_MANAGEMENT. Nothing is written.
        RequestRefused: The caller rolls back.
    """
    actor.require(Permission.ACCOUNT_MANAGEMENT)
    requests = []
    for account_id, one, status in wanted:
        steps = (Status.SUSPENDED, Status.INHIBITED) if status is Status.INHIBITED else (status,)
        for step in steps:
            key = f"§first-status:{account_id}:{step.value}"  # callers' keys are ASCII, so none of theirs is this one
            requests.append(
                SetStatus(
                    carrier_id=actor.carrier_id,
                    key=key,
                    fingerprint=fingerprint(key),
                    account_id=account_id,
                    currency=one.currency,
                    actor=actor.name,
                    reference=one.reference,
                    now=now,
                    status=step,
                )
            )
    for first in range(0, len(requests), AT_ONCE):
        post_all(requests[first : first + AT_ONCE])


def _row(account_id: int, one: Opening, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the account's columns; those of `opening`'s rows."""
    return {
        "carrier_id": actor.carrier_id,
        "account_id": account_id,
        "type": ElectronicAccount.AGENCY if one.is_agency else ElectronicAccount.CORPORATE,
        "office_id": one.party.id if one.is_agency else None,
        "client_id": None if one.is_agency else one.party.id,
        "code": one.party.code,
        "city": one.party.place.city,
        "country": one.party.place.country,
        "time_zone": one.party.time_zone,
        "currency": one.currency,
        "credit_card": one.credit_card,
        "opened_at": now,
        **rate_columns(one.rates),
    }
