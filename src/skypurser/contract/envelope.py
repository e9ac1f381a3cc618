"""What stands around a request, read alike by every server: its token, its key, the kind and size of its body."""

from skypurser.access.api_keys import Unauthenticated
from skypurser.contract.response import JSON
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.requests import check_key

#: Bytes; no request needs more.
LARGEST_BODY = 1_000_000

_LONGEST_TOKEN = 256


class IdempotencyKeyRequired(Refusal):
    """The request changes something and has no Idempotency-Key of 1 to 128 printable characters, or has several."""

    code = "idempotency_key_required"


class UnsupportedMediaType(Refusal):
    """The body is not said to be application/json."""

    code = "unsupported_media_type"


class BodyTooLarge(Refusal):
    """The body is larger than any request needs."""

    code = "body_too_large"


class LengthRequired(Refusal):
    """The body does not say its length, and this server reads no other."""

    code = "length_required"


class RequestTimeout(Refusal):
    """The body did not arrive, or took too long."""

    code = "request_timeout"


def token(authorization: str) -> str:
    """Return the token in the header Authorization; raise Unauthenticated where there is none."""
    scheme, _, found = authorization.partition(" ")
    found = found.strip()
    if scheme.lower() != "bearer" or not found or len(found) > _LONGEST_TOKEN or not found.isascii():
        raise Unauthenticated
    return found


def idempotency_key(header: str) -> str:
    """Return the key in the header Idempotency-Key; raise IdempotencyKeyRequired where that is none."""
    try:
        return check_key(header)
    except InvalidRequest as flaw:
        raise IdempotencyKeyRequired from flaw


def check_media_type(header: str) -> None:
    """Raise UnsupportedMediaType unless the header Content-Type says JSON."""
    if header != JSON and header.partition(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaType
