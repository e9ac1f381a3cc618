"""The loop of letters, and the worker that has it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from skypurser.jobs.mailing import post
from skypurser.mail import queries
from tests import cast
from tests.databases import Database, throwaway_database
from tests.jobs.workers import wait_until, working
from tests.mail.letters import written
from tests.mail.postoffice import PostOffice, handed_to, post_office


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's letters are sent from it."""
    with throwaway_database() as database, database.behind_django():
        yield database


@contextmanager
def workers_post_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Let the letters of this process and of workers go to a post office."""
    with post_office() as office:
        monkeypatch.setenv("SKYPURSER_MAIL_URL", f"smtp+plain://127.0.0.1:{office.port}")
        monkeypatch.setenv("SKYPURSER_MAIL_FROM", "desk@example.org")
        yield office


def test_the_worker_sends_letters_and_after_a_kill_another_one_those_that_are_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    airline = cast.airline()
    with workers_post_office(monkeypatch) as office:
        with working(database) as first:
            written(airline, cause="1")
            wait_until(lambda: [one.status for one in queries.messages(actor=airline.actor)] == ["sent"])
            first.process.kill()
            first.process.wait()
        written(airline, cause="2")
        with working(database) as second:
            wait_until(lambda: len(office.taken) == 2)
            assert second.end() == 0

    assert [one.status for one in queries.messages(actor=airline.actor)] == ["sent", "sent"]
    assert [line["outcome"] for line in second.logs if line["event"] == "letter"] == ["sent"]
    assert "ana@example.org" not in second.text


def test_a_letter_whose_worker_was_killed_while_it_was_handed_over_goes_again_as_the_same_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the server has it nobody knows; it is sent again under the same Message-ID, by which mailboxes tell."""
    airline = cast.airline()
    with workers_post_office(monkeypatch) as office:
        office.is_holding = True
        with working(database) as first:
            written(airline, cause="1")
            assert office.held.wait(60)
            first.process.kill()
            first.process.wait()
        (killed,) = queries.messages(actor=airline.actor)
        office.is_holding = False
        with working(database) as second:
            with database.superuser() as superuser:  # the lease runs out
                superuser.execute("UPDATE mail_message SET leased_until = now() - interval '1 second'")
            wait_until(lambda: [one.status for one in queries.messages(actor=airline.actor)] == ["sent"])
            assert second.end() == 0

    assert (killed.status, killed.tries) == ("pending", 0)
    assert office.taken
    assert len({mail["Message-ID"] for _, mail in office.taken}) == 1
    assert [line["outcome"] for line in second.logs if line["event"] == "letter"] == ["sent"]


@pytest.mark.parametrize("url", ["", "smtp+plain://127.0.0.1:9"])
def test_the_loop_ends_when_told_with_a_mail_server_or_without(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skypurser.jobs.mailing.all_carrier_ids", list)
    stop = threading.Event()

    def loop() -> None:
        post(stop=stop, pause=0.01)

    with handed_to(url):
        thread = threading.Thread(target=loop)
        thread.start()
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
