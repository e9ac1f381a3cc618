"""The letters of statements, to a real mail server, and by a real worker that is killed."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from skypurser.access.actors import OutOfReach, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.requests import RequestRefused
from skypurser.mail import enclosing
from skypurser.mail import queries as mail
from skypurser.mail.claiming import BACK_OFF
from skypurser.mail.delivering import deliver
from skypurser.mail.queries import MessageView
from skypurser.mail.writing import MailNotConfigured
from skypurser.statements import printing, queries
from skypurser.statements.enclosures import KIND, enclosed
from skypurser.statements.letters import about
from skypurser.statements.sending import letters_of, send_again
from skypurser.statements.views import StatementNotFound
from tests import cast
from tests.cast import NOON
from tests.databases import Database, throwaway_database
from tests.jobs.workers import wait_until, working
from tests.mail.postoffice import PostOffice, handed_to, post_office
from tests.statements.stage import ask_now, letters_wait, statement


def letters(account: cast.Account, number: int = 1) -> list[MessageView]:
    return mail.about(about(account.id, number), actor=account.actor)


def again(account: cast.Account, recipient: str = "ana@example.org", **differently: Any) -> MessageView:
    how = {"number": 1, "key": cast.fresh_key("again"), "actor": account.actor, "now": NOON}
    return send_again(account_id=account.id, recipient=recipient, **{**how, **differently})


def taken(office: PostOffice) -> list[tuple[str, str, dict[str, bytes]]]:
    """Recipient, subject, and what is attached, of each letter."""
    return [
        (
            recipient,
            str(letter["Subject"]),
            {str(one.get_filename()): one.get_content() for one in letter.iter_attachments()},
        )
        for recipient, letter in office.taken
    ]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Statement No. 1 of account {code} USD", "Total to pay"),
        ("es", "Resumen N.º 1 de la cuenta {code} USD", "Total a pagar"),
    ],
)
def test_the_statement_arrives_with_pdf_and_excel(language: str, subject: str, words: str) -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    with post_office() as office:
        ask_now(agency, language=language)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)

    made = queries.statement(agency.id, 1, actor=agency.actor)
    how: dict[str, Any] = {"language": language, "carrier_id": agency.carrier.id}
    assert taken(office) == [
        (
            "ana@example.org",
            subject.format(code=agency.code),
            {
                printing.file_name(made, language=language, suffix="pdf"): printing.pdf(made, **how),
                printing.file_name(made, language=language, suffix="xlsx"): printing.workbook(made, **how),
            },
        )
    ]
    plain = office.taken[0][1].get_body(("plain",))
    assert plain is not None
    assert words in plain.get_content()


def test_a_mail_server_that_fails_leaves_one_statement_and_a_letter_that_is_tried_again() -> None:
    agency = cast.agency(cast.carrier())
    with post_office() as office:
        office.to_data = ["451 come back later"]
        ask_now(agency)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        [waiting] = letters(agency)
        deliver(carrier_ids=[agency.carrier.id], now=NOON + BACK_OFF[0])

    [arrived] = letters(agency)
    assert (waiting.status, waiting.problem, waiting.tries) == ("pending", "busy", 1)
    assert (arrived.status, arrived.tries) == ("sent", 2)
    assert len(office.taken) == 1
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1


def test_a_document_that_can_not_be_made_fails_its_letter_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = (cast.agency(carrier := cast.carrier()), cast.agency(carrier))

    def maker(what: str, carrier_id: int) -> bytes:
        if what.startswith(f"{broken.id}/"):
            raise RuntimeError("no paper")
        return enclosed(what, carrier_id)

    monkeypatch.setitem(enclosing._makers, KIND, maker)
    with post_office() as office:
        for agency in (broken, sound):
            ask_now(agency)
        deliver(carrier_ids=[carrier.id], now=NOON)

    assert [(one.status, one.problem) for one in letters(broken)] == [("failed", "broken")]
    assert [one.status for one in letters(sound)] == ["sent"]
    assert len(office.taken) == 1


@contextmanager
def mute_server() -> Iterator[tuple[int, threading.Event]]:
    """A mail server that takes connections and says nothing; the event tells that somebody has called."""
    called, calls = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)

        def listen() -> None:
            calls.append(server.accept())
            called.set()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], called
        thread.join(30)
        for connection, _ in calls:
            connection.close()


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's letters are sent from it."""
    with throwaway_database() as database, database.behind_django():
        yield database


