"""What bodies, queries and responses have in common: strict fields, and how amounts, instants and dates are written.

Requests are strict: no unknown field, no number for a string, no unprintable character.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from skypurser.contract.amounts import read_amount, write_instant
from skypurser.errors import InvalidRequest
from skypurser.money import format_amount

_date = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("Only printable characters.")
    return text


def _read_date(text: Any) -> date:
    if isinstance(text, str) and _date(text):
        return date.fromisoformat(text)
    raise ValueError("A date is written like 2026-01-15.")


_AMOUNT = "A decimal with exactly the currency's digits, such as 448.00 USD or 17 JPY."

Amount = Annotated[str, Field(max_length=20, description=_AMOUNT, examples=["448.00"])]
Percent = Annotated[str, Field(max_length=6, description="Up to two decimals.", examples=["8.00"])]
Reference = Annotated[
    str, AfterValidator(_printable), Field(min_length=1, max_length=500, description="Why; printed on statements.")
]
Text = Annotated[str, AfterValidator(_printable)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["USD"])]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166.", examples=["US"])]
City = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="IATA city code.", examples=["NYC"])]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,20}$", examples=["NYC1AA"])]
Date = Annotated[date, BeforeValidator(_read_date)]
Switch = StrictBool
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
#: An id in a body, where a string is no number.
GivenId = Annotated[int, Field(strict=True, ge=1, le=2**63 - 1)]
Instant = Annotated[str, Field(description="RFC 3339 in UTC with Z.", json_schema_extra={"format": "date-time"})]

#: An instant that is asked for. No date-time in the document: generated clients would write an offset instead of Z.
AskedInstant = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$",
        description="RFC 3339 in UTC with Z.",
        examples=["2026-01-15T17:00:00Z"],
    ),
]

#: A variable of a path.
PathId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Body(BaseModel):
    """What somebody sends."""

    model_config = ConfigDict(extra="forbid")


class Query(BaseModel):
    """What stands behind the question mark; unknown names are refused before."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What somebody gets. Not ninja's Schema, which asks Django about every field of every row."""


def amount(text: str, currency: str, *, field: str) -> int:
    """Read an amount of a body; errors are those of `read_amount`."""
    return read_amount(text, currency, field=field)


def written(minor: int, currency: str) -> str:
    """Write an amount with exactly the currency's digits."""
    return format_amount(minor, currency)


def written_or_none(minor: int | None, currency: str) -> str | None:
    """Write an amount; None where there is none, or no currency to write it in."""
    if minor is None or not currency:
        return None
    try:
        return format_amount(minor, currency)
    except InvalidRequest:  # what somebody once wrote as a currency
        return None


def instant(at: datetime | None) -> str | None:
    """Write an instant, if there is one."""
    return None if at is None else write_instant(at)
