"""What the carrier is called on its invoices. Only a person says so, so it is read here and not set."""

from typing import Any

from ninja import Router

from skypurser.access.callers import Scope
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Shown
from skypurser.invoices.issuers import get_issuer

router = Router(tags=["invoices"])


class Issuer(Shown):
    """The carrier's legal data as invoices issued now bear it; `payment_days` makes the usual due date."""

    legal_name: str
    address_lines: list[str]
    postal_code: str
    city: str
    country: str
    tax_number: str
    invoice_series: str
    credit_note_series: str
    payment_days: int


@operation(
    router,
    "GET",
    "/issuer",
    summary="Read what the carrier is called on invoices",
    scopes=(Scope.CHARTER, Scope.ADMINISTRATION),
    result=Issuer,
    refusals=("issuer_missing",),
)
def read_issuer(request: Request) -> Any:
    """Issued invoices keep what it was called then."""
    found = get_issuer(actor=request.call.actor)
    return {name: getattr(found, name) for name in Issuer.model_fields}
