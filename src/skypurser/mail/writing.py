"""Write a letter, in the transaction of the act that it tells of; it is sent later.

One letter has one recipient: so each has a state of its own, and nobody learns who else was written to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.mail import mailer
from skypurser.mail.letterheads import in_full
from skypurser.mail.models import Attachment, Message
from skypurser.mail.queries import MessageNotFound, MessageView, view
from skypurser.parties import texts

#: All attachments of a letter together, in bytes: what mail servers commonly take, encoded.
LARGEST = 15_000_000
_LONGEST_WORDS = 10_000


class MailNotConfigured(Refusal):
    """This installation has no mail server to hand letters to."""

    code = "mail_not_configured"


class MessageNotFinished(Refusal):
    """The letter is still on its way."""

    code = "message_not_finished"


@dataclass(frozen=True, slots=True)
class File:
    """What is attached: `content_type` as in MIME."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What is attached when the letter is sent: `source` names it, as `enclosing.register` knows the kind."""

    name: str
    content_type: str
    source: str


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading of its own: words and values."""

    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A page that the letter leads to: `url` is a whole address, our own."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is written.

    Attributes:
        cause: Why, at most once for each (`quote:17/1`); what is written again for the same cause is not.
        about: What it belongs to (`quote:17`).
        recipient: One e-mail address.
        language: `en` or `es`; the words are the writer's, in that language.
        paragraphs: Plain text, each one paragraph.
        facts: Shown as a table, as words and values; `sections` are more of them, each with a heading.
    """

    cause: str
    about: str
    recipient: str
    language: str
    subject: str
    paragraphs: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    sections: Sequence[Section] = ()
    links: Sequence[Link] = ()
    files: Sequence[File | Enclosure] = ()


def write(letter: Letter, *, actor: Actor, now: datetime) -> MessageView:
    """Keep a letter to be sent; return it, or the one that was written for the same cause before.

    Whoever calls has asked for permission: it is the one to do what the letter tells of.

    Raises:
        MailNotConfigured: Nothing is written.
        InvalidRequest: No address, or something that no letter may have; nothing is written.
    """
    return write_once(letter, actor=actor, now=now)[0]


def write_once(letter: Letter, *, actor: Actor, now: datetime) -> tuple[MessageView, bool]:
    """Keep a letter as `write` does, and tell besides whether it was written just now: for acts that tell of it."""
    if not mailer.is_configured():
        raise MailNotConfigured
    recipient = texts.email(letter.recipient, field="recipient")
    subject = texts.line(letter.subject, field="subject", longest=200, mandatory=True)
    if not recipient:
        raise InvalidRequest("a letter has a recipient", field="recipient")
    if sum(len(file.content) for file in letter.files if isinstance(file, File)) > LARGEST:
        raise InvalidRequest(f"attachments have at most {LARGEST:,} bytes", field="files")
    with acting_for(actor.carrier_id):
        head = in_full(carrier_id=actor.carrier_id)
        context = {"letter": letter, "subject": subject, "signature": head.signature.splitlines()}
        with translation.override(letter.language):
            text, html = (render_to_string(f"mail/letter.{kind}", context) for kind in ("txt", "html"))
        row, is_new = Message.objects.get_or_create(
            carrier_id=actor.carrier_id,
            cause=letter.cause,
            defaults={
                "about": letter.about,
                "recipient": recipient,
                "sender_name": head.sender_name,
                "reply_to": head.reply_to,
                "language": letter.language,
                "subject": subject,
                "text": text,
                "html": html,
                "next_attempt_at": now,
                "created_at": now,
                "created_by": actor.name,
            },
        )
        if is_new:
            Attachment.objects.bulk_create(
                Attachment(
                    carrier_id=actor.carrier_id,
                    message_id=row.id,
                    position=position,
                    name=file.name,
                    content_type=file.content_type,
                    content=file.content if isinstance(file, File) else None,
                    source="" if isinstance(file, File) else file.source,
                )
                for position, file in enumerate(letter.files)
            )
        return view(row), is_new


def paragraphs_of(words: str, *, field: str = "words") -> tuple[str, ...]:
    """Return the paragraphs of a text that somebody wrote; an empty line begins another one.

    Raises:
        InvalidRequest: It says nothing, or more than 10,000 characters; at `field`.
    """
    plain = texts.lines(words, field=field, longest=_LONGEST_WORDS)
    found = tuple(one.strip() for one in plain.split("\n\n") if one.strip())
    if not found:
        raise InvalidRequest("a letter says something", field=field)
    return found


def send_again(message_id: int, *, actor: Actor, now: datetime) -> MessageView:
    """Let a letter that was sent, or could not be, be sent once more; recorded as `mail.sent_again`.

    Whoever calls has asked for permission, as in `write`.

    Raises:
        MailNotConfigured, MessageNotFound, MessageNotFinished: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        row = Message.objects.select_for_update(no_key=True).filter(carrier_id=actor.carrier_id, id=message_id).first()
        if row is None:
            raise MessageNotFound
        if row.status == Message.PENDING:
            raise MessageNotFinished
        if not mailer.is_configured():
            raise MailNotConfigured
        row.status, row.tries, row.next_attempt_at, row.finished_at = Message.PENDING, 0, now, None
        row.problem = row.answer = ""
        row.save(update_fields=["status", "tries", "next_attempt_at", "finished_at", "problem", "answer"])
        acts.record(
            carrier_id=actor.carrier_id,
            action="mail.sent_again",
            actor=actor.name,
            reference=f"{row.about}: {row.recipient}",
            now=now,
        )
        return view(row)
