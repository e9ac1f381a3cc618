import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skypurser.errors import InvalidRequest
from skypurser.money import (
    MAX_MINOR,
    CurrencyMismatch,
    Money,
    digits,
    format_amount,
    format_percent,
    parse_amount,
    parse_percent,
    share,
)

MINOR = st.integers(0, MAX_MINOR)
BPS = st.integers(0, 10_000)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF", "CLP"])


@pytest.mark.parametrize(
    ("currency", "expected"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4), ("ISK", 0), ("UYI", 0)]
)
def test_a_currency_has_the_digits_of_iso_4217(currency: str, expected: int) -> None:
    assert digits(currency) == expected


@pytest.mark.parametrize("code", ["XAU", "XDR", "XTS", "XXX", "usd", "US", "USD ", "", "ZZZ", "DEM"])
def test_a_code_without_minor_unit_is_no_currency_for_accounts(code: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        digits(code)

    assert refusal.value.field == "currency"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("448.00", "USD", 44_800),
        ("17", "JPY", 17),
        ("0.062", "KWD", 62),
        ("0.00", "USD", 0),
        ("0", "JPY", 0),
        ("0.05", "USD", 5),
        ("1.0000", "CLF", 10_000),
    ],
)
def test_an_amount_is_written_with_exactly_the_digits_of_its_currency(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor
    assert format_amount(minor, currency) == text


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("448", "USD"),
        ("448.0", "USD"),
        ("448.000", "USD"),
        ("17.00", "JPY"),
        ("17.", "JPY"),
        ("1.23", "KWD"),
        (".50", "USD"),
        ("5.", "USD"),
        ("007.00", "USD"),
        ("00.05", "USD"),
        ("00", "JPY"),
        ("-1.00", "USD"),
        ("+1.00", "USD"),
        ("1e2", "JPY"),
        ("1.0e2", "USD"),
        ("1_000", "JPY"),
        ("1,000.00", "USD"),
        ("1,00", "USD"),
        (" 1.00", "USD"),
        ("1.00 ", "USD"),
        ("1.00\n", "USD"),
        ("17\n", "JPY"),
        ("١٧", "JPY"),
        ("1٧", "JPY"),
        ("¹", "JPY"),
        ("1\u200b", "JPY"),
        ("1x00", "USD"),
        ("0x10", "JPY"),
        ("NaN", "USD"),
        ("Infinity", "JPY"),
        ("", "USD"),
        ("", "JPY"),
    ],
)
def test_an_amount_written_otherwise_is_refused_and_the_field_is_named(text: str, currency: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_amount(text, currency, field="fare")

    assert refusal.value.field == "fare"
    assert refusal.value.code == "invalid_request"


@pytest.mark.parametrize("number", [None, 448, 448.0, Decimal("448.00"), b"448.00", ["448.00"], True])
def test_an_amount_or_percentage_that_is_no_string_is_refused_like_any_other(number: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"123\.00"):
        parse_amount(number, "USD")
    with pytest.raises(InvalidRequest):
        parse_percent(number, field="percent")


@pytest.mark.parametrize("currency", ["JPY", "USD", "KWD", "CLF"])
def test_the_largest_amount_is_read_and_the_next_one_refused(currency: str) -> None:
    largest = format_amount(MAX_MINOR, currency)
    next_one = format_amount(MAX_MINOR + 1, currency)

    assert parse_amount(largest, currency) == MAX_MINOR
    with pytest.raises(InvalidRequest):
        parse_amount(next_one, currency)


def test_a_very_long_amount_is_refused_without_being_converted() -> None:
    with pytest.raises(InvalidRequest):
        parse_amount("9" * 1_000_000, "JPY")


def test_an_unknown_currency_is_the_fault_of_the_currency_not_of_the_amount() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_amount("1.00", "XAU", field="fare")

    assert refusal.value.field == "currency"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(-62, "KWD", "-0.062"), (-5, "USD", "-0.05"), (-100, "USD", "-1.00"), (-17, "JPY", "-17")],
)
def test_a_negative_amount_is_written_with_a_minus(minor: int, currency: str, text: str) -> None:
    assert format_amount(minor, currency) == text


@given(MINOR, CURRENCIES)
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency), currency) == minor


@given(st.integers(-(10**18), 10**18), CURRENCIES)
def test_an_amount_is_written_as_decimal_writes_it(minor: int, currency: str) -> None:
    expected = Decimal(minor).scaleb(-digits(currency))

    assert format_amount(minor, currency) == f"{expected:f}"


@given(st.text(alphabet="0123456789.-+e ٣\n", max_size=20), CURRENCIES)
def test_whatever_is_read_is_written_as_it_was(text: str, currency: str) -> None:
    try:
        minor = parse_amount(text, currency)
    except InvalidRequest:
        return

    assert format_amount(minor, currency) == text
    assert 0 <= minor <= MAX_MINOR


