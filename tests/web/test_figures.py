"""Figures as people read and write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from skypurser import money
from skypurser.invoices.paper import Figures
from skypurser.web import figures
from skypurser.web.figures import Mistyped


@pytest.mark.parametrize(
    ("language", "minor", "currency", "written"),
    [
        ("en", 123_456_789, "USD", "1,234,567.89"),
        ("es", 123_456_789, "USD", "1.234.567,89"),
        ("en", -5, "USD", "-0.05"),
        ("en", 1_234, "JPY", "1,234"),
        ("es", 1_234_567, "KWD", "1.234,567"),
        # The locale data would write these without decimals.
        ("en", 150_000, "IQD", "150.000"),
        ("en", 150_000, "LBP", "1,500.00"),
    ],
)
def test_an_amount_has_the_locales_signs_and_our_decimals(
    language: str, minor: int, currency: str, written: str
) -> None:
    with translation.override(language):
        assert figures.amount(minor, currency) == written


@given(st.integers(-money.MAX_MINOR, money.MAX_MINOR), st.sampled_from(["en", "es"]))
def test_figures_are_written_as_the_locale_data_would(number: int, language: str) -> None:
    with translation.override(language):
        assert figures.whole(number) == str(format_decimal(number, locale=language, group_separator=True))
        assert figures.amount(number, "USD") == str(
            format_decimal(Decimal(number).scaleb(-2), format="#,##0.00", locale=language)
        )


@given(st.integers(0, money.MAX_MINOR), st.sampled_from(["USD", "JPY", "KWD"]), st.sampled_from(["en", "es"]))
def test_what_is_written_is_read_back(minor: int, currency: str, language: str) -> None:
    with translation.override(language):
        assert figures.parse_amount(figures.amount(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("language", "text", "currency", "minor"),
    [
        ("en", "448", "USD", 44_800),
        ("en", "448.5", "USD", 44_850),
        ("en", " 1,234.50 ", "USD", 123_450),
        ("en", "1 234.50", "USD", 123_450),
        ("es", "1\u202f234\u202f567,50", "USD", 123_456_750),
        ("es", "1234,50", "USD", 123_450),
        ("es", "1.234", "USD", 123_400),
        ("en", "007", "JPY", 7),
        ("en", "0.062", "KWD", 62),
    ],
)
def test_what_people_type_is_read(language: str, text: str, currency: str, minor: int) -> None:
    with translation.override(language):
        assert figures.parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("language", "text", "currency"),
    [
        *(("en", text, "USD") for text in ("", "-1", "+1", "1e3", "1,5", "1,23.00", "12,34,567.00", "1.", ".5", "٣")),
        # Half a dollar where a comma is the decimal sign; and slips.
        *(("en", text, "USD") for text in ("0,500", "0,001", "00,001", "1 50", "1\u00a05", "1 234,567", "1 , 234")),
        ("es", "0.500", "USD"),
        *(("en", text, "USD") for text in ("9" * 41, "9" * 5_000, "0" * 5_000 + "1", "1." + "0" * 5_000)),
        ("en", "1.234", "USD"),
        ("en", "1.5", "JPY"),
        ("es", "1234.50", "USD"),
        ("es", "1.5", "USD"),
        ("en", "99999999999999.99", "USD"),
    ],
)
def test_what_could_mean_something_else_is_refused(language: str, text: str, currency: str) -> None:
    with translation.override(language), pytest.raises(Mistyped):
        figures.parse_amount(text, currency)


def test_too_many_decimals_are_told_with_how_many_there_are() -> None:
    with pytest.raises(Mistyped, match="USD has at most 2 decimals"):
        figures.parse_amount("1.2345", "USD")
    with pytest.raises(Mistyped, match="JPY has no decimals"):
        figures.parse_amount("17.00", "JPY")


@pytest.mark.parametrize(
    ("language", "text", "bps"), [("en", "7.25", 725), ("es", "7,5", 750), ("en", "100 %", 10_000), ("en", "0", 0)]
)
def test_a_percentage_is_read(language: str, text: str, bps: int) -> None:
    with translation.override(language):
        assert figures.parse_percent(text, field="percent") == bps


@pytest.mark.parametrize("text", ["", "101", "7.255", "-1", "7,5", "x", "1 0", "9" * 5_000, "7." + "0" * 5_000])
def test_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(Mistyped):
        figures.parse_percent(text, field="percent")


def test_instants_are_told_in_zulu_and_at_the_office() -> None:
    noon = datetime(2026, 1, 15, 17, 0, 5, tzinfo=UTC)

    assert figures.zulu(noon) == "Jan 15, 2026 17:00:05Z"
    assert (
        figures.local(noon, "America/New_York") == "Jan 15, 2026, 12:00:05\N{NARROW NO-BREAK SPACE}PM America/New_York"
    )
    with translation.override("es"):
        assert figures.zulu(noon) == "15 ene 2026 17:00:05Z"
        assert figures.day(date(2026, 1, 15)) == "15 ene 2026"


def test_percentages_follow_the_locale() -> None:
    assert figures.percent(725) == "7.25%"
    with translation.override("es"):
        assert figures.percent(725) == "7,25\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize("language", ["en", "es"])
def test_papers_write_figures_as_the_pages_do(language: str) -> None:
    with translation.override(language):
        for currency, minor in (("USD", 1_234_567), ("JPY", 1_234), ("KWD", 100), ("USD", -50)):
            assert Figures(currency, language).amount(minor) == figures.amount(minor, currency)
        for bps in (0, 750, 10_000):
            assert Figures("USD", language).percent(bps) == figures.percent(bps)
        day = date(2026, 11, 5)
        assert Figures("USD", language).day(day, form="medium") == figures.day(day)
        assert Figures("USD", language).quantity(1_500) == figures.quantity(1_500)
