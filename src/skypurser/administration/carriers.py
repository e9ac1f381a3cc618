"""Set up a carrier; the operator's act, because nobody else is there yet."""

from datetime import datetime

from django.db import transaction

from skypurser.access import carriers
from skypurser.access.carriers import CarrierView
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
    """Set up a carrier and return it; its history begins with `carrier.created`.

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
        told = {"name": made.name, "country": made.country, "time_zone": made.time_zone, "currency": made.currency}
        acts.record(
            carrier_id=made.id,
            action="carrier.created",
            actor=operator,
            reference=made.code,
            now=now,
            changes={field: [None, value] for field, value in told.items()},
        )
    return made
