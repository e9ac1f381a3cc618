"""API keys: found by their token alone, and by nothing else."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection

from skypurser.access.acting import AlreadyActing, acting_for
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.api_keys import (
    ApiKeyNotFound,
    Caller,
    KeyState,
    NewKey,
    Scope,
    Unauthenticated,
    authenticate,
    create_key,
    get_key,
    keys,
    keys_with_prefix,
    note_use,
    revoke_key,
)
from skypurser.access.permissions import ALL, Permission
from skypurser.errors import InvalidRequest
from tests import cast
from tests.databases import this_database, unchanged, wait_until_waiting

SECOND = timedelta(seconds=1)
LATER = cast.NOON + 60 * SECOND


def create(actor: Actor, **differently: Any) -> NewKey:
    how = {"name": "gds", "scopes": {Scope.SALES, Scope.ACCOUNTS}, "actor": actor, "now": cast.NOON}
    return create_key(**{**how, **differently})


def administrator() -> Actor:
    return operator(cast.carrier().id, name="ann@example.org")


def refused(token: str, *, now: datetime = LATER) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        authenticate(token=token, now=now)
    assert (refusal.value.code, refusal.value.facts) == ("unauthenticated", {})
    return str(refusal.value)


# --------------------------------------------------------------------------------------------------- authentication


def test_a_token_stands_for_its_key_and_carrier() -> None:
    carrier = cast.carrier()
    expires_at = LATER + SECOND

    made = create(operator(carrier.id), expires_at=expires_at, rate_limit=7, concurrency_limit=3)

    assert re.fullmatch(r"sp_[A-Za-z0-9_-]{43}", made.token)
    assert authenticate(token=made.token, now=LATER) == Caller(
        key_id=made.view.id,
        carrier_id=carrier.id,
        carrier_code=carrier.code,
        name="gds",
        scopes=frozenset({Scope.SALES, Scope.ACCOUNTS}),
        rate_limit=7,
        concurrency_limit=3,
        expires_at=expires_at,
    )


def test_every_token_is_another() -> None:
    actor = administrator()

    tokens = {create(actor).token for _ in range(20)}

    assert len(tokens) == 20


def test_a_key_works_up_to_the_instant_of_its_expiry_and_not_at_it() -> None:
    instant = timedelta(microseconds=1)
    made = create(administrator(), expires_at=LATER)

    assert authenticate(token=made.token, now=LATER - instant).expires_at == LATER
    refused(made.token, now=LATER)
    refused(made.token, now=LATER + instant)


def test_a_revoked_key_no_longer_works_whatever_the_clock_says() -> None:
    actor = administrator()
    made, other = create(actor), create(actor)

    revoke_key(key_id=made.view.id, actor=actor, now=LATER)

    refused(made.token, now=LATER)
    refused(made.token, now=cast.NOON)
    assert authenticate(token=other.token, now=LATER).key_id == other.view.id


def malformed(token: str) -> dict[str, str]:
    body = token.removeprefix("sp_")
    return {
        "empty": "",
        "the mark alone": "sp_",
        "without the mark": body,
        "another mark": f"sk_{body}",
        "the mark in capitals": f"SP_{body}",
        "too short": token[:-1],
        "too long": f"{token}A",
        "padded": f"{token}=",
        "a line end": f"{token}\n",
        "an accent behind": f"{token}é",
        "a blank before": f" {token}",
        "a blank inside": f"{token[:20]} {token[21:]}",
        "a null": f"{token[:20]}\0{token[21:]}",
        "standard base64": f"sp_+/{body[2:]}",
        "letters of another script": f"sp_{'\u0430' * 43}",
        "digits of another script": f"sp_{'\u0661' * 43}",
        "a lone surrogate": f"sp_{'\ud800' * 43}",
        "with the scheme": f"Bearer {token}",
        "SQL": "sp_' OR '1'='1",
        "a wildcard": f"sp_{'%' * 43}",
        "the hash": hashlib.sha256(token.encode()).hexdigest(),
        "very long": "sp_" + "A" * 1_000_000,
        "other case": token.swapcase(),
        "one letter off": token[:-1] + ("A" if token[-1] != "A" else "Q"),
        "never made": f"sp_{'A' * 43}",
    }


def test_tokens_that_are_malformed_unknown_expired_or_revoked_get_one_and_the_same_answer() -> None:
    actor = administrator()
    made, revoked = create(actor), create(actor)
    expired = create(actor, expires_at=LATER)
    revoke_key(key_id=revoked.view.id, actor=actor, now=LATER)

    tokens = {**malformed(made.token), "expired": expired.token, "revoked": revoked.token}

    assert len({refused(token) for token in tokens.values()}) == 1
    assert authenticate(token=made.token, now=LATER).key_id == made.view.id


def test_a_key_is_found_inside_another_carriers_transaction_and_outside_any() -> None:
    made, outsider = create(administrator()), cast.carrier()

    with acting_for(outsider.id):
        inside = authenticate(token=made.token, now=LATER)

    assert inside == authenticate(token=made.token, now=LATER)


def test_the_table_has_the_hash_and_neither_it_nor_the_history_has_the_token(superuser: psycopg.Connection) -> None:
    made = create(administrator())

    row = superuser.execute("SELECT token_hash, k::text FROM access_apikey k WHERE id = %s", [made.view.id]).fetchone()

    assert row is not None
    assert row[0] == hashlib.sha256(made.token.encode()).digest()
    body = made.token.removeprefix("sp_")
    assert made.view.prefix == body[:8]
    assert body[8:16] not in row[1]
    assert made.token not in repr(made)


def test_the_application_can_not_read_a_hash() -> None:
    actor = administrator()
    create(actor)

    for statement in (
        "SELECT token_hash FROM access_apikey",
        "SELECT * FROM access_apikey",
        "SELECT id FROM access_apikey WHERE token_hash > '\\x00'",
        "UPDATE access_apikey SET token_hash = token_hash",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            acting_for(actor.carrier_id),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# -------------------------------------------------------------------------------------------------- what it may do


@pytest.mark.parametrize(
    ("scope", "permissions"),
    [
        (Scope.SALES, {Permission.ISSUANCE, Permission.QUERIES}),
        (Scope.HOLDS, {Permission.HOLDS}),
        (Scope.ACCOUNTS, {Permission.LIST_ACCOUNTS, Permission.QUERIES}),
        (
            Scope.MONEY,
            {
                Permission.NEW_ACCOUNT,
                Permission.ACCOUNT_MANAGEMENT,
                Permission.CREDIT_AND_DEBIT,
                Permission.CUT_OFF,
                Permission.CARD_FUNDS,
            },
        ),
        (Scope.CHARTER, {Permission.JET_CARDS, Permission.SALES, Permission.INVOICES}),
        (Scope.EVENTS, {Permission.WEBHOOKS}),
        (Scope.ADMINISTRATION, {Permission.ADMINISTRATION}),
    ],
)
def test_permissions_follow_from_scopes(scope: Scope, permissions: set[Permission]) -> None:
    made = create(administrator(), scopes=[scope])

    actor = authenticate(token=made.token, now=LATER).actor

    assert (actor.name, set(actor.permissions), actor.key_id) == ("key:gds", permissions, made.view.id)
    assert not actor.countries | actor.cities | actor.offices


def test_a_caller_is_refused_what_its_key_is_not_for() -> None:
    caller = authenticate(token=create(administrator()).token, now=LATER)

    caller.require(Scope.SALES)
    with pytest.raises(PermissionDenied, match="scope: money") as refusal:
        caller.require(Scope.MONEY)

    assert (refusal.value.code, refusal.value.facts) == ("permission_denied", {"scope": "money"})


def test_no_key_makes_keys_whatever_its_scopes(superuser: psycopg.Connection) -> None:
    made = create(administrator(), scopes=list(Scope))
    program = authenticate(token=made.token, now=LATER).actor

    with unchanged(superuser, program.carrier_id, but=()), pytest.raises(PermissionDenied):
        create(program)

    assert [key.id for key in keys(actor=program)] == [made.view.id]
    assert revoke_key(key_id=made.view.id, actor=program, now=LATER).revoked_at == LATER


def test_creating_revoking_and_listing_need_administration(superuser: psycopg.Connection) -> None:
    actor = administrator()
    made = create(actor)
    clerk = Actor(actor.carrier_id, "clerk", ALL - {Permission.ADMINISTRATION})

    with unchanged(superuser, actor.carrier_id, but=()):
        for attempt in (
            lambda: create(clerk),
            lambda: revoke_key(key_id=made.view.id, actor=clerk, now=LATER),
            lambda: keys(actor=clerk),
            lambda: get_key(key_id=made.view.id, actor=clerk),
            lambda: keys_with_prefix(prefix=made.view.prefix, actor=clerk),
        ):
            with pytest.raises(PermissionDenied):
                attempt()


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "\u202egds"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"expires_at": cast.NOON}, "expires_at"),
        ({"expires_at": LATER.replace(tzinfo=None)}, "expires_at"),
        ({"rate_limit": 0}, "rate_limit"),
        ({"rate_limit": 100_001}, "rate_limit"),
        ({"concurrency_limit": 0}, "concurrency_limit"),
        ({"concurrency_limit": 10_001}, "concurrency_limit"),
    ],
)
def test_what_is_malformed_creates_no_key(
    superuser: psycopg.Connection, differently: dict[str, Any], field: str
) -> None:
    actor = administrator()

    with unchanged(superuser, actor.carrier_id, but=()), pytest.raises(InvalidRequest) as refusal:
        create(actor, **differently)

    assert refusal.value.field == field


# ------------------------------------------------------------------------------------------------ listing, revoking


def test_the_list_shows_the_carriers_keys_page_by_page() -> None:
    actor = administrator()
    made = [create(actor, name=f"key {number}").view for number in range(3)]

    first = keys(actor=actor, limit=2)
    rest = keys(actor=actor, after=first[-1].id, limit=2)

    assert [*first, *rest] == made
    assert (first[0].created_by, first[0].created_at) == ("ann@example.org", cast.NOON)
    assert (first[0].expires_at, first[0].revoked_at, first[0].last_used_at) == (None, None, None)


def test_a_key_tells_whether_it_works() -> None:
    actor = administrator()
    key = create(actor, expires_at=LATER).view
    revoked = revoke_key(key_id=create(actor).view.id, actor=actor, now=LATER)

    states = [key.state(now=now) for now in (LATER - SECOND, LATER)]

    assert states == [KeyState.ACTIVE, KeyState.EXPIRED]
    assert revoked.state(now=cast.NOON) is KeyState.REVOKED


def test_revoking_twice_changes_nothing(superuser: psycopg.Connection) -> None:
    actor = administrator()
    key_id = create(actor).view.id
    once = revoke_key(key_id=key_id, actor=actor, now=LATER)

    with unchanged(superuser, actor.carrier_id, but=()):
        # A row that is locked bears the mark of the transaction in xmax, never in xmin.
        twice = revoke_key(key_id=key_id, actor=actor, now=LATER + SECOND)

    assert once == twice
    assert twice.revoked_at == LATER


def test_the_database_keeps_a_revoked_key_revoked() -> None:
    actor = administrator()
    key_id = create(actor).view.id
    revoke_key(key_id=key_id, actor=actor, now=LATER)

    with (
        pytest.raises(IntegrityError, match="stays so"),
        acting_for(actor.carrier_id),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE access_apikey SET revoked_at = NULL WHERE id = %s", [key_id])


def test_another_carriers_key_is_neither_listed_nor_found_nor_revoked(superuser: psycopg.Connection) -> None:
    ours, theirs = administrator(), administrator()
    made = create(theirs)

    with unchanged(superuser, theirs.carrier_id, but=()):
        assert keys(actor=ours) == []
        assert keys_with_prefix(prefix=made.view.prefix, actor=ours) == []
        with pytest.raises(ApiKeyNotFound):
            get_key(key_id=made.view.id, actor=ours)
        with pytest.raises(ApiKeyNotFound):
            revoke_key(key_id=made.view.id, actor=ours, now=LATER)

    assert authenticate(token=made.token, now=LATER).carrier_id == theirs.carrier_id


def test_a_key_is_found_by_its_prefix_with_or_without_the_mark() -> None:
    actor = administrator()
    view = create(actor).view

    for prefix in (view.prefix, f"sp_{view.prefix}"):
        assert keys_with_prefix(prefix=prefix, actor=actor) == [view]
    for prefix in ("", view.prefix[:7], f"{view.prefix}x", "%" * 8, "\0" * 8):
        assert keys_with_prefix(prefix=prefix, actor=actor) == []


# --------------------------------------------------------------------------------------------------------- last use


def last_use(actor: Actor, key: NewKey) -> datetime | None:
    return get_key(key_id=key.view.id, actor=actor).last_used_at


def test_uses_of_several_carriers_keys_are_noted_together() -> None:
    actors = [administrator() for _ in range(3)]
    made = [create(actor) for actor in actors]
    untouched = create(actors[0])

    note_use(
        uses={
            (actor.carrier_id, key.view.id): LATER + number * SECOND
            for number, (actor, key) in enumerate(zip(actors, made, strict=True))
        }
    )

    noted = [last_use(actor, key) for actor, key in zip(actors, made, strict=True)]
    assert noted == [LATER, LATER + SECOND, LATER + 2 * SECOND]
    assert last_use(actors[0], untouched) is None


def test_they_are_noted_by_one_statement() -> None:
    actor = administrator()
    uses = {(actor.carrier_id, create(actor).view.id): LATER for _ in range(5)}
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        note_use(uses=uses)

    assert len([sql for sql in seen if "access_apikey" in sql]) == 1


def test_a_last_use_never_moves_backwards(superuser: psycopg.Connection) -> None:
    actor = administrator()
    key = create(actor)
    note_use(uses={(actor.carrier_id, key.view.id): LATER})

    with unchanged(superuser, actor.carrier_id, but=()):
        note_use(uses={(actor.carrier_id, key.view.id): LATER - SECOND})
        note_use(uses={(actor.carrier_id, key.view.id): LATER})
    assert last_use(actor, key) == LATER

    note_use(uses={(actor.carrier_id, key.view.id): LATER + SECOND})
    assert last_use(actor, key) == LATER + SECOND


def test_a_use_under_the_wrong_carrier_or_of_no_key_notes_nothing(superuser: psycopg.Connection) -> None:
    ours, theirs = administrator(), administrator()
    key = create(theirs)

    with unchanged(superuser, theirs.carrier_id, but=()):
        note_use(uses={(ours.carrier_id, key.view.id): LATER, (ours.carrier_id, 2**40): LATER})
        note_use(uses={})


def test_uses_are_not_noted_inside_a_carriers_transaction() -> None:
    actor = administrator()
    key = create(actor)

    with pytest.raises(AlreadyActing), acting_for(actor.carrier_id):
        note_use(uses={(actor.carrier_id, key.view.id): LATER})

    assert last_use(actor, key) is None


def test_processes_that_note_the_same_keys_at_once_never_block_each_other_and_the_newest_stays() -> None:
    actor = administrator()
    made = [create(actor) for _ in range(20)]
    ids = [(actor.carrier_id, key.view.id) for key in made]
    rounds = 15

    def note(worker: int) -> None:
        order = ids if worker % 2 else ids[::-1]
        with this_database().behind_django():
            with connection.cursor() as cursor:  # else the planner may happen to find the rows in one order
                cursor.execute("SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off")
            for number in range(rounds):
                note_use(uses=dict.fromkeys(order, LATER + (number * 4 + worker) * SECOND))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(note, worker) for worker in range(4)]:
            done.result()

    newest = LATER + ((rounds - 1) * 4 + 3) * SECOND
    assert [last_use(actor, key) for key in made] == [newest] * len(made)


def test_a_slow_note_that_waited_for_a_newer_one_does_not_overwrite_it(superuser: psycopg.Connection) -> None:
    actor = administrator()
    key = create(actor)
    newer = LATER + SECOND

    with ThreadPoolExecutor(1) as pool:
        with superuser.transaction():
            superuser.execute("UPDATE access_apikey SET last_used_at = %s WHERE id = %s", [newer, key.view.id])

            def note() -> None:
                with this_database().behind_django():
                    note_use(uses={(actor.carrier_id, key.view.id): LATER})

            slow = pool.submit(note)
            wait_until_waiting(this_database(), 1)
        slow.result()

    assert last_use(actor, key) == newer
