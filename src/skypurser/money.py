"""Money, currencies, percentages and the one way of rounding. Knows no framework.

An amount is an integer count of its currency's minor unit (ISO 4217: JPY 0 digits, USD 2, KWD 3) and is held
with its currency. A percentage is an integer count of hundredths of a percent ("bps": 7.25 % is 725). People
and machines write both as strings; this module is the only place that reads and writes those strings.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Self

from skypurser.errors import InvalidRequest, Refusal

MAX_MINOR = 10**15 - 1
"""The largest amount that may be entered, in minor units; a thousand of its sums still fit 64 bits."""

MAX_BPS = 100 * 100
"""One hundred percent."""

_PERCENT = re.compile(r"(100|[1-9]?[0-9])(?:\.([0-9]{1,2}))?")


class CurrencyMismatch(Refusal):
    """Amounts in two currencies cannot be added or compared."""

    code = "currency_mismatch"


@cache
def digits(currency: str) -> int:
    """Return how many decimals the currency has: its ISO 4217 exponent.

    Args:
        currency: The alphabetic code, in capitals.

    Raises:
        InvalidRequest: No such currency, or one that has no minor unit to count in: gold (XAU), special
            drawing rights (XDR), the codes for tests and for "no currency" (XTS, XXX).
    """
    exponent = _exponents().get(currency)
    if exponent is None:
        raise InvalidRequest(f"{currency!r:.40} is not a currency that accounts are kept in.", field="currency")
    return exponent


def parse_amount(text: str, currency: str, *, field: str = "amount") -> int:
    """Read an amount and return it in minor units.

    Args:
        text: Exactly the currency's decimals: "448.00" USD, "17" JPY, "0.062" KWD. No sign, exponent, blanks,
            separators of thousands or superfluous leading zeros.
        currency: ISO 4217 alphabetic code.
        field: Named by the refusal.

    Raises:
        InvalidRequest: Anything else, an amount above `MAX_MINOR`, or (naming the field `currency`) an
            unknown currency.
    """
    is_amount = _amount_shape(currency)
    try:
        if is_amount(text):
            return int(text.replace(".", ""))
    except TypeError:  # not a string at all, as a missing column or a JSON number would be
        pass
    example = _decimal(123 * 10 ** digits(currency), digits(currency))
    raise InvalidRequest(f"Not an amount in {currency}; it is written like {example}.", field=field)


def format_amount(minor: int, currency: str) -> str:
    """Write an amount in minor units with exactly the currency's decimals: "448.00", "-0.062", "17"."""
    return _decimal(minor, digits(currency))


def parse_percent(text: str, *, field: str) -> int:
    """Read a percentage from 0 to 100 with at most two decimals and return it in bps: "7.5" is 750.

    Raises:
        InvalidRequest: Anything else, naming the field.
    """
    try:
        match = _PERCENT.fullmatch(text)
    except TypeError:  # not a string at all
        match = None
    if match:
        whole, hundredths = match.groups("")
        bps = int(whole) * 100 + int(hundredths.ljust(2, "0"))
        if bps <= MAX_BPS:
            return bps
    raise InvalidRequest("Not a percentage from 0.00 to 100.00 with at most two decimals.", field=field)


def format_percent(bps: int) -> str:
    """Write a percentage given in bps, always with two decimals: 725 is "7.25"."""
    return _decimal(bps, 2)


def share(amount_minor: int, rate_bps: int) -> int:
    """Return the rate's share of the amount, in minor units, rounded half up.

    This and `priced` are the only rounding there is. It happens once per line; totals are sums of rounded lines.

    Raises:
        ValueError: A negative amount or rate, for which "half up" would have two meanings. A reversal is a
            positive amount on the other side.
    """
    if amount_minor < 0 or rate_bps < 0:
        raise ValueError("A share is taken of amounts and rates that are not negative.")
    return (amount_minor * rate_bps + MAX_BPS // 2) // MAX_BPS


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency. Adds, subtracts and compares within one currency only.

    Equality is the exception, so that amounts may be keys and members: in two currencies they are unequal.

    Attributes:
        minor: Minor units; may be negative, and (as a total) above `MAX_MINOR`.
        currency: ISO 4217 alphabetic code.

    Raises:
        TypeError: `minor` is not an `int`; a bool, a float and a Decimal are not.
        InvalidRequest: As `digits`.
        CurrencyMismatch: By every operator but `==` and `!=`, when the other amount is in another currency.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Minor units are an int, not {type(self.minor).__name__}.")
        digits(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str, *, field: str = "amount") -> Self:
        """Read an amount as `parse_amount` does."""
        return cls(parse_amount(text, currency, field=field), currency)

    def __str__(self) -> str:
        return f"{format_amount(self.minor, self.currency)} {self.currency}"

    def __add__(self, other: object) -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: object) -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._minor_of(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor < self._minor_of(other)

    def __le__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor > self._minor_of(other)

    def __ge__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor >= self._minor_of(other)

    def _minor_of(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                f"{self} and {other} cannot be added or compared.",
                expected=self.currency,
                given=other.currency,
            )
        return other.minor


def _decimal(units: int, places: int) -> str:
    if units < 0:
        return "-" + _decimal(-units, places)
    plain = str(units)
    if not places:
        return plain
    if len(plain) <= places:
        plain = plain.rjust(places + 1, "0")
    return f"{plain[:-places]}.{plain[-places:]}"


def currencies() -> list[str]:
    """Return the codes of all currencies that accounts may be kept in, in alphabetical order."""
    return sorted(_exponents())


@cache
def _exponents() -> dict[str, int]:
    # Imported at first use: iso4217 parses its XML on import, 75 ms that most commands never need.
    from iso4217 import raw_table  # noqa: PLC0415

    units = {code: str(entry["CcyMnrUnts"]) for code, entry in raw_table.items()}
    return {code: int(exponent) for code, exponent in units.items() if exponent.isdecimal()}


@cache
def _amount_shape(currency: str) -> Callable[[str], re.Match[str] | None]:
    places = digits(currency)
    whole = rf"(?:0|[1-9][0-9]{{0,{len(str(MAX_MINOR)) - places - 1}}})"
    return re.compile(rf"{whole}\.[0-9]{{{places}}}" if places else whole).fullmatch
