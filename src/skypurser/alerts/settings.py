"""Below what an electronic account is low, and who is told of it or of a jet card. Staff set both, one by one.

A card's mark is the card's own (`jetcards.adding`); whoever may manage cards there says who is told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.alerts.models import Recipient
from skypurser.electronic import directory
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.jetcards import directory as cards
from skypurser.ledger import accounts
from skypurser.ledger.queries import standings
from skypurser.ledger.thresholds import percent_mark, threshold
from skypurser.parties import texts

#: How many are told of one account at most.
MOST_RECIPIENTS = 20

LANGUAGES = ("en", "es")


class Occasion(StrEnum):
    """Of what somebody is told."""

    LOW = "low"
    OVER_LIMIT = "over_limit"
    STATUS = "status"


#: Of what somebody may be told of a jet card: it is never over a limit but overdrawn, and has no status.
OF_CARDS = frozenset({Occasion.LOW, Occasion.OVER_LIMIT})


class TooManyRecipients(Refusal):
    """An account has `MOST_RECIPIENTS` already."""

    code = "too_many_recipients"


@dataclass(frozen=True, slots=True, order=True)
class RecipientView:
    """Who is told, in which language, and of what."""

    email: str
    language: str
    occasions: frozenset[Occasion]


@dataclass(frozen=True, slots=True)
class AlertsView:
    """How an account is watched.

    Attributes:
        percent: It is low when less than so many percent of its credit limit are available; None for an amount.
        amount: It is low when less than so much is available, in minor units; None for a percentage. Both are None
            for the usual tenth of the limit.
        below: It is low below this, in minor units, as its limit is now; `available` is what it has.
        low_since: Since when it is low (UTC); None while it is not.
    """

    percent: int | None
    amount: int | None
    below: int
    available: int
    low_since: datetime | None
    recipients: tuple[RecipientView, ...]


def alerts(account_id: int, *, actor: Actor, is_card: bool = False) -> AlertsView:
    """Return how an account, or a jet card, is watched.

    Raises:
        AccountNotFound: No electronic account of the carrier's.
        PermissionDenied: The actor lacks ACCOUNT_MANAGEMENT there.
        JetCardsOff, CardNotFound, PermissionDenied: The same of a card, with JET_CARDS.
    """
    with reading_for(actor.carrier_id):
        _reached(account_id, actor, is_card=is_card)
        return shown(account_id, carrier_id=actor.carrier_id)


def shown(account_id: int, *, carrier_id: int) -> AlertsView:
    """Return how an account, or a jet card, that is there is watched, whoever asks."""
    with reading_for(carrier_id):
        has = standings(carrier_id=carrier_id, account_ids=[account_id])[account_id]
        rows = list(Recipient.objects.filter(carrier_id=carrier_id, account_id=account_id).order_by("email"))
    mark = has.low_at
    return AlertsView(
        percent=-mark if mark is not None and mark < 0 else None,
        amount=mark if mark is not None and mark > 0 else None,
        below=threshold(mark, credit_limit=has.credit_limit),
        available=has.available,
        low_since=has.low_since,
        recipients=tuple(_view(row) for row in rows),
    )


def set_mark(
    *, account_id: int, percent: int | None = None, amount: int | None = None, actor: Actor, now: datetime
) -> None:
    """Set below what an account is low; recorded as `account.low_mark_set`, unless nothing changes.

    Args:
        percent: 1 to 100, of the credit limit as it is whenever something happens.
        amount: Minor units, above zero; neither for the usual tenth of the limit.

    Raises:
        AccountNotFound, PermissionDenied, InvalidRequest: Nothing is written.
    """
    if percent is not None and amount is not None:
        raise InvalidRequest("a percentage or an amount, not both", field="amount")
    if percent is not None and not 1 <= percent <= 100:
        raise InvalidRequest("a percentage is 1 to 100", field="percent")
    mark = amount if percent is None else percent_mark(percent)
    if mark is not None and percent is None and mark <= 0:
        raise InvalidRequest("the amount is above zero", field="amount")
    with acting_for(actor.carrier_id):
        _reached(account_id, actor, is_card=False)
        before = accounts.set_low_mark(carrier_id=actor.carrier_id, account_id=account_id, amount=mark, now=now)
        if before != mark:
            _record("account.low_mark_set", account_id, "alerts", actor, now, marked(before, mark))


def set_all(
    *,
    account_id: int,
    percent: int | None = None,
    amount: int | None = None,
    recipients: Collection[RecipientView],
    actor: Actor,
    now: datetime,
    is_card: bool = False,
) -> AlertsView:
    """Set the mark and who is told, all of them, in one go; recorded one by one, as far as anything changes.

    Args:
        percent, amount: As in `set_mark`; a card has neither.
        recipients: Whoever is not among them is told no more.

    Raises:
        AccountNotFound, CardNotFound, JetCardsOff, PermissionDenied, InvalidRequest, TooManyRecipients: Nothing is
            written.
    """
    whose: dict[str, Any] = {"account_id": account_id, "actor": actor, "now": now}
    with acting_for(actor.carrier_id):
        if is_card and (percent is not None or amount is not None):
            raise InvalidRequest("a card's mark is set with the card", field="low")
        if not is_card:
            set_mark(**whose, percent=percent, amount=amount)
        for at, one in enumerate(recipients):
            texts.email(one.email, field=f"recipients/{at}/email")
        wanted = {one.email.strip().lower() for one in recipients}
        if len(wanted) != len(recipients):
            raise InvalidRequest("each address once", field="recipients")
        for one in alerts(account_id, actor=actor, is_card=is_card).recipients:
            if one.email not in wanted:
                remove_recipient(**whose, email=one.email, is_card=is_card)
        for one in recipients:
            told: dict[str, Any] = {"email": one.email, "language": one.language, "occasions": one.occasions}
            put_recipient(**whose, **told, is_card=is_card)
        return alerts(account_id, actor=actor, is_card=is_card)


def put_recipient(
    *,
    account_id: int,
    email: str,
    language: str,
    occasions: Collection[Occasion],
    actor: Actor,
    now: datetime,
    is_card: bool = False,
) -> RecipientView:
    """Tell somebody from now on, or otherwise than before; recorded as `account.recipient_set` unless nothing changes.

    Args:
        is_card: The account is a jet card's.

    Raises:
        AccountNotFound, CardNotFound, JetCardsOff, PermissionDenied, InvalidRequest, TooManyRecipients: Nothing is
            written.
    """
    address = texts.email(email, field="email").lower()
    if not address:
        raise InvalidRequest("somebody has an e-mail address", field="email")
    if language not in LANGUAGES:
        raise InvalidRequest("letters are written in en or es", field="language")
    if not occasions:
        raise InvalidRequest("of something, or there is nothing to tell", field="occasions")
    if is_card and not OF_CARDS.issuperset(occasions):
        raise InvalidRequest("a card has no status", field="occasions")
    wanted = RecipientView(address, language, frozenset(occasions))
    with acting_for(actor.carrier_id):
        _reached(account_id, actor, is_card=is_card)
        accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)
        rows = Recipient.objects.filter(carrier_id=actor.carrier_id, account_id=account_id)
        before = next((_view(row) for row in rows.filter(email=address)), None)
        if before == wanted:
            return wanted
        if before is None and rows.count() >= MOST_RECIPIENTS:
            raise TooManyRecipients(f"an account tells {MOST_RECIPIENTS} at most")
        columns = {"language": language, "occasions": sorted(wanted.occasions)}
        if before is None:
            Recipient.objects.create(carrier_id=actor.carrier_id, account_id=account_id, email=address, **columns)
        else:
            rows.filter(email=address).update(**columns)
        _record("account.recipient_set", account_id, address, actor, now, {"occasions": [said(before), said(wanted)]})
    return wanted


def remove_recipient(*, account_id: int, email: str, actor: Actor, now: datetime, is_card: bool = False) -> None:
    """Tell somebody no more; recorded as `account.recipient_removed` where they were told before.

    Raises:
        AccountNotFound, CardNotFound, JetCardsOff, PermissionDenied: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        _reached(account_id, actor, is_card=is_card)
        accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)
        rows = Recipient.objects.filter(carrier_id=actor.carrier_id, account_id=account_id, email=email)
        before = next((_view(row) for row in rows), None)
        if before is not None:
            rows.delete()
            _record("account.recipient_removed", account_id, email, actor, now, {"occasions": [said(before), ""]})


