"""The pages of jobs."""

import re

import psycopg
import pytest

from skypurser.access.permissions import Permission
from skypurser.backlog.claiming import Claimed, claim, renew
from skypurser.jobs.asked import KINDS
from skypurser.web.jobs import words as told
from tests import cast
from tests.backlog.kinds import KINDS as OTHERS
from tests.backlog.kinds import asked as other_asked
from tests.backlog.kinds import done as other_done
from tests.electronic.masses import asked, changed, done, wanted
from tests.web.managing.sending import words
from tests.web.people import join, signed_in, user, visitor
from tests.web.queries import few_queries


def test_every_kind_has_its_words() -> None:
    assert told.KINDS.keys() == KINDS.keys()


def test_the_list_has_ones_own_jobs_and_an_administrators_everybodys() -> None:
    airline = cast.airline()
    asked(airline.actor, wanted(domestic="FIXED 7.00"))
    failed = asked(airline.actor, wanted(domestic="FIXED 6.00"))
    cast.agency(airline.carrier)
    done(failed, airline.actor)
    boss, clerk = signed_in(airline), signed_in(airline, {Permission.QUERIES})

    with few_queries():
        page = boss.get("/jobs")

    assert words(page).index(f"Mass management {failed}") < words(page).index("Waiting 0 / 1")
    assert "Failed Somebody has changed accounts since the preview" in words(page)
    assert f"Mass management {failed}" in words(boss.get("/jobs?state=failed"))
    assert "No job is like that" in words(boss.get("/jobs?state=done"))
    assert "No job is like that" in words(boss.get("/jobs?state=nonsense"))
    assert "No jobs yet" in words(clerk.get("/jobs"))
    assert clerk.get(f"/jobs/{failed}").status_code == 404


def test_a_job_shows_its_progress_and_survives_a_reload() -> None:
    airline = cast.airline()
    boss = signed_in(airline)
    job_id = asked(airline.actor, wanted(domestic="FIXED 7.00"))
    waiting = boss.get(f"/jobs/{job_id}")
    claimed = claim(carrier_id=airline.carrier.id, job_id=job_id)
    assert isinstance(claimed, Claimed)
    renew(claimed, done=250, total=1_000)

    with few_queries():
        running = boss.get(f"/jobs/{job_id}")
    part = boss.get(f"/jobs/{job_id}/progress")

    assert "Waiting" in words(waiting)
    assert "Cancel the job" in words(waiting)
    for page in (running, part):
        assert "Under way" in words(page)
        assert "250 of 1,000" in words(page)
        assert 'value="250" max="1000"' in page.text
        assert 'hx-trigger="every 2s"' in page.text
        assert "Cancel the job" not in words(page)
    assert '<noscript><meta http-equiv="refresh"' in running.text
    assert 'aria-live="polite"' in running.text
    assert "<html" not in part.text


def test_a_job_that_is_done_tells_what_came_of_it_and_gives_its_file() -> None:
    airline = cast.airline()
    ended = changed(airline.actor, domestic="FIXED 7.00", city="NYC")
    boss, other = signed_in(airline), signed_in(cast.airline())

    page = boss.get(f"/jobs/{ended.id}")
    file = boss.get(f"/jobs/{ended.id}/result")

    assert "1 account was changed." in words(page)
    assert "Domestic commission FIXED 7" in words(page)
    assert "hx-trigger" not in page.text.split('id="progress"')[1].split("</div>")[0]
    assert "refresh" not in page.text.split("<body")[0]
    assert f'attachment; filename="mass-change-{ended.id}.csv"' == file.headers["Content-Disposition"]
    assert airline.agency.code in file.content.decode("utf-8-sig")
    assert other.get(f"/jobs/{ended.id}/result").status_code == 404
    assert f"/mass-management/{ended.id}/undo" in page.text
    clerk = user()
    join(clerk, airline, {Permission.ADMINISTRATION})
    browser = visitor()
    browser.force_login(clerk)
    assert "/undo" not in browser.get(f"/jobs/{ended.id}").text


def test_what_will_be_tried_again_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    waiting = other_done(other_asked(airline.actor, "lost"), airline.actor, OTHERS)

    page = words(signed_in(airline).get(f"/jobs/{waiting.id}"))

    assert "Attempts so far: 1; the next one at" in page
    assert "The database did not answer. The job goes on by itself." in page


def test_a_job_is_cancelled_from_its_page_and_not_once_it_has_begun(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    boss = signed_in(airline)
    first, second = (asked(airline.actor, wanted(domestic=f"FIXED {number}.00")) for number in (1, 2))
    done(second, airline.actor)

    cancelled = boss.post(f"/jobs/{first}/cancel", follow=True)
    too_late = boss.post(f"/jobs/{second}/cancel", follow=True)

    assert "The job is cancelled. Nothing of it was done." in words(cancelled)
    assert re.search("Cancelled by ", words(cancelled))
    assert "The job is under way, or has ended." in words(too_late)
    assert "Done" in words(too_late)
