"""Save quotes: drafts as they come, quotes within what the card has, each version kept before the next.

Source: FL3XX, "Integration and Usage": no quote is saved with a jet card that has less than its price.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import cards
from skypurser.charter.acting import answered, record, told
from skypurser.charter.content import Content, Method, QuoteData, content_of, stored
from skypurser.charter.models import Quote, QuoteVersion
from skypurser.charter.numbering import next_number
from skypurser.charter.views import QuoteNotFound, QuoteStatus, QuoteView, quote_view, status_of
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.ledger import accounts
from skypurser.ledger.requests import Answer
from skypurser.parties import customers, texts
from skypurser.parties.clientele import require_somewhere

#: What a save may change.
_COLUMNS = (
    *("status", "customer_id", "person_id", "method", "card_id", "currency", "price", "valid_until", "hold_id"),
    *("content", "version", "saved_at", "saved_by"),
)


class QuoteNotOpen(Refusal):
    """The quote is booked or cancelled and stays as it is, or is a draft and can't be booked. Fact: `quote_status`."""

    code = "quote_not_open"


class QuoteExpired(Refusal):
    """The quote was valid until an instant that has passed. Fact: `expired_at`."""

    code = "quote_expired"


class AlreadyQuoted(Refusal):
    """What was quoted once is no draft any more."""

    code = "already_quoted"


def save(
    *,
    data: QuoteData,
    quoted: bool,
    key: str,
    actor: Actor,
    now: datetime,
    quote_id: int | None = None,
    expected_version: int | None = None,
) -> Answer:
    """Save a quote, a new one without `quote_id`; `told_quote` tells it.

    All of it or nothing: what it says, the version before, and the hold on the card, which is placed, moved, raised,
    lowered or released as the data say. Recorded as `quote.drafted`, `quote.quoted` or `quote.changed`.

    Args:
        quoted: The offer is made; False saves a draft, which may be incomplete and holds nothing.
        key: Chosen by the caller. Sending it again returns the first answer and saves nothing.
        expected_version: What was shown to whoever changes it; mandatory with `quote_id`.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `quote_not_found`, `quote_not_open`, `already_quoted`, `changed_meanwhile` (with
            the `version` that it has now), `quote_incomplete`, `quote_expired` (it would be at once),
            `customer_not_found`, `person_not_found`, `person_inactive`, `card_not_found`, `card_not_available`,
            `insufficient_funds` (with `price_minor`, `available`, `shortfall`; what the quote itself holds is not
            counted against it), `hold_expired`. Nothing is saved; the attempt is recorded.
    """
    carrier = require_jet_cards(actor.carrier_id)
    actor.require(Permission.SALES)
    if quote_id is not None and expected_version is None:
        raise InvalidRequest("say which version you change", field="expected_version")
    content = content_of(data)
    if content.hold_until is not None and not quoted:
        raise InvalidRequest("a draft holds no money", field="hold_until")

    def act() -> Mapping[str, Any]:
        if quote_id is None:
            row = _begun(carrier.currency, actor)
        else:
            row = locked(quote_id, actor=actor, expected_version=expected_version)
        _save(row, content, quoted=quoted, actor=actor, now=now)
        return {"quote": msgspec.to_builtins(quote_view(row, now))}

    return answered(
        "save_quote",
        act,
        payload=(quote_id, stored(content), quoted, expected_version),
        key=key,
        actor=actor,
        now=now,
        card_id=content.card_id,
        named="a new quote" if quote_id is None else f"quote {quote_id}",
        currency=carrier.currency,
    )


