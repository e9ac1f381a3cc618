"""Manual credits and debits, and the status of an account.

Source: KIU, "Credit and Debit" and "Account Management".
"""

from typing import Any

from ninja import Router

from skypurser.access.callers import Scope
from skypurser.api.v1.account_shapes import AccountStanding, AccountStatus, standing
from skypurser.api.v1.accounts import currency_of
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Body, PathId, Reference, Shown, amount, written
from skypurser.electronic import managing, manual
from skypurser.errors import InvalidRequest
from skypurser.ledger.requests import Answer
from skypurser.ledger.states import Status

router = Router(tags=["accounts"])


class ManualRequest(Body):
    """Money moved by hand, in the account's currency."""

    amount: Amount
    reference: Reference


class StatusRequest(Body):
    """A step of ACTIVE, SUSPENDED, INHIBITED, in this order or back."""

    status: AccountStatus
    reference: Reference


class PostedLine(Shown):
    """A movement on the account; `net` is the account's after it."""

    item: int
    debit: Amount
    credit: Amount
    net: Amount


class ManualMovement(Shown):
    """The movement, and what the account has after it."""

    movement: PostedLine
    account: AccountStanding


class StatusChange(Shown):
    """The new status, and what the account has."""

    status: AccountStatus
    account: AccountStanding


@operation(
    router,
    "POST",
    "/accounts/{account_id}/credits",
    summary="Credit an account by hand",
    scopes=(Scope.MONEY,),
    status=201,
    needs_key=True,
    result=ManualMovement,
    refusals=("account_not_found", "account_inhibited"),
)
def credit_account(request: Request, account_id: PathId, body: ManualRequest) -> Any:
    """Load money onto the account."""
    return _move(manual.credit, request, account_id, body)


@operation(
    router,
    "POST",
    "/accounts/{account_id}/debits",
    summary="Debit an account by hand",
    scopes=(Scope.MONEY,),
    status=201,
    needs_key=True,
    result=ManualMovement,
    refusals=("account_not_found", "account_inhibited"),
)
def debit_account(request: Request, account_id: PathId, body: ManualRequest) -> Any:
    """A debit memo: it always posts, past the limit too."""
    return _move(manual.debit, request, account_id, body)


@operation(
    router,
    "PUT",
    "/accounts/{account_id}/status",
    summary="Activate, suspend or inhibit an account",
    scopes=(Scope.MONEY,),
    needs_key=True,
    result=StatusChange,
    refusals=("account_not_found", "status_change_not_allowed"),
)
def change_status(request: Request, account_id: PathId, body: StatusRequest) -> Any:
    """It holds from the very next sale on. Only an agency is inhibited, and only from SUSPENDED."""
    answer = managing.set_status(
        account_id=account_id,
        status=Status(body.status),
        reference=body.reference,
        key=request.call.key,
        actor=request.call.actor,
        now=request.call.now,
    )
    request.call.replayed = answer.replayed
    currency = currency_of(request, account_id)
    return {"status": body.status, "account": standing(account_id, answer.facts, currency)}


def _move(verb: Any, request: Request, account_id: int, body: ManualRequest) -> dict[str, Any]:
    currency = currency_of(request, account_id)
    minor = amount(body.amount, currency, field="amount")
    if not minor:
        raise InvalidRequest("The amount is above zero.", field="amount")
    answer: Answer = verb(
        account_id=account_id,
        amount=minor,
        reference=body.reference,
        key=request.call.key,
        actor=request.call.actor,
        now=request.call.now,
    )
    request.call.replayed = answer.replayed
    facts = answer.facts
    movement = {name: written(facts[name], currency) for name in ("debit", "credit", "net")}
    return {
        "movement": {"item": facts["item"], **movement},
        "account": standing(account_id, facts, currency),
    }
