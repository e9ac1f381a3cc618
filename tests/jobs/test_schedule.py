"""What is done by the clock."""

import pytest
from django.db import OperationalError
from django.test import override_settings
from django.urls import reverse

from skypurser.access.preferences import Briefings, set_preferences
from skypurser.briefings.wording import Links
from skypurser.jobs import schedule
from skypurser.mail.queries import about, whole
from skypurser.overview import questions
from tests import cast
from tests.statements.stage import letters_wait
from tests.web.people import join, user


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


def test_what_fails_for_one_carrier_is_done_for_the_others_and_told_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = cast.airline(), cast.airline()
    summed: list[int] = []

    def stumbling(*, carrier_id: int, **_: object) -> None:
        if carrier_id == first.carrier.id:
            raise TypeError
        summed.append(carrier_id)

    monkeypatch.setattr(schedule, "roll_up_sales", stumbling)
    with pytest.raises(ExceptionGroup) as told:
        schedule.roll_up_sales_anew.func(int(cast.NOON.timestamp()))

    assert second.carrier.id in summed
    assert [(type(one), one.__notes__) for one in told.value.exceptions] == [
        (TypeError, [f"carrier {first.carrier.id}"]),
    ]


def test_a_lost_database_is_nobodys_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.airline()

    def lost(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(schedule, "roll_up_sales", lost)
    with pytest.raises(OperationalError):
        schedule.roll_up_sales_anew.func(int(cast.NOON.timestamp()))


@override_settings(PUBLIC_URL="https://desk.example.org")
def test_briefings_are_written_for_every_carrier_and_lead_to_the_desk() -> None:
    airlines = [cast.airline(), cast.airline()]
    members = []
    for airline in airlines:
        cast.post(cast.debit(airline.agency, 2_000_000))
        members.append(join(user(), airline))
        set_preferences(actor=members[-1], briefings=Briefings.DAILY)

    with letters_wait():
        for _ in range(2):
            schedule.write_briefings.func(int(cast.NOON.timestamp()))
    schedule.forget_briefings.func(int(cast.NOON.timestamp()))

    for airline, member in zip(airlines, members, strict=True):
        (letter,) = about(f"briefing:{member.member_id}", actor=airline.actor)
        text = whole(letter.id, actor=airline.actor).text
        for page in ("home", "preferences"):
            assert f"https://desk.example.org{reverse(f'desk:{page}')}\n" in text


@override_settings(PUBLIC_URL="")
def test_without_an_address_of_the_desk_there_are_no_links() -> None:
    assert schedule.desk_links() == Links()
