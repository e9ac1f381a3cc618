"""Quotes: draft, quote, save again, cancel, book.

Source: FL3XX, "Integration and Usage".
"""

from typing import Any

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.callers import Scope
from skypurser.access.carriers import require_jet_cards
from skypurser.api.v1.booking_shapes import Booking, shown_booking
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.files import attached
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.quote_shapes import (
    BookQuote,
    CancelQuote,
    NewQuote,
    Quote,
    QuotePage,
    QuotesQuery,
    QuoteVersionPage,
    SaveQuote,
    data_of,
    shown_quote,
    shown_version,
)
from skypurser.api.v1.shapes import PathId
from skypurser.charter import converting, lists, printing, queries, quoting
from skypurser.charter.views import QuoteStatus
from skypurser.ledger.requests import Answer
from skypurser.parties import customers

router = Router(tags=["quotes"])

_KNOWN = ("jet_cards_off", "quote_not_found")
#: What may be said of a quote that somebody saves.
_UNFIT = (
    *("customer_not_found", "person_not_found", "person_inactive", "card_not_found", "card_not_available"),
    *("quote_incomplete", "quote_expired", "hold_expired", "insufficient_funds"),
)


@operation(
    router,
    "POST",
    "/quotes",
    summary="Save a new quote",
    scopes=(Scope.CHARTER,),
    status=201,
    needs_key=True,
    result=Quote,
    refusals=("jet_cards_off", *_UNFIT),
)
def save_new_quote(request: Request, body: NewQuote) -> Any:
    """With a jet card as method it is refused where the card has less available than the price."""
    return _saved(request, body)


@operation(
    router,
    "GET",
    "/quotes",
    summary="List quotes, newest first",
    scopes=(Scope.CHARTER,),
    result=QuotePage,
    refusals=("jet_cards_off", "customer_not_found"),
)
def list_quotes(request: Request, query: FromQuery[QuotesQuery]) -> Any:
    """All of them, those of a customer, or in a status as it is now."""
    found = lists.quotes(
        actor=request.call.actor,
        now=request.call.now,
        customer_id=query.customer_id,
        status=None if query.status is None else QuoteStatus(query.status),
        after=after(query, int),
        limit=query.limit + 1,
    )
    return page(query, found, lambda view: view.id, shown_quote)


@operation(
    router,
    "GET",
    "/quotes/{quote_id}",
    summary="Read a quote",
    scopes=(Scope.CHARTER,),
    result=Quote,
    refusals=_KNOWN,
)
def read_quote(request: Request, quote_id: PathId) -> Any:
    """As it is now; past `valid_until` it is expired."""
    return shown_quote(queries.quote(quote_id, actor=request.call.actor, now=request.call.now))


@operation(
    router,
    "PUT",
    "/quotes/{quote_id}",
    summary="Save a quote again",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=Quote,
    refusals=(*_KNOWN, *_UNFIT, "quote_not_open", "already_quoted", "changed_meanwhile"),
)
def save_quote(request: Request, quote_id: PathId, body: SaveQuote) -> Any:
    """All of it changes, the hold on the card included, or nothing; the version before is kept."""
    return _saved(request, body, quote_id=quote_id, expected_version=body.expected_version)


@operation(
    router,
    "GET",
    "/quotes/{quote_id}/versions",
    summary="List what a quote said before, newest first",
    scopes=(Scope.CHARTER,),
    result=QuoteVersionPage,
    refusals=_KNOWN,
)
def list_quote_versions(request: Request, quote_id: PathId, query: FromQuery[PageQuery]) -> Any:
    """Each save of a quote keeps the version before; drafts keep none."""
    found = queries.versions(quote_id, actor=request.call.actor, before=after(query, int), limit=query.limit + 1)
    return page(query, found, lambda view: view.version, shown_version)


@operation(
    router,
    "POST",
    "/quotes/{quote_id}/cancellation",
    summary="Cancel a quote",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=Quote,
    refusals=(*_KNOWN, "quote_not_open", "changed_meanwhile"),
)
def cancel_quote(request: Request, quote_id: PathId, body: CancelQuote) -> Any:
    """What it holds is given back."""
    call = request.call
    answer = quoting.cancel(
        quote_id=quote_id,
        expected_version=body.expected_version,
        reference=body.reference,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _told(request, answer)


@operation(
    router,
    "POST",
    "/quotes/{quote_id}/booking",
    summary="Book a quote",
    scopes=(Scope.CHARTER,),
    status=201,
    needs_key=True,
    result=Booking,
    refusals=(
        *(*_KNOWN, "quote_not_open", "quote_expired", "already_departed", "changed_meanwhile"),
        *("person_not_found", "person_inactive", "card_not_available", "insufficient_funds"),
    ),
)
def book_quote(request: Request, quote_id: PathId, body: BookQuote) -> Any:
    """A jet card is debited the price in the same transaction; where it is short, the quote stays a quote."""
    call = request.call
    answer = converting.book(
        quote_id=quote_id,
        expected_version=body.expected_version,
        departed=body.departed,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    call.replayed = answer.replayed
    return shown_booking(converting.told_booking(answer))


@operation(
    router,
    "GET",
    "/quotes/{quote_id}/pdf",
    summary="Print a quote",
    scopes=(Scope.CHARTER,),
    result=None,
    media_type="application/pdf",
    refusals=(*_KNOWN, "quote_not_open"),
)
def print_quote(request: Request, quote_id: PathId) -> Any:
    """In the customer's language; a draft is no document."""
    name, content = printing.quote_pdf(quote_id, actor=request.call.actor, now=request.call.now)
    return attached(name, content, media_type="application/pdf")


def _saved(
    request: Request, body: NewQuote, *, quote_id: int | None = None, expected_version: int | None = None
) -> dict[str, Any]:
    call = request.call
    currency = require_jet_cards(call.actor.carrier_id).currency
    if body.customer_id is not None:
        currency = customers.get(body.customer_id, actor=call.actor).currency
    answer = quoting.save(
        data=data_of(body, currency),
        quoted=body.status == "quoted",
        quote_id=quote_id,
        expected_version=expected_version,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _told(request, answer)


def _told(request: Request, answer: Answer) -> dict[str, Any]:
    request.call.replayed = answer.replayed
    return shown_quote(quoting.told_quote(answer))
