"""Letters with the statement of a period: once per key, with documents that stay as they were told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from skypurser.access.actors import OutOfReach, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.electronic import managing
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.requests import RequestRefused
from skypurser.mail import queries as mail
from skypurser.mail.delivering import deliver
from skypurser.mail.queries import MessageNotFound, MessageView
from skypurser.mail.writing import MailNotConfigured
from skypurser.statements import printing
from skypurser.statements.periodletters import letters_of_periods, send_period, send_period_again
from skypurser.statements.periods import period
from tests import cast
from tests.cast import NOON
from tests.mail.postoffice import post_office
from tests.statements.stage import TODAY, letters_wait

DAY = timedelta(days=1)


def send(account: cast.Account, **differently: Any) -> MessageView:
    how = {"first_date": TODAY, "last_date": TODAY, "recipient": "ana@example.org", "language": "es", "key": "once"}
    return send_period(account.id, **{**how, "actor": account.actor, "now": NOON, **differently})


def again(account: cast.Account, letter: MessageView, **differently: Any) -> MessageView:
    how = {"account_id": account.id, "message_id": letter.id, "key": "again", "actor": account.actor, "now": NOON}
    return send_period_again(**{**how, **differently})


def letters(account: cast.Account) -> list[MessageView]:
    return letters_of_periods(account.id, actor=account.actor)


def times_told(account: cast.Account) -> int:
    found = acts.of_account(carrier_id=account.carrier.id, account_id=account.id)
    return [one.action for one in found].count("statement.sent")


def test_it_is_sent_by_mail_once_per_key() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    with post_office() as office:
        for later in (NOON, NOON + timedelta(minutes=1)):
            send(agency, now=later)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)

    [(recipient, letter)] = office.taken
    assert (recipient, letter["Subject"]) == (
        "ana@example.org",
        f"Estado de la cuenta {agency.code} USD hasta el 15 de enero de 2026",
    )
    assert [str(one.get_filename()).rpartition(".")[2] for one in letter.iter_attachments()] == ["pdf", "xlsx"]
    assert len(letters(agency)) == times_told(agency) == 1


@pytest.mark.parametrize(
    "differently",
    [
        {"recipient": "bob@example.org"},
        {"first_date": None},
        {"last_date": TODAY - DAY, "first_date": None},
        {"language": "en"},
    ],
)
def test_a_key_is_for_one_address_language_and_period(differently: dict[str, Any]) -> None:
    agency = cast.agency(cast.carrier())
    with letters_wait():
        send(agency)
        with pytest.raises(RequestRefused, match="key reused"):
            send(agency, **differently)

    assert [one.recipient for one in letters(agency)] == ["ana@example.org"]


def test_its_documents_say_what_was_so_when_it_was_written() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    with post_office() as office:
        send(agency)
        of = period(agency.id, language="es", actor=agency.actor, now=NOON, first_date=TODAY, last_date=TODAY)
        how: dict[str, Any] = {"language": "es", "carrier_id": agency.carrier.id}
        meant = [printing.pdf(of, **how), printing.workbook(of, **how)]
        cast.post(cast.debit(agency, 70))
        managing.correct_party(
            account_id=agency.id, name="Renamed Travel", reference="sold", actor=agency.actor, now=NOON
        )
        deliver(carrier_ids=[agency.carrier.id], now=NOON + DAY)

    [(_, letter)] = office.taken
    assert [one.get_content() for one in letter.iter_attachments()] == meant


def test_one_that_failed_is_no_alert_and_is_sent_again_once_per_key() -> None:
    agency = cast.agency(cast.carrier())
    with post_office() as office:
        office.to_recipient = {"ana@example.org": "550 no such mailbox"}
        written = send(agency)
        with pytest.raises(RequestRefused, match="message not finished"):
            again(agency, written, key="too soon")
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        [failed] = letters(agency)
        office.to_recipient = {}
        for _ in range(2):
            again(agency, written)
        deliver(carrier_ids=[agency.carrier.id], now=NOON)
        assert again(agency, written).status == "sent"
        deliver(carrier_ids=[agency.carrier.id], now=NOON)

    assert failed.status == "failed"
    assert len(office.taken) == len(letters(agency)) == 1
    assert times_told(agency) == 2
    assert mail.about(f"account:{agency.id}", actor=agency.actor) == []  # where alerts are found


def test_what_is_no_letter_writes_nothing() -> None:
    home, outsider = cast.airline(), cast.outsider()
    agency = home.agency
    closer = replace(agency.actor, permissions=frozenset({Permission.CUT_OFF}))
    with pytest.raises(MailNotConfigured):
        send(agency)
    with letters_wait():
        other = send(home.client)
        for differently, refusal in (
            ({"recipient": "nobody"}, InvalidRequest),
            ({"recipient": ""}, InvalidRequest),
            ({"last_date": TODAY + DAY}, InvalidRequest),
            ({"actor": closer}, PermissionDenied),
            ({"actor": replace(agency.actor, cities=frozenset({"BOS"}))}, OutOfReach),
            ({"actor": outsider.actor}, AccountNotFound),
        ):
            with pytest.raises(refusal):
                send(agency, key="other", **differently)
        with pytest.raises(MessageNotFound):
            again(agency, other)
        with pytest.raises(MessageNotFound):
            again(agency, replace(other, id=other.id + 99))

    assert letters(agency) == []
