"""Summary and cut-off: close an account up to a date, freeze its statement, and send it.

One transaction closes the period and marks it with a movement, through the ledger's door; freezes the statement;
records the act, which others are told of; and writes the letter. So there is exactly one statement, whatever becomes of
the mail. It cannot be undone.

Source: KIU, "Summary and Cut-off".
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.electronic.asking import Named
from skypurser.electronic.queries import AccountView
from skypurser.electronic.requests import ElectronicRequest
from skypurser.electronic.terms import Terms
from skypurser.errors import InvalidRequest
from skypurser.ledger import accounts
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.intents import AccountState, ClosePeriod, Intent, Refused
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, check_key, fingerprint
from skypurser.ledger.states import CUT_OFF, Outcome
from skypurser.mail import mailer
from skypurser.mail.writing import MailNotConfigured, write
from skypurser.money import format_amount
from skypurser.parties import texts
from skypurser.parties.airports import local_date
from skypurser.statements import addresses, letters
from skypurser.statements.freezing import Next, freeze, next_statement
from skypurser.statements.models import Statement
from skypurser.statements.queries import shown
from skypurser.statements.reckoning import now_of
from skypurser.statements.views import StatementView

if TYPE_CHECKING:
    from skypurser.ledger.book import Book

#: The movement's own has the balance besides.
LONGEST_REFERENCE = 400


@dataclass(slots=True, kw_only=True)
class MakeCutOff(ElectronicRequest):
    """Close an account up to and including a date. `told` is what the history says of it."""

    operation: ClassVar[str] = CUT_OFF
    action: ClassVar[str] = "account.cut_off"

    through: date
    told: dict[str, Any] | None = None

    def intend(self, account: AccountState, terms: Terms, book: "Book", now: datetime) -> Intent | Refused:  # noqa: ARG002
        """Ask for it, on today's date at the office."""
        return ClosePeriod(self.through, terms.today(now))

    def changes(self, account: AccountState) -> dict[str, Any] | None:  # noqa: ARG002
        """Return number, last date and balances of the statement."""
        return self.told


def cut_off(
    *,
    account_id: int,
    through: date,
    recipient: str,
    recipient_again: str,
    reference: str,
    language: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Make the statement of all that is open up to a date, and write the letter that brings it. Irreversible.

    Afterwards no movement bears the date or an earlier one: a late item takes the first open date and keeps its own
    beside it. The movement that marks the cut-off moves nothing; its reference tells the balance.

    Args:
        through: The cut-off date: today at the office or client at the latest, and after the last one.
        recipient: The e-mail address that the statement is sent to.
        recipient_again: The same again, as whoever asks has typed it a second time.
        reference: Why; mandatory, at most 400 printable characters.
        language: `en` or `es`; of the documents and the letter.
        key: Chosen by the caller. Sending it again returns the first answer; there is one statement and one letter.

    Returns:
        The ledger's answer; `made(answer)` is the statement.

    Raises:
        MailNotConfigured, PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `account_not_found`, `period_closed` (with `closed_through`), `cut_off_in_future` (with
            `today`), `key_reused`. Nothing is posted; the attempt is recorded.
    """
    return close(
        account_id=account_id,
        through=through,
        recipient=_address(recipient, recipient_again),
        reference=texts.line(reference, field="reference", longest=LONGEST_REFERENCE, mandatory=True),
        language=texts.language(language),
        key=check_key(key),
        actor=actor,
        now=now,
    )


def close(
    *,
    account_id: int,
    through: date,
    recipient: str,
    reference: str,
    language: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Do as `cut_off` does with what has been checked, under a key that may be one of our own.

    Raises:
        MailNotConfigured, PermissionDenied: Nothing is written.
        RequestRefused: As `cut_off`.
    """
    actor.require(Permission.CUT_OFF)
    if not mailer.is_configured():
        raise MailNotConfigured
    with acting_for(actor.carrier_id):
        view, name = _locked(account_id, actor, now)
        of = None if view is None else _next(view, through=through, carrier_id=actor.carrier_id, now=now)
        payload = (CUT_OFF, account_id, through, recipient, reference, language)
        asked = MakeCutOff(
            carrier_id=actor.carrier_id,
            key=key,
            fingerprint=fingerprint(*payload),
            account_id=name.account_id,
            account_named=name.text,
            currency=name.currency,
            actor=actor.name,
            reference=_marked(reference, of),
            now=now,
            flaw=name.flaw,
            document=None if of is None else document_of(of["number"]),
            through=through,
            told=None if of is None else _told(of),
        )
        answer = post_one(asked)
        if answer.outcome is Outcome.POSTED and not answer.replayed:
            if view is None or of is None:
                raise RuntimeError("a period was closed that nobody reckoned")
            facts = answer.facts
            freeze(
                of,
                view,
                entry_id=facts["entry"],
                item=facts["item"],
                reference=reference,
                language=language,
                actor=actor.name,
                carrier_id=actor.carrier_id,
                now=now.astimezone(UTC),
            )
            statement = shown(account_id, of["number"], carrier_id=actor.carrier_id)
            write(letters.first(statement, recipient=recipient), actor=actor, now=now)
            addresses.remember(account_id, email=recipient, language=language, carrier_id=actor.carrier_id)
    return answer.raise_if_refused()


def made(answer: Answer, *, carrier_id: int) -> StatementView:
    """Return the statement that an answer of `cut_off` tells of. Also inside `acting_for`."""
    with acting_for(carrier_id):
        row = Statement.objects.get(carrier_id=carrier_id, entry_id=answer.facts["entry"])
        return shown(row.account_id, row.number, carrier_id=carrier_id)


def document_of(number: int) -> str:
    """Return the document that a statement's mark in the ledger bears."""
    return f"statement:{number}"


def _address(recipient: str, again: str) -> str:
    address = texts.email(recipient, field="recipient")
    if not address:
        raise InvalidRequest("a statement is sent to an e-mail address", field="recipient")
    if again.strip() != address:
        raise InvalidRequest("the two e-mail addresses are not the same", field="recipient_again")
    return address


def _locked(account_id: int, actor: Actor, now: datetime) -> tuple[AccountView | None, Named]:
    """Lock the account as a sale does and return it as it is then; that there is none is for the ledger to say."""
    try:
        found = directory.get(account_id, carrier_id=actor.carrier_id)
    except AccountNotFound:
        return None, Named.by_id(account_id, None)
    actor.require(Permission.CUT_OFF, at=found.place)
    accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)
    return now_of(account_id, carrier_id=actor.carrier_id, now=now), Named.by_id(account_id, found)


def _next(view: AccountView, *, through: date, carrier_id: int, now: datetime) -> Next | None:
    """Return the next statement; None where the date is closed or still to come, which the ledger refuses."""
    closed = view.standing.closed_through
    if through > local_date(now, view.time_zone) or (closed is not None and through <= closed):
        return None
    return next_statement(view, through=through, carrier_id=carrier_id, now=now)


def _marked(reference: str, of: Next | None) -> str:
    """Return the movement's reference, with the balance up to the date: digits that need no language."""
    if of is None:
        return reference
    balance = f"{format_amount(of['closing'], of['currency'])} {of['currency']}"
    return f"{reference} ({of['through'].isoformat()}: {balance})"


def _told(of: Next) -> dict[str, Any]:
    return {
        "statement": of["number"],
        "through": of["through"].isoformat(),
        "opening": of["opening"],
        "closing": of["closing"],
    }
