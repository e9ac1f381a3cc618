"""Endpoints changed and events replayed under a key: once, and without a secret in what is remembered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.permissions import ALL, Permission
from skypurser.errors import InvalidRequest
from skypurser.events.relaying import relay
from skypurser.events.types import UNTOLD_OPERATIONS
from skypurser.history import acts, events
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.webhooks import endpoints, once, queries
from tests import cast
from tests.databases import at_once, rows_of, this_database, unchanged

URL = "https://example.com/hook"


def create(actor: Actor, **differently: Any) -> tuple[Answer, str | None]:
    return once.create(**{"url": URL, "key": "create", "actor": actor, "now": cast.NOON, **differently})


def everything(endpoint_id: int, delivery_id: int) -> dict[str, Callable[[Actor, str], object]]:
    """Everything that is done under a key, of an actor and a key."""
    now = cast.NOON
    on: dict[str, Any] = {"endpoint_id": endpoint_id, "now": now}
    return {
        "create_webhook": lambda actor, key: create(actor, key=key),
        "change_webhook": lambda actor, key: once.change(**on, actor=actor, key=key, is_active=False),
        "rotate_secret": lambda actor, key: once.rotate_secret(**on, actor=actor, key=key),
        "replay_webhook": lambda actor, key: once.replay_since(**on, actor=actor, key=key, after_event_id=0),
        "replay_delivery": lambda actor, key: once.replay_delivery(
            delivery_id=delivery_id, actor=actor, key=key, now=now
        ),
        "delete_webhook": lambda actor, key: once.delete(**on, actor=actor, key=key),
    }


def test_a_secret_is_told_once_and_is_in_no_row_but_the_endpoints(superuser: psycopg.Connection) -> None:
    actor = operator(cast.carrier().id)

    answer, secret = create(actor)
    again, nothing = create(actor)
    view = once.told_endpoint(answer)
    how: dict[str, Any] = {"endpoint_id": view.id, "key": "rotate", "actor": actor, "now": cast.NOON}
    rotated, newer = once.rotate_secret(**how)
    replayed, nothing_new = once.rotate_secret(**how)

    assert secret is not None
    assert newer not in {None, secret}
    assert (nothing, nothing_new) == (None, None)
    assert (again.replayed, replayed.replayed) == (True, True)
    assert once.told_endpoint(again) == view
    assert once.told_endpoint(replayed) == once.told_endpoint(rotated) == queries.endpoint(view.id, actor=actor)
    for table, rows in rows_of(superuser, actor.carrier_id, leave_out=["webhooks_endpoint"]).items():
        assert not [row for row in rows if "whsec" in str(row)], table


def test_two_programs_that_create_under_one_key_at_once_make_one_endpoint_with_one_secret(
    superuser: psycopg.Connection,
) -> None:
    actor = operator(cast.carrier().id)

    made = at_once(this_database(), [lambda: create(actor)] * 2)

    told = [one for one in made if isinstance(one, tuple)]
    assert len(told) == 2, made
    assert {once.told_endpoint(answer) for answer, _ in told} == set(queries.endpoints(actor=actor))
    secrets = [secret for _, secret in told if secret is not None]
    kept = superuser.execute(
        "SELECT secret FROM webhooks_endpoint WHERE carrier_id = %s", [actor.carrier_id]
    ).fetchall()
    assert kept == [(secrets[0],)]
    assert len(secrets) == 1


def test_a_change_is_made_once_and_answered_as_the_first_time() -> None:
    actor = operator(cast.carrier().id)
    view = once.told_endpoint(create(actor)[0])
    how: dict[str, Any] = {"endpoint_id": view.id, "actor": actor, "now": cast.NOON}

    first = once.change(**how, key="change", description="billing", event_types=["hold.expired", "account.low"])
    endpoints.change(**how, description="else")
    again = once.change(**how, key="change", description="billing", event_types=["account.low", "hold.expired"])

    assert once.told_endpoint(first) == replace(
        view, description="billing", event_types=("account.low", "hold.expired")
    )
    assert (again.replayed, once.told_endpoint(again)) == (True, once.told_endpoint(first))
    assert queries.endpoint(view.id, actor=actor).description == "else"
    with pytest.raises(RequestRefused) as refusal:
        once.change(**how, key="change", description="billing")
    assert refusal.value.code == "key_reused"


def test_a_deletion_is_answered_again_although_nothing_is_there_any_more() -> None:
    actor = operator(cast.carrier().id)
    view = once.told_endpoint(create(actor)[0])
    how: dict[str, Any] = {"endpoint_id": view.id, "actor": actor, "now": cast.NOON}

    assert not once.delete(**how, key="delete").replayed
    assert once.delete(**how, key="delete").replayed
    with pytest.raises(RequestRefused) as refusal:
        once.delete(**how, key="another")

    assert refusal.value.code == "endpoint_not_found"


def test_a_refusal_is_recorded_bound_and_told_to_no_webhook() -> None:
    actor = operator(cast.carrier().id)
    asked = everything(2**62, 2**62)
    asked["create_webhook"] = lambda actor, key: create(actor, key=key, url="https://10.0.0.1/")
    assert asked.keys() == {name for name in UNTOLD_OPERATIONS if name.endswith(("webhook", "delivery", "secret"))}

    for name, ask in asked.items():
        codes = set()
        for _ in range(2):
            with pytest.raises(RequestRefused) as refusal:
                ask(actor, name)
            codes.add((refusal.value.code, refusal.value.answer.replayed))
        assert {replayed for _, replayed in codes} == {False, True}
        assert len({code for code, _ in codes}) == 1
    relay()

    attempts = acts.refused(carrier_id=actor.carrier_id, limit=50)
    assert {attempt.operation for attempt in attempts} == asked.keys()
    assert len(attempts) == len(asked)
    assert events.page(carrier_id=actor.carrier_id) == []


def test_what_is_malformed_binds_no_key(superuser: psycopg.Connection) -> None:
    actor = operator(cast.carrier().id)
    view = once.told_endpoint(create(actor)[0])
    how: dict[str, Any] = {"endpoint_id": view.id, "key": "new", "actor": actor, "now": cast.NOON}

    with unchanged(superuser, actor.carrier_id, but=()):
        for ask in (
            lambda: create(actor, key="new", event_types=["ticket.stolen"]),
            lambda: once.change(**how, description="two\nlines"),
            lambda: once.rotate_secret(**how, overlap=timedelta(days=31)),
            lambda: once.replay_since(**how),
        ):
            with pytest.raises(InvalidRequest):
                ask()


@pytest.mark.parametrize(
    "differently",
    [{"permissions": ALL - {Permission.WEBHOOKS}}, {"cities": frozenset({"NYC"})}],
    ids=["lacks", "limited"],
)
def test_whoever_may_not_is_refused_a_replay_too(differently: dict[str, Any]) -> None:
    actor = operator(cast.carrier().id)
    view = once.told_endpoint(create(actor)[0])
    clerk = replace(actor, **differently)

    for name, ask in everything(view.id, 1).items():
        with pytest.raises(PermissionDenied):
            ask(clerk, "create" if name == "create_webhook" else name)
    assert acts.refused(carrier_id=actor.carrier_id) == []
