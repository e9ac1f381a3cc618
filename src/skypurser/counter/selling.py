"""Issue, void and refund: from a decoded request to its response."""

from functools import lru_cache
from typing import Any

import msgspec

from skypurser.contract import problem
from skypurser.contract.amounts import read_amount
from skypurser.contract.decoding import Malformed, decode
from skypurser.contract.response import Response, failure, refused, success
from skypurser.contract.sales import (
    BatchedIssueRequest,
    Commission,
    IssueRequest,
    RawBatch,
    Refund,
    RefundRequest,
    Ticket,
    Void,
    VoidRequest,
)
from skypurser.counter import answers
from skypurser.counter.desk import Accounts, Call, Desk
from skypurser.counter.naming import asked_for, named, of_id, sender
from skypurser.electronic.asking import Named
from skypurser.electronic.directory import AccountName
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.requests import Answer
from skypurser.money import format_amount, format_percent, parse_percent
from skypurser.parties.airports import is_domestic
from skypurser.tickets.amounts import Settlement
from skypurser.tickets.asking import issue_ticket, refund_ticket, void_ticket
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.requests import IssueTicket, RefundTicket
from skypurser.tickets.shelf import TicketState

_one_of_batch = msgspec.json.Decoder(BatchedIssueRequest)
_key_alone = msgspec.json.Decoder(dict[str, msgspec.Raw])

#: After so many sales of a batch others have their turn.
_BREATH = 50

#: A sale's own status, in a batch too.
_ISSUED = 201


async def issue(call: Call, desk: Desk) -> Response:
    """Sell one ticket."""
    request = await _sale(call, desk, call.content, call.key)
    return _issued(desk, request, await desk.ask(request))


async def issue_batch(call: Call, desk: Desk) -> Response:
    """Sell many tickets, in their order; what is malformed among them is told in its place and harms no other."""
    content: RawBatch = call.content
    results: list[dict[str, Any]] = []
    sound: list[tuple[int, BatchedIssueRequest]] = []
    wanted: list[AccountName | int] = []
    for number, raw in enumerate(content.tickets):
        within = f"/tickets/{number}"
        try:
            one = decode(_one_of_batch, raw, within=within)
        except Malformed as flaw:
            results.append(_told(_key_of(raw), failure(problem.malformed((flaw.pointer, str(flaw))))))
            continue
        results.append({"key": one.key})
        try:
            wanted.append(asked_for(one.account, one.account_id))
        except InvalidRequest as flaw:
            results[number] = _told(one.key, failure(problem.of_refusal(flaw, within=within)))
        else:
            sound.append((number, one))
    found = await desk.accounts(call.caller.carrier_id, wanted)
    asked: list[tuple[int, IssueTicket]] = []
    for number, one in sound:
        if number % _BREATH == 0:
            await desk.breathe()
        try:
            asked.append((number, await _sale(call, found, one, one.key)))
        except InvalidRequest as flaw:
            results[number] = _told(one.key, failure(problem.of_refusal(flaw, within=f"/tickets/{number}")))
    told = await desk.ask_all([request for _, request in asked])
    if told and isinstance(told[0], Refusal) and told[0].code == "overloaded":
        raise told[0]  # the first was not taken, so none was
    for (number, request), answer in zip(asked, told, strict=True):
        if number % _BREATH == 0:
            await desk.breathe()
        results[number] = _told(results[number]["key"], _one_response(desk, request, answer))
    return success(call.operation.status, {"results": results})


async def void(call: Call, desk: Desk) -> Response:
    """Void a sale."""
    content: VoidRequest = call.content or VoidRequest()
    account = (await _account_of_sale(call, desk))[0]
    request = void_ticket(
        sender=sender(call), account=account, document_number=call.variable, reference=content.reference
    )
    answer = await desk.ask(request)

    def voided() -> Void:
        document, currency = request.document or "", request.currency
        return Void(
            document,
            document,
            "VOIDED",
            answers.movement(answer, currency),
            answers.standing(answer, currency),
        )

    return answers.respond(answer, request.currency, call.operation.status, voided, missing="sale_not_found")


