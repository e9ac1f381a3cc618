"""What is done by the clock."""

import pytest

from skypurser.jobs import schedule
from skypurser.overview import questions
from tests import cast


def test_the_first_page_is_summed_up_for_every_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "FEW_ACCOUNTS", 0)
    monkeypatch.setattr(questions, "FEW_TICKETS", 0)
    airlines = [cast.airline(), cast.airline()]
    for airline in airlines:
        cast.post(cast.issue(airline.agency))

    schedule.roll_up_overview.func(int(cast.NOON.timestamp()))
    schedule.roll_up_sales_anew.func(int(cast.NOON.timestamp()))

    for airline in airlines:
        exposures, sales = (
            questions.exposures(actor=airline.actor),
            questions.recent_sales(actor=airline.actor, now=cast.NOON),
        )
        assert (exposures.made_at, sales.made_at) == (cast.NOON, cast.NOON)
        assert [exposure.total_to_pay for exposure in exposures.by_currency] == [44_800]
        assert [day.amount for day in sales.days] == [48_000]