@pytest.mark.parametrize(
    ("text", "bps"),
    [
        ("8", 800),
        ("7.5", 750),
        ("7.25", 725),
        ("0", 0),
        ("0.00", 0),
        ("0.05", 5),
        ("100", 10_000),
        ("100.00", 10_000),
    ],
)
def test_a_percentage_has_at_most_two_decimals(text: str, bps: int) -> None:
    assert parse_percent(text, field="percent") == bps


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7.255",
        "7.",
        ".5",
        "07",
        "-1",
        "+1",
        "100.01",
        "101",
        "1000",
        "8%",
        "8 ",
        "8\n",
        "1e1",
        "٨",
        "7,5",
    ],
)
def test_any_other_percentage_is_refused_and_the_field_is_named(text: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_percent(text, field="commission_percent")

    assert refusal.value.field == "commission_percent"


@given(BPS)
def test_a_percentage_is_always_written_with_two_decimals_and_read_back(bps: int) -> None:
    text = format_percent(bps)

    assert text == f"{Decimal(bps) / 100:.2f}"
    assert parse_percent(text, field="percent") == bps


def test_worked_example_rounding() -> None:
    assert share(parse_amount("14175.00", "USD"), 750) == parse_amount("1063.13", "USD")


def test_worked_example_jpy_and_kwd() -> None:
    assert format_amount(share(parse_amount("333", "JPY"), 500), "JPY") == "17"
    assert format_amount(share(parse_amount("1.234", "KWD"), 500), "KWD") == "0.062"


@given(MINOR, BPS)
def test_a_share_is_what_decimal_makes_of_it_half_up(amount: int, rate_bps: int) -> None:
    exact = Decimal(amount) * Decimal(rate_bps) / Decimal(10_000)

    assert share(amount, rate_bps) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(0, 10**11), st.integers(0, 24))
def test_a_share_ending_in_exactly_one_half_goes_up(whole: int, step: int) -> None:
    amount, rate_bps = 2 * whole + 1, 5_000 + 10_000 * step

    assert share(amount, rate_bps) == Fraction(amount * rate_bps, 10_000) + Fraction(1, 2)


@given(MINOR, MINOR, BPS)
def test_a_share_never_shrinks_when_the_amount_grows_nor_exceeds_it(one: int, more: int, rate: int) -> None:
    smaller, larger = share(one, rate), share(one + more, rate)

    assert 0 <= smaller <= larger
    assert larger - smaller <= more


@pytest.mark.parametrize(("amount", "rate_bps"), [(-1, 500), (1, -500)])
def test_no_share_is_taken_of_a_negative_amount_or_rate(amount: int, rate_bps: int) -> None:
    with pytest.raises(ValueError, match="not negative"):
        share(amount, rate_bps)


def test_money_adds_subtracts_and_compares_within_its_currency() -> None:
    large, small = Money.parse("448.00", "USD"), Money.parse("32.00", "USD")

    assert large + small == Money(48_000, "USD")
    assert small - large == -Money(41_600, "USD")
    assert small < large
    assert small <= small + Money(0, "USD")
    assert large > small
    assert large >= large - Money(0, "USD")
    assert not small > large
    assert not large <= small
    assert str(large) == "448.00 USD"
    assert str(small - large) == "-416.00 USD"


@pytest.mark.parametrize("operator", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_money_of_two_currencies_never_meets(operator: str) -> None:
    dollars, yen = Money(100, "USD"), Money(100, "JPY")

    with pytest.raises(CurrencyMismatch) as refusal:
        getattr(dollars, operator)(yen)

    assert refusal.value.code == "currency_mismatch"
    assert refusal.value.facts == {"expected": "USD", "given": "JPY"}


def test_money_of_two_currencies_is_merely_unequal() -> None:
    assert Money(100, "USD") != Money(100, "JPY")
    assert Money(0, "USD") != Money(0, "JPY")
    assert len({Money(1, "USD"), Money(1, "USD"), Money(1, "JPY")}) == 2


@pytest.mark.parametrize("minor", [True, 1.0, Decimal(1), "1", None])
def test_money_counts_in_integers_only(minor: Any) -> None:
    with pytest.raises(TypeError):
        Money(minor, "USD")


@pytest.mark.parametrize("other", [1, 1.0, Decimal(1), "1.00 USD", None])
def test_money_is_not_added_to_or_compared_with_a_bare_number(other: Any) -> None:
    money = Money(100, "USD")

    with pytest.raises(TypeError):
        money + other
    with pytest.raises(TypeError):
        money - other
    with pytest.raises(TypeError):
        sorted([money, other])
    for compare in ("__le__", "__gt__", "__ge__"):
        assert getattr(money, compare)(other) is NotImplemented


def test_money_has_a_currency_that_exists() -> None:
    with pytest.raises(InvalidRequest):
        Money(1, "XAU")
    with pytest.raises(InvalidRequest):
        Money.parse("1", "USD")


@given(MINOR, MINOR, CURRENCIES)
def test_money_sums_are_sums_of_minor_units(one: int, other: int, currency: str) -> None:
    total = Money(one, currency) + Money(other, currency)

    assert total.minor == one + other
    assert total - Money(other, currency) == Money(one, currency)
    assert (Money(one, currency) < Money(other, currency)) == (one < other)


def test_importing_money_loads_neither_a_framework_nor_the_currency_table() -> None:
    heavy = "{'django', 'iso4217', 'decimal'} & set(sys.modules)"

    run = subprocess.run(
        [sys.executable, "-c", f"import sys, skypurser.money; print({heavy} or 'none')"],
        capture_output=True,
        check=True,
        text=True,
    )

    assert run.stdout.strip() == "none"
