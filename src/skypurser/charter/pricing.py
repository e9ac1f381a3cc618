"""What a flight costs: lines, the net and the tax of each rounded once, and their sum."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from skypurser import money
from skypurser.errors import InvalidRequest
from skypurser.invoices.lines import line_net
from skypurser.parties import texts

MOST_LINES = 100
#: A million of something, in thousandths.
MOST_QUANTITY = 10**9

_QUANTITY = re.compile(r"(0|[1-9][0-9]{0,6})(?:\.([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One line of a price.

    Attributes:
        quantity_milli: Thousandths of whatever is counted, above zero.
        unit_price: Minor units, without tax; zero for what is included.
        tax_bps: Of the line.
    """

    text: str
    quantity_milli: int
    unit_price: int
    tax_bps: int = 0

    @property
    def net(self) -> int:
        """What the line comes to before tax, in minor units; as its invoice will say, so the two never differ."""
        return line_net(quantity_milli=self.quantity_milli, unit_price=self.unit_price)

    @property
    def tax(self) -> int:
        """The tax on it, in minor units."""
        return money.share(self.net, self.tax_bps)

    @property
    def total(self) -> int:
        """What the line comes to, tax included, in minor units."""
        return self.net + self.tax


def lines_of(asked: Sequence[PriceLine]) -> tuple[PriceLine, ...]:
    """Return the lines, checked.

    Raises:
        InvalidRequest: Names the field by its place (`lines/0/text`); or the sum, which is beyond all bounds.
    """
    if len(asked) > MOST_LINES:
        raise InvalidRequest(f"at most {MOST_LINES} lines", field="lines")
    checked = tuple(_checked(line, f"lines/{place}") for place, line in enumerate(asked))
    if price_of(checked) > money.MAX_MINOR:
        raise InvalidRequest("the price is beyond all bounds", field="lines")
    return checked


def price_of(lines: Sequence[PriceLine]) -> int:
    """Return the sum of the rounded lines, in minor units."""
    return sum(line.total for line in lines)


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


def _checked(line: PriceLine, place: str) -> PriceLine:
    text = texts.line(line.text, field=f"{place}/text", longest=200)
    if not text:
        raise InvalidRequest("a line says what it is for", field=f"{place}/text")
    _within(line.quantity_milli, 1, MOST_QUANTITY, f"{place}/quantity")
    _within(line.unit_price, 0, money.MAX_MINOR, f"{place}/unit_price")
    _within(line.tax_bps, 0, money.MAX_BPS, f"{place}/tax_percent")
    if line.total > money.MAX_MINOR:
        raise InvalidRequest("the line comes to an amount beyond all bounds", field=f"{place}/unit_price")
    return PriceLine(text=text, quantity_milli=line.quantity_milli, unit_price=line.unit_price, tax_bps=line.tax_bps)


def _within(number: int, least: int, most: int, field: str) -> None:
    if type(number) is not int or not least <= number <= most:
        raise InvalidRequest("the number is out of bounds", field=field)
