"""What a price consists of: net, tax by rate, and both together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from skypurser import money
from skypurser.charter.pricing import PriceLine, price_of


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What is taxed at a rate and what the tax on it is, in minor units."""

    tax_bps: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A price taken apart; `total` is the price, `taxes` are sorted by rate, the highest first."""

    net: int
    taxes: tuple[TaxTotal, ...]
    total: int

    @property
    def tax(self) -> int:
        """All of the tax."""
        return self.total - self.net


def net_of(line: PriceLine) -> int:
    """Return what a line comes to without tax, rounded once."""
    return money.priced(line.quantity_milli, line.unit_price, 0)


def totals_of(lines: Sequence[PriceLine]) -> Totals:
    """Return the price of the lines taken apart.

    A line is rounded once, tax included; its tax is what that leaves above its net, so that the parts always add up to
    the price.
    """
    rates = sorted({line.tax_bps for line in lines}, reverse=True)
    taxes = []
    for rate in rates:
        of = [line for line in lines if line.tax_bps == rate]
        net = sum(map(net_of, of))
        taxes.append(TaxTotal(rate, net, price_of(of) - net))
    return Totals(sum(map(net_of, lines)), tuple(taxes), price_of(lines))
