"""What is to change of an electronic account, and that nobody else has changed it meanwhile.

A form shows an account, somebody thinks, and sends it back. What it showed comes along as `expected`; where the account
is otherwise by now, the form would overwrite what somebody else has done, so it is refused.
"""

from dataclasses import dataclass
from typing import Any

from skypurser.commissions.rules import Rates
from skypurser.history.conflicts import ChangedMeanwhile as ChangedMeanwhile  # noqa: PLC0414 — raised by `manage`
from skypurser.history.conflicts import must_be_as_expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to change of an account; None leaves it. The credit limit is in minor units.

    `issue_id` is an agency's, `agency_involved` a corporate client's. A name is the office's or client's, so it changes
    for its accounts in other currencies too.

    As `expected`: what a form showed; None of what it did not show.
    """

    credit_limit: int | None = None
    credit_card: bool | None = None
    rates: Rates | None = None
    name: str | None = None
    issue_id: str | None = None
    agency_involved: str | None = None


def must_be_as_shown(*, expected: Changes | None, wanted: Changes, now: Changes) -> None:
    """Raise ChangedMeanwhile if `wanted` would change a field that is neither as expected nor as wanted already.

    Call under the lock that every change takes. A field that was not shown, or is not to change, is nobody's concern.
    """
    if expected is None:
        return
    must_be_as_expected(expected=_fields(expected), wanted=_fields(wanted), now=_fields(now))


def _fields(changes: Changes) -> dict[str, Any]:
    rates = changes.rates
    named: dict[str, Any] = {
        "credit_limit_minor": changes.credit_limit,
        "credit_card": changes.credit_card,
        "name": None if changes.name is None else changes.name.strip(),
        "issue_id": changes.issue_id,
        "agency_involved": changes.agency_involved,
    }
    if rates is not None:
        for scope in ("domestic", "international", "domestic_card", "international_card"):
            rule = getattr(rates, scope)
            named[f"commission.{scope}"] = None if rule is None else str(rule)
    return {field: value for field, value in named.items() if value is not None}
