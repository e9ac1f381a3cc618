"""Open, change and delete electronic accounts under a key of the caller's, for those who may have to ask twice.

The verbs themselves are those of `opening.py` and `managing.py`. What moves money has a key there already.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Rates
from skypurser.electronic import directory, managing, opening, queries
from skypurser.electronic.changes import Changes as Changes  # noqa: PLC0414 — whoever calls `manage` names it
from skypurser.electronic.changes import must_be_as_shown
from skypurser.electronic.locking import lock_terms
from skypurser.electronic.queries import AccountView
from skypurser.errors import InvalidRequest
from skypurser.ledger import accounts
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.keys import Asked, answer_once
from skypurser.ledger.requests import Answer, fingerprint
from skypurser.money import MAX_MINOR
from skypurser.parties.registering import ClientData, OfficeData


def open_account(
    *,
    party: OfficeData | ClientData,
    currency: str,
    credit_limit: int,
    rates: Rates,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    credit_card: bool = False,
    opening_credit: int = 0,
) -> Answer:
    """Open an agency's or a corporate client's account; `account` of the answer's facts is for `told`.

    Arguments are those of `opening.open_agency_account`; an office makes it an agency's.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `account_exists`, `party_differs`. Nothing is opened; the attempt is recorded.
    """
    terms: dict[str, Any] = {
        "currency": currency,
        "credit_limit": credit_limit,
        "rates": rates,
        "reference": reference,
        "opening_credit": opening_credit,
    }

    def act() -> Mapping[str, Any]:
        how = {**terms, "actor": actor, "now": now}
        if isinstance(party, OfficeData):
            opened = opening.open_agency_account(office=party, credit_card=credit_card, **how)
        elif credit_card:
            raise InvalidRequest("only an agency's account has a Credit Card switch", field="credit_card")
        else:
            opened = opening.open_corporate_account(client=party, **how)
        return _facts(queries.shown(opened.account_id, carrier_id=actor.carrier_id))

    kind = "agency" if isinstance(party, OfficeData) else "corporate"
    asked = Asked(
        carrier_id=actor.carrier_id,
        key=key,
        fingerprint=fingerprint("open", kind, party, credit_card, terms),
        operation="open",
        actor=actor.name,
        now=now,
        account_named=f"{kind} {party.code} {currency}",
        currency=currency,
    )
    with acting_for(actor.carrier_id):
        answer = answer_once(asked=asked, act=act)
    return answer.raise_if_refused()


def manage(
    *,
    account_id: int,
    changes: Changes,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    expected: Changes | None = None,
) -> Answer:
    """Change an account, all that is asked for or nothing; `account` of the answer's facts is for `told`.

    Args:
        expected: What the form showed; None to change it whatever it is. A form that is shown again has a new key.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `account_not_found`; `changed_meanwhile`, with what is otherwise now (see
            `changes.ChangedMeanwhile`). Nothing changes; the attempt is recorded.

    Source: KIU, "Account Management".
    """
    if changes.credit_limit is not None and not 0 <= changes.credit_limit <= MAX_MINOR:
        raise InvalidRequest("the credit limit is zero or more", field="credit_limit")

    def act() -> Mapping[str, Any]:
        lock_terms(carrier_id=actor.carrier_id, account_id=account_id)
        if expected is not None:  # all of it at once, so that all is told
            accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)
            must_be_as_shown(expected=expected, wanted=changes, now=_now(account_id, actor))
        # The limit first: it locks the account for the ledger, as everything that changes terms does.
        if changes.credit_limit is not None:
            managing.set_credit_limit(
                account_id=account_id,
                credit_limit=changes.credit_limit,
                reference=reference,
                key=None,
                actor=actor,
                now=now,
            )
        managing.set_terms(
            account_id=account_id,
            reference=reference,
            actor=actor,
            now=now,
            credit_card=changes.credit_card,
            rates=changes.rates,
        )
        managing.correct_party(
            account_id=account_id,
            reference=reference,
            actor=actor,
            now=now,
            name=changes.name,
            issue_id=changes.issue_id,
            agency_involved=changes.agency_involved,
            expected=expected,
        )
        return _facts(queries.shown(account_id, carrier_id=actor.carrier_id))

    believed = () if expected is None else (expected,)
    return _once("manage", account_id, act, (changes, reference, *believed), key, actor, now)


def delete(*, account_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Delete an account that never had a movement, a hold or a sale; the deletion stays in the history.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is deleted, the key is not bound.
        RequestRefused: `key_reused`, `account_not_found`, `account_in_use`. Nothing is deleted; the attempt is
            recorded.
    """

    def act() -> Mapping[str, Any]:
        managing.delete(account_id=account_id, reference=reference, actor=actor, now=now)
        return {}

    return _once("delete", account_id, act, (reference,), key, actor, now)


def told(answer: Answer) -> AccountView:
    """Return the account as it was when the request was first answered."""
    return msgspec.convert(answer.facts["account"], AccountView)


def _now(account_id: int, actor: Actor) -> Changes:
    view = queries.shown(account_id, carrier_id=actor.carrier_id)
    return Changes(
        credit_limit=view.standing.credit_limit,
        credit_card=view.credit_card,
        rates=view.rates,
        name=view.name,
        issue_id=view.issue_id,
        agency_involved=view.agency_involved,
    )


def _facts(view: AccountView) -> dict[str, Any]:
    return {"account": msgspec.to_builtins(view)}


def _once(
    operation: str, account_id: int, act: Any, payload: tuple[Any, ...], key: str, actor: Actor, now: datetime
) -> Answer:
    actor.require(Permission.ACCOUNT_MANAGEMENT)
    with acting_for(actor.carrier_id):
        try:
            found = directory.get(account_id, carrier_id=actor.carrier_id)
        except AccountNotFound:
            found = None
        if found is not None:
            actor.require(Permission.ACCOUNT_MANAGEMENT, at=found.place)
        asked = Asked(
            carrier_id=actor.carrier_id,
            key=key,
            fingerprint=fingerprint(operation, account_id, *payload),
            operation=operation,
            actor=actor.name,
            now=now,
            account_id=None if found is None else account_id,
            account_named=str(account_id if found is None else found.name),
            currency="" if found is None else found.name.currency,
        )
        answer = answer_once(asked=asked, act=act)
    return answer.raise_if_refused()
