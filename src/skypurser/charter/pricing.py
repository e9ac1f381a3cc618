"""What a flight costs: lines, the net and the tax of each rounded once, and their sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from skypurser import money
from skypurser.errors import InvalidRequest
from skypurser.invoices.lines import MAX_QUANTITY_MILLI, line_net
from skypurser.parties import texts

MOST_LINES = 100


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


def _checked(line: PriceLine, place: str) -> PriceLine:
    text = texts.line(line.text, field=f"{place}/text", longest=200)
    if not text:
        raise InvalidRequest("a line says what it is for", field=f"{place}/text")
    _within(line.quantity_milli, 1, MAX_QUANTITY_MILLI, f"{place}/quantity")
    _within(line.unit_price, 0, money.MAX_MINOR, f"{place}/unit_price")
    _within(line.tax_bps, 0, money.MAX_BPS, f"{place}/tax_percent")
    if line.total > money.MAX_MINOR:
        raise InvalidRequest("the line comes to an amount beyond all bounds", field=f"{place}/unit_price")
    return PriceLine(text=text, quantity_milli=line.quantity_milli, unit_price=line.unit_price, tax_bps=line.tax_bps)


def _within(number: int, least: int, most: int, field: str) -> None:
    if type(number) is not int or not least <= number <= most:
        raise InvalidRequest("the number is out of bounds", field=field)
