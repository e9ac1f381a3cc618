"""Set up a carrier, the operator's act, because nobody else is there yet; switch its jet cards on and off."""

from datetime import datetime
from typing import Any

from django.db import transaction

from skypurser.access import administrators, carriers
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import CarrierView
from skypurser.administration.roles import add_starting_roles
from skypurser.history import acts


def create_carrier(
    *,
    code: str,
    name: str,
    country: str,
    time_zone: str,
    currency: str,
    now: datetime,
    operator: str = "operator",
) -> CarrierView:
    """Set up a carrier with the roles to start with, and return it; its history begins with `carrier.created`.

    Args:
        code, name, country, time_zone, currency: As in `access.carriers.create_carrier`.
        operator: Whom the history names.

    Raises:
        InvalidRequest, CarrierExists: Nothing is written.
        AlreadyActing: Inside a transaction that acts for another carrier.
    """
    with transaction.atomic():
        made = carriers.create_carrier(
            code=code, name=name, country=country, time_zone=time_zone, currency=currency, now=now
        )
        told: dict[str, Any] = {
            "name": made.name,
            "country": made.country,
            "time_zone": made.time_zone,
            "currency": made.currency,
            "roles": add_starting_roles(made.id),
        }
        acts.record(
            carrier_id=made.id,
            action="carrier.created",
            actor=operator,
            reference=made.code,
            now=now,
            changes={field: [None, value] for field, value in told.items()},
        )
    return made


def switch_jet_cards(*, on: bool, actor: Actor, now: datetime) -> None:
    """Switch charter customers and jet cards on or off; recorded as `carrier.jet_cards_switched`, if that changes it.

    Off hides them and refuses everything about them (`jet_cards_off`), and deletes nothing.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key. Nothing is written.
    """
    with acting_for(actor.carrier_id):
        administrators.lock(actor.carrier_id)  # so that old and new of the acts are a chain
        before = carriers.set_jet_cards(on=on, actor=actor)
        if before != on:
            acts.record(
                carrier_id=actor.carrier_id,
                action="carrier.jet_cards_switched",
                actor=actor.name,
                reference="on" if on else "off",
                changes={"has_jet_cards": [before, on]},
                now=now,
            )
