"""Create and revoke API keys.

The reference of each act is the key's name and prefix; neither token nor hash is ever recorded.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from skypurser.access import api_keys
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.api_keys import KeyView, NewKey
from skypurser.access.callers import CONCURRENCY_LIMIT, RATE_LIMIT, Scope
from skypurser.history import acts


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
    """Create a key, recorded as `api_key.created`, and return it with the only copy of its token.

    Args:
        expires_at, rate_limit, concurrency_limit: As in `access.api_keys.create_key`.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key itself.
        InvalidRequest: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        made = api_keys.create_key(
            name=name,
            scopes=scopes,
            actor=actor,
            now=now,
            expires_at=expires_at,
            rate_limit=rate_limit,
            concurrency_limit=concurrency_limit,
        )
        told: dict[str, Any] = {
            "id": made.view.id,
            "scopes": sorted(made.view.scopes),
            "rate_limit": made.view.rate_limit,
            "concurrency_limit": made.view.concurrency_limit,
            "expires_at": _instant(made.view.expires_at),
        }
        changes = {field: [None, value] for field, value in told.items()}
        _record("api_key.created", made.view, changes, actor, now)
    return made


def revoke_key(*, key_id: int, actor: Actor, now: datetime) -> KeyView:
    """Take a key out of use for good, recorded as `api_key.revoked`; revoking it again changes and records nothing.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        ApiKeyNotFound: The actor's carrier has no such key.
    """
    with acting_for(actor.carrier_id):
        before = api_keys.get_key(key_id=key_id, actor=actor, is_locked=True)
        after = api_keys.revoke_key(key_id=key_id, actor=actor, now=now)
        if before.revoked_at is None:
            changes: dict[str, list[Any]] = {
                "id": [after.id, after.id],
                "revoked_at": [None, _instant(after.revoked_at)],
            }
            _record("api_key.revoked", after, changes, actor, now)
    return after


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _record(action: str, key: KeyView, changes: dict[str, list[Any]], actor: Actor, now: datetime) -> None:
    acts.record(
        carrier_id=actor.carrier_id,
        action=action,
        actor=actor.name,
        reference=f"{key.name} (sp_{key.prefix}…)",
        now=now,
        changes=changes,
    )
