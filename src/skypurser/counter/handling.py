"""Take a request from first to last: route, caller, limits, body, key, operation, response.

The same for every server. Whatever happens, there is a response, and it has a request id.
"""

import logging
from time import monotonic
from urllib.parse import parse_qs

from skypurser.access.actors import PermissionDenied
from skypurser.access.callers import Caller
from skypurser.access.limits import RateLimited, TooManyConcurrent
from skypurser.contract import envelope, problem
from skypurser.contract.decoding import Malformed, decode
from skypurser.contract.operations import Operation
from skypurser.contract.request_ids import request_id as chosen
from skypurser.contract.response import Response, failure, refused
from skypurser.counter import routes
from skypurser.counter.desk import Call, Desk, Exchange
from skypurser.counter.observing import Observer
from skypurser.errors import Refusal

_log = logging.getLogger(__name__)

_FAULT = 500

#: The longest query string that can mean anything.
_LONGEST_QUERY = 1_000


async def handle(exchange: Exchange, desk: Desk, observer: Observer) -> Response:
    """Return the response to a request; never raises."""
    name, request_id = "", chosen(exchange.header("x-request-id"))
    try:
        found = routes.find(exchange.path)
        if found is None:
            response = failure(problem.problem("not_found"))
        else:
            by_method, variable = found
            route = by_method.get(exchange.method)
            if route is None:
                response = failure(problem.problem("method_not_allowed"))
                response.headers["Allow"] = ", ".join(sorted(by_method))
            else:
                name = route.operation.name
                response = await _perform(exchange, desk, route, variable, request_id)
    except Malformed as flaw:
        response = failure(problem.malformed((flaw.pointer, str(flaw))))
    except (RateLimited, TooManyConcurrent) as no:
        response = refused(no)
        response.headers.update(no.headers())
    except Refusal as no:
        response = refused(no)
    except Exception:  # noqa: BLE001 — a bug; logged, and told
        response = _broken(name, request_id)
    response.headers["X-Request-Id"] = request_id
    if response.status >= _FAULT:
        told = {"request_id": request_id, "operation": name, "status": response.status, "code": response.code}
        _log.warning("request failed", extra=told)
    observer.answered(name, response.status, response.code)
    return response


def _broken(name: str, request_id: str) -> Response:
    _log.exception("request broke", extra={"request_id": request_id, "operation": name})
    return failure(problem.problem("internal_error"))


async def _perform(exchange: Exchange, desk: Desk, route: routes.Route, variable: str, request_id: str) -> Response:
    operation = route.operation
    caller = await desk.caller(envelope.token(exchange.header("authorization")))
    with desk.limits.enter(caller, monotonic()) as admission:
        try:
            _check_scope(caller, operation)
            key = envelope.idempotency_key(exchange.header("idempotency-key")) if operation.needs_key else ""
            content = None if route.decoder is None else await _content(exchange, route)
            query = _parameter(exchange.query(), operation.query) if operation.query else ""
            response = await route.perform(Call(operation, caller, key, variable, content, query), desk)
        except Malformed as flaw:
            response = failure(problem.malformed((flaw.pointer, str(flaw))))
        except Refusal as no:
            response = refused(no)
        except Exception:  # noqa: BLE001 — a bug, or the database's own error for this very request; logged, and told
            response = _broken(operation.name, request_id)
        response.headers.update(admission.headers())
    return response


def _check_scope(caller: Caller, operation: Operation) -> None:
    if not any(scope in caller.scopes for scope in operation.scopes):
        scope = operation.scopes[0].value
        raise PermissionDenied(f"This key may not: {scope}", scope=scope)


async def _content(exchange: Exchange, route: routes.Route) -> object:
    body = await exchange.body(envelope.LARGEST_BODY)
    if not body:
        if route.operation.is_body_optional:
            return None
        raise Malformed("The body is missing.")
    envelope.check_media_type(exchange.header("content-type"))
    assert route.decoder is not None  # noqa: S101 — for the type checker
    return decode(route.decoder, body)


def _parameter(query: str, name: str) -> str:
    """Return the one value of a query's one parameter.

    Raises:
        Malformed: Missing, given twice, or beside others.
    """
    try:
        values = parse_qs(query[:_LONGEST_QUERY], keep_blank_values=True, errors="strict", max_num_fields=10)
    except ValueError as error:
        raise Malformed("The query can't be read.") from error
    if unknown := [other for other in values if other != name]:
        raise Malformed("There is no such parameter.", pointer=f"/{unknown[0][:40]}")
    found = values.get(name, [])
    if len(found) != 1:
        raise Malformed(f"Give the parameter {name}, once.", pointer=f"/{name}")
    return found[0]
