"""Change an electronic account: status, limit, *Credit Card*, rates, what its holder is called; delete it while unused.

Source: KIU, "Account Management". Every change takes the lock that sales take, so it holds from the very next sale on.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from skypurser import money
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic import directory
from skypurser.electronic.changes import Changes, must_be_as_shown
from skypurser.electronic.locking import lock_terms
from skypurser.electronic.models import Approval, ElectronicAccount
from skypurser.electronic.opening import set_rates
from skypurser.electronic.requests import SetLimit, SetStatus
from skypurser.electronic.terms import rates_of
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger import accounts
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, check_key, fingerprint, plain_text
from skypurser.ledger.states import Status
from skypurser.parties.registering import correct_client, correct_office


def set_status(
    *,
    account_id: int,
    status: Status,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    expected: Status | None = None,
) -> Answer:
    """Take one step of ACTIVE ⇄ SUSPENDED ⇄ INHIBITED; INHIBITED (moved to BSP) is for agencies.

    Args:
        expected: The status that the form showed; None to take the step from whichever it is.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `account_not_found`, `status_change_not_allowed`; `changed_meanwhile`, with what
            the status is now as `account_status`. Nothing changes; the attempt is recorded.
    """
    with acting_for(actor.carrier_id):
        believed = () if expected is None else (expected.value,)
        common = _common(account_id, reference, key, actor, now, "status", status.value, *believed)
        request = SetStatus(**common, status=status, expected=expected)
        answer = post_one(request)
    return answer.raise_if_refused()


def set_credit_limit(
    *,
    account_id: int,
    credit_limit: int,
    reference: str,
    key: str | None,
    actor: Actor,
    now: datetime,
    expected: int | None = None,
) -> Answer:
    """Set the credit limit, in minor units; a cut may leave the account over its limit, and then it sells nothing.

    Args:
        key: None where it is a part of something that has a key, in the same transaction.
        expected: The limit that the form showed, in minor units; None to set it whatever it is.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `account_not_found`; `changed_meanwhile`, with what the limit is now as
            `credit_limit_minor`. Nothing changes; the attempt is recorded.
    """
    if not 0 <= credit_limit <= money.MAX_MINOR:
        raise InvalidRequest("the credit limit is zero or more", field="credit_limit")
    with acting_for(actor.carrier_id):
        believed = () if expected is None else (expected,)
        common = _common(account_id, reference, key, actor, now, "limit", credit_limit, *believed)
        request = SetLimit(**common, credit_limit=credit_limit, expected=expected)
        answer = post_one(request)
    return answer.raise_if_refused()


def set_terms(
    *,
    account_id: int,
    reference: str,
    actor: Actor,
    now: datetime,
    credit_card: bool | None = None,
    rates: Rates | None = None,
    expected: Changes | None = None,
) -> None:
    """Switch *Credit Card* and set the commission rates; None leaves them. Doing it twice changes nothing more.

    Args:
        expected: The switch and the rates that the form showed; None to set them whatever they are.

    Raises:
        PermissionDenied, InvalidRequest, AccountNotFound: Nothing is written.
        ChangedMeanwhile: Tells what is otherwise now. Nothing is written.
    """
    with acting_for(actor.carrier_id):
        _allowed(account_id, reference, actor)
        lock_terms(carrier_id=actor.carrier_id, account_id=account_id)
        accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)
        row = ElectronicAccount.objects.get(carrier_id=actor.carrier_id, account_id=account_id)
        must_be_as_shown(
            expected=expected,
            wanted=Changes(credit_card=credit_card, rates=rates),
            now=Changes(credit_card=row.credit_card, rates=_rates(row)),
        )
        changes = _terms_changed(row, credit_card, rates)
        if not changes:
            return
        ElectronicAccount.objects.filter(carrier_id=row.carrier_id, account_id=account_id).update(
            credit_card=row.credit_card,
            domestic_mode=row.domestic_mode,
            domestic_bps=row.domestic_bps,
            international_mode=row.international_mode,
            international_bps=row.international_bps,
            domestic_card_mode=row.domestic_card_mode,
            domestic_card_bps=row.domestic_card_bps,
            international_card_mode=row.international_card_mode,
            international_card_bps=row.international_card_bps,
        )
        acts.record(
            carrier_id=actor.carrier_id,
            action="account.terms_changed",
            account_id=account_id,
            actor=actor.name,
            reference=reference,
            changes=changes,
            now=now,
        )


def correct_party(
    *,
    account_id: int,
    reference: str,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    issue_id: str | None = None,
    agency_involved: str | None = None,
    expected: Changes | None = None,
) -> None:
    """Correct what the office or client behind an account is called; None leaves it. The place never changes.

    It concerns all accounts of the office or client, and stands in the history of each.

    Args:
        issue_id: An agency's only.
        agency_involved: A corporate client's only: the code of the agency whose customer it is; empty for none.
        expected: What the form showed of these three; None to set them whatever they are.

    Raises:
        PermissionDenied, InvalidRequest, AccountNotFound: Nothing is written.
        ChangedMeanwhile: Tells what is otherwise now. Nothing is written.
    """
    with acting_for(actor.carrier_id):
        found = _allowed(account_id, reference, actor)
        code, city = found.name.code, found.name.city
        if found.name.type == ElectronicAccount.AGENCY:
            if agency_involved is not None:
                raise InvalidRequest("only a corporate client has an agency involved", field="agency_involved")
            corrected = correct_office(code=code, actor=actor, name=name, issue_id=issue_id)
        else:
            if issue_id is not None:
                raise InvalidRequest("only an agency has an issue ID", field="issue_id")
            corrected = correct_client(code=code, city=city, actor=actor, name=name, agency_involved=agency_involved)
        must_be_as_shown(  # now that the row is locked; what it raises undoes the correction
            expected=expected,
            wanted=Changes(name=name, issue_id=issue_id, agency_involved=agency_involved),
            now=Changes(**{field: old for field, (old, _) in corrected.items()}),
        )
        if not corrected:
            return
        # An agency's code is an office's, a client's code and city are a client's.
        theirs = ElectronicAccount.objects.filter(
            carrier_id=actor.carrier_id, type=found.name.type, code=code, city=city
        )
        for one in theirs.order_by("account_id").values_list("account_id", flat=True):
            acts.record(
                carrier_id=actor.carrier_id,
                action="account.party_corrected",
                account_id=one,
                actor=actor.name,
                reference=reference,
                changes=corrected,
                now=now,
            )


def delete(*, account_id: int, reference: str, actor: Actor, now: datetime) -> None:
    """Delete an account that never had a movement, a hold or a sale; the deletion stays in the history.

    Raises:
        PermissionDenied, InvalidRequest, AccountNotFound: Nothing is deleted.
        AccountInUse: Or a credit or debit waits for approval. Nothing is deleted.
    """
    with acting_for(actor.carrier_id):
        found = _allowed(account_id, reference, actor)
        lock_terms(carrier_id=actor.carrier_id, account_id=account_id)
        accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)
        own = {"carrier_id": actor.carrier_id, "account_id": account_id}
        if Approval.objects.filter(**own, status=Approval.PENDING).exists():
            raise accounts.AccountInUse("a credit or debit of the account waits for approval")
        try:
            with transaction.atomic():
                ElectronicAccount.objects.filter(**own).delete()
        except IntegrityError as error:  # a frozen statement names it
            raise accounts.AccountInUse from error
        accounts.delete_account(carrier_id=actor.carrier_id, account_id=account_id)
        acts.record(
            carrier_id=actor.carrier_id,
            action="account.deleted",
            account_id=account_id,
            actor=actor.name,
            reference=reference,
            changes={
                "account": [str(found.name), None],
                # What others are told of an account that is no longer there.
                **{field: [getattr(found.name, field), None] for field in ("type", "code", "city", "currency")},
            },
            now=now,
        )


def _allowed(account_id: int, reference: str, actor: Actor) -> directory.Found:
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    plain_text(reference, field="reference")
    actor.require(Permission.ACCOUNT_MANAGEMENT)
    found = directory.get(account_id, carrier_id=actor.carrier_id)
    actor.require(Permission.ACCOUNT_MANAGEMENT, at=found.place)
    return found


def _common(
    account_id: int, reference: str, key: str | None, actor: Actor, now: datetime, *payload: Any
) -> dict[str, Any]:
    """Check who may; that there is no such account is for the ledger to say, after it looked at the key."""
    try:
        found = _allowed(account_id, reference, actor)
    except accounts.AccountNotFound:
        found = None
    return {
        "carrier_id": actor.carrier_id,
        "key": f"§{uuid4()}" if key is None else check_key(key),  # callers' keys are ASCII, so none of theirs is it
        "fingerprint": fingerprint(*payload, account_id, reference),
        "account_id": None if found is None else account_id,
        "account_named": str(account_id if found is None else found.name),
        "currency": "" if found is None else found.name.currency,
        "actor": actor.name,
        "reference": reference,
        "now": now,
    }


def _terms_changed(row: ElectronicAccount, credit_card: bool | None, rates: Rates | None) -> dict[str, list[object]]:
    """Put the new terms into the row and return what differs, old and new."""
    changes: dict[str, list[object]] = {}
    if credit_card is not None and credit_card != row.credit_card:
        if row.type != ElectronicAccount.AGENCY:
            raise InvalidRequest("only an agency's account has a Credit Card switch", field="credit_card")
        changes["credit_card"] = [row.credit_card, credit_card]
        row.credit_card = credit_card
    if rates is None:
        return changes
    if (rates.domestic_card is None) == (row.type == ElectronicAccount.AGENCY):
        raise InvalidRequest("an agency has four commission rates, a corporate client two", field="commissions")
    old = _rates(row)
    for name in ("domestic", "international", "domestic_card", "international_card"):
        before: Rule | None = getattr(old, name)
        after: Rule | None = getattr(rates, name)
        if before != after:
            changes[f"commission.{name}"] = [str(before), str(after)]
    set_rates(row, rates)
    return changes


def _rates(row: ElectronicAccount) -> Rates:
    return rates_of(
        row.domestic_mode,
        row.domestic_bps,
        row.international_mode,
        row.international_bps,
        row.domestic_card_mode,
        row.domestic_card_bps,
        row.international_card_mode,
        row.international_card_bps,
    )
