"""The counter's part of the OpenAPI document is valid, and says what the table of operations says."""

from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from skypurser.contract.openapi import operations_part
from skypurser.contract.operations import OPERATIONS, PREFIX
from skypurser.contract.problem import PROBLEMS


def document() -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Skypurser", "version": "1"}, **operations_part()}


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_every_operation_has_its_key_its_problems_and_its_security() -> None:
    paths = document()["paths"]

    for operation in OPERATIONS:
        described = paths[PREFIX + operation.path][operation.method.lower()]
        responses = described["responses"]
        assert described["security"]
        assert str(operation.status) in responses
        for code in operation.refusals:
            told = responses[str(PROBLEMS[code][0])]
            assert code in told["description"]
            assert list(told["content"]) == ["application/problem+json"]
        names = [parameter["name"] for parameter in described["parameters"]]
        assert ("Idempotency-Key" in names) is operation.needs_key


def test_who_moves_money_needs_a_key() -> None:
    without = {operation.name for operation in OPERATIONS if not operation.needs_key}

    assert without == {"issue_tickets", "availability"}  # each sale of a batch has its own


def test_amounts_are_strings_everywhere() -> None:
    schemas = document()["components"]["schemas"]

    for name in ("fare", "taxes"):
        assert schemas["IssueRequest"]["properties"][name]["type"] == "string"
    for name in ("net", "held", "available"):
        assert schemas["Standing"]["properties"][name]["type"] == "string"
