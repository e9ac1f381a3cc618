"""Turn whatever comes instead of an answer into a problem: refusals, malformed requests, lost databases, bugs."""

import logging
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from skypurser.access.acting import OutcomeUnknown
from skypurser.contract import problem
from skypurser.contract.decoding import Malformed
from skypurser.contract.response import Response, failure, refused
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.requests import RequestRefused

_log = logging.getLogger(__name__)

#: The database is gone, or has said yes to a commit with a doubt.
LOST = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, OutcomeUnknown)

_MOST_FLAWS = 20
_LONGEST_PART = 100

# What the library that decodes says in words of its own, by its name for the flaw.
_WORDS = {
    "missing": "This field is missing.",
    "extra_forbidden": "There is no such field.",
    "string_type": "A string.",
    "bool_type": "True or false.",
    "list_type": "A list.",
    "model_type": "An object.",
    "model_attributes_type": "An object.",
    "int_type": "A whole number.",
    "int_parsing": "A whole number.",
    "int_parsing_size": "A whole number.",
    "int_from_float": "A whole number.",
    "greater_than_equal": "At least {ge}.",
    "less_than_equal": "At most {le}.",
    "string_too_short": "{min_length} or more characters.",
    "string_too_long": "At most {max_length} characters.",
    "too_short": "{min_length} or more characters.",  # only strings have a least length here
    "too_long": "At most {max_length} characters.",
    "string_pattern_mismatch": "Not as it is written here: {pattern}.",
    "literal_error": "One of {expected}.",
}


def http(response: Response) -> HttpResponse:
    """Return the response as Django sends it."""
    return HttpResponse(response.body, status=response.status, headers=response.headers)


def told(code: str) -> HttpResponse:
    """Return the response that tells this problem."""
    return http(failure(problem.problem(code)))


def refusal(no: Refusal) -> HttpResponse:
    """Return the response that tells a refusal."""
    if isinstance(no, Malformed):
        return http(failure(problem.malformed((no.pointer, str(no)))))
    if isinstance(no, InvalidRequest):
        return http(failure(problem.malformed((f"/{no.field}" if no.field else "", str(no)))))
    if isinstance(no, RequestRefused):
        response = http(failure(problem.of_code(no.code, no.facts, str(no.facts.get("currency", "")))))
        if no.answer.replayed:
            response["Idempotency-Replayed"] = "true"
        return response
    return http(refused(no))


def lost(*, may_be_done: bool) -> HttpResponse:
    """Return the response when the database is gone or in doubt, and let go of the connection.

    Args:
        may_be_done: It went while something was being changed, so nobody knows.
    """
    _log.warning("the database does not answer as it should%s", "; the outcome is unknown" if may_be_done else "")
    connection.close()
    return told("outcome_unknown" if may_be_done else "unavailable")


def fault(request_id: str) -> HttpResponse:
    """Return the response to a bug, which is logged and not told. Call while it is handled."""
    _log.exception("request %s failed", request_id)
    return told("internal_error")


def listen(api: NinjaAPI) -> None:
    """Have `api` tell malformed requests and refusals like this; all else goes on to whoever called."""

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        if any(flaw["loc"][0] == "path" for flaw in error.errors):
            return told("not_found")
        return http(failure(problem.malformed(*(_flaw(flaw) for flaw in error.errors[:_MOST_FLAWS]))))

    @api.exception_handler(Refusal)
    def refuse(_request: HttpRequest, no: Refusal) -> HttpResponse:
        return refusal(no)

    @api.exception_handler(Exception)
    def go_on(_request: HttpRequest, error: Exception) -> HttpResponse:
        raise error


def _flaw(error: dict[str, Any]) -> tuple[str, str]:
    _, *steps = error["loc"]
    if steps and steps[0] in {"body", "query"}:
        steps = steps[1:]
    pointer = "".join(f"/{str(step)[:_LONGEST_PART].replace('~', '~0').replace('/', '~1')}" for step in steps)
    words = _WORDS.get(error["type"])
    if words is not None:
        return pointer, words.format(**error.get("ctx", {}))
    text = str(error["msg"]).removeprefix("Value error, ")
    return pointer, text if text.endswith(".") else f"{text}."
