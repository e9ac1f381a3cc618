"""Turn an answer of the ledger into a response: the same for the first answer and for its replays.

Everything in a response comes from the answer's facts, from the request's payload and from what never changes of a
ticket or hold, so a replay has the same body.
"""

from collections.abc import Callable
from typing import Any

from skypurser.contract import problem
from skypurser.contract.accounts import Movement, Standing
from skypurser.contract.response import Response, failure, success
from skypurser.ledger.requests import Answer
from skypurser.ledger.states import Outcome
from skypurser.money import format_amount

_REPLAYED = "Idempotency-Replayed"


def respond(
    answer: Answer, currency: str, status: int, content: Callable[[], Any], *, missing: str = "account_not_found"
) -> Response:
    """Return the response to one request.

    Args:
        content: Makes the body of a success.
        missing: What it means when there is no account: where the request named a sale or a hold, that is what is
            missing.
    """
    if answer.outcome is Outcome.REFUSED:
        code = answer.code or "refused"
        if code == "account_not_found":
            code = missing
        response = failure(problem.of_code(code, answer.facts, currency))
    else:
        response = success(status, content())
    if answer.replayed:
        response.headers[_REPLAYED] = "true"
    return response


def standing(answer: Answer, currency: str) -> Standing:
    """Return what the account has after the act, the account that was found when it was judged."""
    facts = answer.facts
    return Standing(
        facts["account"],
        format_amount(facts["net"], currency),
        format_amount(facts["held"], currency),
        format_amount(facts["available"], currency),
    )


def movement(answer: Answer, currency: str) -> Movement | None:
    """Return the movement, if there is one."""
    facts = answer.facts
    if "item" not in facts:
        return None
    return Movement(
        facts["item"],
        format_amount(facts["debit"], currency),
        format_amount(facts["credit"], currency),
        format_amount(facts["net"], currency),
    )
