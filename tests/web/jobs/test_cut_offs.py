"""The page of a mass cut-off's job: one that failed half-way, and the letters that it wrote."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from skypurser.access.permissions import Permission
from skypurser.backlog.claiming import BACK_OFF
from skypurser.mail.delivering import deliver
from skypurser.statements import masstelling
from tests import cast
from tests.mail.postoffice import post_office
from tests.statements.masses import addressed, asked, cells, done
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries


@contextmanager
def broken_at(account: cast.Account, superuser: psycopg.Connection, sqlstate: str) -> Iterator[None]:
    """Let the database refuse to close this account's period, as if it were shut down, or in another way."""
    superuser.execute(
        "CREATE FUNCTION stop_at_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION 'no further' USING ERRCODE = '{sqlstate}'; END $$;"
        "CREATE TRIGGER stop BEFORE INSERT ON statements_statement FOR EACH ROW"
        f" WHEN (NEW.account_id = {account.id}) EXECUTE FUNCTION stop_at_one()"
    )
    try:
        yield
    finally:
        superuser.execute("DROP TRIGGER stop ON statements_statement; DROP FUNCTION stop_at_one")


def three() -> tuple[cast.Airline, list[cast.Account]]:
    airline = cast.airline()
    return airline, [addressed(airline.agency), *(addressed(cast.agency(airline.carrier)) for _ in range(2))]


def test_a_cut_off_that_breaks_in_the_middle_tells_what_it_did(superuser: psycopg.Connection) -> None:
    airline, accounts = three()
    job_id = asked(airline.actor)
    browser = signed_in(airline, {Permission.CUT_OFF, Permission.ADMINISTRATION})
    with broken_at(accounts[2], superuser, "P0001"):
        ended = done(job_id, airline.actor)

    with few_queries():
        page = browser.get(f"/jobs/{job_id}")
    file = browser.get(f"/jobs/{job_id}/result")

    assert (ended.state, ended.error_code, ended.done) == ("failed", "internal_error", 2)
    assert "Something went wrong on our side, and the job has ended." in words(page)
    assert "2 of 3 accounts were cut off. 1 was not reached." in words(page)
    assert "it takes the others only" in words(page)
    assert "never counted twice" not in words(page)
    assert "Nothing was changed." not in words(page)
    assert "0 letters were sent. 2 are on their way." in words(page)
    assert f'href="/jobs/{job_id}/result"' in page.text
    assert "/mass-cut-off" in page.text
    assert {row[0]: (row[4], row[6], row[7]) for row in cells(file.content)[1:]} == {
        **{one.code: (1, f"{one.code.lower()}@example.org", "") for one in accounts[:2]},
        accounts[2].code: ("", "", "the job ended before it was its turn"),
    }

    again = done(asked(airline.actor), airline.actor)
    assert again.facts == {"made": 1, "refused": 0, "left_out": 2}


def test_a_cut_off_that_lost_the_database_goes_on_by_itself_and_never_says_that_nothing_was_done(
    superuser: psycopg.Connection,
) -> None:
    airline, accounts = three()
    job_id = asked(airline.actor)
    browser = signed_in(airline)
    with broken_at(accounts[2], superuser, "57P01"):
        waiting = done(job_id, airline.actor)
        meanwhile, listed = browser.get(f"/jobs/{job_id}/progress"), browser.get("/jobs")
        superuser.execute(
            "UPDATE backlog_job SET attempts = %s, next_try_at = now() WHERE id = %s", [len(BACK_OFF), job_id]
        )
        ended = done(job_id, airline.actor)
    page = browser.get(f"/jobs/{job_id}")

    assert (waiting.state, waiting.error_code, waiting.done) == ("waiting", "unavailable", 2)
    assert "The database did not answer. The job goes on by itself." in words(meanwhile)
    assert "2 of 3" in words(meanwhile)
    assert "The job goes on by itself." in words(listed)
    assert browser.get(f"/jobs/{job_id}").status_code == 200
    assert ended.state == "failed"
    assert "The database did not answer at any attempt, and the job has ended." in words(page)
    assert "2 of 3 accounts were cut off. 1 was not reached." in words(page)
    for shown in (meanwhile, listed, page):
        assert "Nothing was" not in words(shown)
        assert "try again in a moment" not in words(shown)


def test_a_cut_off_that_did_nothing_says_so_and_has_no_file(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    addressed(airline.agency)
    job_id = asked(airline.actor)
    browser = signed_in(airline)
    waiting = browser.get(f"/jobs/{job_id}/result")
    with broken_at(airline.agency, superuser, "P0001"):
        done(job_id, airline.actor)

    page = browser.get(f"/jobs/{job_id}")

    assert waiting.status_code == 404
    assert "Nothing was changed." in words(page)
    assert f"/jobs/{job_id}/result" not in page.text


def test_the_letters_of_a_cut_off_are_counted_and_those_that_failed_are_sent_again_from_there() -> None:
    airline, accounts = three()
    job_id = asked(airline.actor)
    done(job_id, airline.actor)
    lost = f"{accounts[1].code.lower()}@example.org"
    browser, clerk = signed_in(airline, {Permission.CUT_OFF, Permission.ADMINISTRATION}), signed_in(airline)

    before = browser.get(f"/jobs/{job_id}")
    with post_office() as office:
        office.to_recipient = {lost: "550 5.1.1 no such mailbox"}
        deliver(carrier_ids=[airline.carrier.id])
    with few_queries():
        page = browser.get(f"/jobs/{job_id}")

    assert "0 letters were sent. 3 are on their way." in words(before)
    assert "2 letters were sent. 1 could not be delivered." in words(page)
    assert f"{accounts[1].code} USD {lost} The mail server does not take it" in words(page)
    path = f"/accounts/{accounts[1].id}/statements/1/send"
    assert f'href="{path}"' in page.text
    assert browser.get(path).status_code == 200
    assert clerk.get(f"/jobs/{job_id}").status_code == 200


def test_only_so_many_failed_letters_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    airline, accounts = three()
    job_id = asked(airline.actor)
    done(job_id, airline.actor)
    with post_office() as office:
        office.to_recipient = {f"{one.code.lower()}@example.org": "550 no" for one in accounts}
        deliver(carrier_ids=[airline.carrier.id])
    monkeypatch.setattr(masstelling, "_FAILED", masstelling._FAILED.replace("LIMIT 50", "LIMIT 2"))

    page = signed_in(airline).get(f"/jobs/{job_id}")

    assert "0 letters were sent. 3 could not be delivered." in words(page)
    assert "The first 2 are shown." in words(page)
