"""Requests and responses about holds."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from skypurser.contract.accounts import AccountName, Amount, Id, Instant, Movement, Reference, Standing


class HoldRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Authorise: set money aside until an instant. The account is named, or given by its id."""

    account: AccountName | None = None
    account_id: Id | None = None
    amount: Amount
    expires_at: Instant
    document: Annotated[str, Meta(max_length=40)] | None = None
    reference: Reference = ""


class CaptureRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Turn a hold into a debit; what is left is released, what exceeds it must be available."""

    amount: Amount
    reference: Reference = ""


class ReleaseRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Give held money back."""

    reference: Reference = ""


class ExtendRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Move the expiry of an open hold."""

    expires_at: Instant
    reference: Reference = ""


class Hold(Struct, frozen=True):
    """A hold that is open."""

    id: int
    status: Literal["OPEN"]
    amount: Amount
    expires_at: Instant
    account: Standing


class CapturedHold(Struct, frozen=True):
    """A hold that was captured, and the movement that did it."""

    id: int
    status: Literal["CAPTURED"]
    amount: Amount
    captured: Amount
    movement: Movement | None
    account: Standing


class ReleasedHold(Struct, frozen=True):
    """A hold that was given back."""

    id: int
    status: Literal["RELEASED"]
    amount: Amount
    account: Standing
