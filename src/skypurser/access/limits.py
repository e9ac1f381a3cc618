"""How much a key may ask for: so many requests per second, so many at the same time.

Each process counts for itself, in memory. Time is an argument: seconds of a monotonic clock, which mean nothing but
their differences.
"""

import threading
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from skypurser.access.api_keys import note_use
from skypurser.access.callers import Caller
from skypurser.errors import Refusal

#: How many keys are kept count of. More than these at work within a second have their counts begun anew.
MOST_KEYS = 10_000

#: Tokens are counted in billionths, and time in nanoseconds: a bucket that gains `rate` tokens a second gains `rate`
#: billionths a nanosecond, and nothing is ever rounded away.
_TOKEN = 1_000_000_000
_SECOND = 1_000_000_000


class RateLimited(Refusal):
    """The key has asked more often than it may; ask again after `retry_after` seconds."""

    code = "rate_limited"

    def __init__(self, *, limit: int, retry_after: int) -> None:
        super().__init__(
            f"the API key may ask {limit} times per second; ask again in {retry_after} s",
            limit=limit,
            retry_after=retry_after,
        )
        self.limit = limit
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        """Return the fields that go with the answer."""
        return {**_headers(self.limit, 0, self.retry_after), "Retry-After": str(self.retry_after)}


class TooManyConcurrent(Refusal):
    """The key has as many requests under way as it may; ask again when one is answered."""

    code = "too_many_concurrent"

    def __init__(self, *, limit: int, rate: int, remaining: int, reset: int) -> None:
        super().__init__(f"the API key may have {limit} requests under way at the same time", limit=limit)
        self._headers = _headers(rate, remaining, reset)

    def headers(self) -> dict[str, str]:
        """Return the fields that go with the answer: the rate has room, or it would have been refused for that."""
        return self._headers


class _Bucket:
    """What is left to one key."""

    __slots__ = ("at", "level", "under_way")

    def __init__(self, at: int, level: int) -> None:
        self.at = at  # nanoseconds
        self.level = level  # billionths of tokens
        self.under_way = 0


class Admission:
    """A request that was let in and is under way until `close`; closing it again does nothing."""

    __slots__ = ("_bucket", "_limits", "limit", "remaining", "reset")

    def __init__(self, limits: "Limits", bucket: _Bucket, *, limit: int, remaining: int, reset: int) -> None:
        self._limits = limits
        self._bucket: _Bucket | None = bucket
        self.limit = limit
        self.remaining = remaining
        self.reset = reset

    def headers(self) -> dict[str, str]:
        """Return `RateLimit-Policy` and `RateLimit`, as they were when the request was let in.

        Source: draft-ietf-httpapi-ratelimit-headers. `r` is what may be asked at once, `t` the seconds, rounded up,
        until that is the whole second's worth again.
        """
        return _headers(self.limit, self.remaining, self.reset)

    def close(self) -> None:
        """Say that the request is answered; from any thread."""
        self._limits._leave(self)  # noqa: SLF001 — two halves of one thing

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Limits:
    """Counts requests per key: a token bucket that holds one second's worth, and the requests under way.

    Its lock is held for a few assignments, never while anybody waits.
    """

    def __init__(self, *, most_keys: int = MOST_KEYS) -> None:
        self._lock = threading.Lock()
        self._most = most_keys
        self._buckets: dict[tuple[int, int], _Bucket] = {}  # least recently used first

    def enter(self, caller: Caller, at: float) -> Admission:
        """Let a request in, and take one token for it.

        Args:
            at: Now, by a monotonic clock, in seconds; one a little before the last one counts as the last one.

        Raises:
            RateLimited, TooManyConcurrent: No token is taken.
        """
        rate = caller.rate_limit
        now = round(at * _SECOND)
        key = (caller.carrier_id, caller.key_id)
        with self._lock:
            bucket = self._buckets.pop(key, None) or self._fresh(now, rate)
            self._buckets[key] = bucket
            passed = max(0, now - bucket.at)
            bucket.at += passed
            bucket.level = min(rate * _TOKEN, bucket.level + passed * rate)
            if bucket.level < _TOKEN:
                raise RateLimited(limit=rate, retry_after=_seconds(_TOKEN - bucket.level, rate))
            if bucket.under_way >= caller.concurrency_limit:
                left = bucket.level // _TOKEN
                full = _seconds(rate * _TOKEN - bucket.level, rate)
                raise TooManyConcurrent(limit=caller.concurrency_limit, rate=rate, remaining=left, reset=full)
            bucket.level -= _TOKEN
            bucket.under_way += 1
            return Admission(
                self,
                bucket,
                limit=rate,
                remaining=bucket.level // _TOKEN,
                reset=_seconds(rate * _TOKEN - bucket.level, rate),
            )

    def _fresh(self, now: int, rate: int) -> _Bucket:
        """Return a full bucket; make room for it. A key with requests under way is never forgotten."""
        if len(self._buckets) >= self._most:
            idle = next((key for key, bucket in self._buckets.items() if not bucket.under_way), None)
            if idle is not None:
                del self._buckets[idle]
        return _Bucket(now, rate * _TOKEN)

    def _leave(self, admission: Admission) -> None:
        with self._lock:
            bucket, admission._bucket = admission._bucket, None  # noqa: SLF001 — under the lock, so that it counts once
            if bucket is not None:
                bucket.under_way -= 1

    def __len__(self) -> int:
        """Return how many keys are kept count of."""
        return len(self._buckets)


class UseNotes:
    """Remembers when keys were used last and writes it down now and then, for all keys together."""

    def __init__(self, *, every: float = 60.0) -> None:
        """Write at most every so many seconds."""
        self._every = every
        self._lock = threading.Lock()
        self._uses: dict[tuple[int, int], datetime] = {}
        self._flushed_at: float | None = None

    def note(self, caller: Caller, *, now: datetime) -> None:
        """Remember that the key was used; writes nothing."""
        with self._lock:
            self._remember({(caller.carrier_id, caller.key_id): now})

    def flush_if_due(self, *, at: float) -> bool:
        """Write the notes down unless that was done less than `every` seconds ago; tell whether it was done now.

        Args:
            at: Now, by a monotonic clock, in seconds.

        Raises:
            DatabaseError: The notes are kept for the next time, which is due as if this had succeeded.
        """
        with self._lock:
            if not self._uses or (self._flushed_at is not None and at - self._flushed_at < self._every):
                return False
            self._flushed_at = at
        self.flush()
        return True

    def flush(self) -> None:
        """Write the notes down now, as at the end of a process.

        Raises:
            DatabaseError: The notes are kept.
        """
        with self._lock:
            uses, self._uses = self._uses, {}
        try:
            note_use(uses=uses)
        except BaseException:
            with self._lock:
                self._remember(uses)
            raise

    def _remember(self, uses: Mapping[tuple[int, int], datetime]) -> None:
        for key, now in uses.items():
            before = self._uses.get(key)
            if before is None or before < now:
                self._uses[key] = now


def _seconds(tokens: int, rate: int) -> int:
    """Return how many whole seconds, rounded up, it takes to gain so many billionths of tokens."""
    return -(-tokens // (rate * _SECOND))


def _headers(limit: int, remaining: int, reset: int) -> dict[str, str]:
    return {"RateLimit-Policy": f'"default";q={limit};w=1', "RateLimit": f'"default";r={remaining};t={reset}'}
