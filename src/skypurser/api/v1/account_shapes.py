"""How an account looks from outside, and how its commission rates are written and read."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skypurser.api.v1.shapes import Amount, Body, Date, Instant, Percent, Shown, instant, written
from skypurser.commissions.rules import Mode, Rates, Rule
from skypurser.electronic.queries import AccountView
from skypurser.errors import InvalidRequest
from skypurser.money import format_percent, parse_percent

#: What an electronic account can be; only cards are ever closed.
AccountStatus = Literal["ACTIVE", "SUSPENDED", "INHIBITED"]


class CommissionRule(Body):
    """A mode, and the percentage of the fare that it fixes or caps; a free one has none."""

    mode: Literal["FREE", "FIXED", "MAX"]
    percent: Percent = "0.00"


class Commissions(Body):
    """The rates; those by card are an agency's."""

    domestic: CommissionRule
    international: CommissionRule
    domestic_card: CommissionRule | None = None
    international_card: CommissionRule | None = None


class AccountCommission(Shown):
    """A mode, and its percentage with two decimals."""

    mode: Literal["FREE", "FIXED", "MAX"]
    percent: Percent


class AccountCommissions(Shown):
    """The rates; a corporate client has none by card."""

    domestic: AccountCommission
    international: AccountCommission
    domestic_card: AccountCommission | None
    international_card: AccountCommission | None


class Account(Shown):
    """An electronic account: whose it is, on what terms it buys, what it has.

    `net` is credits less debits, `total_to_pay` the same with the sign turned, `available` net plus credit limit less
    held. Below zero of it the account is over its limit and sells nothing.
    """

    id: int
    type: Literal["agency", "corporate"]
    code: str
    name: str
    issue_id: str
    city: str
    airport: str
    country: str
    time_zone: str
    agency_involved: str
    agency_involved_name: str
    currency: str
    status: AccountStatus
    credit_limit: Amount
    debits: Amount
    credits: Amount
    net: Amount
    total_to_pay: Amount
    held: Amount
    available: Amount
    credit_card: bool
    commissions: AccountCommissions
    movements: Annotated[int, Field(description="How many there are; the last item's number.")]
    closed_through: Date | None
    opened_at: Instant


class AccountStanding(Shown):
    """What an account has after the act."""

    id: int
    net: Amount
    held: Amount
    available: Amount


def shown(view: AccountView) -> dict[str, Any]:
    """Return the account as the outside reads it."""
    has, currency = view.standing, view.currency
    return {
        "id": view.account_id,
        "type": view.type,
        "code": view.code,
        "name": view.name,
        "issue_id": view.issue_id,
        "city": view.city,
        "airport": view.airport,
        "country": view.country,
        "time_zone": view.time_zone,
        "agency_involved": view.agency_involved,
        "agency_involved_name": view.agency_involved_name,
        "currency": currency,
        "status": has.status.value,
        "credit_limit": written(has.credit_limit, currency),
        "debits": written(has.debits, currency),
        "credits": written(has.credits, currency),
        "net": written(has.net, currency),
        "total_to_pay": written(has.total_to_pay, currency),
        "held": written(has.held, currency),
        "available": written(has.available, currency),
        "credit_card": view.credit_card,
        "commissions": _written_rates(view.rates),
        "movements": has.movements,
        "closed_through": has.closed_through and has.closed_through.isoformat(),
        "opened_at": instant(view.opened_at),
    }


def standing(account_id: int, facts: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return what the account has after a posting, from the answer's facts."""
    return {"id": account_id, **{name: written(facts[name], currency) for name in ("net", "held", "available")}}


def read_rates(commissions: Commissions) -> Rates:
    """Return the rates that a body names.

    Raises:
        InvalidRequest: Out of bounds; one rate by card without the other.
    """
    if (commissions.domestic_card is None) != (commissions.international_card is None):
        raise InvalidRequest("Rates by card come in twos.", field="commissions")
    return Rates(
        read_rule(commissions.domestic, "domestic"),
        read_rule(commissions.international, "international"),
        None if commissions.domestic_card is None else read_rule(commissions.domestic_card, "domestic_card"),
        None
        if commissions.international_card is None
        else read_rule(commissions.international_card, "international_card"),
    )


def read_rule(commission: CommissionRule, name: str) -> Rule:
    """Return the rule that a body names.

    Raises:
        InvalidRequest: Out of bounds.
    """
    field = f"commissions/{name}/percent"
    bps = parse_percent(commission.percent, field=field)
    try:
        return Rule(Mode(commission.mode), bps)
    except InvalidRequest as flaw:
        raise InvalidRequest(str(flaw), field=field) from flaw


def _written_rates(rates: Rates) -> dict[str, Any]:
    names = ("domestic", "international", "domestic_card", "international_card")
    return {name: _written_rule(getattr(rates, name)) for name in names}


def _written_rule(rule: Rule | None) -> dict[str, str] | None:
    return None if rule is None else {"mode": rule.mode.value, "percent": format_percent(rule.percent_bps)}
