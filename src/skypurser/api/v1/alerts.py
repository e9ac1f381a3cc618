"""Below what an account is low, and who is told by e-mail of it or of a jet card."""

from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import Field

from skypurser.access.callers import Scope
from skypurser.alerts import once, settings
from skypurser.alerts.settings import AlertsView, Occasion, RecipientView
from skypurser.api.v1.letter_shapes import Email
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Body, Instant, PathId, Shown, amount, instant, written, written_or_none
from skypurser.electronic import queries
from skypurser.errors import InvalidRequest
from skypurser.jetcards import directory as cards

router = Router(tags=["accounts"])

Language = Literal["en", "es"]
AccountOccasion = Literal["low", "over_limit", "status"]
CardOccasion = Literal["low", "over_limit"]
_MOST = settings.MOST_RECIPIENTS


class LowMark(Body):
    """Below what the account is low: one of the two."""

    percent: Annotated[int, Field(strict=True, ge=1, le=100, description="Of the credit limit.")] | None = None
    amount: Amount | None = None


class AccountRecipient(Body):
    """Who is told of an account, in which language, and of what."""

    email: Email
    language: Language
    occasions: list[AccountOccasion] = Field(min_length=1, max_length=3)


class CardRecipient(Body):
    """Who is told of a card; `over_limit` is that it is overdrawn."""

    email: Email
    language: Language
    occasions: list[CardOccasion] = Field(min_length=1, max_length=2)


class AccountAlertsRequest(Body):
    """All of it: what is left out is no more."""

    low: LowMark | None = Field(None, description="Null for the usual tenth of the credit limit.")
    recipients: list[AccountRecipient] = Field(max_length=_MOST)


class CardAlertsRequest(Body):
    """All recipients; the mark is the card's `low_mark`."""

    recipients: list[CardRecipient] = Field(max_length=_MOST)


class ShownLowMark(Shown):
    """Below what it is low: one of the two."""

    percent: int | None
    amount: Amount | None


class AlertRecipient(Shown):
    """Who is told, in which language, and of what."""

    email: str
    language: str
    occasions: list[AccountOccasion]


class Alerts(Shown):
    """How an account or a card is watched."""

    low: ShownLowMark | None = Field(description="Null where none was set.")
    below: Amount = Field(description="It is low below this, as things are now; zero for never.")
    low_since: Instant | None
    recipients: list[AlertRecipient]


@operation(
    router,
    "GET",
    "/accounts/{account_id}/alerts",
    summary="Read the alerts of an account",
    scopes=(Scope.MONEY,),
    result=Alerts,
    refusals=("account_not_found",),
)
def read_account_alerts(request: Request, account_id: PathId) -> Any:
    """Who is told that it is low, over its limit, suspended or active again."""
    actor = request.call.actor
    return _shown(settings.alerts(account_id, actor=actor), _currency(account_id, actor.carrier_id))


@operation(
    router,
    "PUT",
    "/accounts/{account_id}/alerts",
    summary="Set the alerts of an account",
    scopes=(Scope.MONEY,),
    needs_key=True,
    result=Alerts,
    refusals=("account_not_found", "too_many_recipients"),
)
def set_account_alerts(request: Request, account_id: PathId, body: AccountAlertsRequest) -> Any:
    """All of them, in one go."""
    call = request.call
    currency, low = _currency(account_id, call.actor.carrier_id), body.low or LowMark()
    if body.low is not None and (low.percent is None) is (low.amount is None):
        raise InvalidRequest("a percentage or an amount", field="low")
    answer = once.set_all(
        account_id=account_id,
        percent=low.percent,
        amount=None if low.amount is None or not currency else amount(low.amount, currency, field="low/amount"),
        recipients=[_recipient(one) for one in body.recipients],
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    call.replayed = answer.replayed
    return _shown(once.told(answer), currency)


@operation(
    router,
    "GET",
    "/jet-cards/{card_id}/alerts",
    summary="Read the alerts of a card",
    scopes=(Scope.CHARTER,),
    result=Alerts,
    refusals=("jet_cards_off", "card_not_found"),
)
def read_card_alerts(request: Request, card_id: PathId) -> Any:
    """Who is told that it is low or overdrawn."""
    actor = request.call.actor
    found = settings.alerts(card_id, actor=actor, is_card=True)
    return _shown(found, cards.get(card_id, carrier_id=actor.carrier_id).currency)


@operation(
    router,
    "PUT",
    "/jet-cards/{card_id}/alerts",
    summary="Set who is told of a card",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=Alerts,
    refusals=("jet_cards_off", "card_not_found", "too_many_recipients"),
)
def set_card_alerts(request: Request, card_id: PathId, body: CardAlertsRequest) -> Any:
    """All of them, in one go."""
    call = request.call
    recipients = [_recipient(one) for one in body.recipients]
    how: dict[str, Any] = {"key": call.key, "actor": call.actor, "now": call.now}
    answer = once.set_all(account_id=card_id, recipients=recipients, **how, is_card=True)
    call.replayed = answer.replayed
    return _shown(once.told(answer), cards.get(card_id, carrier_id=call.actor.carrier_id).currency)


def _currency(account_id: int, carrier_id: int) -> str:
    return queries.currency_of(account_id, carrier_id=carrier_id)


def _recipient(one: AccountRecipient | CardRecipient) -> RecipientView:
    return RecipientView(one.email, one.language, frozenset(map(Occasion, one.occasions)))


def _shown(of: AlertsView, currency: str) -> dict[str, Any]:
    has_mark = of.percent is not None or of.amount is not None
    return {
        "low": {"percent": of.percent, "amount": written_or_none(of.amount, currency)} if has_mark else None,
        "below": written(of.below, currency),
        "low_since": instant(of.low_since),
        "recipients": [
            {"email": one.email, "language": one.language, "occasions": sorted(one.occasions)} for one in of.recipients
        ],
    }
