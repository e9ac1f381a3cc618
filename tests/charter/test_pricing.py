"""Lines of a price: rounded once each, summed up exactly."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skypurser.charter.pricing import PriceLine, lines_of, price_of
from skypurser.errors import InvalidRequest
from skypurser.invoices.lines import LineData
from skypurser.invoices.lines import line as invoice_line
from skypurser.money import MAX_MINOR


def line(quantity_milli: int = 1_000, unit_price: int = 100, tax_bps: int = 0, text: str = "Flight") -> PriceLine:
    return PriceLine(text=text, quantity_milli=quantity_milli, unit_price=unit_price, tax_bps=tax_bps)


@pytest.mark.parametrize(
    ("quantity_milli", "unit_price", "tax_bps", "total"),
    [
        (1_000, 10_000, 0, 10_000),
        (1_500, 33_333, 0, 50_000),  # 49,999.5 goes up
        (1_000, 1_417_500, 750, 1_523_813),  # 106,312.5 of tax goes up
        (333, 100, 1_900, 39),  # 33 and 6.27 of tax on it
        (1, 499, 0, 0),
        (1, 500, 0, 1),
    ],
)
def test_net_and_tax_of_a_line_are_rounded_once_half_up(
    quantity_milli: int, unit_price: int, tax_bps: int, total: int
) -> None:
    assert line(quantity_milli, unit_price, tax_bps).total == total


@given(st.integers(1, 10**9), st.integers(0, 10**6), st.integers(0, 10_000))
def test_a_line_is_what_exact_arithmetic_and_its_invoice_say(quantity_milli: int, unit: int, tax_bps: int) -> None:
    half = Fraction(1, 2)
    net = floor(Fraction(quantity_milli, 1000) * unit + half)
    one = line(quantity_milli, unit, tax_bps)

    assert (one.net, one.tax) == (net, floor(Fraction(net * tax_bps, 10_000) + half))
    invoiced = invoice_line(
        LineData(text="Flight", quantity_milli=quantity_milli, unit_price=unit, tax_bps=tax_bps), position=1
    )
    assert (one.net, one.tax, one.total) == (invoiced.net, invoiced.tax, invoiced.gross)


def test_the_price_is_the_sum_of_rounded_lines() -> None:
    assert price_of([line(1_500, 1)] * 3) == 6


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (line(text=""), "lines/0/text"),
        (line(text="a\x00"), "lines/0/text"),
        (line(text="\ud800"), "lines/0/text"),
        (line(text="x" * 201), "lines/0/text"),
        (line(quantity_milli=0), "lines/0/quantity"),
        (line(quantity_milli=10**10), "lines/0/quantity"),
        (line(unit_price=-1), "lines/0/unit_price"),
        (line(unit_price=MAX_MINOR + 1), "lines/0/unit_price"),
        (line(quantity_milli=2_000, unit_price=MAX_MINOR), "lines/0/unit_price"),
        (line(tax_bps=10_001), "lines/0/tax_percent"),
        (line(tax_bps=True), "lines/0/tax_percent"),
    ],
)
def test_a_malformed_line_is_pointed_at(bad: PriceLine, field: str) -> None:
    with pytest.raises(InvalidRequest) as no:
        lines_of([bad])

    assert no.value.field == field


def test_lines_and_their_sum_have_bounds() -> None:
    for lines in ([line()] * 101, [line(unit_price=MAX_MINOR)] * 2):
        with pytest.raises(InvalidRequest) as no:
            lines_of(lines)
        assert no.value.field == "lines"
