"""The one OpenAPI 3.1 document: the resources' part, made by ninja of their schemas, and the counter's, merged.

python -m skypurser.config.openapi > docs/api/openapi.json
"""

from collections import Counter
from functools import cache
from typing import Any

import msgspec

from skypurser.api.v1.operations import OPERATIONS, Described
from skypurser.api.v1.resources import api
from skypurser.contract.openapi import COUNTED, REPLAYED, operations_part, problem_responses
from skypurser.contract.operations import PREFIX

#: From this status on a response tells a problem.
_PROBLEM = 400

_TEXT = {"schema": {"type": "string"}}
_DESCRIPTION = """\
Jet cards and electronic accounts of air carriers, on one double-entry ledger.

Amounts are decimal strings with exactly the currency's digits. Percentages are strings with up to two decimals,
instants RFC 3339 in UTC with Z, dates YYYY-MM-DD. Whatever changes something needs an Idempotency-Key: the same key and
payload get the first answer again, refusals included, with `Idempotency-Replayed: true`; another payload is
`key_reused`. Errors are RFC 9457 problems with a stable `code`. Lists are paged: give `next_cursor` back as `cursor`
until it is null.
"""
_TAGS = {
    "accounts": "Electronic accounts, their movements, their history, manual credits and debits.",
    "tickets": "Sales: issue, void, refund, search.",
    "holds": "Money set aside.",
    "customers": "Charter customers, their persons, how they may pay, and their account statement.",
    "jet cards": "Prepaid cards of charter customers: who may use them, their funds, their end.",
    "quotes": "Offers to charter customers: their versions, and what they hold on a card.",
    "bookings": "Quotes that were booked: what was deducted, changes of price, cancellations.",
    "invoices": "Invoices of charter customers, their payments, credit notes, and the trial balance.",
    "letters": "Quotes, invoices and credit notes sent by e-mail, and what became of the letters.",
    "commission changes": "Commission rates of many accounts at once, and undoing that.",
    "jobs": "What was asked for and is done later: how far it is, what came of it.",
    "webhooks": "Where events are sent to, what was sent, and sending it again.",
    "events": "What happened, in the order in which it was committed.",
    "refusals": "Attempts that were refused, and why.",
    "carrier": "Who am I, and which keys there are.",
}


def openapi() -> dict[str, Any]:
    """Return the document as plain data."""
    own = msgspec.json.decode(msgspec.json.encode(dict(api.get_openapi_schema(path_prefix=PREFIX.lstrip("/")))))
    others = operations_part()
    by_name = {described.name: described for described in OPERATIONS}
    for operations in own["paths"].values():
        for one in operations.values():
            _complete(one, by_name[one["operationId"]])
    for path, operations in others["paths"].items():
        tag = path.removeprefix(PREFIX + "/").partition("/")[0].partition(":")[0]
        for one in operations.values():
            one["tags"] = [tag]
    paths = _sorted({path: _merged(path, own, others) for path in own["paths"].keys() | others["paths"].keys()})
    responses = _hoisted(paths)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Skypurser",
            "version": "1",
            "summary": "Accounts of air carriers",
            "description": _DESCRIPTION,
        },
        "tags": [{"name": name, "description": description} for name, description in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": _sorted(
                _united(_without_queries(own["components"]["schemas"]), others["components"]["schemas"])
            ),
            "responses": responses,
            "headers": others["components"]["headers"],
            "examples": others["components"]["examples"],
            "securitySchemes": others["components"]["securitySchemes"],
        },
    }


@cache
def encoded() -> bytes:
    """Return the document as JSON, indented by one, as it is committed: it is read by programs, and large."""
    return msgspec.json.format(msgspec.json.encode(openapi()), indent=1) + b"\n"


def _complete(one: dict[str, Any], described: Described) -> None:
    """Add what ninja does not know: security, the key, headers and problems."""
    one["security"] = [{"apiKey": [scope.value]} for scope in described.scopes] or [{"apiKey": []}]
    for parameter in one["parameters"]:
        parameter["schema"] = _given(parameter["schema"])
        if examples := parameter.pop("examples", None):
            parameter["example"] = examples[0]
    success: dict[str, Any] = next(iter(one["responses"].values()))
    success["description"] = one["summary"]
    success["headers"] = {**COUNTED}
    if described.media_type:
        success["content"] = {described.media_type: {"schema": {"type": "string", "format": "binary"}}}
        success["headers"]["Content-Disposition"] = {"description": "names the file", **_TEXT}
    if described.needs_key:
        key = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[ -~]+$"}
        one["parameters"].append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": key, "example": "wire-4711"}
        )
        success["headers"]["Idempotency-Replayed"] = REPLAYED
    one["responses"] |= problem_responses(described.codes, needs_key=described.needs_key)


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a parameter is where it is given; nothing in a query is null."""
    ways = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return {**schema, "anyOf": ways} if len(ways) > 1 else {**(ways[0] if ways else schema)}


def _hoisted(paths: dict[str, Any]) -> dict[str, Any]:
    """Put the problems that several operations tell alike in one place, and return them by name.

    Written out each time they were a third of the document. A name is the status and the codes, and whether the
    operation has a key.
    """
    places = [operation["responses"] for one in paths.values() for operation in one.values()]
    told = [(by_status, status) for by_status in places for status in by_status if int(status) >= _PROBLEM]
    often = Counter(_name(status, by_status[status]) for by_status, status in told)
    found: dict[str, Any] = {}
    for by_status, status in told:
        name, response = _name(status, by_status[status]), by_status[status]
        if often[name] > 1:
            if found.setdefault(name, response) != response:
                raise ValueError(f"two responses with one name: {name}")
            by_status[status] = {"$ref": f"#/components/responses/{name}"}
    return _sorted(found)


def _name(status: str, response: dict[str, Any]) -> str:
    keyed = ["keyed"] if "Idempotency-Replayed" in response.get("headers", ()) else []
    return "-".join([status, *response["description"].split(", "), *keyed])


def _merged(path: str, own: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    mine, theirs = own["paths"].get(path, {}), others["paths"].get(path, {})
    if twice := mine.keys() & theirs.keys():
        raise ValueError(f"{path} is declared twice: {', '.join(twice)}")
    return {**mine, **theirs}


def _united(own: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    if twice := own.keys() & others.keys():
        raise ValueError(f"two schemas with one name: {', '.join(sorted(twice))}")
    return {**own, **others}


def _without_queries(schemas: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the parameters say already, one by one."""
    return {name: schema for name, schema in schemas.items() if not name.endswith("Query")}


def _sorted(mapping: dict[str, Any]) -> dict[str, Any]:
    return {name: mapping[name] for name in sorted(mapping)}
