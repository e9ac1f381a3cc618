"""Briefings: each member's once a day, of what the member may see, and nothing where there is nothing to tell."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from skypurser.access import preferences
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.members import set_active
from skypurser.access.permissions import ALL, Permission
from skypurser.access.preferences import Briefings, Language
from skypurser.briefings import writing
from skypurser.briefings.gathering import gather
from skypurser.briefings.wording import Links
from skypurser.briefings.writing import forget, write_due
from skypurser.ledger.states import Status
from skypurser.mail import queries as letters
from skypurser.mail.delivering import deliver
from skypurser.mail.models import Message
from tests import cast
from tests.databases import unchanged
from tests.mail.letters import written
from tests.mail.postoffice import post_office
from tests.statements.stage import letters_wait
from tests.web.people import join, user

#: Eight in the morning in New York, on the Friday after `cast.NOON`.
MORNING = datetime(2026, 1, 16, 13, tzinfo=UTC)
MONDAY = datetime(2026, 1, 19, 13, tzinfo=UTC)
DAY = timedelta(days=1)
LINKS = Links("https://desk.example.org/", "https://desk.example.org/preferences")


def reader(
    airline: cast.Airline,
    permissions: Any = ALL,
    *,
    wants: Briefings = Briefings.DAILY,
    language: Language | None = None,
    **limits: Any,
) -> Actor:
    """A member who wants briefings."""
    actor = join(user(), airline, permissions, **limits)
    preferences.set_preferences(actor=actor, briefings=wants, language=language)
    return actor


def write(airline: cast.Airline, *, now: datetime = MORNING, links: Links = LINKS) -> int:
    with letters_wait():
        return write_due(carrier_id=airline.carrier.id, links=links, now=now)


def told(to: Actor) -> list[str]:
    """The texts of the member's briefings, the oldest first."""
    with acting_for(to.carrier_id):
        rows = Message.objects.filter(carrier_id=to.carrier_id, about=f"briefing:{to.member_id}")
        return [f"{row.subject}\n{row.text}" for row in rows.order_by("id")]


def busy(airline: cast.Airline) -> None:
    """Yesterday: a sale, a refusal; now: an account over its limit."""
    cast.post(cast.issue(airline.agency))
    cast.post(cast.issue(airline.agency, fare=90_000_000))
    cast.post(cast.debit(airline.agency, 1_000_000))


def test_a_member_is_told_what_the_desk_has_to_tell_once_a_day() -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline)

    written = [write(airline), write(airline), write(airline, now=MORNING + timedelta(hours=5))]

    assert written == [1, 0, 0]
    (text,) = told(ana)
    assert text.startswith("Daily briefing of Test Air: January 15, 2026\n")
    for line in (
        "Wants attention now\n  Accounts over their limit: 1",
        f"Over their limit by\n  {airline.agency.code} USD · Agency {airline.agency.code}: 448.00 USD",
        "Sold\n  USD: 1 ticket: 480.00 USD",
        "Refused attempts\n  Not enough available: 1",
        "Open the desk: https://desk.example.org/",
        "Change or stop these briefings: https://desk.example.org/preferences",
    ):
        assert line in text
    (letter,) = letters.about(f"briefing:{ana.member_id}", actor=airline.actor)
    assert (letter.recipient, letter.created_by, letter.status) == (ana.name, "skypurser", "pending")


def test_it_is_there_again_the_next_day_and_of_that_day() -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline)

    write(airline)
    write(airline, now=MORNING + DAY)

    first, second = told(ana)
    assert "Sold" in first
    assert "January 16, 2026" in second
    assert "Sold" not in second  # nothing was, on that day; the account is over its limit still
    assert "Accounts over their limit: 1" in second


def test_a_weekly_one_comes_on_mondays_and_tells_of_seven_days() -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline, wants=Briefings.WEEKLY)

    assert [write(airline, now=now) for now in (MORNING, MONDAY, MONDAY + DAY)] == [0, 1, 0]

    (text,) = told(ana)
    assert "Weekly briefing of Test Air: January 12, 2026 – January 18, 2026" in text
    assert "USD: 1 ticket: 480.00 USD" in text


def test_it_is_in_the_members_language() -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline, language=Language.SPANISH)

    write(airline)

    (text,) = told(ana)
    assert "Informe diario de Test Air" in text
    assert "Saldo insuficiente: 1" in text
    assert "1 boleto: 480,00 USD" in text


def test_nobody_is_told_before_the_carriers_morning_nor_who_wants_none() -> None:
    airline = cast.airline()
    busy(airline)
    reader(airline, wants=Briefings.OFF)

    assert write(airline) == 0
    reader(airline)
    assert write(airline, now=datetime(2026, 1, 16, 10, 59, tzinfo=UTC)) == 0  # 5:59 in New York
    assert write(airline, now=datetime(2026, 1, 16, 11, 0, tzinfo=UTC)) == 1


