"""The counter's part of the OpenAPI 3.1 document, as plain data made of the table of operations.

Whoever has operations of their own merges theirs beside these: `paths` by path, `components` by kind and name.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from skypurser.contract import sales
from skypurser.contract.operations import ALWAYS, OPERATIONS, PREFIX, Operation
from skypurser.contract.problem import MEDIA_TYPE, PROBLEMS, RETRY_AFTER

_REF = "#/components/schemas/{name}"

_HEADER = "#/components/headers/{name}"

#: The header that tells a replay.
REPLAYED = {"description": "true where this is the first answer again", "schema": {"type": "string"}}

#: What every answer bears, and beside it every answer to whoever was let in by a key.
_ANSWERED: dict[str, Any] = {"X-Request-Id": {"$ref": _HEADER.format(name="RequestId")}}
COUNTED = _ANSWERED | {name: {"$ref": _HEADER.format(name=name)} for name in ("RateLimit-Policy", "RateLimit")}

_VARIABLES: dict[str, dict[str, Any]] = {
    "document_number": {"type": "string", "maxLength": 64},
    "hold_id": {"type": "integer", "minimum": 1},
    "account_id": {"type": "integer", "minimum": 1},
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; other members explain it.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "available": {"type": "string"},
        "shortfall": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
    "additionalProperties": True,
}


def operations_part() -> dict[str, Any]:
    """Return `paths` and `components` of the counter's operations."""
    types: set[type] = {operation.result for operation in OPERATIONS}
    types |= {operation.body for operation in OPERATIONS if operation.body is not None}
    _, schemas = msgspec.json.schema_components(sorted(types, key=lambda one: one.__name__), ref_template=_REF)
    schemas["Problem"] = _PROBLEM
    schemas[sales.BatchResult.__name__]["properties"]["problem"] = {"$ref": _REF.format(name="Problem")}
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = _operation(operation)
    security = {"apiKey": {"type": "http", "scheme": "bearer", "description": "An API key of one carrier."}}
    examples = {code: _example(code) for code in sorted(PROBLEMS)}
    headers = {
        "RequestId": {
            **_header("the one that was sent, or one that was drawn; say it when you ask about the answer"),
            "required": True,
        },
        "RateLimit-Policy": _header('how many requests a second the key may ask, as in "default";q=100;w=1'),
        "RateLimit": _header('r may be asked at once; in t seconds it is all again, as in "default";r=99;t=1'),
    }
    components = {"schemas": schemas, "headers": headers, "examples": examples, "securitySchemes": security}
    return {"paths": paths, "components": components}


def _operation(operation: Operation) -> dict[str, Any]:
    schema = {"schema": {"$ref": _REF.format(name=operation.result.__name__)}}
    content = {"application/json": schema}
    success: dict[str, Any] = {"description": operation.summary, "content": content, "headers": {**COUNTED}}
    if operation.needs_key:
        success["headers"]["Idempotency-Replayed"] = REPLAYED
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "security": [{"apiKey": [scope.value]} for scope in operation.scopes],
        "parameters": _parameters(operation),
        "responses": {
            str(operation.status): success,
            **problem_responses(operation.refusals, needs_key=operation.needs_key),
        },
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": not operation.is_body_optional,
            "content": {"application/json": {"schema": {"$ref": _REF.format(name=operation.body.__name__)}}},
        }
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in _VARIABLES.items()
        if f"{{{name}}}" in operation.path
    ]
    if operation.query:
        schema: dict[str, Any] = {"type": "string", "maxLength": 20}
        parameters.append({"name": operation.query, "in": "query", "required": True, "schema": schema})
    if operation.needs_key:
        key = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[ -~]+$"}
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": key})
    return parameters


def problem_responses(codes: Iterable[str], *, needs_key: bool) -> dict[str, Any]:
    """Return the responses by status that tell these problems; examples are components named by code."""
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys((*ALWAYS, *codes)):
        by_status.setdefault(PROBLEMS[code][0], []).append(code)
    return {str(status): _told(told, needs_key=needs_key) for status, told in sorted(by_status.items())}


def _told(codes: list[str], *, needs_key: bool) -> dict[str, Any]:
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}, "examples": examples}}
    response: dict[str, Any] = {"description": ", ".join(codes), "content": content}
    # Who has no key that works is not counted.
    headers = {**(_ANSWERED if "unauthenticated" in codes else COUNTED)}
    if any(code in RETRY_AFTER for code in codes):
        headers["Retry-After"] = _header("seconds")
    if needs_key:
        headers["Idempotency-Replayed"] = REPLAYED
    response["headers"] = headers
    return response


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def _example(code: str) -> dict[str, Any]:
    status, title = PROBLEMS[code]
    value: dict[str, Any] = {
        "type": f"{PREFIX}/problems/{code}",
        "title": title,
        "status": status,
        "detail": f"{title}.",
        "code": code,
    }
    if code == "invalid_request":
        value["errors"] = [{"pointer": "/amount", "detail": "Not an amount in USD; it is written like 123.00."}]
    return {"value": value}
