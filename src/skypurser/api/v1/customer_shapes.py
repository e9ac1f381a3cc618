"""How charter customers look from outside, and what is said of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skypurser.api.v1.cursors import PageQuery
from skypurser.api.v1.shapes import Body, Code, Country, Instant, Shown, Text, instant
from skypurser.parties.clientele import CustomerView

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Email = Annotated[Text, Field(max_length=254, examples=["accounts@example.com"])]
Phone = Annotated[Text, Field(max_length=40, examples=["+1 212 555 0100"])]
Language = Literal["en", "es"]
_Line = Annotated[Text, Field(max_length=200)]
_Notes = Annotated[str, Field(max_length=5_000)]
_AnyCountry = Country | Literal[""]


class BillingData(Body):
    """What bills bear; the country decides which members reach the customer."""

    legal_name: _Line = ""
    address_lines: Annotated[list[_Line], Field(max_length=4)] = Field(default=[])
    postal_code: Annotated[Text, Field(max_length=20)] = ""
    city: Annotated[Text, Field(max_length=100)] = ""
    country: _AnyCountry = ""
    tax_number: Annotated[Text, Field(max_length=40)] = ""


class BillingChanges(Body):
    """What is to change of it; what is left out stays."""

    legal_name: _Line | None = None
    address_lines: Annotated[list[_Line], Field(max_length=4)] | None = None
    postal_code: Annotated[Text, Field(max_length=20)] | None = None
    city: Annotated[Text, Field(max_length=100)] | None = None
    country: _AnyCountry | None = None
    tax_number: Annotated[Text, Field(max_length=40)] | None = None


class OpenCustomer(Body):
    """A new charter customer; without a code one is made."""

    kind: Literal["company", "person"]
    name: Name
    code: Code | None = None
    email: Email = ""
    phone: Phone = ""
    language: Language = "en"
    billing: BillingData = Field(default_factory=BillingData)
    notes: _Notes = ""


class ChangeCustomer(Body):
    """What is to change; what is left out stays. Code and currency never change."""

    kind: Literal["company", "person"] | None = None
    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None
    billing: BillingChanges = Field(default_factory=BillingChanges)
    notes: _Notes | None = None


class CustomersQuery(PageQuery):
    """Which customers."""

    kind: Literal["company", "person"] | None = None
    text: Annotated[Text, Field(max_length=200)] = Field(
        "", description="Stands in the code, name, legal name, e-mail address or tax number."
    )


class CustomerBilling(Shown):
    """What bills bear; empty where it is not known."""

    legal_name: str
    address_lines: list[str]
    postal_code: str
    city: str
    country: str
    tax_number: str


class Customer(Shown):
    """A charter customer; `currency` is that of the account statement and of all cards."""

    id: int
    code: str
    kind: Literal["company", "person"]
    name: str
    email: str
    phone: str
    language: Language
    currency: str
    billing: CustomerBilling
    notes: str
    opened_at: Instant


class CustomerPage(Shown):
    """One page of customers, sorted by name."""

    items: list[Customer]
    next_cursor: str | None


def shown_customer(view: CustomerView) -> dict[str, Any]:
    """Return the customer as the outside reads it."""
    billing = view.billing
    return {
        "id": view.id,
        "code": view.code,
        "kind": view.kind.value,
        "name": view.name,
        "email": view.email,
        "phone": view.phone,
        "language": view.language,
        "currency": view.currency,
        "billing": {
            "legal_name": billing.legal_name,
            "address_lines": list(billing.address_lines),
            "postal_code": billing.postal_code,
            "city": billing.city,
            "country": billing.country,
            "tax_number": billing.tax_number,
        },
        "notes": view.notes,
        "opened_at": instant(view.opened_at),
    }
