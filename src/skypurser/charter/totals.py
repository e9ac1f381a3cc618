"""What a price consists of: net, tax by rate, and both together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

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


def totals_of(lines: Sequence[PriceLine]) -> Totals:
    """Return the price of the lines taken apart: sums of what each line has rounded."""
    rates = sorted({line.tax_bps for line in lines}, reverse=True)
    taxes = []
    for rate in rates:
        of = [line for line in lines if line.tax_bps == rate]
        taxes.append(TaxTotal(rate, sum(line.net for line in of), sum(line.tax for line in of)))
    return Totals(sum(line.net for line in lines), tuple(taxes), price_of(lines))
