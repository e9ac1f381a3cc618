"""The counter as a process: alone, beside another, overloaded, too slow, stopped, and with its database lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import psutil
import psycopg
import pytest

from skypurser.access import api_keys
from skypurser.access.actors import operator
from skypurser.config import embedded
from skypurser.electronic import managing
from tests import cast
from tests.counter.keys import make_key, revoke
from tests.counter.stage import Running, counter, key, sale
from tests.databases import hold_back, this_database, wait_until_waiting


def sell(running: Running, token: str, account: cast.Account, *, under: str, document: str = "") -> httpx.Response:
    """One sale over a connection of its own."""
    with running.client(token) as client:
        body = sale(account, document or cast.fresh_document())
        return client.post("/api/v1/tickets", json=body, headers=key(under))


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return when it is."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def waiting(running: Running) -> float:
    """How many requests the batcher of the counter has."""
    with running.client() as client:
        page = client.get("/metrics").text
    return float(next(line.split()[1] for line in page.splitlines() if line.startswith("skypurser_counter_queue ")))


def test_probes_and_counts(running: Running) -> None:
    airline = cast.airline()
    with running.client(make_key(airline.carrier)) as client:
        client.post("/api/v1/tickets", json=sale(airline.agency, cast.fresh_document()), headers=key("sale"))
        client.post("/api/v1/tickets", json=sale(airline.agency, "1"), headers=key("flaw"))

        told = {path: client.get(path) for path in ("/healthz", "/readyz", "/metrics", "/nothing")}

    assert [one.status_code for one in told.values()] == [200, 200, 200, 404]
    page = told["/metrics"].text
    assert 'skypurser_counter_requests_total{operation="issue_ticket",status="201"}' in page
    assert 'skypurser_counter_problems_total{code="invalid_document_number"}' in page
    assert "skypurser_counter_batch_size_count" in page
    assert "skypurser_counter_posting_seconds_count" in page


def test_two_counters_spend_the_last_money_once() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)
    token, database = make_key(agency.carrier), this_database()
    with counter() as one, counter() as other, ThreadPoolExecutor(2) as pool, database.superuser() as gate:
        with gate.transaction():
            hold_back(gate)
            told = [pool.submit(sell, running, token, agency, under=running.url) for running in (one, other)]
            wait_until_waiting(database, 2)

        answers = [one.result() for one in told]

    assert sorted(one.status_code for one in answers) == [201, 402]
    assert cast.standing(agency).available == 0


def test_two_counters_asked_under_one_key_sell_once() -> None:
    airline, document = cast.airline(), cast.fresh_document()
    token, database = make_key(airline.carrier), this_database()
    with counter() as one, counter() as other, ThreadPoolExecutor(2) as pool, database.superuser() as gate:
        with gate.transaction():
            hold_back(gate)
            told = [
                pool.submit(sell, running, token, airline.agency, under="sale", document=document)
                for running in (one, other)
            ]
            wait_until_waiting(database, 2)

        answers = [one.result() for one in told]

    assert [one.status_code for one in answers] == [201, 201]
    assert sorted(one.headers.get("Idempotency-Replayed", "") for one in answers) == ["", "true"]
    assert answers[0].content == answers[1].content
    assert len(cast.statement(airline.agency)) == 1


def test_a_full_queue_refuses_at_once_and_the_rest_is_answered() -> None:
    airline, database = cast.airline(), this_database()
    token = make_key(airline.carrier)
    with counter(queue="2") as running, ThreadPoolExecutor(3) as pool, database.superuser() as gate:
        sell(running, token, airline.agency, under="first")
        with gate.transaction():
            hold_back(gate)
            told = [pool.submit(sell, running, token, airline.agency, under="in flight")]
            wait_until_waiting(database, 1)
            told += [pool.submit(sell, running, token, airline.agency, under=f"waits {n}") for n in range(2)]
            wait_until(lambda: waiting(running) == 3)

            begin = time.monotonic()
            refused = sell(running, token, airline.agency, under="too many")
            with running.client(token) as client:
                tickets = [{**sale(airline.agency, cast.fresh_document()), "key": f"batch {n}"} for n in range(3)]
                batch = client.post("/api/v1/tickets:batch", json={"tickets": tickets})
            seconds = time.monotonic() - begin

        answers = [one.result() for one in told]

    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (batch.status_code, batch.json()["code"]) == (503, "overloaded")
    assert seconds < 2
    assert [one.status_code for one in answers] == [201, 201, 201]


def test_of_a_batch_too_long_for_the_queue_the_first_are_sold_and_the_rest_may_come_again() -> None:
    airline, database = cast.airline(), this_database()
    token = make_key(airline.carrier)
    tickets = [{**sale(airline.agency, cast.fresh_document()), "key": f"batch {n}"} for n in range(5)]
    with (
        counter(queue="3") as running,
        ThreadPoolExecutor(2) as pool,
        database.superuser() as gate,
        running.client(token) as client,
    ):
        sell(running, token, airline.agency, under="first")
        with gate.transaction():
            hold_back(gate)
            in_flight = pool.submit(sell, running, token, airline.agency, under="in flight")
            wait_until_waiting(database, 1)
            told = pool.submit(client.post, "/api/v1/tickets:batch", json={"tickets": tickets})
            wait_until(lambda: waiting(running) == 4)
        results = told.result().json()["results"]
        assert in_flight.result().status_code == 201
        again = client.post("/api/v1/tickets:batch", json={"tickets": tickets[3:]}).json()["results"]

    assert [result["status"] for result in results] == [201, 201, 201, 503, 503]
    assert results[4]["problem"]["code"] == "overloaded"
    assert [result["status"] for result in again] == [201, 201]
    assert len(cast.statement(airline.agency)) == 7


def test_after_its_deadline_the_outcome_is_unknown_and_the_key_tells() -> None:
    airline, database, document = cast.airline(), this_database(), cast.fresh_document()
    token = make_key(airline.carrier)
    with counter(deadline="0.5") as running, database.superuser() as gate:
        sell(running, token, airline.agency, under="first")
        with gate.transaction():
            hold_back(gate)
            late = sell(running, token, airline.agency, under="late", document=document)
            with running.client(token) as client:
                tickets = [{**sale(airline.agency, cast.fresh_document()), "key": "in a batch"}]
                batch = client.post("/api/v1/tickets:batch", json={"tickets": tickets})
        wait_until(lambda: len(cast.statement(airline.agency)) == 3)

        again = sell(running, token, airline.agency, under="late", document=document)

    assert (late.status_code, late.json()["code"]) == (503, "outcome_unknown")
    assert int(late.headers["Retry-After"]) >= 1
    assert [one["problem"]["code"] for one in batch.json()["results"]] == ["outcome_unknown"]
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")


def test_counters_that_keep_their_metrics_together_tell_the_sums_and_forget_what_a_dead_one_was_at(
    tmp_path: Path,
) -> None:
    airline, database = cast.airline(), this_database()
    token = make_key(airline.carrier)
    first, second = ({"SKYPURSER_COUNTER_METRICS": str(tmp_path / number)} for number in "12")
    with counter(second) as living, ThreadPoolExecutor(8) as pool, database.superuser() as gate:
        with counter(first) as dying:
            sell(dying, token, airline.agency, under="before")
            with gate.transaction():
                hold_back(gate)
                lost = [pool.submit(sell, dying, token, airline.agency, under=f"lost {n}") for n in range(5)]
                kept = [pool.submit(sell, living, token, airline.agency, under=f"kept {n}") for n in range(3)]
                wait_until(lambda: waiting(living) == 8)
                wait_until(lambda: waiting(dying) == 8)
                main = psutil.Process(dying.process.pid)
                for process in (*main.children(), main):
                    process.kill()
                with counter(first) as again:
                    wait_until(lambda: waiting(again) == 3)
                    wait_until(lambda: waiting(living) == 3)
            assert {one.result().status_code for one in kept} == {201}
            assert all(isinstance(one.exception(), httpx.TransportError) for one in lost)
        (tmp_path / "1" / "histogram_0.db").touch()  # whoever makes a file makes it empty
        pages = [httpx.get(f"{living.url}/metrics").text]
        shutil.rmtree(tmp_path)
        pages.append(httpx.get(f"{living.url}/metrics").text)  # a gap, and sales go on
        sold = sell(living, token, airline.agency, under="after")

    assert 'skypurser_counter_requests_total{operation="issue_ticket",status="201"} 4.0' in pages[0]
    assert "skypurser_counter_queue 0.0" in pages[0]
    assert "skypurser_counter_queue" not in pages[1]
    assert sold.status_code == 201


def test_where_metrics_have_no_place_beside_others_sales_go_on(tmp_path: Path) -> None:
    agency = cast.airline().agency
    (tmp_path / "file").touch()
    with counter({"SKYPURSER_COUNTER_METRICS": str(tmp_path / "file" / "1")}) as running:
        sold = sell(running, make_key(agency.carrier), agency, under="one")
        page = httpx.get(f"{running.url}/metrics").text

    assert sold.status_code == 201
    assert 'skypurser_counter_requests_total{operation="issue_ticket",status="201"} 1.0' in page


@pytest.mark.parametrize(
    ("number", "interface"), [(signal.SIGTERM, "rsgi"), (signal.SIGINT, "rsgi"), (signal.SIGTERM, "asgi")]
)
def test_stopping_answers_everything_that_was_accepted(number: signal.Signals, interface: str) -> None:
    airline, database = cast.airline(), this_database()
    token, many = make_key(airline.carrier), 20
    started = counter(interface=interface)
    with started as running, ThreadPoolExecutor(many) as pool, database.superuser() as gate:
        sell(running, token, airline.agency, under="first")
        with gate.transaction():
            hold_back(gate)
            told = [pool.submit(sell, running, token, airline.agency, under=f"sale {n}") for n in range(many)]
            wait_until(lambda: waiting(running) == many)
            running.process.send_signal(number)
            time.sleep(0.5)  # the signal has arrived, and is being obeyed
            assert running.process.poll() is None

        answers = [one.result() for one in told]
        running.process.wait(timeout=30)

    assert {one.status_code for one in answers} == {201}
    assert len(cast.statement(airline.agency)) == many + 1


def test_a_revoked_key_stops_working_within_seconds(running: Running) -> None:
    agency = cast.airline().agency
    token, path = make_key(agency.carrier), f"/api/v1/accounts/{agency.id}/availability?amount=1.00"
    with running.client(token) as client:
        before = client.get(path)
        revoke(agency.carrier, token)
        wait_until(lambda: client.get(path).status_code == 401)

    assert before.status_code == 200


def test_too_many_at_once_are_told_so(running: Running) -> None:
    airline, database = cast.airline(), this_database()
    token = make_key(airline.carrier, concurrency_limit=1)
    sell(running, token, airline.agency, under="first")
    with ThreadPoolExecutor(1) as pool, database.superuser() as gate:
        with gate.transaction():
            hold_back(gate)
            told = pool.submit(sell, running, token, airline.agency, under="one")
            wait_until(lambda: waiting(running) == 1)

            second = sell(running, token, airline.agency, under="two")

        assert told.result().status_code == 201
    assert (second.status_code, second.json()["code"]) == (429, "too_many_concurrent")
    assert second.headers["RateLimit"].startswith('"default";r=')


def test_names_that_do_not_exist_cost_their_sender_time_and_not_the_database(running: Running) -> None:
    airline = cast.airline()
    token = make_key(airline.carrier)

    def unknown(number: int) -> int:
        name = {"type": "agency", "code": f"NOBODY{number}", "currency": "USD"}
        with running.client(token) as client:
            body = sale(airline.agency, cast.fresh_document(), account=name)
            return client.post("/api/v1/tickets", json=body, headers=key(f"unknown {number}")).status_code

    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(unknown, range(100)))

    assert set(told) == {404}
    assert sell(running, token, airline.agency, under="sale").status_code == 201


def test_a_thousand_sales_at_once_are_judged_in_their_order(running: Running) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800 * 600)
    tickets = [{**sale(agency, cast.fresh_document()), "key": f"sale {number}"} for number in range(1_000)]
    with running.client(make_key(agency.carrier)) as client:
        results = client.post("/api/v1/tickets:batch", json={"tickets": tickets}).json()["results"]

    assert [result["status"] for result in results] == [201] * 600 + [402] * 400
    assert [result["ticket"]["movement"]["item"] for result in results[:600]] == list(range(1, 601))


def test_a_thousand_names_that_do_not_exist_in_one_batch_are_looked_up_together(running: Running) -> None:
    airline = cast.airline()
    tickets = [
        {**sale(airline.agency, cast.fresh_document(), account={"type": "agency", "code": f"NO{n}", "currency": "USD"})}
        | {"key": f"sale {n}"}
        for n in range(1_000)
    ]
    with running.client(make_key(airline.carrier)) as client:
        begin = time.monotonic()
        results = client.post("/api/v1/tickets:batch", json={"tickets": tickets}).json()["results"]
        seconds = time.monotonic() - begin

    assert {result["problem"]["code"] for result in results} == {"account_not_found"}
    assert seconds < 10  # a pause each would be fifty


def test_a_deleted_account_is_not_found_and_one_of_its_name_is_found_soon(running: Running) -> None:
    carrier = cast.carrier()
    agency = cast.agency(carrier)
    token, path = make_key(carrier), f"/api/v1/accounts/{agency.id}/availability?amount=1.00"
    with running.client(token) as client:
        known = client.get(path)
    managing.delete(account_id=agency.id, reference="never used", actor=agency.actor, now=cast.NOON)

    gone = sell(running, token, agency, under="gone")
    cast.agency(carrier, code=agency.code)
    wait_until(lambda: sell(running, token, agency, under=cast.fresh_key()).status_code == 201)

    assert (known.status_code, gone.status_code, gone.json()["code"]) == (200, 404, "account_not_found")


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder that the server's own account can pass through, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="skypurser-"))
    folder.chmod(0o711)
    yield folder
    embedded.wait_until_stopped(folder)
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_lost_database_comes_back_and_the_process_lives_on(home: Path) -> None:
    with embedded.lease(home) as server:
        environment = {
            "DATABASE_URL": server.url("skypurser_app"),
            "DATABASE_OWNER_URL": server.url("skypurser_owner"),
            "DJANGO_SETTINGS_MODULE": "skypurser.config.settings",
        }
        setting_up = [sys.executable, "-m", "tests.counter.opening"]
        for command in ([sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"], setting_up):
            done = subprocess.run(
                command,
                env={**os.environ, **environment},
                cwd=Path(__file__).parents[2],
                stdout=subprocess.PIPE,
                check=True,
            )
        opened = json.loads(done.stdout)
        account = SimpleNamespace(code=opened["code"], currency="USD")
        bodies = [sale(account, f"279240000{n:04}") for n in range(3)]
        with counter(environment, deadline="5") as running, running.client(opened["token"]) as client:

            def sell_number(number: int) -> httpx.Response:
                return client.post("/api/v1/tickets", json=bodies[number], headers=key(f"sale {number}"))

            first = sell_number(0)
            pid = server.pid()
            assert pid is not None
            postmaster = psutil.Process(pid)
            for one in (postmaster, *postmaster.children()):
                one.kill()
            lost, unready = sell_number(1), client.get("/readyz")
            server.ensure_running()
            wait_until(lambda: client.get("/readyz").status_code == 200)
            again, other = sell_number(1), sell_number(2)
            voided = client.post("/api/v1/tickets/2792400000000/void", headers=key("void"))
            with psycopg.connect(server.url("postgres")) as look:
                row = look.execute("SELECT count(*) FROM tickets_ticket").fetchone()

    assert first.status_code == 201
    assert (lost.status_code, lost.json()["code"]) in {(503, "outcome_unknown"), (503, "unavailable")}
    assert lost.headers["Retry-After"]
    assert unready.status_code == 503
    assert [one.status_code for one in (again, other, voided)] == [201, 201, 200]
    assert row == (3,)


def test_the_last_use_of_a_key_is_written_down_by_the_end_at_the_latest() -> None:
    agency = cast.airline().agency
    token = make_key(agency.carrier)

    with counter() as running, running.client(token) as client:
        client.get(f"/api/v1/accounts/{agency.id}/availability?amount=1.00").raise_for_status()

    (used,) = api_keys.keys(actor=operator(agency.carrier.id))
    assert used.last_used_at is not None
    assert datetime.now(UTC) - used.last_used_at < timedelta(minutes=1)
