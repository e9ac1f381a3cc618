"""Set all alerts of an account or a card under a key of the caller's; see `settings.set_all`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.alerts import settings
from skypurser.alerts.settings import AlertsView, RecipientView
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer


def set_all(
    *,
    account_id: int,
    percent: int | None = None,
    amount: int | None = None,
    recipients: Collection[RecipientView],
    key: str,
    actor: Actor,
    now: datetime,
    is_card: bool = False,
) -> Answer:
    """Do as `settings.set_all` does; `told` tells what is set.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `account_not_found`, `card_not_found`, `jet_cards_off`, `too_many_recipients`.
            Nothing changes; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        kept = settings.set_all(
            account_id=account_id,
            percent=percent,
            amount=amount,
            recipients=recipients,
            actor=actor,
            now=now,
            is_card=is_card,
        )
        return {"alerts": msgspec.to_builtins(kept)}

    asked = sorted((one.email, one.language, sorted(one.occasions)) for one in recipients)
    return answer_under_key(
        "set_alerts",
        act,
        payload=(account_id, is_card, percent, amount, asked),
        key=key,
        actor=actor,
        now=now,
        named=f"{'card' if is_card else 'account'} {account_id}",
    )


def told(answer: Answer) -> AlertsView:
    """Return the alerts as they were when they were set."""
    return msgspec.convert(answer.facts["alerts"], AlertsView)
