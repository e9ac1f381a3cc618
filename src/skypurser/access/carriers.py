"""Set up carriers, and find the one that a command names."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.db import IntegrityError, connection

from skypurser import money
from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.models import Carrier
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal

_CODE = re.compile(r"[A-Z0-9]{2,12}")


class CarrierExists(Refusal):
    """A carrier with this code is there already."""

    code = "carrier_exists"


class CarrierNotFound(Refusal):
    """There is no carrier with this code."""

    code = "carrier_not_found"


class JetCardsOff(Refusal):
    """The carrier has jet cards switched off."""

    code = "jet_cards_off"


@dataclass(frozen=True, slots=True)
class CarrierView:
    """A carrier as others read it. `currency` is its main currency, `time_zone` an IANA name.

    `has_jet_cards` tells whether charter customers and their cards are switched on.
    """

    id: int
    code: str
    name: str
    country: str
    time_zone: str
    currency: str
    has_jet_cards: bool = False


def create_carrier(*, code: str, name: str, country: str, time_zone: str, currency: str, now: datetime) -> CarrierView:
    """Set up a carrier and return it.

    Args:
        code: 2 to 12 capital letters and digits, unique on this installation; airlines use their IATA code.
        country: ISO 3166, two letters.
        time_zone: IANA name; the carrier's business dates follow it where no office's does.
        currency: ISO 4217; the currency of its jet cards.

    Raises:
        InvalidRequest, CarrierExists: Nothing is written.
        AlreadyActing: Inside a transaction that acts for another carrier.
    """
    if not _CODE.fullmatch(code):
        raise InvalidRequest("a carrier's code has 2 to 12 capital letters and digits", field="code")
    if not name.strip():
        raise InvalidRequest("a carrier has a name", field="name")
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise InvalidRequest("the country is two capital letters (ISO 3166)", field="country")
    if time_zone not in available_timezones():
        raise InvalidRequest(f"{time_zone!r} is no IANA time zone", field="time_zone")
    money.digits(currency)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('access_carrier_id_seq')")
        carrier_id = int(cursor.fetchone()[0])
    try:
        with acting_for(carrier_id):
            row = Carrier.objects.create(
                id=carrier_id,
                code=code,
                name=name.strip(),
                country=country,
                time_zone=time_zone,
                currency=currency,
                created_at=now,
            )
    except IntegrityError as error:
        if "access_carrier_code" in str(error):
            raise CarrierExists(f"carrier {code} is there already") from error
        raise
    return _view(row)


def find_carrier(code: str) -> CarrierView:
    """Return the carrier with this code.

    Raises:
        CarrierNotFound: There is none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_find_carrier(%s)", [code])
        carrier_id = cursor.fetchone()[0]
    if carrier_id is None:
        raise CarrierNotFound(f"there is no carrier {code}")
    return get_carrier(int(carrier_id))


def get_carrier(carrier_id: int) -> CarrierView:
    """Return the carrier with this id, which must exist."""
    with acting_for(carrier_id):
        return _view(Carrier.objects.get(id=carrier_id))


def require_jet_cards(carrier_id: int) -> CarrierView:
    """Return the carrier, which must exist, if it has jet cards.

    Raises:
        JetCardsOff: They are switched off.
    """
    with reading_for(carrier_id):
        view = _view(Carrier.objects.get(id=carrier_id))
    if not view.has_jet_cards:
        raise JetCardsOff
    return view


def set_jet_cards(*, on: bool, actor: Actor) -> bool:
    """Switch charter customers and jet cards on or off, and return whether they were on before.

    Nothing is deleted: what was there is there again when they are switched on again.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key. Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        row = Carrier.objects.select_for_update(no_key=True).get(id=actor.carrier_id)
        if row.has_jet_cards != on:
            Carrier.objects.filter(id=actor.carrier_id).update(has_jet_cards=on)
    return row.has_jet_cards


def all_carrier_ids() -> list[int]:
    """Return the ids of all carriers of this installation, for the operator's commands; ids only, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_all_carrier_ids()")
        return [int(row[0]) for row in cursor.fetchall()]


def _view(row: Carrier) -> CarrierView:
    return CarrierView(row.id, row.code, row.name, row.country, row.time_zone, row.currency, row.has_jet_cards)
