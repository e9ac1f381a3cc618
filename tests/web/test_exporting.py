"""Lists as files, from the link on the list's page to the file on the job's."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.backlog.claiming import KEPT
from skypurser.backlog.queries import jobs
from skypurser.backlog.running import run
from skypurser.exports import asking
from skypurser.jobs.asked import KINDS
from skypurser.web.exported import LISTS
from tests import cast
from tests.exports.files import cells, lines
from tests.web.managing.sending import words
from tests.web.people import at, join, signed_in, user, visitor
from tests.web.permissions import addresses, made


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are written at once, and no more."""
    monkeypatch.setattr(asking, "LONGEST_DIRECT", 2)


def member(airline: cast.Airline, permissions: Any = ALL) -> Client:
    """A browser of a member, whom `signed_in` would make anew for each."""
    person = user()
    join(person, airline, permissions)
    browser = visitor()
    browser.force_login(person)
    return browser


def with_movements(count: int) -> tuple[cast.Airline, str]:
    """An airline with so many movements on its agency's account, and where they are."""
    airline = cast.airline()
    for number in range(1, count + 1):
        cast.post(cast.credit(airline.agency, 100 * number))
    return airline, f"/accounts/{airline.agency.id}/movements"


def job_of(url: str) -> int:
    found = re.fullmatch(r"/jobs/(\d+)", url)
    assert found, url
    return int(found[1])


@pytest.mark.usefixtures("short")
def test_a_short_list_is_sent_at_once() -> None:
    airline, path = with_movements(2)
    browser = signed_in(airline)

    excel, csv = browser.get(f"{path}.xlsx"), browser.get(f"{path}.csv")

    named = f'attachment; filename="{airline.agency.code}-USD'
    assert [answer.headers["Content-Disposition"] for answer in (excel, csv)] == [f'{named}.xlsx"', f'{named}.csv"']
    assert csv.headers["Content-Type"] == "text/csv; charset=utf-8"
    workbook, table = cells(excel.getvalue()), lines(csv.getvalue())
    assert [row[0] for row in workbook] == ["Item", 1.0, 2.0, ""]
    assert [row[0] for row in table] == ["Item", "1", "2", ""]
    assert jobs(actor=airline.actor) == []


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_long_list_leads_to_a_job_that_shows_its_progress_and_gives_the_file(suffix: str) -> None:
    airline, path = with_movements(3)
    browser = signed_in(airline)

    led = browser.get(f"{path}.{suffix}?kind=credit", follow=True)
    job_id = job_of(led.redirect_chain[-1][0])
    waiting = words(led)
    run(carrier_id=airline.carrier.id, job_id=job_id, kinds=KINDS)
    reloaded = browser.get(f"/jobs/{job_id}")
    file = browser.get(f"/jobs/{job_id}/result")

    for told in (f"Export {job_id}", "Waiting", f"List {airline.agency.code}", "Filters Kind: Credit"):
        assert told in waiting
    assert f"File {'Excel' if suffix == 'xlsx' else 'CSV'}" in waiting
    assert "The file has 3 rows." in words(reloaded)
    assert f"{airline.agency.code}-USD.{suffix}" in words(reloaded)
    assert "Export" in words(browser.get("/jobs"))
    rows = cells(file.content) if suffix == "xlsx" else lines(file.content)
    assert [row[0] for row in rows[1:-1]] == ([1.0, 2.0, 3.0] if suffix == "xlsx" else ["1", "2", "3"])


@pytest.mark.usefixtures("short")
def test_following_the_link_twice_is_one_job_and_a_look_at_it_none() -> None:
    airline, path = with_movements(3)
    browser = signed_in(airline)

    looked = browser.head(f"{path}.xlsx")
    assert (looked.status_code, looked.headers["Location"]) == (302, "/jobs")
    assert jobs(actor=airline.actor) == []
    first, second = (browser.get(f"{path}.xlsx").headers["Location"] for _ in range(2))

    assert first == second
    assert [one.id for one in jobs(actor=airline.actor)] == [job_of(first)]