def test_a_worker_killed_while_it_sends_loses_nothing_and_doubles_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = cast.agency(cast.carrier())
    monkeypatch.setenv("SKYPURSER_MAIL_FROM", "desk@example.org")
    with mute_server() as (port, called), letters_wait():
        monkeypatch.setenv("SKYPURSER_MAIL_URL", f"smtp+plain://127.0.0.1:{port}")
        ask_now(agency)
        with working(database) as first:
            assert called.wait(45)
            first.process.kill()
            first.process.wait()
    [waiting] = letters(agency)
    with database.superuser() as clock:
        clock.execute("UPDATE mail_message SET leased_until = now() WHERE lease IS NOT NULL")
    with post_office() as office:
        monkeypatch.setenv("SKYPURSER_MAIL_URL", f"smtp+plain://127.0.0.1:{office.port}")
        with working(database) as second:
            wait_until(lambda: [one.status for one in letters(agency)] == ["sent"])
            assert second.end() == 0

    assert waiting.status == "pending"
    [(_, _, files)] = taken(office)
    assert sorted(name.rpartition(".")[2] for name in files) == ["pdf", "xlsx"]
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1


def test_it_is_sent_again_to_somebody_else_with_the_same_bytes() -> None:
    agency = cast.agency(cast.carrier())
    with post_office() as office:
        ask_now(agency)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        cast.post(cast.debit(agency, 70, now=NOON + timedelta(days=40)))
        sent = again(agency, "bob@example.org", key="k")
        assert again(agency, "bob@example.org", key="k") == sent
        deliver(carrier_ids=[agency.carrier.id], now=NOON)

    first, second = taken(office)
    assert (first[0], second[0]) == ("ana@example.org", "bob@example.org")
    assert first[1:] == second[1:]
    [statement_] = queries.statements(agency.id, actor=agency.actor)
    assert [one.recipient for one in letters_of([statement_], actor=agency.actor)[1]] == [second[0], first[0]]
    [act, *_] = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)
    assert (act.action, act.changes) == ("statement.sent", {"statement": [1, 1], "recipient": [None, second[0]]})


def test_to_the_same_address_it_waits_for_the_letter_that_is_under_way_and_mends_the_one_that_failed() -> None:
    agency = cast.agency(cast.carrier())
    with post_office() as office:
        office.to_recipient = {"ana@example.org": "550 no such mailbox"}
        ask_now(agency)
        with pytest.raises(RequestRefused, match="message not finished"):
            again(agency)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        [failed] = letters(agency)
        office.to_recipient = {}
        again(agency)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        again(agency)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)

    assert failed.status == "failed"
    assert [one.status for one in letters(agency)] == ["sent", "sent"]
    assert len(office.taken) == 2


def test_a_letter_that_failed_is_tried_again_once_per_key() -> None:
    agency = cast.agency(cast.carrier())
    with post_office() as office:
        office.to_recipient = {"ana@example.org": "550 no such mailbox"}
        ask_now(agency)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        office.to_recipient = {}
        first, second = (again(agency, key="again") for _ in range(2))
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        third = again(agency, key="again")
        deliver(carrier_ids=[agency.carrier.id], now=NOON)

    assert (first.id, first.status) == (second.id, second.status) == (third.id, "pending")
    assert third.status == "sent"
    assert len(office.taken) == len(letters(agency)) == 1
    assert [one.action for one in acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)].count(
        "statement.sent"
    ) == 1


def test_a_key_is_for_one_statement_and_one_address() -> None:
    agency = cast.agency(cast.carrier())
    statement(agency)
    statement(agency, NOON.date() + timedelta(days=1), now=NOON + timedelta(days=1))
    with letters_wait():
        again(agency, "bob@example.org", key="again")
        for differently in ({"recipient": "eve@example.org"}, {"recipient": "bob@example.org", "number": 2}):
            with pytest.raises(RequestRefused, match="key reused"):
                again(agency, key="again", **differently)

    assert [one.recipient for one in letters(agency)] == ["bob@example.org", "ana@example.org"]


def test_what_is_no_letter_writes_nothing() -> None:
    agency, outsider = cast.agency(cast.carrier()), cast.outsider()
    statement(agency)
    reader = replace(agency.actor, permissions=frozenset({Permission.QUERIES}))

    with pytest.raises(MailNotConfigured):
        again(agency, "bob@example.org")
    with handed_to("smtp+plain://127.0.0.1:9"):
        for differently, refusal in (
            ({"recipient": "nobody"}, InvalidRequest),
            ({"recipient": ""}, InvalidRequest),
            ({"number": 2}, StatementNotFound),
            ({"actor": reader}, PermissionDenied),
            ({"actor": replace(agency.actor, cities=frozenset({"BOS"}))}, OutOfReach),
            ({"actor": outsider.actor}, Exception),
        ):
            with pytest.raises(refusal):
                again(agency, **{"recipient": "bob@example.org", **differently})  # type: ignore[arg-type]

    assert len(letters(agency)) == 1
