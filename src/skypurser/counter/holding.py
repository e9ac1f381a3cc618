"""Authorise, capture, release and extend: from a decoded request to its response."""

from skypurser.contract.amounts import read_amount, read_instant, write_instant
from skypurser.contract.holds import (
    CapturedHold,
    CaptureRequest,
    ExtendRequest,
    Hold,
    HoldRequest,
    ReleasedHold,
    ReleaseRequest,
)
from skypurser.contract.response import Response
from skypurser.counter import answers
from skypurser.counter.desk import Call, Desk
from skypurser.counter.naming import id_in_path, named, of_id, sender
from skypurser.electronic.asking import Named, capture_hold, extend_hold, place_hold, release_hold
from skypurser.money import format_amount

_MISSING = "hold_not_found"


async def place(call: Call, desk: Desk) -> Response:
    """Set money aside."""
    content: HoldRequest = call.content
    account = await named(call, desk, content.account, content.account_id)
    amount = read_amount(content.amount, account.currency, field="amount")
    expires_at = read_instant(content.expires_at, field="expires_at")
    request = place_hold(
        sender=sender(call),
        account=account,
        amount=amount,
        currency=account.currency,
        expires_at=expires_at,
        reference=content.reference,
        document=content.document,
    )
    answer = await desk.ask(request)

    def placed() -> Hold:
        return Hold(
            answer.facts["hold"],
            "OPEN",
            format_amount(amount, account.currency),
            write_instant(expires_at),
            answers.standing(answer, account.currency),
        )

    return answers.respond(answer, account.currency, call.operation.status, placed)


async def capture(call: Call, desk: Desk) -> Response:
    """Turn a hold into a debit."""
    content: CaptureRequest = call.content
    hold_id, account, held = await _hold(call, desk)
    currency = account.currency
    amount = read_amount(content.amount, currency, field="amount")
    request = capture_hold(
        sender=sender(call),
        account=account,
        hold_id=hold_id,
        amount=amount,
        currency=currency,
        reference=content.reference,
    )
    answer = await desk.ask(request)

    def captured() -> CapturedHold:
        return CapturedHold(
            hold_id,
            "CAPTURED",
            format_amount(held, currency),
            format_amount(amount, currency),
            answers.movement(answer, currency),
            answers.standing(answer, currency),
        )

    return answers.respond(answer, currency, call.operation.status, captured, missing=_MISSING)


async def release(call: Call, desk: Desk) -> Response:
    """Give held money back."""
    content: ReleaseRequest = call.content or ReleaseRequest()
    hold_id, account, held = await _hold(call, desk)
    currency = account.currency
    request = release_hold(sender=sender(call), account=account, hold_id=hold_id, reference=content.reference)
    answer = await desk.ask(request)

    def released() -> ReleasedHold:
        return ReleasedHold(
            hold_id,
            "RELEASED",
            format_amount(held, currency),
            answers.standing(answer, currency),
        )

    return answers.respond(answer, currency, call.operation.status, released, missing=_MISSING)


async def extend(call: Call, desk: Desk) -> Response:
    """Move a hold's expiry."""
    content: ExtendRequest = call.content
    expires_at = read_instant(content.expires_at, field="expires_at")
    hold_id, account, held = await _hold(call, desk)
    currency = account.currency
    request = extend_hold(
        sender=sender(call), account=account, hold_id=hold_id, expires_at=expires_at, reference=content.reference
    )
    answer = await desk.ask(request)

    def extended() -> Hold:
        return Hold(
            hold_id,
            "OPEN",
            format_amount(held, currency),
            write_instant(expires_at),
            answers.standing(answer, currency),
        )

    return answers.respond(answer, currency, call.operation.status, extended, missing=_MISSING)


async def _hold(call: Call, desk: Desk) -> tuple[int, Named, int]:
    """Return the hold's id, its account and its amount; nobody and zero where there is none."""
    hold_id = id_in_path(call.variable, field="hold_id")
    held = await desk.held(call.caller.carrier_id, hold_id)
    account, _ = await of_id(call, desk, None if held is None else held.account_id)
    return hold_id, account, 0 if held is None else held.amount
