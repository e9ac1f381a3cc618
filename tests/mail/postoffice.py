"""A real SMTP server on a free port of this machine, which takes letters or does what a test wants it to."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

from skypurser.config.mail import mailers


@dataclass
class PostOffice:
    """What it has taken, and what it says to whom instead; while it holds, it has a letter and says nothing."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    to_recipient: dict[str, str] = field(default_factory=dict)
    to_data: list[str] = field(default_factory=list)
    is_holding: bool = False
    held: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or say what the test wants."""
        assert (server, session, options) is not None
        if address in self.to_recipient:
            return self.to_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter, or say what the test wants."""
        assert (server, session) is not None
        if self.is_holding:
            self.held.set()
            while self.is_holding:
                await asyncio.sleep(0.01)
        if self.to_data:
            return self.to_data.pop(0)
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.taken.extend((recipient, letter) for recipient in envelope.rcpt_tos)
        return "250 taken"


@contextmanager
def post_office(**options: Any) -> Iterator[PostOffice]:
    """Let this process's letters go there while the block lasts; options are the server's."""
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        office.port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **options)
    controller.start()
    try:
        with handed_to(f"smtp+plain://127.0.0.1:{office.port}"):
            yield office
    finally:
        controller.stop()


@contextmanager
def handed_to(url: str) -> Iterator[None]:
    """Let this process's letters be handed to this server, whether or not it is there."""
    environ = {"SKYPURSER_MAIL_URL": url, "SKYPURSER_MAIL_FROM": "desk@skypurser.example.org"}
    with override_settings(MAILERS=mailers(environ), DEFAULT_FROM_EMAIL=environ["SKYPURSER_MAIL_FROM"]):
        yield
