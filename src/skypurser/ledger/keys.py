"""Bind a key to an act that moves no money: opening an account, changing its terms, deleting it.

What moves money binds its key in `judging`; here the same is done around whatever a package does in its transaction, so
that a key means the same everywhere: its first judged answer, a refusal too, is the answer for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from django.db import connection, transaction

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger import records
from skypurser.ledger.posting import FENCE
from skypurser.ledger.requests import Answer, Request, check_key, fingerprint, plain_text
from skypurser.ledger.states import Outcome
from skypurser.ledger.writes import Writes

# Alone in its own row, so that the clock is read whether or not there is such a key.
_FIND = """
SELECT clock_timestamp(), k.fingerprint, k.outcome, k.code, k.facts::text
  FROM (SELECT %s::integer AS carrier_id, %s::text AS key) asked
  LEFT JOIN ledger_key k ON k.carrier_id = asked.carrier_id AND k.key = asked.key
"""

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked under a key, as the list of refused attempts shows it.

    Attributes:
        fingerprint: Of the payload (see `requests.fingerprint`).
        operation: What it is called there (`open`, `manage`, `delete`).
        account_id: None where there is none yet; `account_named` is what the caller wrote.

    Raises:
        InvalidRequest: The key is none, or a text is not printable.
    """

    carrier_id: int
    key: str
    fingerprint: bytes
    operation: str
    actor: str
    now: datetime
    account_id: int | None = None
    account_named: str = ""
    currency: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        plain_text(self.account_named, field="account")

    @classmethod
    def of(cls, request: Request, *, now: datetime) -> "Asked":
        """Return what a request asks, for something else that is done under its key."""
        return cls(
            carrier_id=request.carrier_id,
            key=request.key,
            fingerprint=request.fingerprint,
            operation=request.operation,
            actor=request.actor,
            now=now,
            account_id=request.account_id,
            account_named=request.account_named,
            currency=request.currency,
        )


def answer_under_key(
    operation: str,
    act: Callable[[], Mapping[str, Any]],
    *,
    payload: tuple[Any, ...],
    key: str,
    actor: Actor,
    now: datetime,
    named: str = "",
    account_id: int | None = None,
    currency: str = "",
) -> Answer:
    """Act once per key in a transaction of the actor's carrier, commit, and return the answer. See `answer_once`.

    Args:
        operation: What the list of refused attempts calls it; `named` and `account_id` what was asked for.
        payload: What the same key must come with again.

    Raises:
        RequestRefused: What `act` refuses, recorded and bound; `key_reused`.
        InvalidRequest, PermissionDenied: From `act`; nothing is written and the key is not bound.
    """
    asked = Asked(
        carrier_id=actor.carrier_id,
        key=key,
        fingerprint=fingerprint(operation, *payload),
        operation=operation,
        actor=actor.name,
        now=now,
        account_id=account_id,
        account_named=named,
        currency=currency,
    )
    with acting_for(actor.carrier_id):
        answer = answer_once(asked=asked, act=act)
    return answer.raise_if_refused()


def answer_once(*, asked: Asked, act: Callable[[], Mapping[str, Any]]) -> Answer:
    """Act unless the key was judged before, and bind it to what came of it. Inside `acting_for`.

    Args:
        act: Does it, in the caller's transaction, and returns what the answer tells: facts ready for JSON. A refusal
            that it raises undoes what it wrote, is recorded and bound.

    Returns:
        The answer, RECORDED or REFUSED; the caller commits before raising it. The same key and fingerprint get it
        again; with another fingerprint it is refused with `key_reused`.

    Raises:
        InvalidRequest, PermissionDenied: From `act`; nothing is written and the key is not bound.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a key is bound inside a transaction only")
    for _ in range(2):
        clock, answer = _judged_before(asked)
        if answer is not None:
            return answer
        try:
            with transaction.atomic():
                return _judge(asked, act, clock)
        except psycopg.errors.UniqueViolation as error:
            # Another session bound the key while we acted; what it was answered can be read now.
            if error.diag.constraint_name != "ledger_key_pkey":
                raise
    raise RuntimeError("a key was taken, and is not there")


def _judged_before(asked: Asked) -> tuple[datetime, Answer | None]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [asked.carrier_id, asked.key])
        clock, mark, outcome, code, facts = cursor.fetchone()
    if mark is None:
        return clock, None
    if bytes(mark) == asked.fingerprint:
        with connection.cursor() as cursor:
            cursor.execute(FENCE)  # the first answer waited for the standby, and so does this one
        return clock, Answer(Outcome(outcome), code, msgspec.json.decode(facts), replayed=True)
    writes = Writes()
    answer = Answer(Outcome.REFUSED, "key_reused")
    _refuse(writes, asked, answer, None)
    _write(writes)
    return clock, answer


def _judge(asked: Asked, act: Callable[[], Mapping[str, Any]], clock: datetime) -> Answer:
    writes = Writes()
    try:
        with transaction.atomic():
            answer = Answer(Outcome.RECORDED, None, dict(act()))
    except (InvalidRequest, PermissionDenied):
        raise
    except Refusal as no:
        answer = Answer(Outcome.REFUSED, no.code, dict(no.facts))
        _refuse(writes, asked, answer, _json(answer.facts).decode() if answer.facts else None)
    text = _json(answer.facts).decode()
    row = (asked.carrier_id, asked.key, asked.fingerprint, answer.outcome, answer.code, None, text, clock)
    writes.rows(records.KEY).append(row)
    _write(writes)
    return answer


def _refuse(writes: Writes, asked: Asked, answer: Answer, facts: str | None) -> None:
    writes.rows(records.REFUSED_ATTEMPT).append(
        (
            asked.carrier_id,
            asked.now,
            asked.actor,
            asked.operation,
            asked.key,
            answer.code,
            asked.account_id,
            asked.account_named,
            asked.currency,
            None,
            answer.facts.get("available"),
            answer.facts.get("shortfall"),
            facts,
        )
    )


def _write(writes: Writes) -> None:
    statement = writes.statement()
    if statement is not None:
        with psycopg.RawCursor(connection.connection) as cursor:
            cursor.execute(*statement)
