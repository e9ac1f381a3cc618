"""The arithmetic of lines: each rounded once, half up; totals are sums of rounded lines."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skypurser.errors import InvalidRequest
from skypurser.invoices.lines import (
    LineData,
    TaxCategory,
    TaxTotal,
    format_quantity,
    line,
    lines,
    parse_quantity,
    tax_totals,
)


def data(**differently: Any) -> LineData:
    return LineData(**{"text": "Flight", "quantity_milli": 1000, "unit_price": 100, "tax_bps": 0, **differently})


@pytest.mark.parametrize(
    ("quantity_milli", "unit_price", "net"),
    [(1000, 448_00, 448_00), (1500, 333, 500), (1499, 333, 499), (333, 1, 0), (500, 1, 1), (2, 250, 1), (1, 499, 0)],
)
def test_a_lines_net_is_rounded_half_up(quantity_milli: int, unit_price: int, net: int) -> None:
    assert line(data(quantity_milli=quantity_milli, unit_price=unit_price), position=1).net == net


def test_tax_is_rounded_once_half_up_on_the_rounded_net() -> None:
    made = line(data(unit_price=1_417_500, tax_bps=750), position=1)

    assert (made.net, made.tax, made.gross) == (1_417_500, 106_313, 1_523_813)


def test_totals_are_sums_of_rounded_lines() -> None:
    of = lines([data(unit_price=333, tax_bps=500)] * 3)

    assert [one.tax for one in of] == [17, 17, 17]
    assert tax_totals(of) == (TaxTotal(TaxCategory.STANDARD, 500, 999, 51),)


def test_the_summary_has_a_line_per_category_and_rate() -> None:
    exempt = data(tax_category=TaxCategory.EXEMPT)

    found = tax_totals(lines([data(tax_bps=750), exempt, data(tax_bps=400), exempt]))

    assert [(one.tax_category, one.tax_bps, one.net) for one in found] == [
        ("E", 0, 200),
        ("S", 400, 100),
        ("S", 750, 100),
    ]


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"text": " "}, "lines/0/text"),
        ({"text": "a\0b"}, "lines/0/text"),
        ({"text": "a\nb"}, "lines/0/text"),
        ({"text": "\ud800"}, "lines/0/text"),
        ({"text": "a" * 501}, "lines/0/text"),
        ({"quantity_milli": 0}, "lines/0/quantity"),
        ({"quantity_milli": -1}, "lines/0/quantity"),
        ({"quantity_milli": True}, "lines/0/quantity"),
        ({"quantity_milli": 10**9 + 1}, "lines/0/quantity"),
        ({"unit_price": -1}, "lines/0/unit_price"),
        ({"unit_price": 10**15}, "lines/0/unit_price"),
        ({"unit_price": 10**15 - 1, "quantity_milli": 10**9}, "lines/0"),
        ({"tax_bps": -1}, "lines/0/tax_percent"),
        ({"tax_bps": 10_001}, "lines/0/tax_percent"),
        ({"tax_bps": 750, "tax_category": TaxCategory.EXEMPT}, "lines/0/tax_category"),
    ],
)
def test_what_is_no_line_is_refused(differently: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as no:
        lines([data(**differently)])

    assert no.value.field == field


def test_there_are_bounds_to_all_lines_together() -> None:
    with pytest.raises(InvalidRequest, match="200 lines"):
        lines([data()] * 201)
    with pytest.raises(InvalidRequest, match="total"):
        lines([data(unit_price=6 * 10**14)] * 2)


@given(st.integers(1, 10**9), st.integers(0, 10**6), st.integers(0, 10_000))
def test_no_line_is_further_than_half_a_unit_from_the_truth(quantity: int, price: int, bps: int) -> None:
    made = line(data(quantity_milli=quantity, unit_price=price, tax_bps=bps), position=1)

    assert abs(made.net * 1000 - quantity * price) <= 500
    assert abs(made.tax * 10_000 - made.net * bps) <= 5_000


@pytest.mark.parametrize(("text", "milli"), [("1", 1_000), ("1.5", 1_500), ("0.001", 1), ("1000000", 10**9)])
def test_a_quantity_is_read_and_written(text: str, milli: int) -> None:
    assert parse_quantity(text, field="quantity") == milli
    assert format_quantity(milli) == text


@pytest.mark.parametrize("text", ["", "1.", ".5", "1.0001", "-1", "+1", "1e3", " 1", "01", "١", "1\x00", "9" * 400])
def test_what_is_no_quantity_is_refused(text: Any) -> None:
    with pytest.raises(InvalidRequest) as no:
        parse_quantity(text, field="quantity")

    assert no.value.field == "quantity"