async def refund(call: Call, desk: Desk) -> Response:
    """Refund a sale, in part or whole."""
    content: RefundRequest = call.content
    account, currency = await _account_of_sale(call, desk)
    fare, taxes, penalty = (
        0 if text is None else read_amount(text, currency, field=field)
        for field, text in (("fare", content.fare), ("taxes", content.taxes), ("penalty", content.penalty))
    )
    request = refund_ticket(
        sender=sender(call),
        account=account,
        document_number=call.variable,
        fare=fare,
        taxes=taxes,
        penalty=penalty,
        currency=currency,
        reference=content.reference,
    )
    answer = await desk.ask(request)

    def refunded() -> Refund:
        document = request.document or ""
        return Refund(
            document,
            document,
            "REFUNDED",
            format_amount(fare, currency),
            format_amount(taxes, currency),
            format_amount(penalty, currency),
            format_amount(_recalled(request, answer), currency),
            answers.movement(answer, currency),
            answers.standing(answer, currency),
        )

    return answers.respond(answer, currency, call.operation.status, refunded, missing="sale_not_found")


async def _sale(call: Call, desk: Accounts, content: IssueRequest, key: str) -> IssueTicket:
    account = await named(call, desk, content.account, content.account_id)
    currency = account.currency
    percent = content.commission_percent
    return issue_ticket(
        sender=sender(call, key),
        account=account,
        document_number=content.document_number,
        form_of_payment=content.form_of_payment,
        route=_route(content.route),
        fare=read_amount(content.fare, currency, field="fare"),
        taxes=read_amount(content.taxes, currency, field="taxes"),
        currency=currency,
        commission_bps=None if percent is None else parse_percent(percent, field="commission_percent"),
        passenger=content.passenger,
        reference=content.reference,
    )


@lru_cache(maxsize=16_384)  # one tuple per route of a large carrier, known to be good
def _route(route: tuple[str, ...]) -> tuple[str, ...]:
    is_domestic(route)
    return route


async def _account_of_sale(call: Call, desk: Desk) -> tuple[Named, str]:
    """Return the account on which the document in the path was sold, and its currency; both empty where it was not."""
    try:
        document = parse_document(call.variable)
    except InvalidDocumentNumber:  # for the ledger to say, after it looked at the key
        return Named.nobody(), ""
    account_id = await desk.account_of_sale(call.caller.carrier_id, document)
    account, found = await of_id(call, desk, account_id)
    return account, "" if found is None else found.name.currency


def _one_response(desk: Desk, request: IssueTicket, answer: Answer | Exception) -> Response:
    if isinstance(answer, Refusal):
        return refused(answer)
    if isinstance(answer, Exception):
        return failure(problem.problem("internal_error"))
    return _issued(desk, request, answer)


def _issued(desk: Desk, request: IssueTicket, answer: Answer) -> Response:
    currency = request.currency

    def issued() -> Ticket:
        ticket = _ticket_of(request)
        desk.note_sale(ticket.carrier_id, ticket.document_number, ticket.account_id)
        return Ticket(
            ticket.document_number,
            ticket.document_number,
            "ISSUED",
            ticket.scope,  # type: ignore[arg-type]  # the database holds no other than the two
            Commission(
                ticket.commission_mode,  # type: ignore[arg-type]  # likewise
                format_percent(ticket.commission_rate_bps),
                format_amount(ticket.commission, currency),
            ),
            answers.movement(answer, currency),
            answers.standing(answer, currency),
        )

    return answers.respond(answer, currency, _ISSUED, issued)


def _recalled(request: RefundTicket, answer: Answer) -> int:
    """Return the commission that a refund took back, of what it moved; a card's refund moves nothing else."""
    credit, debit = answer.facts.get("credit", 0), answer.facts.get("debit", 0)
    if _ticket_of(request).settlement is Settlement.ON_ACCOUNT:
        return int(request.fare + request.taxes - request.penalty - credit)
    return int(debit)


def _ticket_of(request: IssueTicket | RefundTicket) -> TicketState:
    if request.ticket is None:
        raise RuntimeError("a sale was answered whose ticket nobody has seen")
    return request.ticket


def _told(key: str | None, response: Response) -> dict[str, Any]:
    """Return a batch's result: what the response would have been alone."""
    result: dict[str, Any] = {"key": key, "status": response.status}
    if response.headers.get("Idempotency-Replayed"):
        result["replayed"] = True
    result["problem" if response.code else "ticket"] = msgspec.Raw(response.body)
    return result


def _key_of(raw: msgspec.Raw) -> str | None:
    """Return the key of a malformed sale, where it has one that can be read."""
    try:
        key = msgspec.json.decode(decode(_key_alone, raw)["key"], type=str)
    except (Malformed, KeyError, msgspec.DecodeError, UnicodeError):
        return None
    return key[:128]