@pytest.mark.usefixtures("short")
def test_the_file_is_for_whoever_asked_with_the_permission_and_for_nobody_else() -> None:
    airline, path = with_movements(3)
    browser = member(airline)
    job_id = job_of(browser.get(f"{path}.xlsx").headers["Location"])
    run(carrier_id=airline.carrier.id, job_id=job_id, kinds=KINDS)

    boss, clerk, outsider = (
        member(airline),
        member(airline, {Permission.QUERIES}),
        signed_in(cast.outsider()),
    )

    assert browser.get(f"/jobs/{job_id}/result").status_code == 200
    assert "The file has 3 rows." in words(boss.get(f"/jobs/{job_id}"))
    assert f"/jobs/{job_id}/result" not in boss.get(f"/jobs/{job_id}").text
    for other in (boss, clerk, outsider):
        assert other.get(f"/jobs/{job_id}/result").status_code == 404
    for other in (clerk, outsider):
        assert other.get(f"/jobs/{job_id}").status_code == 404


@pytest.mark.usefixtures("short")
def test_the_file_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    airline, path = with_movements(3)
    browser = signed_in(airline)
    job_id = job_of(browser.get(f"{path}.xlsx").headers["Location"])
    run(carrier_id=airline.carrier.id, job_id=job_id, kinds=KINDS)
    assert "The file is kept until" in words(browser.get(f"/jobs/{job_id}"))

    at(monkeypatch, datetime.now(UTC) + KEPT)
    late = visitor()
    late.cookies = browser.cookies

    assert late.get(f"/jobs/{job_id}/result").status_code == 404
    assert "The file is kept until" not in words(late.get(f"/jobs/{job_id}"))


@pytest.mark.usefixtures("short")
def test_the_job_and_its_file_are_in_spanish_where_the_member_reads_spanish() -> None:
    airline, path = with_movements(3)
    browser = signed_in(airline)
    browser.cookies["django_language"] = "es"

    job_id = job_of(browser.get(f"{path}.xlsx").headers["Location"])
    run(carrier_id=airline.carrier.id, job_id=job_id, kinds=KINDS)

    told = words(browser.get(f"/jobs/{job_id}"))
    assert f"Exportación {job_id}" in told
    assert "El archivo tiene 3 filas." in told
    rows = cells(browser.get(f"/jobs/{job_id}/result").content)
    assert rows[0][:4] == ["Ítem", "Fecha", "Fecha original", "Clase"]


def test_an_address_that_nobody_can_read_makes_a_file_without_rows_or_a_page() -> None:
    airline, path = with_movements(1)
    browser = signed_in(airline)

    for query in ("q=%00", "since=%FF", "kind=" + "9" * 400, "q=%ED%A0%80", "until=99999-01-01"):
        answer = browser.get(f"{path}.xlsx?{query}")
        assert answer.status_code == 200, query
        cells(answer.getvalue())


def test_every_list_has_both_files_and_each_is_linked_from_its_page() -> None:
    airline = cast.airline()
    switch_jet_cards(on=True, actor=airline.actor, now=cast.NOON)
    for variable in ("number", "hold_id", "document", "quote_id", "booking_id", "invoice_id", "payment_id", "card_id"):
        made(variable, airline)
    browser, files = signed_in(airline), defaultdict[str, set[str]](set)
    for one in addresses():
        found = re.fullmatch(r"(.*)\.(xlsx|csv)", one.of(airline) if one.route.endswith((".xlsx", ".csv")) else "")
        if found and not re.search("trial|import", one.name):
            files[found[1]].add(found[2])

    assert len(files) == len(LISTS)
    for path, suffixes in files.items():
        assert suffixes == {"xlsx", "csv"}, path
        page = browser.get(path.removesuffix("/movements")).text
        for suffix in suffixes:
            assert f'href="{path}.{suffix}' in page, path
