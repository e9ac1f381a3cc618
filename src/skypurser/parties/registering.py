"""Register agency offices and corporate clients, or find them as they are; correct what they are called."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import models

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal
from skypurser.parties.airports import airport as find_airport
from skypurser.parties.models import Client, Office

_CODE = re.compile(r"[A-Z0-9]{2,20}")
_CITY = re.compile(r"[A-Z]{3}")
_LONGEST_TEXT = 20


class PartyDiffers(Refusal):
    """An office or client with this code exists with other data."""

    code = "party_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeData:
    """An agency office. `airport` is where its clock is read, `city` the IATA city code."""

    code: str
    name: str
    issue_id: str
    city: str
    airport: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    """A corporate client in one city; `agency_involved` is the code of the agency whose customer it is, or empty."""

    code: str
    name: str
    city: str
    airport: str
    country: str
    agency_involved: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """The holder of an electronic account."""

    id: int
    code: str
    name: str
    time_zone: str
    place: Place


def place_of(data: OfficeData | ClientData) -> Place:
    """Return where the office or client is, as members' limits are held against it."""
    return Place(data.country, data.city, data.code if isinstance(data, OfficeData) else "")


def check(data: OfficeData | ClientData) -> str:
    """Return the time zone of an office or client whose data are as they should be.

    Raises:
        InvalidRequest: They are not; names the field.
    """
    if isinstance(data, OfficeData):
        _check_texts(data.issue_id, "")
    else:
        _check_texts("", data.agency_involved)
    return _check(data.code, data.name, data.city, data.airport, data.country)


def register_office(data: OfficeData, *, actor: Actor) -> Party:
    """Add the office, or return it when it is there with the same data.

    Raises:
        PermissionDenied: The actor may not open accounts there.
        InvalidRequest, PartyDiffers: Nothing is written.
    """
    place = place_of(data)
    actor.require(Permission.NEW_ACCOUNT, at=place)
    zone = check(data)
    with acting_for(actor.carrier_id):
        office, _ = Office.objects.get_or_create(
            carrier_id=actor.carrier_id,
            code=data.code,
            defaults={
                "name": data.name.strip(),
                "issue_id": data.issue_id,
                "city": data.city,
                "airport": data.airport,
                "country": data.country,
                "time_zone": zone,
            },
        )
        _must_agree(office, data, ("name", "issue_id", "city", "airport", "country"))
    return Party(office.id, office.code, office.name, office.time_zone, place)


def register_client(data: ClientData, *, actor: Actor) -> Party:
    """Add the client, or return it when it is there with the same data.

    Raises:
        PermissionDenied: The actor may not open accounts there.
        InvalidRequest, PartyDiffers: Nothing is written.
    """
    place = place_of(data)
    actor.require(Permission.NEW_ACCOUNT, at=place)
    zone = check(data)
    with acting_for(actor.carrier_id):
        client, _ = Client.objects.get_or_create(
            carrier_id=actor.carrier_id,
            code=data.code,
            city=data.city,
            defaults={
                "name": data.name.strip(),
                "airport": data.airport,
                "country": data.country,
                "time_zone": zone,
                "agency_involved": data.agency_involved,
            },
        )
        _must_agree(client, data, ("name", "airport", "country", "agency_involved"))
    return Party(client.id, client.code, client.name, client.time_zone, place)


def correct_office(
    *, code: str, actor: Actor, name: str | None = None, issue_id: str | None = None
) -> dict[str, list[Any]]:
    """Correct what an office is called, for all its accounts; None leaves it. The place never changes.

    Returns:
        Old and new value of what differs.

    Raises:
        PermissionDenied: The actor may not manage accounts.
        InvalidRequest: Nothing is written.
    """
    return _correct(Office.objects.filter(code=code), actor, {"name": name, "issue_id": issue_id})


def correct_client(
    *, code: str, city: str, actor: Actor, name: str | None = None, agency_involved: str | None = None
) -> dict[str, list[Any]]:
    """Correct what a corporate client is called, as `correct_office` does."""
    rows = Client.objects.filter(code=code, city=city)
    return _correct(rows, actor, {"name": name, "agency_involved": agency_involved})


def _correct(rows: Any, actor: Actor, fields: dict[str, str | None]) -> dict[str, list[Any]]:
    actor.require(Permission.ACCOUNT_MANAGEMENT)
    given = {field: value for field, value in fields.items() if value is not None}
    if "name" in given:
        given["name"] = _check_name(given["name"])
    _check_texts(given.get("issue_id", ""), given.get("agency_involved", ""))
    with acting_for(actor.carrier_id):
        row = rows.filter(carrier_id=actor.carrier_id).select_for_update(no_key=True).get()
        changes = {
            field: [getattr(row, field), value] for field, value in given.items() if value != getattr(row, field)
        }
        if changes:
            rows.filter(carrier_id=actor.carrier_id).update(**{field: new for field, (_, new) in changes.items()})
    return changes


def _check_name(name: str) -> str:
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise InvalidRequest("a name has 1 to 200 printable characters", field="name")
    return name.strip()


def _check_texts(issue_id: str, agency_involved: str) -> None:
    for field, text in (("issue_id", issue_id), ("agency_involved", agency_involved)):
        if len(text) > _LONGEST_TEXT or not text.isprintable():
            raise InvalidRequest(f"at most {_LONGEST_TEXT} printable characters", field=field)


def _check(code: str, name: str, city: str, airport: str, country: str) -> str:
    """Check what an office and a client have in common; return the time zone of the airport."""
    if not _CODE.fullmatch(code):
        raise InvalidRequest(f"{code!r} is no code: 2 to 20 capital letters and digits", field="code")
    _check_name(name)
    if not _CITY.fullmatch(city):
        raise InvalidRequest(f"{city!r} is no IATA city code", field="city")
    found = find_airport(airport)
    if found.country != country:
        raise InvalidRequest(f"{airport} lies in {found.country}, not in {country!r}", field="country")
    return found.time_zone


def _must_agree(row: models.Model, data: OfficeData | ClientData, fields: tuple[str, ...]) -> None:
    different = [name for name in fields if getattr(row, name) != getattr(data, name)]
    if different:
        raise PartyDiffers(f"{data.code} exists with another {', '.join(different)}", fields=different)
