"""Who holds a token, remembered for a few seconds, so that a revoked key stops working within that time.

Tokens that nobody holds are remembered as long, so that guessing costs the database nothing; of no token more than its
SHA-256 is kept.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic

from skypurser.access.api_keys import Caller, Unauthenticated

_MOST_KNOWN = 10_000


class Callers:
    """The callers that this process has seen lately.

    Args:
        authenticate: Returns who holds a token, or raises Unauthenticated; what else it raises is not remembered.
        seconds: So long an answer is remembered.
    """

    def __init__(self, authenticate: Callable[[str, datetime], Awaitable[Caller]], *, seconds: float = 3) -> None:
        self._authenticate = authenticate
        self._seconds = seconds
        self._known: OrderedDict[bytes, tuple[float, Caller | None]] = OrderedDict()
        self._asked: dict[bytes, asyncio.Task[Caller | None]] = {}

    async def of(self, token: str) -> Caller:
        """Return who holds the token.

        Raises:
            Unauthenticated: Nobody who is let in.
            Unavailable: The database does not answer.
        """
        digest = sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and known[0] > monotonic():
            caller = known[1]
        else:
            task = self._asked.get(digest)
            if task is None:
                task = self._asked[digest] = asyncio.create_task(self._ask(digest, token))
            caller = await asyncio.shield(task)  # others wait for it too
        if caller is None or (caller.expires_at is not None and caller.expires_at <= datetime.now(UTC)):
            raise Unauthenticated
        return caller

    async def _ask(self, digest: bytes, token: str) -> Caller | None:
        try:
            caller = await self._authenticate(token, datetime.now(UTC))
        except Unauthenticated:
            caller = None
        finally:
            del self._asked[digest]
        self._known[digest] = (monotonic() + self._seconds, caller)
        self._known.move_to_end(digest)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return caller
