"""What is done by the clock."""

import pytest
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
