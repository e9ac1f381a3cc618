"""Letters that bring a document: how they are asked for, and how they are told."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skypurser.api.v1.flight_shapes import Version
from skypurser.api.v1.shapes import Body, Instant, Shown, Text, instant
from skypurser.ledger.requests import Answer
from skypurser.mail.queries import MessageView

Email = Annotated[Text, Field(max_length=254, examples=["accounts@example.org"])]


class WriteLetter(Body):
    """To whom, and in which words. The document is attached as PDF; the carrier's signature stands below the words."""

    recipient: Email
    subject: Annotated[Text, Field(min_length=1, max_length=200)]
    words: Annotated[
        str,
        Field(min_length=1, max_length=10_000, description="Plain text; an empty line begins another paragraph."),
    ]


class SendQuote(WriteLetter):
    """Which version of a quote is sent, to whom, and in which words."""

    expected_version: Version


class Letter(Shown):
    """A letter, and what became of it."""

    recipient: str
    subject: str
    status: Literal["pending", "sent", "failed"]
    problem: str = Field(description="Why the last try failed; empty where none did.")
    tries: int
    written_at: Instant
    finished_at: Instant | None


class LetterList(Shown):
    """All letters about something, newest first; up to 500."""

    items: list[Letter]


class WrittenLetter(Shown):
    """A letter that was written. It is sent as soon as the mail server takes it."""

    id: int
    recipient: str
    subject: str


def shown_letter(one: MessageView) -> dict[str, Any]:
    """Return a letter as it is told."""
    return {
        "recipient": one.recipient,
        "subject": one.subject,
        "status": one.status,
        "problem": one.problem,
        "tries": one.tries,
        "written_at": instant(one.created_at),
        "finished_at": instant(one.finished_at),
    }


def written_letter(answer: Answer) -> dict[str, Any]:
    """Return what a request to write a letter came to."""
    return {"id": answer.facts["message"], "recipient": answer.facts["recipient"], "subject": answer.facts["subject"]}
