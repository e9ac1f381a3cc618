import pytest

from skypurser.finding.wanted import read


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,234.50", "USD", 123_450),
        ("1.234,50", "EUR", 123_450),
        ("1 234,5", "EUR", 123_450),
        ("1'234'567.00", "CHF", 123_456_700),
        ("448", "USD", 44_800),
        ("448.000", "USD", 44_800_000),
        ("17", "JPY", 17),
        ("17.00", "JPY", 17),
        ("0.062", "KWD", 62),
        ("1,234", "USD", 123_400),
        ("1.234", "KWD", 1_234),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, currency: str, minor: int) -> None:
    assert read(text).minor(currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("0.062", "USD"),
        ("17.5", "JPY"),
        ("1,23,4", "USD"),
        ("1,234,5", "USD"),
        ("0.00", "USD"),
        ("-5", "USD"),
        ("9" * 15, "USD"),
        ("٣", "USD"),
        ("abc", "USD"),
    ],
)
def test_what_is_no_amount_of_a_currency_is_none(text: str, currency: str) -> None:
    assert read(text).minor(currency) is None


def test_a_text_has_as_many_readings_as_it_may_mean() -> None:
    assert read(" nyc1 ").code == "NYC1"
    assert read("2792400001001-6").document == read("2792400001001").document == "2792400001001"
    assert read("2792400001001-5").document == ""
    assert read("279240").document_start == "279240"
    assert read("hold 12").hold_id == read("#12").hold_id == read("12").hold_id == 12
    assert read("Agency & Sons").code == ""


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "x" * 201])
def test_what_names_nothing_is_not_searched(text: str) -> None:
    assert read(text).text == ""
