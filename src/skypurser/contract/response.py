"""A response before any server has it."""

from typing import Any

import msgspec

from skypurser.contract import problem
from skypurser.errors import Refusal

JSON = "application/json"

_encode = msgspec.json.Encoder().encode


class Response:
    """Status, headers and body of an answer.

    Attributes:
        code: The problem's; empty where all is well.
    """

    __slots__ = ("body", "code", "headers", "status")

    def __init__(self, status: int, body: bytes, headers: dict[str, str], code: str = "") -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.code = code


def success(status: int, content: Any) -> Response:
    """Return the response with this content."""
    return Response(status, _encode(content), {"Content-Type": JSON})


def failure(content: dict[str, Any], *, retry_after: float | None = None) -> Response:
    """Return the response that tells this problem; Retry-After is in whole seconds, by default the table's."""
    code = content["code"]
    headers = {"Content-Type": problem.MEDIA_TYPE, "Cache-Control": "no-store"}
    seconds = problem.RETRY_AFTER.get(code) if retry_after is None else max(1, -int(-retry_after // 1))
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
    if code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    return Response(content["status"], problem.encoded(content), headers, code)


def refused(no: Refusal) -> Response:
    """Return the response that tells this refusal."""
    return failure(problem.of_refusal(no), retry_after=getattr(no, "retry_after", None))
