"""Which operation a method and a path mean: one look into a table, no patterns."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from skypurser.contract.operations import OPERATIONS, PREFIX, Operation
from skypurser.contract.response import Response
from skypurser.contract.sales import BatchRequest, RawBatch
from skypurser.counter import holding, selling, verdicts
from skypurser.counter.desk import Call, Desk

type Perform = Callable[[Call, Desk], Awaitable[Response]]

_PERFORM: dict[str, Perform] = {
    "issue_ticket": selling.issue,
    "issue_tickets": selling.issue_batch,
    "void_ticket": selling.void,
    "refund_ticket": selling.refund,
    "place_hold": holding.place,
    "capture_hold": holding.capture,
    "release_hold": holding.release,
    "extend_hold": holding.extend,
    "availability": verdicts.availability,
}

#: The longest part of a path that can mean anything.
_LONGEST_PART = 64


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, who performs it, and what decodes its body (None: it has none)."""

    operation: Operation
    perform: Perform
    decoder: msgspec.json.Decoder[object] | None


def find(path: str) -> tuple[dict[str, Route], str] | None:
    """Return the routes of a path by method, and the part of the path that varies; None where nothing is."""
    if not path.startswith(_PREFIX):
        return None
    parts = path[len(_PREFIX) :].split("/")
    if len(parts) == 1:
        routes, variable = _table.get((parts[0], None)), ""
    elif len(parts) <= 3:
        variable = parts[1]
        if not variable or len(variable) > _LONGEST_PART or not (variable.isascii() and variable.isprintable()):
            return None
        routes = _table.get((parts[0], parts[2] if len(parts) == 3 else ""))
    else:
        return None
    return None if routes is None else (routes, variable)


def paths() -> list[str]:
    """Return the paths of all operations, without a leading slash, as Django writes them."""
    found = dict.fromkeys((PREFIX + operation.path).lstrip("/") for operation in OPERATIONS)
    return [path.replace("{", "<str:").replace("}", ">") for path in found]


_PREFIX = PREFIX + "/"
_table: dict[tuple[str, str | None], dict[str, Route]] = {}


def _register(operation: Operation) -> None:
    first, *rest = operation.path.lstrip("/").split("/")
    last = None if not rest else rest[1] if len(rest) == 2 else ""
    # A batch's sales are decoded one by one, later.
    body = RawBatch if operation.body is BatchRequest else operation.body
    decoder: msgspec.json.Decoder[object] | None = None if body is None else msgspec.json.Decoder(body)
    _table.setdefault((first, last), {})[operation.method] = Route(operation, _PERFORM[operation.name], decoder)


for _operation in OPERATIONS:
    _register(_operation)
