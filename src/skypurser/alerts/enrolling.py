"""Who is told of accounts that were just opened, many at once; what is written is what `settings.py` writes for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.access.tables import insert_all
from skypurser.alerts.models import Recipient
from skypurser.alerts.settings import LANGUAGES, MOST_RECIPIENTS, Occasion, RecipientView, marked, said
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.history.acts import NewAct


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How a new account is watched.

    Attributes:
        low_mark: With which it was opened; None for the usual tenth of the limit.
        emails: Who is told, in small letters, each once; `texts.email` has read them.
    """

    account_id: int
    low_mark: int | None
    emails: tuple[str, ...]
    language: str
    occasions: frozenset[Occasion]


def watch(watched: Sequence[Watched], *, actor: Actor, now: datetime) -> None:
    """Tell people of new accounts from now on. In the caller's transaction, which has just opened them.

    What the same act does to an account besides, such as bringing its balance and first status, is not told: whoever
    takes over the books of years sends no letters about them.

    Raises:
        PermissionDenied: The actor lacks ACCOUNT_MANAGEMENT; whether it is there is the caller's business.
        InvalidRequest: Nothing is written.
    """
    actor.require(Permission.ACCOUNT_MANAGEMENT)
    rows, told = [], []
    for one in watched:
        if one.language not in LANGUAGES or not one.occasions or len(one.emails) > MOST_RECIPIENTS:
            raise InvalidRequest("letters in en or es, of something, to some people", field="alert_emails")
        if one.low_mark is not None:
            told.append(NewAct(one.account_id, "account.low_mark_set", "alerts", marked(None, one.low_mark)))
        for email in one.emails:
            view = RecipientView(email, one.language, one.occasions)
            rows.append(
                {
                    "carrier_id": actor.carrier_id,
                    "account_id": one.account_id,
                    "email": email,
                    "language": one.language,
                    "occasions": sorted(one.occasions),
                    "since": now,
                }
            )
            told.append(NewAct(one.account_id, "account.recipient_set", email, {"occasions": ["", said(view)]}))
    with acting_for(actor.carrier_id):
        insert_all(Recipient, rows)
        acts.record_all(told, carrier_id=actor.carrier_id, actor=actor.name, now=now)
