"""Who holds a token, remembered for a few seconds, so that a revoked key stops working within that time.

Tokens that nobody holds are remembered as long, so that guessing costs the database nothing; of no token more than its
SHA-256 is kept.
"""

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Protocol

from skypurser.access.api_keys import Caller, Unauthenticated
from skypurser.counter.desk import Unavailable

_MOST_KNOWN = 10_000
#: Lookups under way; more tokens that nobody knows yet are turned away meanwhile.
_MOST_ASKED = 200


class Authenticate(Protocol):
    """Finds out who holds a token."""

    async def __call__(self, token: str, now: datetime, *, is_known: bool) -> Caller:
        """Return the caller or raise Unauthenticated."""
        ...


class Callers:
    """The callers that this process has seen lately.

    Args:
        authenticate: Returns who holds a token, or raises Unauthenticated; what else it raises is not remembered. It
            is told whether the token was good the last time, so that guesses keep nobody waiting who is known.
        seconds: So long an answer is remembered.
    """

    def __init__(self, authenticate: Authenticate, *, seconds: float = 3) -> None:
        self._authenticate = authenticate
        self._seconds = seconds
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()
        self._unknown: OrderedDict[bytes, float] = OrderedDict()
        self._asked: dict[bytes, asyncio.Task[Caller | None]] = {}

    async def of(self, token: str) -> Caller:
        """Return who holds the token.

        Raises:
            Unauthenticated: Nobody who is let in.
            Unavailable: The database does not answer.
        """
        digest = sha256(token.encode()).digest()
        known, now = self._known.get(digest), monotonic()
        caller: Caller | None
        if known is not None and known[0] > now:
            caller = known[1]
        elif self._unknown.get(digest, 0.0) > now:
            caller = None
        else:
            task = self._asked.get(digest)
            if task is None:
                if known is None and len(self._asked) >= _MOST_ASKED:
                    raise Unavailable("Too many unknown keys are being looked at.")
                task = self._asked[digest] = asyncio.create_task(self._ask(digest, token))
            caller = await asyncio.shield(task)  # others wait for it too
        if caller is None or (caller.expires_at is not None and caller.expires_at <= datetime.now(UTC)):
            raise Unauthenticated
        return caller

    async def _ask(self, digest: bytes, token: str) -> Caller | None:
        until = monotonic() + self._seconds
        try:
            caller = await self._authenticate(token, datetime.now(UTC), is_known=digest in self._known)
        except Unauthenticated:
            self._known.pop(digest, None)
            _keep(self._unknown, digest, until)
            return None
        finally:
            del self._asked[digest]
        self._unknown.pop(digest, None)
        _keep(self._known, digest, (until, caller))
        return caller


def _keep[V](memory: OrderedDict[bytes, V], digest: bytes, value: V) -> None:
    memory[digest] = value
    memory.move_to_end(digest)
    if len(memory) > _MOST_KNOWN:
        memory.popitem(last=False)
