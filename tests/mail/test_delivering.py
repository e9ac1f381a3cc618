"""Sending letters, to a real mail server."""

import threading
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from django.db import OperationalError, connection

from skypurser.history import acts
from skypurser.mail import claiming, queries
from skypurser.mail.claiming import BACK_OFF, LEASE, claim
from skypurser.mail.delivering import deliver
from skypurser.mail.letterheads import set_letterhead
from skypurser.mail.mailer import Mailer, Outgoing, Sent
from skypurser.mail.queries import MessageView
from skypurser.mail.writing import File, send_again
from tests import cast
from tests.cast import NOON
from tests.mail.letters import written
from tests.mail.postoffice import handed_to, post_office


def seen(view: MessageView, airline: cast.Airline) -> MessageView:
    return queries.whole(view.id, actor=airline.actor).message


def test_a_letter_arrives_whole() -> None:
    airline = cast.airline()
    set_letterhead(
        sender_name="Flugverkauf, Zürich", reply_to="sales@example.org", signature="", actor=airline.actor, now=NOON
    )
    with post_office() as office:
        view = written(
            airline, subject="Angebot für Ñandú", files=[File("Angebot für 17.pdf", "application/pdf", b"%PDF\0")]
        )

        assert deliver(carrier_ids=[airline.carrier.id], now=NOON) == 1

    [(recipient, mail)] = office.taken
    assert recipient == mail["To"] == "ana@example.org"
    assert mail["From"].addresses[0].display_name == "Flugverkauf, Zürich"
    assert mail["From"].addresses[0].addr_spec == "desk@skypurser.example.org"
    assert (mail["Reply-To"], mail["Subject"]) == ("sales@example.org", "Angebot für Ñandú")
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "the quote is attached." in plain.get_content()
    assert "12,000.00 USD</td>" in html.get_content()
    [attached] = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("Angebot für 17.pdf", "application/pdf")
    assert attached.get_content() == b"%PDF\0"
    after = seen(view, airline)
    assert (after.status, after.tries, after.problem, after.finished_at) == ("sent", 1, "", NOON)


def test_a_domain_in_any_script_is_delivered_to() -> None:
    office_of = cast.airline()
    with post_office() as office:
        view = written(office_of, recipient="ana@zürich.example")
        deliver(carrier_ids=[office_of.carrier.id], now=NOON)

    assert [recipient for recipient, _ in office.taken] == ["ana@xn--zrich-kva.example"]
    assert seen(view, office_of).status == "sent"


