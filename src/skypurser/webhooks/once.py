"""Change endpoints and replay under a key of the caller's, for those who may have to ask twice.

The verbs themselves are those of `endpoints.py` and `replaying.py`. A key remembers its answer for ever, and a secret
is in no answer that is remembered: it is told by the request that made it, and by no replay.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer
from skypurser.webhooks import endpoints, queries, replaying
from skypurser.webhooks.endpoints import OVERLAP, EndpointView
from skypurser.webhooks.queries import DeliveryView
from skypurser.webhooks.reach import PUBLIC_ONLY, Reach


def create(
    *,
    url: str,
    key: str,
    actor: Actor,
    now: datetime,
    description: str = "",
    event_types: Collection[str] = (),
    reach: Reach = PUBLIC_ONLY,
) -> tuple[Answer, str | None]:
    """Add an endpoint; return the answer, for `told_endpoint`, and the secret, which is None when it is a replay.

    Arguments are those of `endpoints.create`.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `endpoint_not_allowed`, `too_many_endpoints`. Nothing is added; the attempt is
            recorded.
    """
    made: list[str] = []

    def act() -> Mapping[str, Any]:
        view, secret = endpoints.create(
            url=url, description=description, event_types=event_types, actor=actor, now=now, reach=reach
        )
        made.append(secret)
        return _of_endpoint(view)

    answer = _once("create_webhook", (url, description, sorted(set(event_types))), act, key, actor, now)
    return answer, _secret(answer, made)


def change(
    *,
    endpoint_id: int,
    key: str,
    actor: Actor,
    now: datetime,
    url: str | None = None,
    description: str | None = None,
    event_types: Collection[str] | None = None,
    is_active: bool | None = None,
    reach: Reach = PUBLIC_ONLY,
) -> Answer:
    """Change an endpoint; the answer is for `told_endpoint`. Arguments are those of `endpoints.change`.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `endpoint_not_found`, `endpoint_not_allowed`. Nothing changes; the attempt is
            recorded.
    """
    changes: dict[str, Any] = {
        "url": url,
        "description": description,
        "event_types": None if event_types is None else sorted(set(event_types)),
        "is_active": is_active,
    }

    def act() -> Mapping[str, Any]:
        return _of_endpoint(
            endpoints.change(endpoint_id=endpoint_id, actor=actor, now=now, reach=reach, **changes),
        )

    return _once("change_webhook", (endpoint_id, changes), act, key, actor, now)


def rotate_secret(
    *, endpoint_id: int, key: str, actor: Actor, now: datetime, overlap: timedelta = OVERLAP
) -> tuple[Answer, str | None]:
    """Give the endpoint a new secret; return the answer, for `told_endpoint`, and the secret, None in a replay.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `endpoint_not_found`. The old secret stays; the attempt is recorded.
    """
    made: list[str] = []

    def act() -> Mapping[str, Any]:
        view, secret = endpoints.rotate_secret(endpoint_id=endpoint_id, actor=actor, now=now, overlap=overlap)
        made.append(secret)
        return _of_endpoint(view)

    answer = _once("rotate_secret", (endpoint_id, overlap), act, key, actor, now)
    return answer, _secret(answer, made)


def delete(*, endpoint_id: int, key: str, actor: Actor, now: datetime) -> Answer:
    """Delete an endpoint, what waits for it, and the log of its deliveries.

    Raises:
        PermissionDenied: Nothing is deleted, the key is not bound.
        RequestRefused: `key_reused`, `endpoint_not_found`. Nothing is deleted; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        endpoints.delete(endpoint_id=endpoint_id, actor=actor, now=now)
        return {}

    return _once("delete_webhook", (endpoint_id,), act, key, actor, now)


def replay_delivery(*, delivery_id: int, key: str, actor: Actor, now: datetime) -> Answer:
    """Send a delivery again; the answer is for `told_delivery`.

    Raises:
        PermissionDenied: Nothing changes, the key is not bound.
        RequestRefused: `key_reused`, `delivery_not_found`. Nothing changes; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        replaying.replay_delivery(delivery_id=delivery_id, actor=actor, now=now)
        view, _ = queries.delivery(delivery_id, actor=actor)
        return {"delivery": msgspec.to_builtins(view)}

    return _once("replay_delivery", (delivery_id,), act, key, actor, now)


def replay_since(
    *,
    endpoint_id: int,
    key: str,
    actor: Actor,
    now: datetime,
    since: datetime | None = None,
    after_event_id: int | None = None,
) -> Answer:
    """Send the endpoint events again; `replayed` of the answer's facts is how many.

    Arguments are those of `replaying.replay_since`.

    Raises:
        PermissionDenied, InvalidRequest: Nothing changes, the key is not bound.
        RequestRefused: `key_reused`, `endpoint_not_found`. Nothing changes; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        replayed = replaying.replay_since(
            endpoint_id=endpoint_id, actor=actor, now=now, since=since, after_event_id=after_event_id
        )
        return {"replayed": replayed}

    return _once("replay_webhook", (endpoint_id, since, after_event_id), act, key, actor, now)


def told_endpoint(answer: Answer) -> EndpointView:
    """Return the endpoint as it was when the request was first answered."""
    return msgspec.convert(answer.facts["endpoint"], EndpointView)


def told_delivery(answer: Answer) -> DeliveryView:
    """Return the delivery as it was when the request was first answered."""
    return msgspec.convert(answer.facts["delivery"], DeliveryView)


def _of_endpoint(view: EndpointView) -> Mapping[str, Any]:
    return {"endpoint": msgspec.to_builtins(view)}


def _secret(answer: Answer, made: list[str]) -> str | None:
    """Return the secret that holds: none that was undone because another session had the key."""
    return None if answer.replayed else made[-1]


def _once(
    operation: str,
    payload: tuple[Any, ...],
    act: Callable[[], Mapping[str, Any]],
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    actor.require_everywhere(Permission.WEBHOOKS)
    return answer_under_key(operation, act, payload=payload, key=key, actor=actor, now=now)
