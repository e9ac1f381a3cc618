"""A large batch is written in portions, each while the next is judged: one transaction all the same."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import OutcomeUnknown
from skypurser.ledger import posting, wire
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.states import Outcome
from skypurser.ledger.wire import Pipeline, Wire
from tests import cast
from tests.databases import (
    at_once,
    end_whoever_waits,
    hold_back,
    post_batch,
    post_together,
    this_database,
    throwaway_database,
    unchanged,
)
from tests.ledger.test_batching import BeyondBigint, RecordRaises, spoiled

HOUR = timedelta(hours=1)


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> list[Pipeline]:
    """Portions of two requests; and what was sent while the rest was judged."""
    monkeypatch.setattr(posting, "_PORTION", 2)
    sent: list[Pipeline] = []
    send = Wire.send

    def noted(self: Wire, pipeline: Pipeline) -> None:
        sent.append(pipeline)
        send(self, pipeline)

    monkeypatch.setattr(Wire, "send", noted)
    return sent


@pytest.fixture
def in_one_go(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Assert that no batch had to be posted in halves, which would hide what is wrong with its portions."""
    with caplog.at_level("INFO", "skypurser.ledger.poster"):
        yield
        assert not [record.message for record in caplog.get_records("call") if "halves" in record.message]


def items(answers: Sequence[Answer | Exception]) -> list[int | None]:
    return [answer.facts.get("item") if isinstance(answer, Answer) else None for answer in answers]


def test_the_portions_grow_and_none_is_small() -> None:
    sizes = {count: posting._portions(count) for count in (1, 64, 80, 81, 150, 256, 1_000)}

    assert sizes == {
        1: [1],
        64: [64],
        80: [80],
        81: [64, 17],
        150: [64, 86],
        256: [64, 85, 107],
        1_000: [64, 85, 113, 150, 200, 266, 122],
    }


def test_a_small_batch_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wire, "send", None)
    agency = cast.airline().agency

    assert items(post_together([cast.credit(agency, 1) for _ in range(20)])) == list(range(1, 21))


@pytest.mark.usefixtures("in_one_go")
def test_the_portions_are_one_chain_of_movements(ahead: list[Pipeline]) -> None:
    airline = cast.airline()

    answers = post_together(
        [cast.credit(account, 5) for _ in range(4) for account in (airline.agency, airline.client)][:7]
    )

    assert len(ahead) == 3
    assert items(answers) == [1, 1, 2, 2, 3, 3, 4]
    assert (cast.standing(airline.agency).net, cast.standing(airline.client).net) == (20, 15)


