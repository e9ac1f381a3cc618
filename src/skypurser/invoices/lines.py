"""The arithmetic of invoices: each line is rounded once, half up, and totals are sums of rounded lines.

Amounts are minor units, quantities thousandths. No framework, no database.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from skypurser.errors import InvalidRequest
from skypurser.money import MAX_BPS, MAX_MINOR, share

#: The most that fits a line: a million of something.
MAX_QUANTITY_MILLI = 10**9
MOST_LINES = 200
#: So far may the tax of a line that sums up others be from the rate's: half a minor unit for each of them.
MOST_ROUNDED = MOST_LINES // 2

_LONGEST_TEXT = 500
_QUANTITY = re.compile(r"(0|[1-9][0-9]{0,6})(?:\.([0-9]{1,3}))?")


class TaxCategory(StrEnum):
    """Why a line bears the tax that it does; the codes of EN 16931 (UNTDID 5305). Only STANDARD has a rate."""

    STANDARD = "S"
    ZERO_RATED = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    EXPORT = "G"
    OUTSIDE_SCOPE = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineData:
    """A line as somebody writes it.

    Attributes:
        quantity_milli: Thousandths, above zero: 1500 is one and a half.
        unit_price: Minor units, before tax; zero or more.
        tax_bps: Hundredths of a percent; zero unless the category is STANDARD.
        tax: What the tax is where the line sums up others that were rounded each by itself; None for the rate's.
    """

    text: str
    quantity_milli: int
    unit_price: int
    tax_bps: int = 0
    tax_category: TaxCategory = TaxCategory.STANDARD
    tax: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its amounts; `position` counts from 1. Of a credit note, `corrects` is the invoice's position."""

    position: int
    text: str
    quantity_milli: int
    unit_price: int
    tax_bps: int
    tax_category: TaxCategory
    net: int
    tax: int
    corrects: int | None = None

    @property
    def gross(self) -> int:
        """With tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What all lines of one category and rate add up to."""

    tax_category: TaxCategory
    tax_bps: int
    net: int
    tax: int


def line(data: LineData, *, position: int) -> Line:
    """Return the line with its amounts, each rounded once.

    Raises:
        InvalidRequest: Names the field.
    """
    where = f"lines/{position - 1}"
    text = data.text.strip()
    if not text or len(text) > _LONGEST_TEXT or not text.isprintable() or not _is_storable(text):
        raise InvalidRequest(
            f"a line has a text of at most {_LONGEST_TEXT} printable characters", field=f"{where}/text"
        )
    if type(data.quantity_milli) is not int or not 0 < data.quantity_milli <= MAX_QUANTITY_MILLI:
        raise InvalidRequest("the quantity is above zero, at most a million", field=f"{where}/quantity")
    if type(data.unit_price) is not int or not 0 <= data.unit_price <= MAX_MINOR:
        raise InvalidRequest("the unit price is zero or more and not beyond all bounds", field=f"{where}/unit_price")
    if type(data.tax_bps) is not int or not 0 <= data.tax_bps <= MAX_BPS:
        raise InvalidRequest("the tax is from 0 to 100 percent", field=f"{where}/tax_percent")
    category = TaxCategory(data.tax_category)
    if data.tax_bps and category is not TaxCategory.STANDARD:
        raise InvalidRequest("only the standard category has a rate", field=f"{where}/tax_category")
    net = line_net(quantity_milli=data.quantity_milli, unit_price=data.unit_price)
    tax = share(net, data.tax_bps) if data.tax is None else data.tax
    if (not data.tax_bps and tax) or abs(tax - share(net, data.tax_bps)) > MOST_ROUNDED:
        raise InvalidRequest("the tax is not what the rate makes of the net amount", field=f"{where}/tax")
    if net + tax > MAX_MINOR:
        raise InvalidRequest("the amount is beyond all bounds", field=where)
    return Line(position, text, data.quantity_milli, data.unit_price, data.tax_bps, category, net, tax)


def lines(data: Sequence[LineData]) -> tuple[Line, ...]:
    """Return the lines with their amounts, numbered from 1.

    Raises:
        InvalidRequest: Too many, beyond all bounds together, or one of them is none.
    """
    if len(data) > MOST_LINES:
        raise InvalidRequest(f"an invoice has at most {MOST_LINES} lines", field="lines")
    made = tuple(line(one, position=position) for position, one in enumerate(data, start=1))
    if sum(one.gross for one in made) > MAX_MINOR:
        raise InvalidRequest("the total is beyond all bounds", field="lines")
    return made


def line_net(*, quantity_milli: int, unit_price: int) -> int:
    """Return the line's net amount, rounded half up."""
    return (quantity_milli * unit_price + 500) // 1000


def parse_quantity(text: str, *, field: str) -> int:
    """Read a quantity with at most three decimals and return it in thousandths: "1.5" is 1500.

    Raises:
        InvalidRequest: Anything else, naming the field.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or not text.isascii():
        raise InvalidRequest("a quantity has at most three decimals", field=field)
    whole, thousandths = match.groups("")
    return int(whole) * 1000 + int(thousandths.ljust(3, "0"))


def format_quantity(quantity_milli: int) -> str:
    """Write a quantity without superfluous decimals: 1500 is "1.5"."""
    whole, thousandths = divmod(quantity_milli, 1000)
    return f"{whole}.{thousandths:03d}".rstrip("0").rstrip(".")


def tax_totals(of: Sequence[Line]) -> tuple[TaxTotal, ...]:
    """Return the tax summary: sums of rounded lines by category and rate, in that order."""
    sums: dict[tuple[TaxCategory, int], list[int]] = {}
    for one in of:
        both = sums.setdefault((one.tax_category, one.tax_bps), [0, 0])
        both[0] += one.net
        both[1] += one.tax
    return tuple(TaxTotal(category, bps, *sums[category, bps]) for category, bps in sorted(sums))


def _is_storable(text: str) -> bool:
    """Tell whether the text is UTF-8; half of a surrogate pair is not."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
