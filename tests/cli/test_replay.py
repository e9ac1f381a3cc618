"""Sales in file order: what each row is answered, and what is written when."""

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from tests.cli.files import COMMAND, Replay, act, agency_row, client_row, read_csv, refund, sale

from skypurser.access.acting import OutcomeUnknown
from skypurser.access.actors import operator
from skypurser.access.carriers import find_carrier
from skypurser.cli.replaying import run as running
from skypurser.cli.replaying import whole
from skypurser.electronic import queries
from skypurser.history import acts
from skypurser.ledger.poster import Poster
from skypurser.ledger.requests import Answer, Request


def test_each_operation_is_answered_with_what_it_moved(tmp_path: Path) -> None:
    ticket = sale(key="t1")
    document = ticket["document_number"]
    rows = {
        "posted ,448.00,0.00": ticket,
        "recorded ,0.00,0.00": sale(form_of_payment="card_offline"),
        "posted ,0.00,20.00": sale(form_of_payment="card"),
        "posted ,0.00,210.00": refund(document, "250.00", "30.00", "50.00"),
        "refused already_refunded,0.00,0.00": act("void", document_number=document),
        "posted ,0.00,1.00": act("credit", amount="1.00"),
        "posted ,99999.00,0.00": act("debit", amount="99999.00"),
        "refused insufficient_funds,0.00,0.00": sale(),
        "recorded ,0.00,0.00 ": act("suspend"),
        "refused account_suspended,0.00,0.00": sale(),
        "recorded ,0.00,0.00  ": act("inhibit"),
        "refused account_inhibited,0.00,0.00": act("credit", amount="1.00"),
        "refused status_change_not_allowed,0.00,0.00": act("activate"),
    }
    replay = Replay(tmp_path, sales=rows.values())

    replay.run()

    told = [f"{row['outcome']} {row['code']},{row['debit']},{row['credit']}" for row in replay.results()]
    assert told == [expected.rstrip() for expected in rows]


def test_a_key_is_bound_by_all_columns_but_itself_and_the_instant(tmp_path: Path) -> None:
    first = sale(key="one")
    again_later = {**first, "occurred_at": "2026-01-15T18:00:00Z"}
    others = [
        {**first, "passenger": "DOE/JOHN"},
        {**first, "reference": "PNR XYZ"},
        {**first, "commission_percent": "8.00"},
        {**first, "operation": "void", "route": "", "fare": "", "taxes": "", "form_of_payment": ""},
    ]
    replay = Replay(tmp_path, sales=[first, again_later, *others])

    replay.run()

    assert replay.outcomes() == ["posted", "replayed", *["refused key_reused"] * 4]


def test_a_refusal_binds_its_key_and_a_bad_document_number_does_not(tmp_path: Path) -> None:
    too_much = sale(fare="99999.00")
    bad_number = sale(document_number="2790000000001-9")
    enough = act("credit", amount="500000.00")
    replay = Replay(tmp_path, sales=[too_much, bad_number, enough, too_much, bad_number])

    replay.run()

    assert replay.outcomes() == [
        "refused insufficient_funds",
        "refused invalid_document_number",
        "posted",
        "replayed insufficient_funds",
        "refused invalid_document_number",
    ]


def test_the_key_is_judged_before_the_document_and_the_document_before_the_account(tmp_path: Path) -> None:
    first = sale(key="one")
    replay = Replay(
        tmp_path,
        sales=[
            first,
            {**first, "document_number": "nonsense"},
            sale(document_number="nonsense", account_code="XXX999"),
            sale(account_code="XXX999"),
            sale(account_code="NYC100", account_type="corporate"),
            sale(account_code="NYC100", currency="EUR"),
        ],
    )

    replay.run()

    assert replay.outcomes() == [
        "posted",
        "refused key_reused",
        "refused invalid_document_number",
        *["refused account_not_found"] * 3,
    ]


def test_a_client_with_accounts_in_two_cities_is_ambiguous_and_binds_no_key(tmp_path: Path) -> None:
    boston = client_row("CORP1", city="BOS", airport="BOS")
    miami = client_row("CORP1", city="MIA", airport="MIA")
    row = sale(account_type="corporate", account_code="CORP1")
    replay = Replay(tmp_path, [boston, miami], [row, {**row, "fare": "1.00"}, {**row, "document_number": "x"}])

    replay.run()

    assert replay.outcomes() == [*["refused account_ambiguous"] * 2, "refused invalid_document_number"]
    assert [(row["code"], row["movements"]) for row in replay.balances()] == [("CORP1", "0")] * 2


def test_the_clock_of_a_row_is_its_own(tmp_path: Path) -> None:
    late = sale(occurred_at="2026-01-16T04:59:59Z")  # a second before midnight in New York
    rows = [
        late,
        act("void", document_number=late["document_number"], occurred_at="2026-01-16T05:00:00Z"),
        act("void", document_number=late["document_number"], occurred_at="2026-01-15T05:00:00Z"),
    ]
    replay = Replay(tmp_path, sales=rows)

    replay.run()

    assert replay.outcomes() == ["posted", "refused void_window_closed", "posted"]


def test_balances_cover_every_account_of_the_carrier_sorted_by_type_code_currency(tmp_path: Path) -> None:
    first = Replay(
        tmp_path, [client_row("AAA1"), agency_row("NYC2", currency="USD"), agency_row("NYC2", currency="EUR")]
    )
    first.run()
    second = Replay(tmp_path, [agency_row("NYC1")], carrier=first.carrier)

    second.run()

    assert [(row["type"], row["code"], row["currency"]) for row in second.balances()] == [
        ("agency", "NYC1", "USD"),
        ("agency", "NYC2", "EUR"),
        ("agency", "NYC2", "USD"),
        ("corporate", "AAA1", "USD"),
    ]


