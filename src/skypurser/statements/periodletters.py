"""Letters that bring the statement of a period: what it says is kept with the letter, its documents are made later.

Nothing freezes such a statement, so its figures and names travel in the name of the document that the letter encloses.
The lines are those of the ledger up to the item that was the last one then.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.electronic.queries import require_reach
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.invoices.paper import Figures
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import check_key
from skypurser.mail import mailer, writing
from skypurser.mail import queries as mail
from skypurser.mail.queries import MessageNotFound, MessageView
from skypurser.mail.writing import Enclosure, Letter, MailNotConfigured
from skypurser.parties import texts
from skypurser.statements import printing
from skypurser.statements.periods import period
from skypurser.statements.sending import SEND
from skypurser.statements.views import Summary
from skypurser.statements.words import WORDS

#: What the sources of their documents begin with.
KIND = "period"

_MAKERS: Mapping[str, Callable[..., bytes]] = {"pdf": printing.pdf, "xlsx": printing.workbook}


def about(account_id: int) -> str:
    """Return what letters with statements of an account's periods are found by."""
    return f"{KIND}:{account_id}"


def send_period(
    account_id: int,
    *,
    first_date: date | None,
    last_date: date | None,
    recipient: str,
    language: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> MessageView:
    """Write a letter with the statement of a period as PDF and Excel; recorded as `statement.sent`.

    Args:
        recipient: An e-mail address.
        language: `en` or `es`.
        key: Chosen by the caller. Sending it again returns the letter that was written before.

    Raises:
        AccountNotFound, PermissionDenied, InvalidRequest, MailNotConfigured: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, for another address, language or period. Nothing is written.
    """
    check_key(key)
    texts.language(language)
    address = texts.email(recipient, field="recipient")
    if not address:
        raise InvalidRequest("a letter has a recipient", field="recipient")
    _may(account_id, actor)

    def act() -> Mapping[str, Any]:
        of = period(account_id, language=language, actor=actor, now=now, first_date=first_date, last_date=last_date)
        letter = writing.write(_letter(of, recipient=address, language=language, key=key), actor=actor, now=now)
        _record(letter, account_id, reference=printing.period(of, language), actor=actor, now=now)
        return {"letter": letter.id}

    payload = (account_id, "period", first_date, last_date, address, language)
    return _once(act, account_id, payload=payload, key=key, actor=actor, now=now)


def send_period_again(*, account_id: int, message_id: int, key: str, actor: Actor, now: datetime) -> MessageView:
    """Let a letter of `send_period` be sent once more, with the same documents; recorded as `statement.sent`.

    Args:
        key: Chosen by the caller. Sending it again sends no second letter.

    Raises:
        AccountNotFound, PermissionDenied, MessageNotFound, MailNotConfigured: Nothing is written, the key is not bound.
        RequestRefused: `message_not_finished`, `key_reused`. Nothing is written.
    """
    check_key(key)
    _may(account_id, actor)
    with reading_for(actor.carrier_id):
        if mail.shown(message_id, carrier_id=actor.carrier_id).about != about(account_id):
            raise MessageNotFound

    def act() -> Mapping[str, Any]:
        letter = writing.send_again(message_id, actor=actor, now=now)
        _record(letter, account_id, reference=letter.subject, actor=actor, now=now)
        return {"letter": letter.id}

    return _once(act, account_id, payload=(account_id, "letter", message_id), key=key, actor=actor, now=now)


def letters_of_periods(account_id: int, *, actor: Actor, limit: int = 50) -> list[MessageView]:
    """Return the letters with statements of an account's periods, the newest first.

    Whoever may see the account may see them.
    """
    return mail.about(about(account_id), actor=actor, limit=limit)


def enclosed(what: str, carrier_id: int) -> bytes:
    """Make a document that a letter of `send_period` names, without its kind."""
    _account, suffix, language, said = what.split("/", 3)
    of = msgspec.json.decode(said, type=Summary)
    return _MAKERS[suffix](of, language=language, carrier_id=carrier_id)


def _may(account_id: int, actor: Actor) -> None:
    with reading_for(actor.carrier_id):
        require_reach(account_id, actor=actor)
    if not mailer.is_configured():
        raise MailNotConfigured


def _once(
    act: Callable[[], Mapping[str, Any]],
    account_id: int,
    *,
    payload: tuple[Any, ...],
    key: str,
    actor: Actor,
    now: datetime,
) -> MessageView:
    named = f"account {account_id}"
    answer = answer_under_key(
        SEND, act, payload=payload, key=key, actor=actor, now=now, named=named, account_id=account_id
    )
    with acting_for(actor.carrier_id):
        return mail.shown(answer.facts["letter"], carrier_id=actor.carrier_id)


def _record(letter: MessageView, account_id: int, *, reference: str, actor: Actor, now: datetime) -> None:
    acts.record(
        carrier_id=actor.carrier_id,
        action="statement.sent",
        account_id=account_id,
        actor=actor.name,
        reference=reference,
        changes={"recipient": [None, letter.recipient]},
        now=now,
    )


def _letter(of: Summary, *, recipient: str, language: str, key: str) -> Letter:
    words, figures = WORDS[language], Figures(of.currency, language)
    names: Mapping[str, str] = {
        "code": of.names.code,
        "name": of.names.name,
        "currency": of.currency,
        "through": figures.day(of.last_date),
        "period": printing.period(of, language),
    }
    documents = [("pdf", printing.PDF)]
    if of.movements <= printing.MOST_ROWS:
        documents.append(("xlsx", printing.EXCEL))
    said = msgspec.json.encode(of).decode()
    told = (("opening", of.opening), ("closing", of.closing), ("available", of.available))
    return Letter(
        cause=f"{about(of.account_id)}/{key}",
        about=about(of.account_id),
        recipient=recipient,
        language=language,
        subject=words["period_subject"].format(**names),
        paragraphs=(words["greeting"], words["period_letter"].format(**names)),
        facts=[(words[word], f"{figures.amount(minor)} {of.currency}") for word, minor in told],
        files=[
            Enclosure(
                printing.file_name(of, language=language, suffix=suffix),
                content_type,
                f"{KIND}:{of.account_id}/{suffix}/{language}/{said}",
            )
            for suffix, content_type in documents
        ],
    )
