"""Requests and responses about tickets and EMDs."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from skypurser.contract.accounts import AccountName, Amount, Id, Movement, Reference, Standing
from skypurser.tickets.amounts import FormOfPayment

LARGEST_BATCH = 1_000

DocumentNumber = Annotated[
    str,
    Meta(max_length=64, description="13 digits, optionally a hyphen and the check digit, which must then be right."),
]
Percent = Annotated[str, Meta(max_length=6, description="Up to two decimals.")]


class IssueRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sell a ticket or EMD. The account is named, or given by its id."""

    account: AccountName | None = None
    account_id: Id | None = None
    document_number: DocumentNumber
    form_of_payment: FormOfPayment
    route: Annotated[tuple[Annotated[str, Meta(max_length=3)], ...], Meta(min_length=1, max_length=20)]
    fare: Amount
    taxes: Amount
    commission_percent: Percent | None = None
    passenger: Annotated[str, Meta(max_length=500)] = ""
    reference: Reference = ""


class BatchedIssueRequest(IssueRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sale of a batch, with its own key."""

    key: Annotated[str, Meta(max_length=128, min_length=1)]


class BatchRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Sales that are judged in their order, each as if it had come alone."""

    tickets: Annotated[list[BatchedIssueRequest], Meta(min_length=1, max_length=LARGEST_BATCH)]


class RawBatch(Struct, frozen=True, forbid_unknown_fields=True):
    """A batch as it is decoded: a malformed sale concerns itself only."""

    tickets: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=LARGEST_BATCH)]


class VoidRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Void a sale on the local day of its issue."""

    reference: Reference = ""


class RefundRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Refund fare and taxes, in part or whole, less a penalty; in the currency of the sale."""

    fare: Amount
    taxes: Amount | None = None
    penalty: Amount | None = None
    reference: Reference = ""


class Commission(Struct, frozen=True):
    """What the sale earned its seller: the rule's mode, the percentage of the fare that applied, and the amount."""

    mode: Literal["FREE", "FIXED", "MAX"]
    percent: Percent
    amount: Amount


class Ticket(Struct, frozen=True):
    """A sale. Its id is its document number without the check digit; no movement: the account was not touched."""

    id: str
    document_number: str
    status: Literal["ISSUED"]
    scope: Literal["domestic", "international"]
    commission: Commission
    movement: Movement | None
    account: Standing


class Void(Struct, frozen=True):
    """A sale that was voided, and the movement that took it back."""

    id: str
    document_number: str
    status: Literal["VOIDED"]
    movement: Movement | None
    account: Standing


class Refund(Struct, frozen=True):
    """What was refunded: `commission_recalled` is the part of the commission that was taken back with it."""

    id: str
    document_number: str
    status: Literal["REFUNDED"]
    fare: Amount
    taxes: Amount
    penalty: Amount
    commission_recalled: Amount
    movement: Movement | None
    account: Standing


class BatchResult(Struct, frozen=True, omit_defaults=True):
    """What the sale would have been told alone: its status and either the ticket or the problem."""

    key: str | None
    status: int
    replayed: bool = False
    ticket: Ticket | None = None
    problem: dict[str, Any] | None = None


class BatchResponse(Struct, frozen=True):
    """One result for each sale, in their order."""

    results: list[BatchResult]
