"""Cut-offs for tests, and a mail server that is not there: letters wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from skypurser.ledger.requests import Answer
from skypurser.statements import cutoff
from skypurser.statements.views import StatementView
from tests import cast
from tests.mail.postoffice import handed_to

TODAY = date(2026, 1, 15)


@contextmanager
def letters_wait() -> Iterator[None]:
    """Let letters be written while nobody answers at the mail server's door."""
    with handed_to("smtp+plain://127.0.0.1:9"):
        yield


def ask(account: cast.Account, through: date = TODAY, *, now: datetime = cast.NOON, **differently: Any) -> Answer:
    """Ask for a cut-off, by default of all up to today."""
    with letters_wait():
        return ask_now(account, through, now=now, **differently)


def ask_now(account: cast.Account, through: date = TODAY, *, now: datetime = cast.NOON, **differently: Any) -> Answer:
    """Ask for it with the mail server that there is."""
    how = {
        "recipient": "ana@example.org",
        "recipient_again": "ana@example.org",
        "reference": "January",
        "language": "en",
        "key": cast.fresh_key("cut-off"),
        "actor": account.actor,
    }
    return cutoff.cut_off(account_id=account.id, through=through, now=now, **{**how, **differently})


def statement(
    account: cast.Account, through: date = TODAY, *, now: datetime = cast.NOON, **differently: Any
) -> StatementView:
    """Make a cut-off."""
    return cutoff.made(ask(account, through, now=now, **differently), carrier_id=account.carrier.id)