def _reached(account_id: int, actor: Actor, *, is_card: bool) -> None:
    if is_card:
        cards.allowed(account_id, Permission.JET_CARDS, actor=actor)
        return
    found = directory.get(account_id, carrier_id=actor.carrier_id)
    actor.require(Permission.ACCOUNT_MANAGEMENT, at=found.place)


def _view(row: Recipient) -> RecipientView:
    return RecipientView(row.email, row.language, frozenset(map(Occasion, row.occasions)))


def said(of: RecipientView | None) -> str:
    """Return of what somebody is told, as the history has it; empty for nobody."""
    return "" if of is None else ", ".join([*sorted(of.occasions), of.language])


def marked(before: int | None, after: int | None) -> dict[str, list[object]]:
    """Return the old and the new mark, as percent or as amount."""
    told: dict[str, list[object]] = {}
    for field, sign in (("low_percent", -1), ("low_mark", 1)):
        old, new = (mark * sign if mark is not None and mark * sign > 0 else None for mark in (before, after))
        if old != new:
            told[field] = [old, new]
    return told


def _record(
    action: str, account_id: int, reference: str, actor: Actor, now: datetime, changes: dict[str, list[object]]
) -> None:
    acts.record(
        carrier_id=actor.carrier_id,
        action=action,
        account_id=account_id,
        actor=actor.name,
        reference=reference,
        changes=changes,
        now=now,
    )