@pytest.mark.usefixtures("in_one_go")
def test_a_thousand_are_written_in_parts(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency

    answers = post_together([cast.credit(agency, 1) for _ in range(1_000)])

    assert items(answers) == list(range(1, 1_001))
    written = superuser.execute(
        "SELECT count(*), count(DISTINCT xmin::text), count(DISTINCT cmin::text) FROM ledger_entry"
        " WHERE account_id = %s",
        [agency.id],
    ).fetchone()
    assert written == (1_000, 1, 7)  # one transaction, seven statements


@pytest.mark.usefixtures("in_one_go")
def test_what_an_earlier_portion_sold_a_later_one_takes_back(
    ahead: list[Pipeline], superuser: psycopg.Connection
) -> None:
    agency = cast.airline().agency
    one, two, three = (cast.issue(agency) for _ in range(3))
    documents = [str(sale.document) for sale in (one, two, three)]
    requests: list[Request] = [
        one,
        two,
        three,
        cast.void(agency, documents[0]),
        cast.refund(agency, documents[1], fare=100),
        cast.refund(agency, documents[1], fare=50),
        cast.issue(agency, document=documents[2]),
        cast.void(agency, documents[0]),
    ]

    answers = post_together(requests)

    assert len(ahead) == 3
    assert [answer.code for answer in answers if isinstance(answer, Answer)] == [
        *(None for _ in range(6)),
        "duplicate_document",
        "already_voided",
    ]
    stored = superuser.execute(
        "SELECT status, refunds, refunded_fare FROM tickets_ticket WHERE document_number = ANY(%s)"
        " ORDER BY array_position(%s, document_number)",
        [documents, documents],
    ).fetchall()
    assert stored == [("VOIDED", 0, 0), ("REFUNDED", 2, 150), ("ISSUED", 0, 0)]


@pytest.mark.usefixtures("in_one_go")
def test_a_hold_is_extended_in_one_portion_and_captured_in_another(
    ahead: list[Pipeline], superuser: psycopg.Connection
) -> None:
    agency = cast.airline().agency
    hold_id = int(cast.post(cast.hold(agency, 700)).facts["hold"])

    answers = post_together(
        [
            cast.extend(agency, hold_id, cast.NOON + 5 * HOUR),
            cast.hold(agency, 40),
            cast.capture(agency, hold_id, 650),
            cast.capture(agency, hold_id, 1),
        ]
    )

    assert len(ahead) == 1
    assert [answer.code for answer in answers if isinstance(answer, Answer)] == [None, None, None, "hold_resolved"]
    assert superuser.execute(
        "SELECT status, captured, expires_at FROM ledger_hold WHERE id = %s", [hold_id]
    ).fetchone() == ("CAPTURED", 650, cast.NOON + 5 * HOUR)
    assert cast.standing(agency).held == 40


@pytest.mark.usefixtures("in_one_go")
def test_a_key_of_an_earlier_portion_is_bound_for_a_later_one(ahead: list[Pipeline]) -> None:
    agency = cast.airline().agency
    first = cast.credit(agency, 7)

    answers = post_together([first, cast.credit(agency, 1), replace(first), cast.credit(agency, 8, key=first.key)])

    told = [(answer.replayed, answer.code) for answer in answers if isinstance(answer, Answer)]
    assert told == [(False, None), (False, None), (True, None), (False, "key_reused")]
    assert len(ahead) == 1
    assert cast.standing(agency).net == 8


@pytest.mark.usefixtures("in_one_go")
def test_replays_behind_a_portion_that_was_written_are_confirmed_with_it(ahead: list[Pipeline]) -> None:
    agency = cast.airline().agency
    first = cast.credit(agency, 7)
    post_together([first])

    answers = post_together([cast.credit(agency, 1), cast.credit(agency, 2), replace(first), replace(first)])

    assert [answer.replayed for answer in answers if isinstance(answer, Answer)] == [False, False, True, True]
    assert cast.standing(agency).net == 10


@pytest.mark.parametrize("poison", [BeyondBigint, RecordRaises])
@pytest.mark.parametrize("at", range(6))
def test_one_at_fault_in_any_portion_undoes_the_others_until_it_is_alone(
    ahead: list[Pipeline], poison: type, at: int
) -> None:
    agency = cast.airline().agency
    requests: list[Request] = [cast.credit(agency, 10) for _ in range(5)]
    requests.insert(at, spoiled(agency, poison))

    answers = post_together(requests)

    assert ahead
    assert isinstance(answers[at], Exception)
    assert [item for place, item in enumerate(items(answers)) if place != at] == [1, 2, 3, 4, 5]
    assert cast.standing(agency).net == 50


@pytest.mark.parametrize("at", range(4))
def test_what_another_session_sold_meanwhile_is_told_whichever_portion_it_was_in(
    ahead: list[Pipeline], at: int
) -> None:
    with throwaway_database() as ours, ours.behind_django():
        airline = cast.airline()
        document = cast.fresh_document()
        mine: list[Request] = [cast.credit(airline.agency, 1) for _ in range(3)]
        mine.insert(at, cast.issue(airline.agency, document=document))
        theirs: list[Request] = [cast.issue(airline.client, document=document)]

        one, other = at_once(ours, [lambda: post_batch(ours, mine), lambda: post_batch(ours, theirs)])

        assert ahead
        assert isinstance(one, list)
        assert isinstance(other, list)
        codes = [answer.code if isinstance(answer, Answer) else answer for answer in (*one, *other)]
        assert codes.count("duplicate_document") == 1
        assert codes.count(None) == 4
        assert cast.standing(airline.agency).net + cast.standing(airline.client).net == 3 - 44_800


def test_an_interrupted_batch_is_nobody_elses(ahead: list[Pipeline], monkeypatch: pytest.MonkeyPatch) -> None:
    agency = cast.airline().agency

    with this_database().poster() as poster:
        with monkeypatch.context() as interrupted:
            interrupted.setattr("skypurser.ledger.poster.perf_counter", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                poster.post([cast.credit(agency, 10) for _ in range(6)])
        (later,) = poster.post([cast.credit(agency, 100)])

    assert ahead
    assert items([later]) == [1]
    assert cast.standing(agency).net == 100


def _interrupt() -> float:
    raise KeyboardInterrupt


def test_whatever_fails_after_the_commit_was_sent_leaves_the_outcome_unknown(
    ahead: list[Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = cast.airline().agency
    requests: list[Request] = [cast.credit(agency, 10) for _ in range(4)]
    exchange = Wire._exchange

    def fails_afterwards(self: Wire, sends: Sequence[Any]) -> Any:
        answers = exchange(self, sends)
        if any((answer.command_status or b"") == b"COMMIT" for answer in answers):
            raise MemoryError
        return answers

    with this_database().poster() as poster:
        with monkeypatch.context() as short_of_memory:
            short_of_memory.setattr(Wire, "_exchange", fails_afterwards)
            lost = poster.post(requests)
        told = poster.post(requests)

    assert ahead
    assert all(isinstance(answer, OutcomeUnknown) for answer in lost), lost
    assert [answer.replayed for answer in told if isinstance(answer, Answer)] == [True] * 4
    assert cast.standing(agency).net == 40


def test_what_cannot_be_packed_undoes_what_was_sent_ahead_and_is_found(
    ahead: list[Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = cast.airline().agency
    requests: list[Request] = [cast.credit(agency, 10) for _ in range(5)]
    requests.append(replace(cast.credit(agency, 10), reference="unspeakable"))
    pack = wire._text

    def packed(text: str) -> bytes:
        if text == "unspeakable":
            raise psycopg.DataError(text)
        return pack(text)

    monkeypatch.setitem(wire._KINDS, str, (packed, wire._KINDS[str][1]))

    answers = post_together(requests)

    assert ahead
    assert isinstance(answers[5], psycopg.DataError)
    assert items(answers[:5]) == [1, 2, 3, 4, 5]


def test_none_is_none() -> None:
    assert post_together([]) == []


def test_an_answer_that_is_only_told_again_waits_for_a_commit_of_its_own(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    first = cast.credit(agency, 7)
    with this_database().poster() as poster:
        poster.post([first])
        began = superuser.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        (again,) = poster.post([replace(first)])
        ended = superuser.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()

    assert isinstance(again, Answer)
    assert again.replayed
    assert began is not None
    assert ended is not None
    assert ended[0] > began[0] + 1  # a transaction in between that wrote


def test_a_server_process_that_dies_with_a_portion_of_it_leaves_nothing_and_the_outcome_unknown(
    ahead: list[Pipeline],
) -> None:
    with throwaway_database() as ours, ours.behind_django():
        agency = cast.airline().agency
        requests: list[Request] = [cast.credit(agency, 1) for _ in range(6)]

        with ours.superuser() as books, unchanged(books, agency.carrier.id), ThreadPoolExecutor(1) as pool:
            with ours.superuser() as gate, gate.transaction():
                hold_back(gate)
                posted = pool.submit(post_batch, ours, requests)
                end_whoever_waits(ours, writing="ledger_key")
            lost = posted.result()
        told = post_batch(ours, requests)

        assert len(ahead) >= 2
        assert all(isinstance(answer, OutcomeUnknown) for answer in lost), lost
        assert [(answer.outcome, answer.replayed) for answer in told if isinstance(answer, Answer)] == [
            (Outcome.POSTED, False)
        ] * 6
        assert cast.standing(agency).net == 6
