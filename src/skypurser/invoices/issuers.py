"""What a carrier is called on its invoices: the legal data that each one bears, and how they are numbered."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Model

from skypurser.access import administrators
from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.invoices.en16931 import EInvoiceDataMissing, missing_of_seller
from skypurser.invoices.models import Issuer
from skypurser.invoices.queries import PartyData
from skypurser.parties import texts

_SERIES = re.compile(r"[A-Z0-9]{1,10}")
_MOST_LINES = 4
_MOST_DAYS = 365


class IssuerMissing(Refusal):
    """The carrier has not said what it is called on invoices."""

    code = "issuer_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerData:
    """The carrier's legal data, as it stands on invoices.

    Attributes:
        address_lines: Four at most.
        country: ISO 3166.
        invoice_series, credit_note_series: What numbers begin with: 1 to 10 capital letters and digits, not the same.
        payment_days: After how many days an invoice is due, unless its draft says a date.
        e_invoices: Whether invoices issued from now on bear XML of EN 16931 (Factur-X); what is issued stays as it is.
    """

    legal_name: str
    country: str
    address_lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    tax_number: str = ""
    invoice_series: str = "INV"
    credit_note_series: str = "CN"
    payment_days: int = 14
    e_invoices: bool = False


def set_issuer(*, data: IssuerData, actor: Actor, now: datetime) -> IssuerData:
    """Say what the carrier is called on invoices issued from now on; recorded as `carrier.issuer_changed`.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, EInvoiceDataMissing: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    checked = _checked(data)
    with acting_for(actor.carrier_id):
        administrators.lock(actor.carrier_id)  # so that old and new of the acts are a chain
        row = Issuer.objects.filter(carrier_id=actor.carrier_id).first()
        before = {} if row is None else _told(_data(row))
        after = _told(checked)
        if row is None:
            Issuer(carrier_id=actor.carrier_id, **after).save(force_insert=True)
        elif before != after:
            Issuer.objects.filter(carrier_id=actor.carrier_id).update(**after)
        changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
        if changes:
            acts.record(
                carrier_id=actor.carrier_id,
                action="carrier.issuer_changed",
                actor=actor.name,
                reference=checked.legal_name,
                changes=changes,
                now=now,
            )
    return checked


def get_issuer(*, actor: Actor) -> IssuerData:
    """Return what the carrier is called on its invoices.

    Raises:
        PermissionDenied: The actor has neither INVOICES nor ADMINISTRATION.
        IssuerMissing: Nobody has said so yet.
    """
    actor.require_any(Permission.INVOICES, Permission.ADMINISTRATION)
    return issuer_of(actor.carrier_id)


def issuer_of(carrier_id: int) -> IssuerData:
    """Return what the carrier is called, whoever asks.

    Raises:
        IssuerMissing: Nobody has said so yet.
    """
    with reading_for(carrier_id):
        row = Issuer.objects.filter(carrier_id=carrier_id).first()
    if row is None:
        raise IssuerMissing
    return _data(row)


def _data(row: Model) -> IssuerData:
    found = {name: getattr(row, name) for name in IssuerData.__dataclass_fields__}
    return IssuerData(**{**found, "address_lines": tuple(found["address_lines"])})


def _told(data: IssuerData) -> dict[str, object]:
    return {**asdict(data), "address_lines": list(data.address_lines)}


def _checked(data: IssuerData) -> IssuerData:
    given = asdict(data)
    for name, longest in (("legal_name", 200), ("postal_code", 20), ("city", 100), ("tax_number", 40)):
        given[name] = texts.line(given[name], field=name, longest=longest, mandatory=name == "legal_name")
    stripped = [texts.line(one, field="address_lines", longest=200) for one in data.address_lines]
    given["address_lines"] = tuple(one for one in stripped if one)
    if len(given["address_lines"]) > _MOST_LINES:
        raise InvalidRequest(f"an address has at most {_MOST_LINES} lines", field="address_lines")
    if not texts.country(data.country):
        raise InvalidRequest("a country is mandatory", field="country")
    for name in ("invoice_series", "credit_note_series"):
        if not _SERIES.fullmatch(given[name]):
            raise InvalidRequest("a series has 1 to 10 capital letters and digits", field=name)
    if data.invoice_series == data.credit_note_series:
        raise InvalidRequest("credit notes have a series of their own", field="credit_note_series")
    if type(data.payment_days) is not int or not 0 <= data.payment_days <= _MOST_DAYS:
        raise InvalidRequest(f"an invoice is due after 0 to {_MOST_DAYS} days", field="payment_days")
    if type(data.e_invoices) is not bool:
        raise InvalidRequest("e-invoices are on or off", field="e_invoices")
    checked = IssuerData(**given)
    if checked.e_invoices and (missing := missing_of_seller(seller_of(checked), set())):
        named = ", ".join(f"seller.{name}" for name in missing)
        raise EInvoiceDataMissing(f"e-invoices need {named}", missing=named, field=missing[0])
    return checked


def seller_of(issuer: IssuerData) -> PartyData:
    """Return what the carrier is called now, as an invoice keeps it."""
    return PartyData(
        legal_name=issuer.legal_name,
        address_lines=issuer.address_lines,
        postal_code=issuer.postal_code,
        city=issuer.city,
        country=issuer.country,
        tax_number=issuer.tax_number,
    )
