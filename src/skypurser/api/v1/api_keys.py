"""What there is to know of the carrier's API keys: neither their tokens nor the hashes."""

from typing import Any, Literal

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.api_keys import KeyView, keys
from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Instant, Shown, instant

router = Router(tags=["carrier"])


class ApiKey(Shown):
    """A key. `prefix` is the beginning of its token after `sp_`; `last_used_at` may be a minute behind."""

    id: int
    name: str
    prefix: str
    state: Literal["active", "expired", "revoked"]
    scopes: list[str]
    rate_limit: int
    concurrency_limit: int
    created_at: Instant
    created_by: str
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Instant | None


class ApiKeyPage(Shown):
    """One page of API keys, oldest first."""

    items: list[ApiKey]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/api-keys",
    summary="List the carrier's API keys",
    scopes=(Scope.ADMINISTRATION,),
    result=ApiKeyPage,
)
def list_api_keys(request: Request, query: FromQuery[PageQuery]) -> Any:
    """Those that no longer work are shown too."""
    call = request.call
    found = keys(actor=call.actor, after=after(query, int) or 0, limit=query.limit + 1)

    def shown(key: KeyView) -> dict[str, Any]:
        return {
            "id": key.id,
            "name": key.name,
            "prefix": key.prefix,
            "state": key.state(now=call.now).value,
            "scopes": sorted(key.scopes),
            "rate_limit": key.rate_limit,
            "concurrency_limit": key.concurrency_limit,
            "created_at": instant(key.created_at),
            "created_by": key.created_by,
            "expires_at": instant(key.expires_at),
            "revoked_at": instant(key.revoked_at),
            "last_used_at": instant(key.last_used_at),
        }

    return page(query, found, lambda key: key.id, shown)