@pytest.mark.parametrize("recipient", ["ımran@example.org", "ſam@example.org"])
def test_an_address_that_no_mail_can_go_to_holds_no_other_letter_up(
    recipient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No such address is taken; should one be stored all the same, it is this letter's matter."""
    office_of = cast.airline()

    with post_office() as office:
        with monkeypatch.context() as lax:
            lax.setattr("skypurser.parties.texts.is_email", bool)
            first = written(office_of, recipient=recipient)
        second = written(office_of)
        assert deliver(carrier_ids=[office_of.carrier.id], now=NOON) == 2

    assert [recipient for recipient, _ in office.taken] == ["ana@example.org"]
    after = seen(first, office_of)
    assert (after.status, after.problem, after.tries) == ("failed", "broken", 1)
    assert seen(second, office_of).status == "sent"


def test_a_password_that_smtp_cannot_carry_is_the_servers_matter_and_is_told_nowhere() -> None:
    airline = cast.airline()
    takes_all = {"authenticator": lambda *_: AuthResult(success=True), "auth_require_tls": False}
    with post_office(**takes_all) as office, handed_to(f"smtp+plain://desk:gehe%C3%AFm@127.0.0.1:{office.port}"):
        view = written(airline)
        assert deliver(carrier_ids=[airline.carrier.id], now=NOON) == 1

    after = seen(view, airline)
    assert (after.status, after.problem) == ("pending", "unreachable")
    assert "gehe" not in after.answer


def test_a_letter_that_breaks_what_sends_it_holds_no_other_up(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    as_it_is = Mailer.send

    def stumbling(self: Mailer, letter: Outgoing) -> Sent:
        if letter.subject == "Stumble":
            raise TypeError("over what was written")
        return as_it_is(self, letter)

    monkeypatch.setattr(Mailer, "send", stumbling)
    with post_office() as office:
        first, second = written(airline, subject="Stumble"), written(airline)
        assert deliver(carrier_ids=[airline.carrier.id], now=NOON) == 2

    assert len(office.taken) == 1
    after = seen(first, airline)
    assert (after.status, after.problem, after.answer) == ("failed", "broken", "TypeError")
    assert seen(second, airline).status == "sent"


def test_a_letter_that_breaks_what_reads_it_holds_no_other_up(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    as_it_is = claiming.outgoing

    def stumbling(claimed: claiming.Claimed) -> Outgoing | None:
        if claimed.id == first.id:
            raise TypeError("over what was stored")
        return as_it_is(claimed)

    monkeypatch.setattr("skypurser.mail.delivering.outgoing", stumbling)
    with post_office() as office:
        first, second = written(airline), written(airline, cause="2")
        assert deliver(carrier_ids=[airline.carrier.id], now=NOON) == 2

    assert len(office.taken) == 1
    after = seen(first, airline)
    assert (after.status, after.problem, after.answer) == ("failed", "broken", "TypeError")
    assert seen(second, airline).status == "sent"


def test_a_database_that_is_lost_is_no_letters_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()

    def lost(_: claiming.Claimed) -> None:
        raise OperationalError

    monkeypatch.setattr("skypurser.mail.delivering.outgoing", lost)
    with post_office():
        view = written(airline)
        with pytest.raises(OperationalError):
            deliver(carrier_ids=[airline.carrier.id], now=NOON)

    after = seen(view, airline)
    assert (after.status, after.tries, after.problem) == ("pending", 0, "")


def test_what_is_not_due_or_another_carriers_stays() -> None:
    airline, other = cast.airline(), cast.airline()
    with post_office() as office:
        written(airline, now=NOON + timedelta(seconds=1))
        written(other)
        assert deliver(carrier_ids=[airline.carrier.id], now=NOON) == 0
    assert office.taken == []


def test_a_mail_server_that_is_away_is_tried_again_later_and_later_until_the_letter_has_failed() -> None:
    airline, now = cast.airline(), NOON
    with handed_to("smtp+plain://127.0.0.1:9"):
        view = written(airline)
        for pause in BACK_OFF:
            assert deliver(carrier_ids=[airline.carrier.id], now=now) == 1
            assert deliver(carrier_ids=[airline.carrier.id], now=now + pause - timedelta(seconds=1)) == 0
            after = seen(view, airline)
            assert (after.status, after.problem, after.next_attempt_at) == ("pending", "unreachable", now + pause)
            now += pause
        deliver(carrier_ids=[airline.carrier.id], now=now)

    after = seen(view, airline)
    assert (after.status, after.problem, after.tries, after.finished_at) == ("failed", "unreachable", 8, now)
    assert "refused" in after.answer.lower()


def test_a_server_that_is_busy_is_asked_again_and_one_that_rejects_is_not() -> None:
    airline = cast.airline()
    with post_office() as office:
        office.to_recipient = {"busy@example.org": "450 try later", "gone@example.org": "550 no such user"}
        busy, gone, fine = (written(airline, recipient=f"{who}@example.org") for who in ("busy", "gone", "fine"))
        office.to_data = ["554 looks like spam"]
        assert deliver(carrier_ids=[airline.carrier.id], now=NOON) == 3

    states = [(one.status, one.problem, one.answer) for one in (seen(view, airline) for view in (busy, gone, fine))]
    assert states == [
        ("pending", "busy", "450 try later"),
        ("failed", "rejected", "550 no such user"),
        ("failed", "rejected", "554 looks like spam"),
    ]
    assert office.taken == []


def test_a_server_that_hangs_up_harms_no_letter_but_the_one() -> None:
    airline = cast.airline()
    with post_office() as office:
        office.to_data = ["421 closing"]
        first, second = written(airline), written(airline)
        deliver(carrier_ids=[airline.carrier.id], now=NOON)

    assert [seen(view, airline).status for view in (first, second)] == ["pending", "sent"]


def test_a_failed_letter_is_sent_again_when_somebody_asks_under_the_same_message_id() -> None:
    airline = cast.airline()
    with post_office() as office:
        view = written(airline)
        deliver(carrier_ids=[airline.carrier.id], now=NOON)
        later = NOON + timedelta(hours=1)

        again = send_again(view.id, actor=airline.actor, now=later)
        assert (again.status, again.tries, again.next_attempt_at) == ("pending", 0, later)
        assert deliver(carrier_ids=[airline.carrier.id], now=later) == 1

    first, second = (mail for _recipient, mail in office.taken)
    assert first["Message-ID"] == second["Message-ID"]
    [act] = [one for one in acts.of_carrier(carrier_id=airline.carrier.id) if one.action == "mail.sent_again"]
    assert act.reference == "quote:17: ana@example.org"


def test_two_workers_never_send_the_same_and_what_a_dead_one_had_is_taken_again() -> None:
    airline, of = cast.airline(), cast.carrier
    carriers = [airline.carrier.id, of().id]
    with handed_to("smtp+plain://127.0.0.1:9"):
        views = [written(airline) for _ in range(3)]
        first = claim(carrier_ids=carriers, most=20, now=NOON)
        assert claim(carrier_ids=carriers, most=20, now=NOON + LEASE - timedelta(seconds=1)) == []
        second = claim(carrier_ids=carriers, most=20, now=NOON + LEASE)

        assert [one.id for one in first] == [one.id for one in second] == [view.id for view in views]
        late = claiming.settle(first[0], Sent("sent"), now=NOON + LEASE)
        assert (late, seen(views[0], airline).tries) == ("pending", 0)
        assert claiming.outgoing(first[0]) is None
        assert claiming.settle(second[0], Sent("sent"), now=NOON + LEASE) == "sent"


def test_many_workers_at_once_send_each_letter_once() -> None:
    airline = cast.airline()
    with post_office() as office:
        wanted = {written(airline, recipient=f"p{number}@example.org").recipient for number in range(30)}
        threads = [threading.Thread(target=_work, args=(airline.carrier.id,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(recipient for recipient, _mail in office.taken) == sorted(wanted)


def _work(carrier_id: int) -> None:
    while deliver(carrier_ids=[carrier_id], most=4, now=NOON):
        continue
    connection.close()


def test_one_carrier_that_writes_much_lets_the_others_through() -> None:
    busy, quiet = cast.airline(), cast.airline()
    with handed_to("smtp+plain://127.0.0.1:9"):
        for _ in range(30):
            written(busy)
        one = written(quiet, now=NOON + timedelta(seconds=1))
        claimed = claim(carrier_ids=[busy.carrier.id, quiet.carrier.id], most=20, now=NOON + timedelta(seconds=1))

    assert len(claimed) == 11
    assert one.id in {letter.id for letter in claimed}


def test_whoever_is_asked_to_stop_gives_back_what_was_not_begun() -> None:
    airline = cast.airline()
    with post_office() as office:
        for _ in range(2):
            written(airline)
        stop = iter([False, True])
        assert deliver(carrier_ids=[airline.carrier.id], now=NOON, is_asked_to_stop=lambda: next(stop)) == 1
        assert deliver(carrier_ids=[airline.carrier.id], now=NOON) == 1
    assert len(office.taken) == 2


@pytest.mark.parametrize("most", [0, -1])
def test_without_carriers_or_room_nothing_is_taken(most: int) -> None:
    assert claim(carrier_ids=[], most=20) == []
    assert claim(carrier_ids=[cast.carrier().id], most=most) == []
