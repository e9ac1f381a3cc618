"""What a refusal says to a person, in the person's language.

`wording.py` has a sentence for every code. A sentence may tell facts; where the refusal lacks them, the short one is
told. What the ledger says in English is for logs and machines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from skypurser.contract.problem import PROBLEMS
from skypurser.errors import InvalidRequest, Refusal
from skypurser.money import parse_percent
from skypurser.web import figures, logwording, rules, wording

#: Facts that are amounts in minor units.
AMOUNTS = frozenset({"available", "shortfall", "left", "credit_limit", "held", "amount"})


#: Fields whose refusals are in the person's language already.
_TOLD_IN_FULL = frozenset({"password"})


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in words.

    Attributes:
        field: The form's field at fault; empty where the whole is refused.
        status: HTTP's.
    """

    code: str
    text: str
    field: str
    status: int


def tell(refusal: Refusal, *, currency: str = "") -> Told:
    """Put a refusal into words.

    Args:
        currency: Of the facts that are amounts, where the refusal doesn't say it.
    """
    field = str(refusal.facts.get("field", "") or "")
    status = PROBLEMS.get(refusal.code, (409, ""))[0]
    if isinstance(refusal, figures.Mistyped) or field in _TOLD_IN_FULL:
        return Told(refusal.code, str(refusal), field, status)
    if isinstance(refusal, InvalidRequest):
        return Told(refusal.code, str(wording.FIELDS.get(field, wording.REFUSALS["invalid_request"])), field, status)
    return Told(refusal.code, reason(refusal.code, refusal.facts, currency=currency), field, status)


def add_to(form: Form, refusal: Refusal, *, currency: str = "", **fields: str) -> None:
    """Tell a refusal in a form: beside its field where the form has that field, else above all.

    Args:
        currency: As `tell`.
        fields: What the form calls a field that the packages of the business call otherwise.
    """
    told = tell(refusal, currency=currency)
    field = fields.get(told.field, told.field)
    form.add_error(field if field in form.fields else None, ValidationError(told.text, code=told.code))


def reason(code: str, facts: Mapping[str, Any] | None = None, *, currency: str = "") -> str:
    """Return the sentence for a code, with the facts where they are there: what whoever has just tried is told."""
    return _said(wording.DETAILED.get(code), wording.REFUSALS.get(code), code, facts, currency)


def logged(code: str, facts: Mapping[str, Any] | None = None, *, currency: str = "") -> str:
    """Return the sentence for a code as a log tells it later, to somebody else."""
    short = logwording.LOGGED.get(code) or wording.REFUSALS.get(code)
    return _said(logwording.LOGGED_DETAILED.get(code), short, code, facts, currency)


def _said(
    detailed: Promise | None, short: Promise | None, code: str, facts: Mapping[str, Any] | None, currency: str
) -> str:
    plain = dict(facts or {})
    unit = str(plain.get("currency") or currency)
    if detailed is not None:
        told = {name: _fact(name, value, unit) for name, value in plain.items() if value is not None}
        if all(told.get(name) for name in wording.facts_in(detailed)):
            return str(detailed) % told
    return str(short or _("It was refused (%(code)s).") % {"code": code})


def _fact(name: str, value: Any, currency: str) -> str:
    if name in AMOUNTS or name.endswith("_minor"):
        return figures.with_currency(int(value), currency) if currency else ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    told = _IN_WORDS.get(name)
    try:
        return str(value) if told is None else str(told(str(value)))
    except (KeyError, ValueError, InvalidRequest):  # of an earlier version, or a later one
        return str(value)


def _percent(text: str) -> str:
    return figures.plain_percent(parse_percent(text, field="percent"))


#: Facts that the ledger has in a form of its own.
_IN_WORDS: dict[str, Callable[[str], Any]] = {
    "mode": rules.MODES.__getitem__,
    "quote_status": wording.QUOTES.__getitem__,
    "percent": _percent,
    "entered": _percent,
    "from": rules.STATUSES.__getitem__,
    "to": rules.STATUSES.__getitem__,
    "missing": lambda text: "; ".join(str(wording.LEGAL_DATA[one]) for one in text.split(", ")),
    "closed_through": lambda text: figures.day(date.fromisoformat(text)),
}
