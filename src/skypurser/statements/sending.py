"""Send a frozen statement again, to whom it went before or to somebody else; and see what became of its letters."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger import accounts
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import check_key
from skypurser.mail import mailer, writing
from skypurser.mail import queries as mail
from skypurser.mail.queries import MessageView
from skypurser.parties import texts
from skypurser.statements import letters
from skypurser.statements.queries import shown
from skypurser.statements.views import StatementView

#: What the list of refused attempts calls it.
SEND = "send_statement"


def send_again(*, account_id: int, number: int, recipient: str, key: str, actor: Actor, now: datetime) -> MessageView:
    """Send a statement once more; recorded as `statement.sent` on the account. Its documents are the same bytes.

    Args:
        recipient: An e-mail address. A letter that could not be delivered to it is tried again; any other is new.
        key: Chosen by the caller. Sending it again returns the same letter, as it is by then.

    Raises:
        AccountNotFound, StatementNotFound, PermissionDenied, InvalidRequest, MailNotConfigured: Nothing is written, the
            key is not bound.
        RequestRefused: `message_not_finished`, a letter to the same address is still on its way; `key_reused`, for
            another address or statement. Nothing is written; the attempt is recorded.
    """
    check_key(key)
    address = texts.email(recipient, field="recipient")
    if not address:
        raise InvalidRequest("a letter has a recipient", field="recipient")
    actor.require(Permission.CUT_OFF)
    with reading_for(actor.carrier_id):
        found = directory.get(account_id, carrier_id=actor.carrier_id)
        actor.require(Permission.CUT_OFF, at=found.place)
        statement = shown(account_id, number, carrier_id=actor.carrier_id)
    if not mailer.is_configured():
        raise writing.MailNotConfigured

    def act() -> Mapping[str, Any]:
        accounts.lock(carrier_id=actor.carrier_id, account_id=account_id)  # so that two clicks are one letter
        letter = _letter(statement, key, address, actor, now)
        acts.record(
            carrier_id=actor.carrier_id,
            action="statement.sent",
            account_id=account_id,
            actor=actor.name,
            reference=statement.reference,
            changes={"statement": [number, number], "recipient": [None, address]},
            now=now,
        )
        return {"letter": letter.id}

    answer = answer_under_key(
        SEND,
        act,
        payload=(account_id, number, address),
        key=key,
        actor=actor,
        now=now,
        named=f"account {account_id}",
        account_id=account_id,
        currency=statement.currency,
    )
    with acting_for(actor.carrier_id):
        return mail.shown(answer.facts["letter"], carrier_id=actor.carrier_id)


def _letter(statement: StatementView, key: str, recipient: str, actor: Actor, now: datetime) -> MessageView:
    """Return the letter: the one that failed, tried again; or a new one."""
    thing = letters.about(statement.account_id, statement.number)
    written = mail.about(thing, actor=actor, limit=mail.LONGEST_PAGE)
    to_same = [one for one in written if one.recipient == recipient]
    if any(one.status == "pending" for one in to_same):
        raise writing.MessageNotFinished
    if to_same and to_same[0].status == "failed":
        return writing.send_again(to_same[0].id, actor=actor, now=now)
    return writing.write(letters.letter(statement, recipient=recipient, cause=f"{thing}/{key}"), actor=actor, now=now)


def letters_of(statements: Collection[StatementView], *, actor: Actor) -> dict[int, list[MessageView]]:
    """Return the letters of statements of one account by their numbers, each one's newest first.

    Whoever may see the statements may see them.
    """
    by_thing = {letters.about(one.account_id, one.number): one.number for one in statements}
    found = mail.about_each(by_thing.keys(), actor=actor)
    return {by_thing[thing]: written for thing, written in found.items()}
