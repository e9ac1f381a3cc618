"""What a statement says of names, frozen with it, and the hash over all it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from skypurser.access.carriers import get_carrier
from skypurser.electronic.queries import AccountView
from skypurser.invoices import issuers
from skypurser.invoices.issuers import IssuerMissing
from skypurser.invoices.paper import address, paper_of

_json = msgspec.json.Encoder(order="deterministic").encode

#: How the documents of a statement are set. A layout that has been used stays; another one gets another number.
LAYOUT = 1

#: What a hash covers, in this order.
HASHED = (
    *("account_id", "number", "previous", "opened_after", "through", "currency", "opening", "debits", "credits"),
    *("closing", "movements", "held", "credit_limit", "available", "as_of", "entry_id", "item", "reference", "made_at"),
    *("made_by", "language", "content"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Whose account it is and who keeps it, as they are called at one moment.

    Attributes:
        carrier: The carrier's lines: its name, and its address where it has said so for invoices.
        paper: What is printed on: `a4` or `us-letter`.
        agency_involved: Of a corporate client: code and name, or empty.
    """

    carrier_code: str
    carrier: tuple[str, ...]
    paper: str
    type: str
    code: str
    name: str
    city: str
    country: str
    time_zone: str
    issue_id: str = ""
    agency_involved: str = ""
    layout: int = LAYOUT


def names_of(view: AccountView, *, carrier_id: int, language: str) -> Names:
    """Return what carrier and account are called now, the country in the language."""
    carrier = get_carrier(carrier_id)
    try:
        issuer = issuers.issuer_of(carrier_id)
    except IssuerMissing:
        lines, country = [carrier.name], carrier.country
    else:
        lines, country = address(issuer.legal_name, issuer, tax_number="", language=language), issuer.country
    return Names(
        carrier_code=carrier.code,
        carrier=tuple(line.strip() for line in lines),
        paper=paper_of(country),
        type=view.type,
        code=view.code,
        name=view.name,
        city=view.city,
        country=view.country,
        time_zone=view.time_zone,
        issue_id=view.issue_id,
        agency_involved=f"{view.agency_involved} {view.agency_involved_name}".strip(),
    )


def as_kept(names: Names) -> dict[str, Any]:
    """Return the names as they are kept."""
    kept: dict[str, Any] = msgspec.to_builtins(names)
    return kept


def read(kept: Mapping[str, Any]) -> Names:
    """Return the names that were kept."""
    return msgspec.convert(dict(kept), Names)


def content_hash(said: Mapping[str, Any], *, before: bytes, marker: bytes) -> bytes:
    """Return SHA-256 over what a statement says.

    Args:
        said: By the names of `HASHED`.
        before: The hash of the statement before; empty for the first.
        marker: The digest of the movement that marks the cut-off.
    """
    return sha256(before + marker + _json([said[name] for name in HASHED])).digest()
