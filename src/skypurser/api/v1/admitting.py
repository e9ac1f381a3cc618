"""Take a request from first to last: caller, scope, limits, key, body, operation, response.

Whatever happens there is a response; it has a request id and, where it is no success, it is a problem.
"""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import msgspec
import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from ninja.parser import Parser

from skypurser.access.acting import OutcomeUnknown
from skypurser.access.actors import PermissionDenied
from skypurser.access.api_keys import authenticate
from skypurser.access.callers import Caller
from skypurser.access.limits import Limits, RateLimited, TooManyConcurrent, UseNotes
from skypurser.api.v1 import telling
from skypurser.api.v1.operations import Call, Described, Request
from skypurser.contract import envelope
from skypurser.contract.decoding import Malformed, decode
from skypurser.contract.request_ids import request_id as chosen
from skypurser.errors import Refusal

_log = logging.getLogger(__name__)
_anything = msgspec.json.Decoder()

#: Of this process.
limits = Limits()
uses = UseNotes()


class DecodedBody(Parser):
    """Gives the operation the body that was decoded when the request was let in."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return it."""
        content: dict[str, Any] = request.call.content  # type: ignore[attr-defined]
        return content


def admit(view: Callable[..., HttpResponseBase], by_method: Mapping[str, Described]) -> Callable[..., HttpResponseBase]:
    """Return a view that lets requests in, or not, and answers whatever happens behind it."""

    @csrf_exempt  # a key is sent on purpose; no browser adds it by itself
    def admitting(request: HttpRequest, **variables: Any) -> HttpResponseBase:
        request_id = _request_id(request.headers.get("X-Request-Id", ""))
        described = by_method.get(request.method or "")
        if described is None:
            response: HttpResponseBase = telling.told("method_not_allowed")
            response["Allow"] = ", ".join(sorted(by_method))
        else:
            response = _answer(view, request, variables, described, request_id)
        response["X-Request-Id"] = request_id
        response.setdefault("Cache-Control", "no-store")
        return response

    return admitting


def _answer(
    view: Callable[..., HttpResponseBase],
    request: HttpRequest,
    variables: dict[str, Any],
    described: Described,
    request_id: str,
) -> HttpResponseBase:
    may_be_done = False
    try:
        now = datetime.now(UTC)
        caller = authenticate(token=envelope.token(request.headers.get("Authorization", "")), now=now)
        with limits.enter(caller, monotonic()) as admission:
            may_be_done = described.needs_key
            response = _perform(view, request, variables, described, Call(caller, now), request_id)
            for name, value in admission.headers().items():
                response[name] = value
    except (RateLimited, TooManyConcurrent) as no:
        response = telling.refusal(no)
        for name, value in no.headers().items():
            response[name] = value
        return response
    except Refusal as no:
        return telling.refusal(no)
    except telling.LOST:
        return telling.lost(may_be_done=may_be_done)
    except Exception:  # noqa: BLE001 — a bug; logged, and told as nothing more than that
        return telling.fault(request_id)
    _note(caller, now)
    return response


def _perform(
    view: Callable[..., HttpResponseBase],
    request: HttpRequest,
    variables: dict[str, Any],
    described: Described,
    call: Call,
    request_id: str,
) -> HttpResponseBase:
    try:
        _check_scope(call.caller, described)
        _check_parameters(request, described)
        if described.needs_key:
            call.key = envelope.idempotency_key(request.headers.get("Idempotency-Key", ""))
        if described.has_body:
            call.content = _content(request)
        asking: Request = request  # type: ignore[assignment]
        asking.call = call
        response = view(request, **variables)
    except Refusal as no:
        return telling.refusal(no)
    except telling.LOST:
        return telling.lost(may_be_done=described.needs_key)
    except Exception:  # noqa: BLE001 — a bug; logged, and told as nothing more than that
        return telling.fault(request_id)
    if response.status_code == 204:
        del response["Content-Type"]
    if call.replayed:
        response["Idempotency-Replayed"] = "true"
    return response


def _check_parameters(request: HttpRequest, described: Described) -> None:
    try:
        given = request.GET
    except SuspiciousOperation as error:  # more parameters than anything has
        raise Malformed("The query can't be read.") from error
    for name in given:
        if name not in described.query:
            raise Malformed("There is no such parameter.", pointer=f"/{name[:40]}")
        if len(given.getlist(name)) > 1 and name not in described.lists:
            raise Malformed("Give this parameter once.", pointer=f"/{name}")


def _content(request: HttpRequest) -> Any:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise envelope.LengthRequired  # Django reads no body that does not say its length
    declared = str(request.META.get("CONTENT_LENGTH") or "0")
    if not declared.isdigit() or len(declared) > 20 or int(declared) > envelope.LARGEST_BODY:
        raise envelope.BodyTooLarge
    try:
        body = request.body
    except (UnreadablePostError, RawPostDataException) as error:
        raise envelope.RequestTimeout from error
    if not body:
        raise Malformed("The body is missing.")
    envelope.check_media_type(request.headers.get("Content-Type", ""))
    return decode(_anything, body)


def _check_scope(caller: Caller, described: Described) -> None:
    if described.scopes and not caller.scopes.intersection(described.scopes):
        needed = " or ".join(described.scopes)
        raise PermissionDenied(f"the API key {caller.name} lacks the scope: {needed}", scope=described.scopes[0].value)


def _request_id(given: str) -> str:
    """Return the id that lines of the log have, if whoever serves has given one, else the caller's if it is sane."""
    if bound := structlog.contextvars.get_contextvars().get("request_id"):
        return str(bound)
    return chosen(given)


def _note(caller: Caller, now: datetime) -> None:
    """Note that the key was used, which is worth no failure."""
    uses.note(caller, now=now)
    try:
        uses.flush_if_due(at=monotonic())
    except (DatabaseError, OutcomeUnknown):
        _log.warning("the use of API keys was not noted; it will be the next time")


def not_found(_request: HttpRequest) -> HttpResponse:
    """Answer where nothing is."""
    response = telling.told("not_found")
    response["X-Request-Id"] = os.urandom(12).hex()
    return response
