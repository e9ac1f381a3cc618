"""All resources, put together; a new one is a module with a `router`, named here."""

from ninja import NinjaAPI

from skypurser.api.v1 import (
    accounts,
    alerts,
    api_keys,
    bookings,
    cancellation_tiers,
    carrier,
    commission_changes,
    customers,
    cut_offs,
    deliveries,
    events,
    history,
    holds,
    invoices,
    issuer,
    jet_cards,
    jobs,
    letters,
    manual,
    mass_cut_offs,
    movements,
    payments,
    persons,
    quotes,
    refusals,
    statements,
    telling,
    tickets,
    webhooks,
)
from skypurser.api.v1.admitting import DecodedBody

RESOURCES = (
    *(accounts, alerts, manual, movements, cut_offs, mass_cut_offs, history, holds, refusals, tickets),
    *(customers, persons, jet_cards, statements, quotes, bookings, cancellation_tiers),
    *(invoices, payments, issuer, letters),
    *(commission_changes, jobs),
    *(webhooks, deliveries, events, api_keys, carrier),
)

api = NinjaAPI(title="Skypurser", version="1", openapi_url=None, docs_url=None, parser=DecodedBody())
for resource in RESOURCES:
    api.add_router("", resource.router)
telling.listen(api)
