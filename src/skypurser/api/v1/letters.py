"""Letters that bring a quote, an invoice or a credit note: write one, and see what became of them."""

from typing import Any

from ninja import Router

from skypurser.access.actors import Actor
from skypurser.access.callers import Scope
from skypurser.api.v1.letter_shapes import (
    LetterList,
    SendQuote,
    WriteLetter,
    WrittenLetter,
    shown_letter,
    written_letter,
)
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import PathId
from skypurser.charter import queries as quotes
from skypurser.charter import sending as quote_letters
from skypurser.invoices import once
from skypurser.invoices import queries as invoices
from skypurser.invoices.sending import about
from skypurser.mail import queries as letters
from skypurser.mail.writing import paragraphs_of

router = Router(tags=["letters"])

_SCOPES = (Scope.CHARTER,)
_OF_QUOTE = ("jet_cards_off", "quote_not_found")
_OF_INVOICE = ("jet_cards_off", "invoice_not_found")


@operation(
    router,
    "POST",
    "/quotes/{quote_id}/letters",
    summary="Send a quote by e-mail",
    scopes=_SCOPES,
    status=201,
    needs_key=True,
    result=WrittenLetter,
    refusals=(*_OF_QUOTE, "quote_not_open", "quote_expired", "changed_meanwhile", "mail_not_configured"),
)
def send_quote(request: Request, quote_id: PathId, body: SendQuote) -> Any:
    """Its PDF is attached."""
    call = request.call
    answer = quote_letters.send(quote_id=quote_id, **body.model_dump(), key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return written_letter(answer)


@operation(
    router,
    "GET",
    "/quotes/{quote_id}/letters",
    summary="List the letters that brought a quote",
    scopes=_SCOPES,
    result=LetterList,
    refusals=_OF_QUOTE,
)
def list_quote_letters(request: Request, quote_id: PathId) -> Any:
    """Newest first, with what became of each."""
    call = request.call
    quotes.quote(quote_id, actor=call.actor, now=call.now)
    return _letters(f"quote:{quote_id}", call.actor)


@operation(
    router,
    "POST",
    "/invoices/{invoice_id}/letters",
    summary="Send an issued invoice or credit note by e-mail",
    scopes=_SCOPES,
    status=201,
    needs_key=True,
    result=WrittenLetter,
    refusals=(*_OF_INVOICE, "invoice_not_issued", "mail_not_configured"),
)
def send_invoice(request: Request, invoice_id: PathId, body: WriteLetter) -> Any:
    """Its PDF is attached."""
    call = request.call
    answer = once.send_invoice(
        invoice_id=invoice_id,
        recipient=body.recipient,
        subject=body.subject,
        paragraphs=paragraphs_of(body.words),
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    call.replayed = answer.replayed
    return written_letter(answer)


@operation(
    router,
    "GET",
    "/invoices/{invoice_id}/letters",
    summary="List the letters that brought an invoice or credit note",
    scopes=_SCOPES,
    result=LetterList,
    refusals=_OF_INVOICE,
)
def list_invoice_letters(request: Request, invoice_id: PathId) -> Any:
    """Newest first, with what became of each."""
    actor = request.call.actor
    invoices.invoice(invoice_id, actor=actor)
    return _letters(about(invoice_id), actor)


def _letters(what: str, actor: Actor) -> dict[str, Any]:
    return {"items": [shown_letter(one) for one in letters.about(what, actor=actor, limit=letters.LONGEST_PAGE)]}
