"""How amounts, percentages and instants are written.

Amounts are decimal strings with exactly the currency's digits ("448.00" USD, "17" JPY, "0.062" KWD), percentages have
up to two decimals, instants are RFC 3339 in UTC with Z. Everything else is malformed; a number is not a string.
"""

import re
from datetime import UTC, datetime

from skypurser.errors import InvalidRequest
from skypurser.money import MAX_MINOR, parse_amount

_instant = re.compile(
    r"(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z"
).fullmatch
_some_amount = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?").fullmatch


def read_amount(text: str, currency: str, *, field: str) -> int:
    """Return an amount in minor units.

    Args:
        currency: Empty where it is not known because what the amount is for does not exist; then the digits alone are
            read, which is what the amount would be in the currency that it was written for.

    Raises:
        InvalidRequest: Not an amount in the currency, or in any.
    """
    if currency:
        return parse_amount(text, currency, field=field)
    if _some_amount(text):
        minor = int(text.replace(".", ""))
        if minor <= MAX_MINOR:
            return minor
    raise InvalidRequest("Not an amount; it is written like 123.00, with exactly the currency's decimals.", field=field)


def read_instant(text: str, *, field: str) -> datetime:
    """Read an instant of the years 1970 to 2999.

    Raises:
        InvalidRequest: Anything else.
    """
    if _instant(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:  # the 30th of February
            pass
    raise InvalidRequest("Not an instant; it is written like 2026-01-15T17:00:00Z.", field=field)


def write_instant(instant: datetime) -> str:
    """Write an instant in UTC with Z; microseconds only where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
