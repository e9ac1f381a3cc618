"""The OpenAPI document and the page that people read it on."""

import json
import re

import pytest
from django.test import Client
from openapi_spec_validator import validate

from skypurser.api.v1.document import encoded, openapi
from skypurser.contract.problem import PROBLEMS, problem
from tests import cast
from tests.api.v1.asking import Program
from tests.architecture.tree import ROOT

OPERATIONS = [
    (path, method, operation) for path, methods in openapi()["paths"].items() for method, operation in methods.items()
]
RESPONSES = openapi()["components"]["responses"]


def test_the_document_is_valid_and_has_both_parts() -> None:
    document = openapi()

    validate(document)

    assert {"issue_ticket", "availability", "open_account", "list_movements"} <= {
        operation["operationId"] for _, _, operation in OPERATIONS
    }
    assert document["paths"]["/api/v1/tickets"].keys() == {"get", "post"}
    assert document["paths"]["/api/v1/holds/{hold_id}"].keys() == {"get", "patch"}


def test_the_document_is_served_and_is_the_one_that_is_committed() -> None:
    served = Client(SERVER_NAME="localhost").get("/api/v1/openapi.json")

    assert (served.status_code, served.headers["Content-Type"]) == (200, "application/json")
    assert served.content == encoded()
    written = (ROOT / "docs" / "api" / "openapi.json").read_bytes()
    assert written == encoded(), "write it anew: .venv/bin/python -m skypurser.config.openapi > docs/api/openapi.json"


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_tells_what_it_may_answer(path: str, method: str, operation: dict[str, object]) -> None:
    responses = operation["responses"]
    assert isinstance(responses, dict)

    assert {"401", "403", "422", "429", "500", "503"} <= responses.keys()
    assert operation["summary"]
    assert operation["tags"]
    assert operation["security"]
    for status, told in responses.items():
        response = RESPONSES[told["$ref"].removeprefix("#/components/responses/")] if "$ref" in told else told
        if status >= "4":
            assert list(response["content"]) == ["application/problem+json"]
            assert all(PROBLEMS[code][0] == int(status) for code in response["description"].split(", "))
    is_keyed = any(one["name"] == "Idempotency-Key" for one in operation["parameters"])  # type: ignore[attr-defined]
    assert is_keyed == (method != "get" and path != "/api/v1/tickets:batch")
    assert ("400" in responses) == is_keyed
    assert ("requestBody" in operation) == ({"408", "411", "413", "415"} <= responses.keys())


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_of_the_document_is_there(path: str, method: str, operation: dict[str, object]) -> None:
    """Without a key it is 401; where nothing is, it would be 404 or 405."""
    cast.carrier()

    told = Program("")(method.upper(), re.sub("{.*?}", "1", path.removeprefix("/api/v1")))

    assert told.status == 401


def test_what_several_operations_tell_alike_stands_in_the_document_once() -> None:
    told = [one for _, _, operation in OPERATIONS for one in operation["responses"].values()]
    named = [one["$ref"].removeprefix("#/components/responses/") for one in told if "$ref" in one]

    assert set(named) == RESPONSES.keys()
    assert all(named.count(name) > 1 for name in RESPONSES)
    written = [
        json.dumps(one) for one in told if "$ref" not in one and "application/problem+json" in one.get("content", {})
    ]
    assert len(set(written)) == len(written)


def test_a_path_of_two_parts_tells_all_its_methods() -> None:
    cast.carrier()

    told = Program("")("PUT", "/tickets")

    assert (told.status, told.headers["Allow"]) == (405, "GET, POST")


def test_the_page_needs_no_script_and_no_other_host() -> None:
    page = Client(SERVER_NAME="localhost").get("/api/v1/docs")

    text = page.content.decode()
    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == 200
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.findall(r"<script|\son\w+=|\sstyle=|(?:src|href)=\"(?:https?:)?//", text)
    for _, _, operation in OPERATIONS:
        assert f'id="{operation["operationId"]}"' in text
    for code in PROBLEMS:
        assert f"<code>{code}</code>" in text
    linked, there = set(re.findall(r'href="#([^"]+)"', text)), set(re.findall(r'id="([^"]+)"', text))
    assert linked <= there


def test_every_example_of_a_problem_is_one() -> None:
    for code, example in openapi()["components"]["examples"].items():
        assert example["value"]["code"] == code
        assert json.dumps(example["value"])


@pytest.mark.parametrize("code", PROBLEMS)
def test_the_type_of_every_problem_leads_to_what_it_means(code: str) -> None:
    told = Client(SERVER_NAME="localhost").get(problem(code)["type"])

    assert (told.status_code, told.headers["Content-Type"]) == (200, "application/json")
    status, title = PROBLEMS[code]
    assert {name: told.json()[name] for name in ("code", "status", "title")} == {
        "code": code,
        "status": status,
        "title": title,
    }
    assert told.json()["detail"].endswith(".")


@pytest.mark.parametrize("code", ["nothing", "Not_Found", "not_found/", "not_found%00", "..", "%ff", ""])
def test_a_problem_that_there_is_not_leads_nowhere(code: str) -> None:
    told = Client(SERVER_NAME="localhost").get(f"/api/v1/problems/{code}")

    assert (told.status_code, told.json()["code"]) == (404, "not_found")
