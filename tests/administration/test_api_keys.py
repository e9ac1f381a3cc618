"""Creating and revoking API keys stands in the carrier's history, and the token nowhere."""

import hashlib
import json
from datetime import timedelta

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.api_keys import ApiKeyNotFound, Scope, Unauthenticated, authenticate
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.api_keys import create_key, revoke_key
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from tests import cast
from tests.databases import rows_of, unchanged

LATER = cast.NOON + timedelta(minutes=1)


def test_a_key_that_is_created_and_revoked_stands_in_the_history() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id, name="ann@example.org")

    made = create_key(name="gds", scopes=[Scope.SALES, Scope.HOLDS], actor=actor, now=cast.NOON, expires_at=LATER)
    revoke_key(key_id=made.view.id, actor=actor, now=LATER)

    revoked, created, _ = acts.of_carrier(carrier_id=carrier.id)
    assert {act.reference for act in (revoked, created)} == {f"gds (sp_{made.view.prefix}…)"}
    assert {act.actor for act in (revoked, created)} == {"ann@example.org"}
    assert (created.at, created.action, created.changes) == (
        cast.NOON,
        "api_key.created",
        {
            "id": [None, made.view.id],
            "scopes": [None, ["holds", "sales"]],
            "rate_limit": [None, 100],
            "concurrency_limit": [None, 20],
            "expires_at": [None, "2026-01-15T17:01:00Z"],
        },
    )
    assert (revoked.at, revoked.action, revoked.changes) == (
        LATER,
        "api_key.revoked",
        {"id": [made.view.id, made.view.id], "revoked_at": [None, "2026-01-15T17:01:00Z"]},
    )
    with pytest.raises(Unauthenticated):
        authenticate(token=made.token, now=cast.NOON)


def test_neither_token_nor_hash_is_written_but_the_hash_in_its_own_column(superuser: psycopg.Connection) -> None:
    carrier = cast.carrier()
    made = cast.api_key(carrier)
    revoke_key(key_id=made.view.id, actor=operator(carrier.id), now=LATER)

    dump = rows_of(superuser, carrier.id)

    secret, digest = made.token[11:], hashlib.sha256(made.token.encode()).hexdigest()
    telling = {name for name, rows in dump.items() if secret[:8] in json.dumps(rows) or digest in json.dumps(rows)}
    assert telling == {"access_apikey"}
    assert secret[:8] not in json.dumps(dump["access_apikey"])


def test_revoking_twice_is_one_act(superuser: psycopg.Connection) -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)
    key_id = cast.api_key(carrier).view.id
    once = revoke_key(key_id=key_id, actor=actor, now=LATER)

    with unchanged(superuser, carrier.id, but=()):
        twice = revoke_key(key_id=key_id, actor=actor, now=LATER + timedelta(hours=1))

    assert once == twice


def test_what_is_refused_leaves_neither_key_nor_act(superuser: psycopg.Connection) -> None:
    ours, theirs = cast.carrier(), cast.carrier()
    key_id = cast.api_key(theirs).view.id
    clerk = Actor(theirs.id, "clerk", ALL - {Permission.ADMINISTRATION})

    with unchanged(superuser, ours.id, but=()), unchanged(superuser, theirs.id, but=()):
        with pytest.raises(ApiKeyNotFound):
            revoke_key(key_id=key_id, actor=operator(ours.id), now=LATER)
        with pytest.raises(PermissionDenied):
            revoke_key(key_id=key_id, actor=clerk, now=LATER)
        with pytest.raises(PermissionDenied):
            create_key(name="gds", scopes=[Scope.SALES], actor=clerk, now=LATER)
        with pytest.raises(InvalidRequest):
            create_key(name="", scopes=[Scope.SALES], actor=operator(theirs.id), now=LATER)
