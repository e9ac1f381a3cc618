"""Charter customers and their persons as others read them, and what is to be said of one.

A customer lies where it is billed: a member who is limited to countries reaches the customers billed there. A billing
city is any place, no airport's, and a customer has no office; so who is limited to cities or offices only reaches none.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from skypurser.access.actors import Actor, OutOfReach, Place
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.parties.models import Customer, Person

#: Any of these reads customers, persons and cards; any of the second changes customers and persons.
READING = (Permission.JET_CARDS, Permission.SALES, Permission.INVOICES, Permission.CARD_FUNDS)
CHANGING = (Permission.JET_CARDS, Permission.SALES)


class CustomerNotFound(Refusal):
    """The carrier has no such customer."""

    code = "customer_not_found"


class PersonNotFound(Refusal):
    """The customer has no such person."""

    code = "person_not_found"


class CustomerExists(Refusal):
    """The carrier has a customer with this code already."""

    code = "customer_exists"


class PersonExists(Refusal):
    """The customer has a person with this e-mail address already."""

    code = "person_exists"


class Kind(StrEnum):
    """What a customer is."""

    COMPANY = "company"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """What bills bear. `address_lines` are four at most, `country` is ISO 3166; empty where it is not known."""

    legal_name: str = ""
    address_lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""
    tax_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerData:
    """A new customer.

    Attributes:
        code: 2 to 20 capital letters and digits; empty to have one made.
        language: `en` or `es`, of mails and documents.
    """

    kind: Kind
    name: str
    code: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"
    billing: Billing = field(default_factory=Billing)
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """What is to change of a customer; None leaves it. Code and currency never change.

    As `expected`: what a form showed; None of what it did not show.
    """

    kind: Kind | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    legal_name: str | None = None
    address_lines: tuple[str, ...] | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    tax_number: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanges:
    """What is to change of a person; None leaves it. As `expected` like `CustomerChanges`."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A customer's place in the list, which is sorted by name."""

    sort_name: str
    id: int


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer. `currency` is that of the account statement and all cards; `opened_at` is UTC."""

    id: int
    code: str
    kind: Kind
    name: str
    email: str
    phone: str
    language: str
    currency: str
    billing: Billing
    notes: str
    opened_at: datetime
    position: Position

    @property
    def place(self) -> Place:
        """Where a member's limits look for it."""
        return place_of(self.billing.country)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person of a customer; `added_at` is UTC."""

    id: int
    customer_id: int
    name: str
    email: str
    phone: str
    is_active: bool
    added_at: datetime


def place_of(country: str) -> Place:
    """Return where a customer billed in this country lies."""
    return Place(country, "")


def require_somewhere(actor: Actor, *permissions: Permission) -> None:
    """Raise PermissionDenied unless the actor has one of the permissions, and reaches customers somewhere at all.

    For what belongs to no customer yet, and so lies nowhere: whoever reaches no customer has nothing to do with it.
    """
    actor.require_any(*permissions)
    if not reaches_some(actor):
        raise OutOfReach(f"{actor.name} reaches no customer", permission=permissions[0])


def reaches_some(actor: Actor) -> bool:
    """Tell whether the actor's limits leave any place where a customer could be."""
    return not actor.is_limited or bool(actor.countries)


def require_reading(actor: Actor, *, at: Place | None = None) -> None:
    """Raise PermissionDenied unless the actor may read customers, and this one where a place is given."""
    actor.require_any(*READING, at=at)


def require_changing(actor: Actor, *, at: Place | None = None) -> None:
    """Raise PermissionDenied unless the actor may change customers and persons, and there."""
    actor.require_any(*CHANGING, at=at)


def customer_view(row: Customer) -> CustomerView:
    """Return the row as others read it."""
    billing = Billing(
        legal_name=row.legal_name,
        address_lines=tuple(row.address_lines),
        postal_code=row.postal_code,
        city=row.city,
        country=row.country,
        tax_number=row.tax_number,
    )
    return CustomerView(
        row.id,
        row.code,
        Kind(row.kind),
        row.name,
        row.email,
        row.phone,
        row.language,
        row.currency,
        billing,
        row.notes,
        row.opened_at,
        Position(row.sort_name, row.id),
    )


def person_view(row: Person) -> PersonView:
    """Return the row as others read it."""
    return PersonView(row.id, row.customer_id, row.name, row.email, row.phone, row.is_active, row.added_at)
