"""The operations of the counter: what each takes and gives, and what it may be told instead.

The table is what servers route by and what the OpenAPI document is made of; who performs them is the counter's matter.
"""

from dataclasses import dataclass

from msgspec import Struct

from skypurser.access.api_keys import Scope
from skypurser.contract import accounts, holds, sales

PREFIX = "/api/v1"

#: What any request may be told.
ALWAYS = (
    "unauthenticated",
    "permission_denied",
    "invalid_request",
    "rate_limited",
    "too_many_concurrent",
    "internal_error",
    "unavailable",
)
_BODY = ("request_timeout", "length_required", "body_too_large", "unsupported_media_type")
_MONEY = ("idempotency_key_required", "key_reused", "overloaded", "outcome_unknown")
_NAMED = ("account_not_found", "account_ambiguous", "currency_mismatch")
_FUNDS = ("account_suspended", "account_inhibited", "insufficient_funds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
        path: Below the prefix; at most one part in braces.
        scopes: Any one of them is enough.
        status: Of success; the same for a replay.
        is_body_optional: Nothing at all may be sent instead of an empty object.
        refusals: Codes beside those of every request.
    """

    name: str
    method: str
    path: str
    summary: str
    scopes: tuple[Scope, ...]
    status: int
    result: type[Struct]
    body: type[Struct] | None = None
    is_body_optional: bool = False
    needs_key: bool = True
    query: str = ""
    refusals: tuple[str, ...] = ()


OPERATIONS = (
    Operation(
        name="issue_ticket",
        method="POST",
        path="/tickets",
        summary="Issue a ticket or EMD",
        scopes=(Scope.SALES,),
        status=201,
        body=sales.IssueRequest,
        result=sales.Ticket,
        refusals=(
            *_BODY,
            *_MONEY,
            *_NAMED,
            *_FUNDS,
            "invalid_document_number",
            "duplicate_document",
            "commission_not_allowed",
        ),
    ),
    Operation(
        name="issue_tickets",
        method="POST",
        path="/tickets:batch",
        summary="Issue up to 1,000 tickets, judged in their order, each under its own key",
        scopes=(Scope.SALES,),
        status=200,
        body=sales.BatchRequest,
        result=sales.BatchResponse,
        needs_key=False,
        refusals=(*_BODY, "overloaded"),
    ),
    Operation(
        name="void_ticket",
        method="POST",
        path="/tickets/{document_number}/void",
        summary="Void a sale on the local day of its issue",
        scopes=(Scope.SALES,),
        status=200,
        body=sales.VoidRequest,
        is_body_optional=True,
        result=sales.Void,
        refusals=(
            *_BODY,
            *_MONEY,
            "invalid_document_number",
            "sale_not_found",
            "already_voided",
            "already_refunded",
            "void_window_closed",
        ),
    ),
    Operation(
        name="refund_ticket",
        method="POST",
        path="/tickets/{document_number}/refunds",
        summary="Refund fare and taxes of a sale, in part or whole, less a penalty",
        scopes=(Scope.SALES,),
        status=201,
        body=sales.RefundRequest,
        result=sales.Refund,
        refusals=(
            *_BODY,
            *_MONEY,
            "invalid_document_number",
            "sale_not_found",
            "already_voided",
            "refund_exceeds_sale",
            "penalty_exceeds_refund",
        ),
    ),
    Operation(
        name="place_hold",
        method="POST",
        path="/holds",
        summary="Authorise: set money aside until an instant",
        scopes=(Scope.HOLDS,),
        status=201,
        body=holds.HoldRequest,
        result=holds.Hold,
        refusals=(*_BODY, *_MONEY, *_NAMED, *_FUNDS, "hold_expired"),
    ),
    Operation(
        name="capture_hold",
        method="POST",
        path="/holds/{hold_id}/capture",
        summary="Turn a hold into one debit",
        scopes=(Scope.HOLDS,),
        status=200,
        body=holds.CaptureRequest,
        result=holds.CapturedHold,
        refusals=(*_BODY, *_MONEY, "hold_not_found", "hold_resolved", "hold_expired", "insufficient_funds"),
    ),
    Operation(
        name="release_hold",
        method="POST",
        path="/holds/{hold_id}/release",
        summary="Give held money back",
        scopes=(Scope.HOLDS,),
        status=200,
        body=holds.ReleaseRequest,
        is_body_optional=True,
        result=holds.ReleasedHold,
        refusals=(*_BODY, *_MONEY, "hold_not_found", "hold_resolved", "hold_expired"),
    ),
    Operation(
        name="extend_hold",
        method="PATCH",
        path="/holds/{hold_id}",
        summary="Move the expiry of an open hold",
        scopes=(Scope.HOLDS,),
        status=200,
        body=holds.ExtendRequest,
        result=holds.Hold,
        refusals=(
            *_BODY,
            *_MONEY,
            "hold_not_found",
            "hold_resolved",
            "hold_expired",
            "account_suspended",
            "account_inhibited",
        ),
    ),
    Operation(
        name="availability",
        method="GET",
        path="/accounts/{account_id}/availability",
        summary="Tell whether a sale of an amount would pass now; no side effect",
        scopes=(Scope.SALES, Scope.HOLDS, Scope.ACCOUNTS),
        status=200,
        result=accounts.Verdict,
        needs_key=False,
        query="amount",
        refusals=("account_not_found",),
    ),
)
