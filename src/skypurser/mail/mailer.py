"""Hand a letter to the mail server, and tell what it said. Django's mailer `default` is the server; without it, none.

Nothing here raises for what a mail server may do: every way to fail has a word.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers, make_msgid

#: So much of what a mail server says is kept.
KEPT_OF_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it.

    Attributes:
        outcome: `sent`; for ever, `rejected` (the server said so) or `broken` (no mail can be made of this letter); or,
            to be tried again, `busy` (the server said so) or `unreachable` (no server, no agreement on encryption or
            credentials, or it hung up).
        answer: What the server said, the first 500 characters.
    """

    outcome: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter as it goes out; `message_id` is the same each time it is sent, so that a mailbox may tell."""

    message_id: str
    recipient: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    files: Sequence[tuple[str, bytes, str]]


def is_configured() -> bool:
    """Tell whether there is a mail server."""
    return "default" in mailers


def sender_address() -> str:
    """Return the address that letters come from."""
    return str(settings.DEFAULT_FROM_EMAIL)


class Mailer:
    """A connection to the mail server, opened when first needed, and again when it was lost. For one thread."""

    def __init__(self) -> None:
        self._backend: Any = mailers.default
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, letter: Outgoing) -> Sent:
        """Hand it over."""
        try:
            mail = _mail(letter)
            mail.message()  # what no mail can be made of is found before anybody is called
        except (ValueError, UnicodeError) as error:
            return Sent("broken", str(error)[:KEPT_OF_ANSWER])
        try:
            self._call()
            self._backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            self._hang_up()
            return _refused(code, answer)
        except smtplib.SMTPDataError as error:
            self._hang_up()
            return _refused(error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            # At the door, or of the sender: it concerns the installation, not the letter.
            self._hang_up()
            return Sent("unreachable", _told(error.smtp_code, error.smtp_error))
        except OSError as error:  # smtplib's other errors are of this kind too
            self._hang_up()
            return Sent("unreachable", f"{type(error).__name__}: {error}"[:KEPT_OF_ANSWER])
        except ValueError as error:  # an address, or a header, that SMTP can't carry
            self._hang_up()
            return Sent("broken", str(error)[:KEPT_OF_ANSWER])
        return Sent("sent")

    def _call(self) -> None:
        if self._is_open:
            return
        try:
            self._backend.open()
        except ValueError as error:  # credentials that SMTP can't carry concern the installation; their words stay here
            raise ConnectionError(f"the mail server can't be spoken to ({type(error).__name__})") from error
        self._is_open = True

    def _hang_up(self) -> None:
        self._is_open = False
        backend, self._backend = self._backend, mailers.default
        try:
            backend.close()
        except OSError:
            # The server went first; what it has taken, it has taken.
            return


def _mail(letter: Outgoing) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=str(Address(letter.sender_name, addr_spec=sender_address())),
        to=[letter.recipient],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(letter.html, "text/html")
    for name, content, content_type in letter.files:
        mail.attach(name, content, content_type)
    return mail


def _refused(code: int, answer: bytes | str) -> Sent:
    return Sent("rejected" if code >= 500 else "busy", _told(code, answer))


def _told(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return " ".join(f"{code} {text}".split()).replace("\0", "\ufffd")[:KEPT_OF_ANSWER]


def trial(recipient: str) -> Outgoing:
    """Return a letter that says nothing but that it has arrived."""
    text = "This letter was sent to see whether letters arrive. They do."
    return Outgoing(
        message_id=make_msgid(domain=sender_address().rpartition("@")[2]),
        recipient=recipient,
        sender_name="Skypurser",
        reply_to="",
        subject="Letters arrive",
        text=text,
        html=f"<p>{text}</p>",
        files=(),
    )
