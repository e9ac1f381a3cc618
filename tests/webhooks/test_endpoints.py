"""Endpoints are added, changed, and deleted by those who may, and each carrier's are its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest
from skypurser.webhooks import endpoints, queries, replaying
from skypurser.webhooks.endpoints import EndpointNotFound, TooManyEndpoints
from skypurser.webhooks.reach import EndpointNotAllowed
from skypurser.webhooks.replaying import DeliveryNotFound
from tests import cast
from tests.webhooks.receiver import receiving
from tests.webhooks.stage import credit, deliver, listen

URL = "https://example.com/hook"


def history(superuser: psycopg.Connection, carrier_id: int) -> list[tuple[str, Any]]:
    return superuser.execute(
        "SELECT action, changes FROM history_act WHERE carrier_id = %s AND action LIKE 'webhook.%%' ORDER BY id",
        [carrier_id],
    ).fetchall()


def test_an_endpoint_is_shown_without_its_secret_which_is_returned_once() -> None:
    airline = cast.airline()
    view, secret = endpoints.create(
        url=URL,
        description="billing",
        event_types=["ticket.voided", "ticket.issued", "ticket.issued"],
        actor=airline.actor,
        now=cast.NOON,
    )

    assert secret.startswith("whsec_")
    assert len(secret) == len("whsec_") + 44  # 32 bytes in base64
    assert (view.url, view.description, view.event_types) == (URL, "billing", ("ticket.issued", "ticket.voided"))
    assert (view.is_active, view.created_at, view.old_secret_until) == (True, cast.NOON, None)
    assert queries.endpoints(actor=airline.actor) == [view]
    assert queries.endpoints(actor=airline.actor, after=view.id) == []


def test_what_is_done_to_an_endpoint_stands_in_the_history(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    view, _ = endpoints.create(url=URL, actor=airline.actor, now=cast.NOON)
    of: dict[str, Any] = {"endpoint_id": view.id, "actor": airline.actor, "now": cast.NOON}
    endpoints.change(
        **of, url="https://example.com/new", description="new", is_active=False, event_types=["hold.expired"]
    )
    endpoints.change(**of, description="new")  # changes nothing
    endpoints.rotate_secret(**of)
    endpoints.delete(**of)

    assert history(superuser, airline.carrier.id) == [
        ("webhook.created", {"url": [None, URL], "event_types": [None, []]}),
        (
            "webhook.changed",
            {
                "url": [URL, "https://example.com/new"],
                "description": ["", "new"],
                "event_types": [[], ["hold.expired"]],
                "is_active": [True, False],
            },
        ),
        ("webhook.secret_rotated", {}),
        ("webhook.deleted", {"url": ["https://example.com/new", None]}),
    ]
    with pytest.raises(EndpointNotFound):
        queries.endpoint(view.id, actor=airline.actor)


def test_a_deleted_endpoint_is_told_nothing_more_and_its_log_is_gone() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        view, _ = listen(airline.actor, receiver)
        credit(airline.agency, 1)
        deliver(airline.carrier.id)
        credit(airline.agency, 2)
        endpoints.delete(endpoint_id=view.id, actor=airline.actor, now=cast.NOON)

        assert deliver(airline.carrier.id) == {}
    assert receiver.references == ["1"]
    assert queries.deliveries(actor=airline.actor) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"url": "http://example.com/"}, EndpointNotAllowed),
        ({"url": "https://10.0.0.1/"}, EndpointNotAllowed),
        ({"event_types": ["ticket.stolen"]}, InvalidRequest),
        ({"description": "two\nlines"}, InvalidRequest),
    ],
)
def test_what_is_no_endpoint_is_refused_and_nothing_is_written(
    superuser: psycopg.Connection, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    airline = cast.airline()
    view, _ = endpoints.create(url=URL, actor=airline.actor, now=cast.NOON)

    with pytest.raises(refusal):
        endpoints.create(**{"url": URL, "actor": airline.actor, "now": cast.NOON, **changes})
    with pytest.raises(refusal):
        endpoints.change(endpoint_id=view.id, actor=airline.actor, now=cast.NOON, **changes)

    assert queries.endpoints(actor=airline.actor) == [view]
    assert len(history(superuser, airline.carrier.id)) == 1


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=31)])
def test_an_overlap_has_bounds(overlap: timedelta) -> None:
    airline = cast.airline()
    view, _ = endpoints.create(url=URL, actor=airline.actor, now=cast.NOON)

    with pytest.raises(InvalidRequest):
        endpoints.rotate_secret(endpoint_id=view.id, actor=airline.actor, now=cast.NOON, overlap=overlap)


def test_a_carrier_has_only_so_many_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST", 2)
    airline = cast.airline()
    for _ in range(2):
        endpoints.create(url=URL, actor=airline.actor, now=cast.NOON)

    with pytest.raises(TooManyEndpoints):
        endpoints.create(url=URL, actor=airline.actor, now=cast.NOON)


def everything(endpoint_id: int, delivery_id: int) -> dict[str, Callable[[Any], object]]:
    """Everything that can be asked about an endpoint and a delivery, of an actor."""
    now = cast.NOON
    return {
        "create": lambda actor: endpoints.create(url=URL, actor=actor, now=now),
        "change": lambda actor: endpoints.change(endpoint_id=endpoint_id, is_active=False, actor=actor, now=now),
        "rotate": lambda actor: endpoints.rotate_secret(endpoint_id=endpoint_id, actor=actor, now=now),
        "delete": lambda actor: endpoints.delete(endpoint_id=endpoint_id, actor=actor, now=now),
        "list": lambda actor: queries.endpoints(actor=actor),
        "read": lambda actor: queries.endpoint(endpoint_id, actor=actor),
        "deliveries": lambda actor: queries.deliveries(actor=actor),
        "delivery": lambda actor: queries.delivery(delivery_id, actor=actor),
        "replay": lambda actor: replaying.replay_delivery(delivery_id=delivery_id, actor=actor, now=now),
        "replay since": lambda actor: replaying.replay_since(
            endpoint_id=endpoint_id, after_event_id=0, actor=actor, now=now
        ),
    }


def test_all_of_it_takes_its_permission_without_limits_to_places() -> None:
    airline = cast.airline()
    clerk = replace(airline.actor, permissions=frozenset(Permission) - {Permission.WEBHOOKS})
    limited = replace(airline.actor, countries=frozenset({"US"}))
    listener = replace(airline.actor, permissions=frozenset({Permission.WEBHOOKS}))

    for ask in everything(1, 1).values():
        for nobody in (clerk, limited):
            with pytest.raises(PermissionDenied):
                ask(nobody)
    assert queries.endpoints(actor=listener) == []


def test_another_carriers_endpoints_and_deliveries_are_not_there() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    with receiving() as receiver:
        view, _ = listen(airline.actor, receiver)
        credit(airline.agency, 1)
        deliver(airline.carrier.id)
    delivery = queries.deliveries(actor=airline.actor)[0]
    asked = everything(view.id, delivery.id)

    for name in ("change", "rotate", "delete", "read", "replay since"):
        with pytest.raises(EndpointNotFound):
            asked[name](outsider.actor)
    for name in ("delivery", "replay"):
        with pytest.raises(DeliveryNotFound):
            asked[name](outsider.actor)
    assert queries.endpoints(actor=outsider.actor) == []
    assert queries.deliveries(actor=outsider.actor) == []
    assert queries.endpoint(view.id, actor=airline.actor) == view
    assert queries.deliveries(actor=airline.actor) == [delivery]
