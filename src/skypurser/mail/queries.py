"""Questions about letters; the answers are frozen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.mail.models import Attachment, Message

#: The longest page; ask for one more to see whether another page follows.
LONGEST_PAGE = 500

# All but the words, which lists don't show.
_LISTED = (
    *("id", "cause", "about", "recipient", "sender_name", "reply_to", "language", "subject", "status", "tries"),
    *("next_attempt_at", "problem", "answer", "created_at", "created_by", "finished_at"),
)


class MessageNotFound(Refusal):
    """There is no such letter."""

    code = "message_not_found"


@dataclass(frozen=True, slots=True)
class MessageView:
    """A letter and what has become of it. Instants are UTC.

    Attributes:
        status: `pending`, `sent` (the mail server has taken it) or `failed`.
        tries: Since it was written or sent again.
        next_attempt_at: While it is pending.
        problem: Why the last try failed: `unreachable`, `busy`, `rejected`, `broken`; empty where none did.
        answer: What the mail server said to it.
    """

    id: int
    cause: str
    about: str
    recipient: str
    sender_name: str
    reply_to: str
    language: str
    subject: str
    status: str
    tries: int
    next_attempt_at: datetime
    problem: str
    answer: str
    created_at: datetime
    created_by: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Whole:
    """A letter with its words and what is attached: name and size (bytes; None for what is made when it is sent)."""

    message: MessageView
    text: str
    html: str
    files: tuple[tuple[str, int | None], ...]


def about_each(things: Collection[str], *, actor: Actor) -> dict[str, list[MessageView]]:
    """Return the letters about several things, each thing's newest first, in one question; see `about`."""
    found: dict[str, list[MessageView]] = {what: [] for what in things}
    with reading_for(actor.carrier_id):
        rows = Message.objects.filter(carrier_id=actor.carrier_id, about__in=list(things)).only(*_LISTED)
        for row in rows.order_by("-id"):
            found[row.about].append(view(row))
    return found


def about(what: str, *, actor: Actor, limit: int = 50) -> list[MessageView]:
    """Return the letters about something, the newest first; whoever may see the thing may see them."""
    with reading_for(actor.carrier_id):
        rows = Message.objects.filter(carrier_id=actor.carrier_id, about=what).only(*_LISTED)
        return [view(row) for row in rows.order_by("-id")[: min(limit, LONGEST_PAGE + 1)]]


def shown(message_id: int, *, carrier_id: int) -> MessageView:
    """Return one letter, whoever asks; whoever may see what it is about may see it.

    Raises:
        MessageNotFound: The carrier has written no such letter.
    """
    with reading_for(carrier_id):
        row = Message.objects.filter(carrier_id=carrier_id, id=message_id).only(*_LISTED).first()
    if row is None:
        raise MessageNotFound
    return view(row)


def messages(*, actor: Actor, status: str = "", before: int | None = None, limit: int = 50) -> list[MessageView]:
    """Return the carrier's letters, the newest first.

    Args:
        status: Only these; empty for all.
        before: The id of the last letter of the page before.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
    """
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        rows = Message.objects.filter(carrier_id=actor.carrier_id).only(*_LISTED)
        if status:
            rows = rows.filter(status=status)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [view(row) for row in rows.order_by("-id")[: min(limit, LONGEST_PAGE + 1)]]


def count_failed(*, actor: Actor, since: datetime, until: datetime) -> int:
    """Return how many letters could not be delivered for good between two instants, the second excluded.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
    """
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        rows = Message.objects.filter(carrier_id=actor.carrier_id, status=Message.FAILED)
        return rows.filter(finished_at__gte=since, finished_at__lt=until).count()


def whole(message_id: int, *, actor: Actor) -> Whole:
    """Return a letter with its words.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        MessageNotFound: The carrier has written no such letter.
    """
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        row = Message.objects.filter(carrier_id=actor.carrier_id, id=message_id).first()
        if row is None:
            raise MessageNotFound
        files = Attachment.objects.filter(carrier_id=actor.carrier_id, message_id=message_id).order_by("position")
        attached = tuple((file.name, None if file.content is None else len(file.content)) for file in files)
    return Whole(view(row), row.text, row.html, attached)


def view(row: Any) -> MessageView:
    """Return the row of a letter as others read it."""
    return MessageView(*(getattr(row, name) for name in _LISTED))
