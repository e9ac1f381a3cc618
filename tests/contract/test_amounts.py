"""Amounts and instants as machines write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from skypurser.contract.amounts import read_amount, read_instant, write_instant
from skypurser.errors import InvalidRequest


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("448.00", "USD", 44_800), ("17", "JPY", 17), ("0.062", "KWD", 62), ("448.00", "", 44_800), ("0", "", 0)],
)
def test_an_amount_has_exactly_the_currencys_digits(text: str, currency: str, minor: int) -> None:
    assert read_amount(text, currency, field="fare") == minor


@pytest.mark.parametrize("currency", ["USD", ""])
@pytest.mark.parametrize(
    "text", ["", "-1.00", "+1.00", "1e2", " 1.00", "01.00", "1.", ".50", "1,00", "1.00000", "9" * 16]
)
def test_everything_else_is_malformed(text: str, currency: str) -> None:
    with pytest.raises(InvalidRequest) as flaw:
        read_amount(text, currency, field="fare")

    assert flaw.value.field == "fare"


def test_an_instant_is_in_utc_with_z() -> None:
    assert read_instant("2026-01-15T17:00:00Z", field="at") == datetime(2026, 1, 15, 17, tzinfo=UTC)
    assert read_instant("2026-01-15T17:00:00.25Z", field="at").microsecond == 250_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-15",
        "2026-01-15T17:00:00",
        "2026-01-15T17:00:00+00:00",
        "2026-01-15t17:00:00z",
        "2026-02-30T00:00:00Z",
        "2026-01-15T24:00:01Z",
        "2026-01-15 17:00:00Z",
        "20260115T170000Z",
        "٢٠٢٦-01-15T17:00:00Z",
        "3026-01-15T17:00:00Z",
    ],
)
def test_everything_else_is_no_instant(text: str) -> None:
    with pytest.raises(InvalidRequest):
        read_instant(text, field="at")


def test_what_is_written_can_be_read() -> None:
    for instant in (datetime(2026, 1, 15, 17, tzinfo=UTC), datetime(2026, 1, 15, 17, 0, 0, 5, tzinfo=UTC)):
        assert read_instant(write_instant(instant), field="at") == instant
    assert write_instant(datetime(2026, 1, 15, 17, tzinfo=timezone(timedelta(hours=2)))) == "2026-01-15T15:00:00Z"
