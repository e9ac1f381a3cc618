"""Send a quote by e-mail: a letter with its PDF, in the words of whoever sends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter.acting import answered, record, told
from skypurser.charter.printing import minutes, quote_pdf
from skypurser.charter.queries import quote
from skypurser.charter.quoting import QuoteNotOpen, locked, require_valid
from skypurser.charter.views import QuoteStatus
from skypurser.charter.wording import WORDS
from skypurser.errors import InvalidRequest
from skypurser.invoices.paper import Figures
from skypurser.ledger.requests import Answer
from skypurser.mail import mailer
from skypurser.mail.writing import File, Letter, MailNotConfigured, paragraphs_of, write
from skypurser.parties import customers, persons, texts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A letter as it is proposed, in the customer's language; `recipient` may be nobody.

    Attributes:
        number, version: Of the quote.
    """

    number: int
    version: int
    recipient: str
    subject: str
    words: str
    language: str


def propose(quote_id: int, *, actor: Actor, now: datetime) -> Proposal:
    """Return the letter that would bring a quote: to the contact, or the customer where the contact has no address.

    Raises:
        JetCardsOff, QuoteNotFound, PermissionDenied: As `queries.quote`.
        QuoteNotOpen: It is no offer.
    """
    found = quote(quote_id, actor=actor, now=now)
    carrier = require_jet_cards(actor.carrier_id)
    content = found.content
    if found.status is not QuoteStatus.QUOTED or content.customer_id is None:
        raise QuoteNotOpen(f"the quote is {found.status}", quote_status=found.status)
    with reading_for(actor.carrier_id):
        customer = customers.shown(content.customer_id, carrier_id=actor.carrier_id)
        people = persons.all_of(customer.id, carrier_id=actor.carrier_id) if content.person_id is not None else []
    person = next((one for one in people if one.id == content.person_id), None)
    words, figures = WORDS[customer.language], Figures(found.currency, customer.language)
    stops = [content.legs[0].origin, *(leg.destination for leg in content.legs)]
    paragraphs = [
        words["greeting"].format(name=person.name if person else customer.name),
        words["letter"].format(number=found.number, route="–".join(stops)),
    ]
    if content.valid_until is not None:
        local = content.valid_until.astimezone(ZoneInfo(carrier.time_zone))
        paragraphs.append(words["letter_valid"].format(until=f"{minutes(local, figures)} ({carrier.time_zone})"))
    return Proposal(
        number=found.number,
        version=found.version,
        recipient=(person.email if person else "") or customer.email,
        subject=words["subject"].format(number=found.number),
        words="\n\n".join([*paragraphs, words["letter_end"]]),
        language=customer.language,
    )


def send(
    *,
    quote_id: int,
    expected_version: int,
    recipient: str,
    subject: str,
    words: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Write the letter that brings a quote, its PDF attached; recorded as `quote.sent`.

    Facts of the answer are `message`, its id, `recipient` and `subject`.

    Args:
        expected_version: The quote's, as whoever sends it was shown it.
        words: Plain text; an empty line begins another paragraph.
        key: Chosen by the caller. Sending it again writes no second letter.

    Raises:
        MailNotConfigured, JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `quote_not_found`, `changed_meanwhile`, `quote_not_open`, `quote_expired`; nothing
            is written, the attempt is recorded.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.SALES)
    if not mailer.is_configured():
        raise MailNotConfigured
    recipient = texts.email(recipient, field="recipient")
    if not recipient:
        raise InvalidRequest("a letter has a recipient", field="recipient")
    subject = texts.line(subject, field="subject", longest=200, mandatory=True)
    paragraphs = paragraphs_of(words)

    def act() -> Mapping[str, Any]:
        row = locked(quote_id, actor=actor, expected_version=expected_version)
        if row.status != QuoteStatus.QUOTED or row.customer_id is None:
            raise QuoteNotOpen(f"the quote is {row.status}", quote_status=row.status)
        require_valid(row, now)
        name, content = quote_pdf(quote_id, actor=actor, now=now)
        letter = Letter(
            cause=f"quote:{quote_id}/{key}",
            about=f"quote:{quote_id}",
            recipient=recipient,
            language=customers.shown(row.customer_id, carrier_id=actor.carrier_id).language,
            subject=subject,
            paragraphs=paragraphs,
            files=(File(name, "application/pdf", content),),
        )
        message = write(letter, actor=actor, now=now)
        record(
            action="quote.sent",
            customer_id=row.customer_id,
            changes=told({"quote": row.number, "version": row.version, "recipient": recipient}),
            reference=subject,
            actor=actor,
            now=now,
        )
        return {"message": message.id, "recipient": message.recipient, "subject": message.subject}

    payload = (quote_id, expected_version, recipient, subject, list(paragraphs))
    return answered("send_quote", act, payload=payload, key=key, actor=actor, now=now, named=f"quote {quote_id}")
