"""API keys: how a program shows for which carrier it acts, and what it may do.

A token is `sp_` and 32 random bytes. It is shown once, to whoever creates the key; the database has its SHA-256,
which the application may write and have looked up, but not read. So many random bits need no slow hash: they can't be
guessed, and a stolen hash leads back to no token.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import connection

from skypurser.access.acting import acting_for, acting_for_all, reading_for
from skypurser.access.actors import Actor
from skypurser.access.callers import CONCURRENCY_LIMIT, RATE_LIMIT
from skypurser.access.callers import Caller as Caller  # noqa: PLC0414 — found here too, where callers come from
from skypurser.access.callers import Scope as Scope  # noqa: PLC0414
from skypurser.access.models import ApiKey
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal

HIGHEST_RATE_LIMIT = 100_000
HIGHEST_CONCURRENCY_LIMIT = 10_000
LONGEST_PAGE = 500

_MARK = "sp_"
_PREFIX_LENGTH = 8
_TOKEN = re.compile(r"sp_[A-Za-z0-9_-]{43}")
_PREFIX = re.compile(r"(?:sp_)?([A-Za-z0-9_-]{8})")
_LONGEST_NAME = 100


class Unauthenticated(Refusal):
    """There is no such API key, or it no longer works."""

    code = "unauthenticated"


class ApiKeyNotFound(Refusal):
    """The carrier has no such API key."""

    code = "api_key_not_found"


class KeyState(StrEnum):
    """Whether a key works."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class KeyView:
    """What may be known of a key; neither its token nor the hash.

    Attributes:
        prefix: The first characters of the token after `sp_`, to tell keys apart.
        last_used_at: Up to a minute or so behind, because uses are noted together.
    """

    id: int
    name: str
    prefix: str
    scopes: frozenset[Scope]
    rate_limit: int
    concurrency_limit: int
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, *, now: datetime) -> KeyState:
        """Tell whether the key works at this instant; one that was revoked never does again."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        return KeyState.ACTIVE if self.expires_at is None or now < self.expires_at else KeyState.EXPIRED


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was created just now, with the only copy of its token; `repr` leaves the token out."""

    token: str = field(repr=False)
    view: KeyView


def authenticate(*, token: str, now: datetime) -> Caller:
    """Return whom the token stands for.

    Raises:
        Unauthenticated: The token is malformed or unknown, or its key has expired or is revoked; the answer does not
            tell which.
    """
    if _TOKEN.fullmatch(token):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM access_find_api_key(%s)", [_digest(token)])
            row = cursor.fetchone()
        if row is not None:
            key_id, carrier_id, code, name, scopes, rate, concurrency, expires_at = row
            if expires_at is None or now < expires_at:
                return Caller(key_id, carrier_id, code, name, _scopes(scopes), rate, concurrency, expires_at)
    raise Unauthenticated


