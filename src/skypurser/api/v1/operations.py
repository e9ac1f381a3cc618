"""How a resource declares an operation: what it needs, what it gives, and what it may be told instead."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args, get_origin

from django.http import HttpRequest
from ninja import Router
from pydantic.fields import FieldInfo

from skypurser.access.actors import Actor
from skypurser.access.callers import Caller, Scope
from skypurser.contract.operations import PREFIX

#: Codes that every operation with a body may answer with, and every one that changes something.
BODY = ("request_timeout", "length_required", "body_too_large", "unsupported_media_type")
CHANGE = ("idempotency_key_required", "key_reused", "outcome_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One operation.

    Attributes:
        path: Below `/api/v1`, with its variables in braces.
        scopes: Any one of them is enough; none: every key may.
        has_body: JSON, which must be there.
        query: Names of the query's parameters; others are refused.
        lists: Those of them that may be given several times.
        refusals: Codes beside those of every request.
        media_type: Of success, where that is a file and not JSON; empty otherwise.
    """

    name: str
    method: str
    path: str
    scopes: tuple[Scope, ...]
    needs_key: bool
    has_body: bool
    query: frozenset[str]
    lists: frozenset[str]
    refusals: tuple[str, ...]
    media_type: str

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes that it may answer with, beside those of every request."""
        path = ("not_found",) if "{" in self.path else ()
        return (*path, *(BODY if self.has_body else ()), *(CHANGE if self.needs_key else ()), *self.refusals)


@dataclass(slots=True)
class Call:
    """A request that was let in.

    Attributes:
        key: The idempotency key; empty where the operation needs none.
        content: The decoded body.
        replayed: Set by the operation: the answer is a first one again.
    """

    caller: Caller
    now: datetime
    key: str = ""
    content: Any = None
    replayed: bool = False
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.actor = self.caller.actor


class Request(HttpRequest):
    """A request with the call that it makes."""

    call: Call


#: All operations, in the order in which their resources declare them.
OPERATIONS: list[Described] = []


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    result: Any,
    summary: str,
    scopes: tuple[Scope, ...],
    status: int = 200,
    needs_key: bool = False,
    refusals: tuple[str, ...] = (),
    media_type: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the decorated function as an operation; its arguments `query` and `body` say what is read of a request.

    Args:
        result: The schema of success; None for a response without a body.
        status: Of success, and of its replay.
        needs_key: It changes something, so an Idempotency-Key is mandatory.
        media_type: Of a file, which the operation returns as a response of its own.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        fields = _fields(view.__annotations__.get("query"))
        described = Described(
            name=view.__name__,
            method=method,
            path=path,
            scopes=scopes,
            needs_key=needs_key,
            has_body="body" in view.__annotations__,
            query=frozenset(fields),
            lists=frozenset(name for name, field in fields.items() if get_origin(field.annotation) is list),
            refusals=refusals,
            media_type=media_type,
        )
        OPERATIONS.append(described)
        router.add_api_operation(
            path, [method], view, response={status: result}, operation_id=described.name, summary=summary
        )
        return view

    return declare


def _fields(query: Any) -> dict[str, FieldInfo]:
    """Return the fields of a query, which is annotated with where it comes from."""
    return {} if query is None else get_args(query)[0].model_fields


def route(path: str) -> str:
    """Return a path below `/api/v1` as Django writes it, from the root."""
    return (PREFIX + path).lstrip("/").replace("{", "<").replace("}", ">")
