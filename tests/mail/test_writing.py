"""Writing letters."""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from skypurser.access.acting import acting_for
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.mail import queries
from skypurser.mail.letterheads import set_letterhead
from skypurser.mail.models import Attachment, Message
from skypurser.mail.queries import MessageNotFound
from skypurser.mail.writing import LARGEST, File, MailNotConfigured, MessageNotFinished, send_again, write
from tests import cast
from tests.mail.letters import letter, written
from tests.mail.postoffice import handed_to

SOMEWHERE = "smtp://mail.example.org"


def test_a_letter_is_kept_with_its_words_and_files() -> None:
    airline = cast.airline()
    with handed_to(SOMEWHERE):
        view = written(airline, files=[File("quote 17.pdf", "application/pdf", b"%PDF")])

    whole = queries.whole(view.id, actor=airline.actor)

    assert (whole.message, view.status, view.recipient) == (view, "pending", "ana@example.org")
    assert whole.files == (("quote 17.pdf", 4),)
    assert whole.text.startswith("Dear Ana,\n\nthe quote is attached.\n\nPrice: 12,000.00 USD\n")
    assert f"-- \n{airline.carrier.name}" in whole.text
    assert '<p style="margin:0 0 14px">the quote is attached.</p>' in whole.html


def test_what_people_wrote_is_no_markup() -> None:
    airline = cast.airline()
    with handed_to(SOMEWHERE):
        view = written(airline, paragraphs=("<script>alert(1)</script> & {{ letter }}",))

    whole = queries.whole(view.id, actor=airline.actor)

    assert "<script>" not in whole.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ letter }}" in whole.html
    assert "<script>alert(1)</script> & {{ letter }}" in whole.text


def test_one_cause_writes_one_letter() -> None:
    airline, other = cast.airline(), cast.outsider()
    with handed_to(SOMEWHERE):
        first = written(airline, cause="quote:17/1")
        again = written(airline, cause="quote:17/1", subject="Another")
        theirs = write(letter(cause="quote:17/1"), actor=other.actor, now=cast.NOON)

    assert again == first
    assert [view.id for view in queries.about("quote:17", actor=airline.actor)] == [first.id]
    assert [view.id for view in queries.messages(actor=other.actor)] == [theirs.id]


def test_it_is_there_if_and_only_if_the_act_is() -> None:
    airline = cast.airline()

    def letter_and_a_bug() -> None:
        with acting_for(airline.carrier.id):
            written(airline)
            raise RuntimeError

    with handed_to(SOMEWHERE), pytest.raises(RuntimeError):
        letter_and_a_bug()

    assert queries.messages(actor=airline.actor) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": "ana"}, "recipient"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": "ımran@example.org"}, "recipient"),
        ({"recipient": "ana@example.org\nBcc: all@example.org"}, "recipient"),
        ({"recipient": "ana@example.org, bob@example.org"}, "recipient"),
        ({"subject": "Quote\r\nBcc: all@example.org"}, "subject"),
        ({"subject": " "}, "subject"),
        ({"files": [File("a", "b/c", bytes(LARGEST + 1))]}, "files"),
    ],
)
def test_what_no_letter_may_have_is_refused(changes: dict[str, Any], field: str) -> None:
    airline = cast.airline()

    with handed_to(SOMEWHERE), pytest.raises(InvalidRequest) as refused:
        written(airline, **changes)

    assert refused.value.field == field
    assert queries.messages(actor=airline.actor) == []


def test_without_a_mail_server_nothing_is_written() -> None:
    airline = cast.airline()

    with pytest.raises(MailNotConfigured):
        written(airline)

    assert queries.messages(actor=airline.actor) == []


def test_the_letterhead_is_the_carriers() -> None:
    airline = cast.airline()
    set_letterhead(
        sender_name="Sales desk",
        reply_to="sales@example.org",
        signature="Ana & co\nFlight sales",
        actor=airline.actor,
        now=cast.NOON,
    )
    with handed_to(SOMEWHERE):
        view = written(airline)

    whole = queries.whole(view.id, actor=airline.actor)

    assert (view.sender_name, view.reply_to) == ("Sales desk", "sales@example.org")
    assert whole.text.rstrip().endswith("-- \nAna & co\nFlight sales")
    assert "Ana &amp; co<br>Flight sales" in whole.html
    [act] = [one for one in acts.of_carrier(carrier_id=airline.carrier.id) if one.action == "carrier.letterhead_set"]
    assert act.changes is not None
    assert act.changes["sender_name"] == ["", "Sales desk"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sender_name": "a\nb"}, "sender_name"),
        ({"reply_to": "nobody"}, "reply_to"),
        ({"signature": "\0"}, "signature"),
    ],
)
def test_a_letterhead_that_cant_stand_in_a_mail_is_refused(changes: dict[str, str], field: str) -> None:
    airline = cast.airline()
    given = {"sender_name": "", "reply_to": "", "signature": "", **changes}

    with pytest.raises(InvalidRequest) as refused:
        set_letterhead(**given, actor=airline.actor, now=cast.NOON)

    assert refused.value.field == field


def test_what_is_on_its_way_is_not_sent_again_and_nothing_of_others() -> None:
    airline, other = cast.airline(), cast.outsider()
    with handed_to(SOMEWHERE):
        view = written(airline)
        with pytest.raises(MessageNotFinished):
            send_again(view.id, actor=airline.actor, now=cast.NOON)
        with pytest.raises(MessageNotFound):
            send_again(view.id, actor=other.actor, now=cast.NOON)
    with pytest.raises(MessageNotFound):
        queries.whole(view.id, actor=other.actor)


def test_words_and_files_can_not_be_changed(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    with handed_to(SOMEWHERE):
        view = written(airline, files=[File("a.pdf", "application/pdf", b"%PDF")])

    for rows, change in (
        (Message.objects.filter(carrier_id=airline.carrier.id, id=view.id), {"text": "other"}),
        (Attachment.objects.filter(carrier_id=airline.carrier.id, message_id=view.id), {"content": b""}),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), acting_for(airline.carrier.id):
            rows.update(**change)
    with pytest.raises(psycopg.Error, match="append-only"):
        superuser.execute("DELETE FROM mail_attachment")
    connection.close()