def create_key(
    *,
    name: str,
    scopes: Collection[Scope],
    actor: Actor,
    now: datetime,
    expires_at: datetime | None = None,
    rate_limit: int = RATE_LIMIT,
    concurrency_limit: int = CONCURRENCY_LIMIT,
) -> NewKey:
    """Create a key of the actor's carrier and return it with its token, which nobody can ask for again.

    Args:
        name: What the history calls it; need not be unique, so that a key can be replaced by one of the same name.
        scopes: At least one.
        expires_at: The first instant at which it no longer works.
        rate_limit: Requests per second.
        concurrency_limit: Requests at the same time.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key itself.
        InvalidRequest: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    called = name.strip()
    if not called or len(called) > _LONGEST_NAME or not called.isprintable():
        raise InvalidRequest(f"a key's name has 1 to {_LONGEST_NAME} printable characters", field="name")
    if not scopes:
        raise InvalidRequest("a key has at least one scope", field="scopes")
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now):
        raise InvalidRequest("a key expires at an instant in the future, with its time zone", field="expires_at")
    if not 1 <= rate_limit <= HIGHEST_RATE_LIMIT:
        raise InvalidRequest(f"the rate limit lies between 1 and {HIGHEST_RATE_LIMIT}", field="rate_limit")
    if not 1 <= concurrency_limit <= HIGHEST_CONCURRENCY_LIMIT:
        raise InvalidRequest(
            f"the concurrency limit lies between 1 and {HIGHEST_CONCURRENCY_LIMIT}", field="concurrency_limit"
        )
    token = _MARK + secrets.token_urlsafe(32)
    with acting_for(actor.carrier_id):
        row = ApiKey.objects.create(
            carrier_id=actor.carrier_id,
            name=called,
            prefix=token.removeprefix(_MARK)[:_PREFIX_LENGTH],
            token_hash=_digest(token),
            scopes=sorted(Scope(scope) for scope in set(scopes)),
            rate_limit=rate_limit,
            concurrency_limit=concurrency_limit,
            created_at=now,
            created_by=actor.name,
            expires_at=expires_at,
        )
    return NewKey(token, _view(row))


def revoke_key(*, key_id: int, actor: Actor, now: datetime) -> KeyView:
    """Take the key out of use for good, and return it. Revoking it again changes nothing.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        ApiKeyNotFound: The actor's carrier has no such key.
    """
    with acting_for(actor.carrier_id):
        view = get_key(key_id=key_id, actor=actor, is_locked=True)
        if view.revoked_at is None:
            ApiKey.objects.filter(carrier_id=actor.carrier_id, id=key_id).update(revoked_at=now)
        return get_key(key_id=key_id, actor=actor)


def get_key(*, key_id: int, actor: Actor, is_locked: bool = False) -> KeyView:
    """Return a key of the actor's carrier; `is_locked` keeps it as it is until the transaction ends.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        ApiKeyNotFound: The actor's carrier has no such key.
    """
    actor.require(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        rows = _readable.filter(carrier_id=actor.carrier_id, id=key_id)
        row = (rows.select_for_update(no_key=True) if is_locked else rows).first()
    if row is None:
        raise ApiKeyNotFound(f"there is no API key {key_id}")
    return _view(row)


def keys_with_prefix(*, prefix: str, actor: Actor) -> list[KeyView]:
    """Return the keys whose prefix, with or without `sp_`, is this one: none or one, more by the rarest chance.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
    """
    actor.require(Permission.ADMINISTRATION)
    shaped = _PREFIX.fullmatch(prefix)
    if shaped is None:
        return []
    with reading_for(actor.carrier_id):
        rows = _readable.filter(carrier_id=actor.carrier_id, prefix=shaped[1]).order_by("id")
        return [_view(row) for row in rows]


def keys(*, actor: Actor, after: int = 0, limit: int = LONGEST_PAGE) -> list[KeyView]:
    """Return the carrier's keys in the order of their creation, those that no longer work included.

    Args:
        after: The id of the last key of the page before.
        limit: At most `LONGEST_PAGE` are returned, and one more to see whether another page follows.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
    """
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        rows = _readable.filter(carrier_id=actor.carrier_id, id__gt=after).order_by("id")
        return [_view(row) for row in rows[: min(limit, LONGEST_PAGE + 1)]]


def note_use(*, uses: Mapping[tuple[int, int], datetime]) -> None:
    """Note when keys were used last, by carrier and key; keys of several carriers in one statement.

    An instant before the one that is noted changes nothing, nor does a key that is not there.

    Raises:
        AlreadyActing: Inside a transaction that acts for a carrier.
    """
    if not uses:
        return
    carrier_ids, key_ids = zip(*uses, strict=True)
    with acting_for_all(set(carrier_ids)), connection.cursor() as cursor:
        # Locked first, and in one order: what is newer by then is left alone, and processes that note the same keys
        # never wait for each other in a circle.
        cursor.execute(
            """
            WITH used AS MATERIALIZED (
                SELECT k.carrier_id, k.id, u.at
                  FROM unnest(%s::integer[], %s::bigint[], %s::timestamptz[]) AS u (carrier_id, id, at)
                  JOIN access_apikey k ON k.carrier_id = u.carrier_id AND k.id = u.id
                 WHERE k.last_used_at IS NULL OR k.last_used_at < u.at
                 ORDER BY k.carrier_id, k.id FOR NO KEY UPDATE OF k
            )
            UPDATE access_apikey k SET last_used_at = used.at FROM used
             WHERE k.carrier_id = used.carrier_id AND k.id = used.id
            """,
            [list(carrier_ids), list(key_ids), list(uses.values())],
        )


#: The application has no right to read the hashes.
_readable = ApiKey.objects.defer("token_hash")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()


def _scopes(names: Collection[str]) -> frozenset[Scope]:
    return frozenset(Scope(name) for name in names)


def _view(row: ApiKey) -> KeyView:
    return KeyView(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=_scopes(row.scopes),
        rate_limit=row.rate_limit,
        concurrency_limit=row.concurrency_limit,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
