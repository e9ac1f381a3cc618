"""How often clocks show a local time."""

from datetime import datetime

import pytest

from skypurser.charter.clocks import Told, told
from skypurser.errors import InvalidRequest


@pytest.mark.parametrize(
    ("local", "zone", "often"),
    [
        ("2027-02-01T10:00", "America/New_York", Told.ONCE),
        ("2027-03-14T02:30", "America/New_York", Told.NEVER),
        ("2027-11-07T01:30", "America/New_York", Told.TWICE),
        ("2027-04-04T01:45", "Australia/Lord_Howe", Told.TWICE),
        ("0001-01-01T00:00", "Asia/Kolkata", Told.NEVER),
    ],
)
def test_a_local_time_is_there_once_twice_or_never(local: str, zone: str, often: Told) -> None:
    assert told(datetime.fromisoformat(local), zone) is often


def test_a_time_with_an_offset_is_no_local_one() -> None:
    with pytest.raises(InvalidRequest):
        told(datetime.fromisoformat("2027-02-01T10:00Z"), "UTC")
