"""The OpenAPI document, and a page that people read it on: no script, and nothing from any other host."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Engine
from django.views.decorators.http import require_safe

from skypurser.api.v1.admitting import not_found
from skypurser.api.v1.document import encoded, openapi
from skypurser.contract.problem import PROBLEMS

_HERE = Path(__file__).parent / "templates"
_MINUTES = "public, max-age=300"

_AGAIN = "It passes by itself: send the same request with the same key again, after the seconds of Retry-After if any."
_OTHERWISE = (
    "It stays until something changes: what stands in the way is in the problem's detail and its other members."
)


@require_safe
def document(_request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document."""
    return HttpResponse(encoded(), content_type="application/json", headers={"Cache-Control": _MINUTES})


@require_safe
def reference(_request: HttpRequest) -> HttpResponse:
    """Return the page."""
    page, style = _page()
    policy = f"default-src 'none'; style-src '{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": _MINUTES,
    }
    return HttpResponse(page, headers=headers)


@require_safe
def meaning(request: HttpRequest, code: str) -> HttpResponse:
    """Return what the problems of a code have in common: where their `type` leads."""
    if code not in PROBLEMS:
        return not_found(request)
    status, title = PROBLEMS[code]
    passes = status in {408, 429} or status >= 500
    told = {"code": code, "status": status, "title": title, "detail": _AGAIN if passes else _OTHERWISE}
    return JsonResponse(told, headers={"Cache-Control": _MINUTES})


@cache
def _page() -> tuple[str, str]:
    """Return the page, and the hash by which its one style sheet is allowed."""
    style = (_HERE / "reference.css").read_text(encoding="utf-8")
    told = openapi()
    groups = [
        {"name": tag["name"], "description": tag["description"], "operations": list(_operations(told, tag["name"]))}
        for tag in told["tags"]
    ]
    problems = [{"code": code, "status": status, "title": title} for code, (status, title) in sorted(PROBLEMS.items())]
    schemas = [_schema(name, schema) for name, schema in told["components"]["schemas"].items()]
    context = {"info": told["info"], "groups": groups, "problems": problems, "schemas": schemas, "style": style}
    template = Engine(dirs=[str(_HERE)]).get_template("reference.html")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return template.render(Context(context)), f"sha256-{digest}"


def _operations(told: dict[str, Any], tag: str) -> Any:
    for path, operations in told["paths"].items():
        for method, one in operations.items():
            if tag not in one["tags"]:
                continue
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            yield {
                "id": one["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": one["summary"],
                "description": one.get("description", ""),
                "scopes": [scope for way in one["security"] for scope in way["apiKey"]],
                "parameters": [{**parameter, "type": _type(parameter["schema"])} for parameter in one["parameters"]],
                "body": None if body is None else _type(body),
                "responses": [_response(told, status, response) for status, response in one["responses"].items()],
            }


def _response(told: dict[str, Any], status: str, response: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in response:
        response = told["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return {"status": status, "description": response["description"], "type": _result(response)}


def _result(response: dict[str, Any]) -> dict[str, str]:
    content = response.get("content", {}).get("application/json")
    return _type(content["schema"]) if content else {}


def _schema(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    fields = [
        {"name": field, "type": _type(one), "is_required": field in required, "description": one.get("description", "")}
        for field, one in schema.get("properties", {}).items()
    ]
    return {"name": name, "description": schema.get("description", ""), "fields": fields}


def _type(schema: dict[str, Any]) -> dict[str, str]:
    """Return a schema's type in words, and the schema that it leads to."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"words": name, "leads_to": name}
    if "anyOf" in schema:
        parts = [_type(one) for one in schema["anyOf"]]
        leads_to = next((part["leads_to"] for part in parts if part["leads_to"]), "")
        return {"words": " or ".join(part["words"] for part in parts), "leads_to": leads_to}
    if schema.get("type") == "array":
        inner = _type(schema.get("items", {}))
        return {"words": f"list of {inner['words']}", "leads_to": inner["leads_to"]}
    if "enum" in schema:
        return {"words": ", ".join(map(str, schema["enum"])), "leads_to": ""}
    return {"words": str(schema.get("format") or schema.get("const") or schema.get("type", "anything")), "leads_to": ""}