def cancel(
    *, quote_id: int, expected_version: int, key: str, actor: Actor, now: datetime, reference: str = ""
) -> Answer:
    """Cancel a draft or a quote and give back what it holds; recorded as `quote.cancelled`.

    Arguments and errors are those of `save`, as far as they concern a quote that is there.

    Args:
        reference: Why; may be blank.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.SALES)
    reference = texts.line(reference, field="reference", longest=500)

    def act() -> Mapping[str, Any]:
        row = locked(quote_id, actor=actor, expected_version=expected_version)
        _require_open(row)
        if row.card_id is not None:
            accounts.lock_all(carrier_id=actor.carrier_id, account_ids=[row.card_id])
        hold = cards.open_hold(row.hold_id, carrier_id=actor.carrier_id, now=now)
        if hold is not None:
            cards.release(hold, number=row.number, actor=actor, now=now)
        row.status, row.hold_id = QuoteStatus.CANCELLED, None
        row.version += 1
        row.saved_at, row.saved_by = now, actor.name
        _store(row)
        changes = told({"quote": row.number, "price": row.price, "currency": row.currency})
        record(
            action="quote.cancelled",
            customer_id=row.customer_id,
            card_id=row.card_id,
            changes=changes,
            reference=reference or f"Quote {row.number}",
            actor=actor,
            now=now,
        )
        return {"quote": msgspec.to_builtins(quote_view(row, now))}

    payload = (quote_id, expected_version, reference)
    return answered("cancel_quote", act, payload=payload, key=key, actor=actor, now=now, named=f"quote {quote_id}")


def told_quote(answer: Answer) -> QuoteView:
    """Return the quote as it was when the request was first answered."""
    return msgspec.convert(answer.facts["quote"], QuoteView)


def locked(quote_id: int, *, actor: Actor, expected_version: int | None) -> Quote:
    """Return the quote, locked until the transaction ends, if the actor may change it. Inside `acting_for`.

    Raises:
        QuoteNotFound, PermissionDenied.
        ChangedMeanwhile: It has another version than expected; fact: `version`.
    """
    rows = Quote.objects.select_for_update(no_key=True).filter(carrier_id=actor.carrier_id, id=quote_id)
    row = rows.first()
    if row is None:
        raise QuoteNotFound(f"there is no quote {quote_id}")
    if row.customer_id is not None:
        place = customers.shown(row.customer_id, carrier_id=actor.carrier_id).place
        actor.require(Permission.SALES, at=place)
    else:
        require_somewhere(actor, Permission.SALES)
    if expected_version is not None and row.version != expected_version:
        raise ChangedMeanwhile(f"the quote has version {row.version} by now", version=row.version)
    return row


def require_valid(row: Quote, now: datetime) -> None:
    """Raise QuoteExpired where the quote is no longer valid."""
    if row.valid_until is not None and row.valid_until <= now:
        raise QuoteExpired("the quote is no longer valid", expired_at=row.valid_until.isoformat())


def _require_open(row: Quote) -> None:
    if row.status not in {QuoteStatus.DRAFT, QuoteStatus.QUOTED}:
        raise QuoteNotOpen(f"the quote is {row.status}", quote_status=row.status)


def _begun(currency: str, actor: Actor) -> Quote:
    """Return a new row, stored nowhere yet; its version is the one before the first."""
    return Quote(
        carrier_id=actor.carrier_id,
        id=next_number("quote", carrier_id=actor.carrier_id),
        status=QuoteStatus.DRAFT,
        currency=currency,
        price=0,
        content={},
        version=0,
    )


def _save(row: Quote, content: Content, *, quoted: bool, actor: Actor, now: datetime) -> None:
    _require_open(row)
    was_quoted = row.status == QuoteStatus.QUOTED
    if was_quoted and not quoted:
        raise AlreadyQuoted
    if quoted:
        content.require_whole()
    if content.customer_id is not None:
        customer = customers.shown(content.customer_id, carrier_id=actor.carrier_id)
        actor.require(Permission.SALES, at=customer.place)
        row.currency = customer.currency
    else:
        require_somewhere(actor, Permission.SALES)
    if was_quoted:
        _keep_version(row)
    before = {"price": row.price, "status": str(status_of(row, now)) if row.version else None}
    held = _hold(row, content, actor=actor, now=now)
    row.status = QuoteStatus.QUOTED if quoted else QuoteStatus.DRAFT
    row.customer_id, row.person_id = content.customer_id, content.person_id
    row.method, row.card_id = content.method or "", content.card_id
    row.price, row.valid_until, row.hold_id = content.price, content.valid_until, held
    row.content = stored(content)
    row.version += 1
    row.saved_at, row.saved_by = now, actor.name
    if quoted:
        require_valid(row, now)
    _store(row, is_new=row.version == 1)
    _tell(row, before, was_quoted=was_quoted, actor=actor, now=now)


def _hold(row: Quote, content: Content, *, actor: Actor, now: datetime) -> int | None:
    """Check the card and make the quote's hold what the content says; return the hold's id, or None for none.

    A hold has one amount for ever: it is raised and lowered by another one in its place, under the same lock.
    """
    touched = {card for card in (row.card_id, content.card_id) if card is not None}
    if touched:
        accounts.lock_all(carrier_id=actor.carrier_id, account_ids=touched)
    cards.check_person(content, carrier_id=actor.carrier_id)
    card = None
    if content.method is Method.JET_CARD:
        card = cards.usable_card(content, carrier_id=actor.carrier_id)
    hold = cards.open_hold(row.hold_id, carrier_id=actor.carrier_id, now=now)
    if hold is not None:
        until = content.hold_until
        if until is not None and card is not None and (hold.account_id, hold.amount) == (card.id, content.price):
            if until != hold.expires_at:
                cards.extend(hold, until, number=row.number, actor=actor, now=now)
            return hold.id
        cards.release(hold, number=row.number, actor=actor, now=now)
    if card is None:
        return None
    if content.hold_until is None:
        cards.require_funds(card, content.price, carrier_id=actor.carrier_id, now=now)
        return None
    return cards.place(card, content, quote_id=row.id, number=row.number, actor=actor, now=now)


def _keep_version(row: Quote) -> None:
    QuoteVersion.objects.create(
        carrier_id=row.carrier_id,
        quote_id=row.id,
        version=row.version,
        currency=row.currency,
        price=row.price,
        content=row.content,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )


def _store(row: Quote, *, is_new: bool = False) -> None:
    if is_new:
        row.save(force_insert=True)
        return
    changed = {column: getattr(row, column) for column in _COLUMNS}
    Quote.objects.filter(carrier_id=row.carrier_id, id=row.id).update(**changed)


def _tell(row: Quote, before: Mapping[str, Any], *, was_quoted: bool, actor: Actor, now: datetime) -> None:
    changes = told({"quote": row.number, "version": row.version, "currency": row.currency})
    changes["price"] = [before["price"] if was_quoted else None, row.price]
    if row.method:
        changes |= told({"method": row.method})
    about: dict[str, Any] = {
        "customer_id": row.customer_id,
        "card_id": row.card_id,
        "changes": changes,
        "reference": f"Quote {row.number}",
        "actor": actor,
        "now": now,
    }
    if was_quoted:
        record(action="quote.changed", **about)
    elif row.status == QuoteStatus.QUOTED:
        record(action="quote.quoted", **about)
    elif row.version == 1:
        record(action="quote.drafted", **about)
