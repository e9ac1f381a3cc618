"""What a price consists of."""

from hypothesis import given
from hypothesis import strategies as st

from skypurser.charter.pricing import PriceLine, price_of
from skypurser.charter.totals import TaxTotal, totals_of


def line(price: int, tax_bps: int = 0, *, quantity: int = 1_000) -> PriceLine:
    return PriceLine(text="x", quantity_milli=quantity, unit_price=price, tax_bps=tax_bps)


def test_tax_is_told_by_rate_the_highest_first() -> None:
    found = totals_of([line(10_000), line(50_000, 750, quantity=3_500), line(1_000, 750)])

    assert (found.net, found.tax, found.total) == (186_000, 13_200, 199_200)
    assert found.taxes == (TaxTotal(750, 176_000, 13_200), TaxTotal(0, 10_000, 0))


@given(
    st.lists(
        st.builds(
            line,
            st.integers(0, 10**9),
            st.sampled_from([0, 1, 333, 750, 2_100]),
            quantity=st.integers(1, 10**6),
        )
    )
)
def test_the_parts_always_add_up_to_the_price(lines: list[PriceLine]) -> None:
    found = totals_of(lines)

    assert found.total == price_of(lines) == found.net + sum(one.tax for one in found.taxes)
    assert sum(one.net for one in found.taxes) == found.net
