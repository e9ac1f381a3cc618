"""Letters for tests."""

from datetime import datetime
from typing import Any

from skypurser.mail.queries import MessageView
from skypurser.mail.writing import Letter, write
from tests import cast
from tests.cast import NOON


def letter(**changes: Any) -> Letter:
    """A letter about a quote."""
    given: dict[str, Any] = {
        "cause": cast.fresh_key("quote"),
        "about": "quote:17",
        "recipient": "ana@example.org",
        "language": "en",
        "subject": "Your quote 17",
        "paragraphs": ("Dear Ana,", "the quote is attached."),
        "facts": (("Price", "12,000.00 USD"),),
    }
    return Letter(**{**given, **changes})


def written(airline: cast.Airline, *, now: datetime = NOON, **changes: Any) -> MessageView:
    """A letter of the airline's."""
    return write(letter(**changes), actor=airline.actor, now=now)
