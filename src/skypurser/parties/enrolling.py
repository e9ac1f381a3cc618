"""Register many agency offices and corporate clients at once, and find those that are there, in a few statements."""

from collections.abc import Collection, Sequence

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.access.tables import insert_all
from skypurser.parties.models import Client, Office
from skypurser.parties.queries import client_data, office_data
from skypurser.parties.registering import ClientData, OfficeData, Party, check, place_of


def offices(codes: Collection[str], *, carrier_id: int) -> dict[str, tuple[Party, OfficeData]]:
    """Return the offices that are registered with these codes, by code; whatever whoever asks may see of them."""
    with reading_for(carrier_id):
        rows = list(Office.objects.filter(carrier_id=carrier_id, code__in=set(codes))) if codes else []
    found = {}
    for row in rows:
        data = office_data(row)
        found[row.code] = (Party(row.id, row.code, row.name, row.time_zone, place_of(data)), data)
    return found


def clients(codes: Collection[str], *, carrier_id: int) -> dict[tuple[str, str], tuple[Party, ClientData]]:
    """Return the clients that are registered with these codes, by code and city, as `offices` does."""
    with reading_for(carrier_id):
        rows = list(Client.objects.filter(carrier_id=carrier_id, code__in=set(codes))) if codes else []
    found = {}
    for row in rows:
        data = client_data(row)
        found[row.code, row.city] = (Party(row.id, row.code, row.name, row.time_zone, place_of(data)), data)
    return found


def enrol(parties: Sequence[OfficeData | ClientData], *, actor: Actor) -> None:
    """Register offices and clients that are not there yet, all of them or none.

    Raises:
        PermissionDenied: The actor may not open accounts at one of the places. Nothing is written.
        InvalidRequest: Nothing is written.
        IntegrityError: Somebody has registered one of them meanwhile. Nothing is written.
    """
    new_offices, new_clients = [], []
    for data in parties:
        actor.require(Permission.NEW_ACCOUNT, at=place_of(data))
        common = {
            "carrier_id": actor.carrier_id,
            "code": data.code,
            "name": data.name.strip(),
            "city": data.city,
            "airport": data.airport,
            "country": data.country,
            "time_zone": check(data),
        }
        if isinstance(data, OfficeData):
            new_offices.append({**common, "issue_id": data.issue_id})
        else:
            new_clients.append({**common, "agency_involved": data.agency_involved})
    with acting_for(actor.carrier_id):
        insert_all(Office, new_offices)
        insert_all(Client, new_clients)
