"""What is known of an agency office or a corporate client, for those who open an account for it."""

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.parties.models import Client, Office
from skypurser.parties.registering import ClientData, OfficeData


def office(code: str, *, actor: Actor) -> OfficeData | None:
    """Return what is known of the office with this code; None where none is registered.

    Raises:
        PermissionDenied: The actor may not open accounts, or not where the office is.
    """
    actor.require(Permission.NEW_ACCOUNT)
    with reading_for(actor.carrier_id):
        row = Office.objects.filter(carrier_id=actor.carrier_id, code=code).first()
    if row is None:
        return None
    actor.require(Permission.NEW_ACCOUNT, at=Place(row.country, row.city, row.code))
    return office_data(row)


def client(code: str, city: str, *, actor: Actor) -> ClientData | None:
    """Return what is known of the corporate client with this code in this city; errors are those of `office`."""
    actor.require(Permission.NEW_ACCOUNT)
    with reading_for(actor.carrier_id):
        row = Client.objects.filter(carrier_id=actor.carrier_id, code=code, city=city).first()
    if row is None:
        return None
    actor.require(Permission.NEW_ACCOUNT, at=Place(row.country, row.city))
    return client_data(row)


def office_data(row: Office) -> OfficeData:
    """Return what an office's row says, as it was given."""
    return OfficeData(
        code=row.code, name=row.name, issue_id=row.issue_id, city=row.city, airport=row.airport, country=row.country
    )


def client_data(row: Client) -> ClientData:
    """Return what a client's row says, as it was given."""
    return ClientData(
        code=row.code,
        name=row.name,
        city=row.city,
        airport=row.airport,
        country=row.country,
        agency_involved=row.agency_involved,
    )