def test_the_history_says_who_did_it_and_when(tmp_path: Path) -> None:
    replay = Replay(tmp_path, sales=[act("suspend", reference="credit control")])
    replay.run()
    carrier = find_carrier(replay.carrier)

    (account,) = queries.named("NYC100", actor=operator(carrier.id))
    newest = acts.of_account(carrier_id=carrier.id, account_id=account.account_id)[0]

    assert (newest.actor, newest.action, newest.reference) == ("replay", "account.status_changed", "credit control")
    assert newest.at.isoformat() == "2026-01-15T17:00:00+00:00"


class Unreliable(Poster):
    """A poster on a network that loses things: before the database hears of them, or its answers."""

    losses: ClassVar[list[str]] = []

    def post(self, requests: list[Request]) -> list[Answer | Exception]:  # type: ignore[override]
        loss = self.losses.pop(0) if self.losses else ""
        if loss == "request":
            return [OutcomeUnknown("the request was lost")] * len(requests)
        answers = super().post(requests)
        if loss == "answer":
            return [OutcomeUnknown("the answer was lost")] * len(requests)
        return answers


@pytest.fixture
def unreliable(monkeypatch: pytest.MonkeyPatch) -> type[Unreliable]:
    """Let replays post over that network, and lose patience soon."""
    monkeypatch.setattr(whole, "Poster", Unreliable)
    monkeypatch.setattr(running, "PATIENCE", (0.0, 0.0, 0.0))
    monkeypatch.setattr(running, "CHUNK", 4)
    Unreliable.losses = []
    return Unreliable


@pytest.mark.parametrize(
    "losses", [["answer"], ["request"], ["request", "answer", "request"], ["", "answer", "answer"]]
)
def test_what_an_unknown_commit_did_is_told_as_if_its_answer_had_come(
    tmp_path: Path, unreliable: type[Unreliable], losses: list[str]
) -> None:
    before = sale(key="before")
    ticket, broke = sale(), sale(fare="99999.00")
    flawed = {**ticket, "document_number": "nonsense"}
    rows = [before, flawed, ticket, ticket, flawed, broke, broke, act("suspend"), sale(), {**ticket, "fare": "1.00"}]
    replay = Replay(tmp_path, sales=[before])
    replay.run()
    replay.sales = rows
    unreliable.losses = [*losses]

    replay.run()

    assert replay.outcomes() == [
        "replayed",  # bound before this run
        "refused invalid_document_number",
        "posted",
        "replayed",
        "refused key_reused",
        "refused insufficient_funds",
        "replayed insufficient_funds",
        "recorded",
        "refused account_suspended",
        "refused key_reused",
    ]
    assert replay.balances()[0]["debits"] == "896.00"


def test_a_database_that_stays_away_ends_the_run_with_what_is_certain(
    tmp_path: Path, unreliable: type[Unreliable]
) -> None:
    replay = Replay(tmp_path, sales=[sale() for _ in range(6)])
    unreliable.losses = ["", *["answer"] * 4]

    result = replay.run()

    assert result.exit_code == 1
    assert "Whether the last rows were posted is not known. Run the same command again" in result.stderr
    assert replay.outcomes() == ["posted"] * 4
    assert not replay.balances_path.exists()
    assert "4 rows in" in result.stdout
    again = replay.run()
    assert again.exit_code == 0
    assert replay.outcomes() == ["replayed"] * 6


def test_a_row_that_the_database_itself_refuses_ends_the_run_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 100)
    most = "9999999999999.99"  # ten thousand of them are more than the database counts
    rows = [act("debit", amount=most) for _ in range(9_300)]
    replay = Replay(tmp_path, sales=rows)

    result = replay.run()

    assert result.exit_code == 1
    assert "Line 92" in result.stderr
    assert "the database refused it" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    posted = [row for row in replay.results() if row["outcome"] == "posted"]
    assert 9_200 < len(posted) < 9_300


def test_an_interrupted_run_stops_after_a_whole_chunk_and_goes_on_when_run_again(tmp_path: Path) -> None:
    replay = Replay(tmp_path, sales=[sale(account_code="XXX999") for _ in range(8_000)])
    replay.write()
    process = subprocess.Popen([COMMAND, *map(str, replay.arguments())], stderr=subprocess.PIPE, text=True)
    _wait_for_results(replay)

    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)

    assert process.returncode == 130
    assert complaint.startswith("Error: Stopped before line ")
    assert "Run the same command again" in complaint
    answered = replay.results()
    assert 0 < len(answered) < 8_000
    assert len(answered) % 1_000 == 0
    assert replay.run().exit_code == 0
    outcomes = [row["outcome"] for row in replay.results()]
    assert outcomes == ["replayed"] * len(answered) + ["refused"] * (8_000 - len(answered))


def _wait_for_results(replay: Replay) -> None:
    deadline = time.monotonic() + 60
    while not (replay.results_path.exists() and replay.results_path.stat().st_size > 10_000):
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_long_file_needs_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    """Each row is a sale of its own, under a key and a document that no other has, and is posted."""
    replay = Replay(tmp_path, accounts=[agency_row(credit_limit="90000000.00")])

    short = _peak_memory(replay, (sale() for _ in range(2_000)))
    long = _peak_memory(replay, (sale() for _ in range(40_000)))

    outcomes = Counter(row["outcome"] for row in read_csv(replay.results_path))
    assert outcomes == {"posted": 40_000}
    assert long - short < 15 * 2**20


def _peak_memory(replay: Replay, rows: object) -> int:
    """Replay the rows in a process of its own and return its peak, in bytes."""
    replay.sales = rows  # type: ignore[assignment]
    replay.write()
    process = subprocess.Popen([COMMAND, *map(str, replay.arguments())], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024