def test_nothing_is_sent_where_there_is_nothing_to_tell_and_that_day_is_over() -> None:
    airline = cast.airline()
    ana = reader(airline)

    assert write(airline) == 0
    busy(airline)
    assert write(airline) == 0
    assert told(ana) == []
    assert write(airline, now=MORNING + DAY) == 1


def test_without_a_mail_server_nothing_is_written(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    busy(airline)
    reader(airline)

    with unchanged(superuser, airline.carrier.id):
        assert write_due(carrier_id=airline.carrier.id, links=LINKS, now=MORNING) == 0


@pytest.mark.parametrize(
    ("permissions", "has", "has_not"),
    [
        ({Permission.QUERIES}, ["Sold", "Refused attempts"], ["Accounts over their limit", "Over their limit"]),
        ({Permission.LIST_ACCOUNTS}, ["Accounts over their limit", "Over their limit"], ["Sold", "Refused attempts"]),
    ],
)
def test_a_member_is_told_what_the_permissions_allow(
    permissions: set[Permission], has: list[str], has_not: list[str]
) -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline, permissions)

    write(airline)

    (text,) = told(ana)
    assert all(title in text for title in has)
    assert not any(title in text for title in has_not)


def test_a_member_is_told_of_the_own_places_only() -> None:
    airline = cast.airline()
    busy(airline)
    elsewhere, here = reader(airline, countries=["FR"]), reader(airline, offices=[airline.agency.code])
    nothing_allowed = reader(airline, frozenset())

    assert write(airline) == 1

    assert [len(told(one)) for one in (elsewhere, here, nothing_allowed)] == [0, 1, 0]


def test_another_carriers_affairs_are_nobodys_news() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    busy(outsider)
    ana = reader(airline)

    assert write(airline) == 0
    assert told(ana) == []


def test_who_is_no_member_any_more_is_told_nothing() -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline, {Permission.QUERIES})
    set_active(email=ana.name, is_active=False, actor=airline.actor)

    assert write(airline) == 0


def test_a_suspended_account_a_failed_letter_and_a_request_are_told() -> None:
    airline = cast.airline()
    cast.post(cast.status(airline.agency, Status.SUSPENDED))
    ana = reader(airline)
    with post_office() as office:
        office.to_recipient["gone@example.org"] = "550 no such mailbox"
        written(airline, recipient="gone@example.org")
        deliver(carrier_ids=[airline.carrier.id], now=cast.NOON)

    write(airline)

    (text,) = told(ana)
    assert "Accounts suspended or inhibited: 1" in text
    assert "Failed for good\n  Letters: 1" in text


def test_two_workers_at_once_write_one_letter() -> None:
    airline = cast.airline()
    busy(airline)
    readers = [reader(airline) for _ in range(3)]
    start = threading.Barrier(4)

    def work(_: int) -> int:
        start.wait()
        try:
            return write_due(carrier_id=airline.carrier.id, links=LINKS, now=MORNING)
        finally:
            connection.close()

    with letters_wait(), ThreadPoolExecutor(4) as pool:
        written = list(pool.map(work, range(4)))

    assert sum(written) == 3
    assert [len(told(one)) for one in readers] == [1, 1, 1]


def test_a_crash_before_the_end_leaves_the_day_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline)

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("skypurser.briefings.writing.write", crash)
        with pytest.raises(KeyboardInterrupt):
            write(airline)

    assert write(airline) == 1
    assert len(told(ana)) == 1


def test_one_whose_briefing_fails_keeps_nobody_from_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    busy(airline)
    first, second = reader(airline), reader(airline)
    as_it_is = gather

    def stumbling(*, actor: Actor, **how: Any) -> Any:
        if actor.member_id == first.member_id:
            raise TypeError
        return as_it_is(actor=actor, **how)

    with monkeypatch.context() as broken:
        broken.setattr(writing, "gather", stumbling)
        with pytest.raises(ExceptionGroup) as told_at_the_end:
            write(airline)

    assert [type(one) for one in told_at_the_end.value.exceptions] == [TypeError]
    assert (len(told(first)), len(told(second))) == (0, 1)
    assert write(airline) == 1
    assert len(told(first)) == 1


def test_a_letter_without_an_address_of_the_desk_has_no_links() -> None:
    airline = cast.airline()
    busy(airline)
    ana = reader(airline)

    write(airline, links=Links())

    assert "http" not in told(ana)[0]


def test_days_are_forgotten_after_a_while() -> None:
    airline = cast.airline()
    busy(airline)
    reader(airline)
    write(airline)

    assert forget(carrier_id=airline.carrier.id, now=MORNING + 90 * DAY) == 0
    assert forget(carrier_id=airline.carrier.id, now=MORNING + 92 * DAY) == 1
