"""What invoices and advances are for: documents of the packages that sell, which say whose each is.

A document is an opaque text here. What begins with a kind that a package has named, `booking:17`, must be that
customer's; anything else is somebody's own note.
"""

from collections.abc import Callable

from skypurser.access.acting import reading_for
from skypurser.errors import Refusal
from skypurser.invoices.payments import checked_document

#: The customer of the carrier's document with an id, given as `(carrier_id, id)`; None where there is none. Asked
#: inside `reading_for`.
type Owner = Callable[[int, int], int | None]

_owners: dict[str, Owner] = {}

_LONGEST_ID = 18


class DocumentNotFound(Refusal):
    """The customer has no such booking, or whatever else the invoice was to be for. Facts: `document`, `field`."""

    code = "document_not_found"


def name_kind(kind: str, owner: Owner) -> None:
    """Have documents of a kind checked; once, when the package that has them is loaded."""
    _owners[kind] = owner


def require_own(document: str | None, *, customer_id: int, carrier_id: int) -> None:
    """Raise DocumentNotFound where a document of a known kind is not the customer's.

    Raises:
        InvalidRequest: It can't be printed, or is too long.
    """
    named = checked_document(document)
    if named is None:
        return
    kind, colon, number = named.partition(":")
    owner = _owners.get(kind.strip().lower())
    if owner is None or not colon:
        return
    is_id = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_ID and kind in _owners
    with reading_for(carrier_id):
        found = owner(carrier_id, int(number)) if is_id else None
    if found != customer_id:
        raise DocumentNotFound(f"the customer has no {named}", document=named, field="document")
