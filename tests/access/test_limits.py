"""Limits of a key: requests per second, requests at the same time, and when it was used last."""

import math
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction

import psycopg
import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st

from skypurser.access.acting import AlreadyActing, acting_for
from skypurser.access.actors import operator
from skypurser.access.api_keys import authenticate, get_key
from skypurser.access.callers import Caller, Scope
from skypurser.access.limits import Admission, Limits, RateLimited, TooManyConcurrent, UseNotes
from tests import cast
from tests.databases import unchanged

SECOND = timedelta(seconds=1)


def caller(*, key_id: int = 1, rate: int = 10, concurrency: int = 1_000_000) -> Caller:
    return Caller(key_id, 7, "SP", "gds", frozenset(Scope), rate, concurrency, None)


def asked(limits: Limits, who: Caller, at: float) -> Admission | RateLimited:
    try:
        return limits.enter(who, at)
    except RateLimited as refusal:
        return refusal


def admitted(limits: Limits, who: Caller, at: float) -> bool:
    answer = asked(limits, who, at)
    if isinstance(answer, Admission):
        answer.close()
    return isinstance(answer, Admission)


# ------------------------------------------------------------------------------------------------------- the rate


def test_a_key_has_one_seconds_worth_at_once_and_not_one_more() -> None:
    limits, who = Limits(), caller(rate=10)

    assert [admitted(limits, who, 50.0) for _ in range(11)] == [True] * 10 + [False]


def test_one_more_is_gained_after_exactly_its_part_of_a_second() -> None:
    limits, who = Limits(), caller(rate=10)
    for _ in range(10):
        admitted(limits, who, 50.0)

    assert not admitted(limits, who, 50.099_999_999)
    assert admitted(limits, who, 50.1)
    assert not admitted(limits, who, 50.1)


def test_what_is_refused_costs_nothing() -> None:
    limits, who = Limits(), caller(rate=1)
    admitted(limits, who, 0.0)

    early = [admitted(limits, who, tenth / 10) for tenth in range(1, 10)]

    assert not any(early)
    assert admitted(limits, who, 1.0)


def test_rest_is_not_saved_up() -> None:
    limits, who = Limits(), caller(rate=3)
    admitted(limits, who, 0.0)

    assert [admitted(limits, who, 1_000_000.0) for _ in range(4)] == [True, True, True, False]


def test_keys_have_their_own_limits() -> None:
    limits = Limits()
    one, other = caller(key_id=1, rate=1), caller(key_id=2, rate=1)

    assert [admitted(limits, who, 0.0) for who in (one, one, other, other)] == [True, False, True, False]


def test_a_clock_that_another_thread_has_read_earlier_gives_nothing() -> None:
    limits, who = Limits(), caller(rate=1)
    admitted(limits, who, 10.0)

    assert not admitted(limits, who, 9.0)
    assert not admitted(limits, who, 10.5)
    assert admitted(limits, who, 11.0)


def test_nor_does_it_take_anything() -> None:
    limits, who = Limits(), caller(rate=2)

    assert [admitted(limits, who, at) for at in (10.0, 9.0, 9.0)] == [True, True, False]


def test_a_limit_that_was_lowered_holds_from_the_next_request_on() -> None:
    limits = Limits()
    limits.enter(caller(rate=100), 0.0)

    assert [admitted(limits, caller(rate=2), 0.0) for _ in range(3)] == [True, True, False]


class Model:
    """A bucket in fractions, as one would explain it."""

    def __init__(self, rate: int) -> None:
        self.rate, self.level, self.at = rate, Fraction(rate), None

    at: Fraction | None

    def take(self, at: Fraction) -> bool:
        passed = Fraction(0) if self.at is None else at - self.at
        self.at = at
        self.level = min(Fraction(self.rate), self.level + passed * self.rate)
        if self.level < 1:
            return False
        self.level -= 1
        return True


# Binary fractions, so that a float is exact and the model sees the very same instants.
steps = st.lists(st.integers(0, 3_000).map(lambda n: Fraction(n, 512)), max_size=60)


@given(rate=st.integers(1, 40), passing=steps)
def test_the_bucket_does_what_the_model_does(rate: int, passing: list[Fraction]) -> None:
    limits, model, at = Limits(), Model(rate), Fraction(1_000)

    for step in passing:
        at += step
        answer = asked(limits, caller(rate=rate), float(at))
        assert model.take(at) is isinstance(answer, Admission)
        if isinstance(answer, Admission):
            assert answer.remaining == math.floor(model.level)
            assert answer.reset == math.ceil((rate - model.level) / rate)
        else:
            assert answer.facts["retry_after"] == math.ceil((1 - model.level) / rate)


@given(rate=st.integers(1, 30), passing=steps, window=st.integers(1, 2_048).map(lambda n: Fraction(n, 512)))
def test_no_window_ever_sees_more_than_the_burst_and_the_rate(
    rate: int, passing: list[Fraction], window: Fraction
) -> None:
    limits, at, taken = Limits(), Fraction(0), []
    for step in passing:
        at += step / 64
        if admitted(limits, caller(rate=rate), float(at)):
            taken.append(at)

    for start in taken:
        assert sum(start <= one <= start + window for one in taken) <= rate + rate * window


@given(rate=st.integers(1, 1_000), count=st.integers(1, 200))
def test_whoever_keeps_to_the_rate_is_never_refused(rate: int, count: int) -> None:
    limits = Limits()

    assert all(admitted(limits, caller(rate=rate), math.ceil(n * 1e9 / rate) / 1e9) for n in range(count))


# ------------------------------------------------------------------------------------------------- what is answered

_POLICY = re.compile(r'"default";q=(\d+);w=1')
_LIMIT = re.compile(r'"default";r=(\d+);t=(\d+)')


def test_an_admission_says_what_is_left() -> None:
    limits, who = Limits(), caller(rate=100)
    for _ in range(49):
        limits.enter(who, 5.0)

    with limits.enter(who, 5.0) as admission:
        assert admission.headers() == {"RateLimit-Policy": '"default";q=100;w=1', "RateLimit": '"default";r=50;t=1'}


def test_a_refusal_says_when_to_ask_again_and_agrees_with_its_fields() -> None:
    limits, who = Limits(), caller(rate=1)
    limits.enter(who, 5.0)

    with pytest.raises(RateLimited) as refusal:
        limits.enter(who, 5.9)

    assert (refusal.value.code, refusal.value.facts) == ("rate_limited", {"limit": 1, "retry_after": 1})
    assert refusal.value.headers() == {
        "RateLimit-Policy": '"default";q=1;w=1',
        "RateLimit": '"default";r=0;t=1',
        "Retry-After": "1",
    }


@given(rate=st.integers(1, 100_000), times=st.integers(1, 5))
def test_the_fields_are_whole_numbers_that_are_not_negative(rate: int, times: int) -> None:
    limits = Limits()
    for _ in range(times):
        headers = asked(limits, caller(rate=rate), 0.3).headers()

    policy, limit = _POLICY.fullmatch(headers["RateLimit-Policy"]), _LIMIT.fullmatch(headers["RateLimit"])
    assert policy
    assert limit
    assert int(policy[1]) == rate
    assert int(limit[1]) == max(0, rate - times)


# ----------------------------------------------------------------------------------------------------- concurrency


def test_as_many_as_the_limit_are_under_way_and_one_more_when_one_is_answered() -> None:
    limits, who = Limits(), caller(concurrency=2)
    first = limits.enter(who, 0.0)
    limits.enter(who, 0.0)

    with pytest.raises(TooManyConcurrent) as refusal:
        limits.enter(who, 0.0)
    first.close()
    third = limits.enter(who, 0.0)

    assert (refusal.value.code, refusal.value.facts) == ("too_many_concurrent", {"limit": 2})
    assert refusal.value.headers() == {**third.headers(), "RateLimit": '"default";r=8;t=1'}
    assert isinstance(third, Admission)


def test_a_request_refused_for_others_under_way_takes_no_token() -> None:
    limits, who = Limits(), caller(rate=2, concurrency=1)
    first = limits.enter(who, 0.0)
    for _ in range(5):
        with pytest.raises(TooManyConcurrent):
            limits.enter(who, 0.0)

    first.close()

    assert limits.enter(who, 0.0).remaining == 0


def test_a_request_refused_for_the_rate_is_not_under_way() -> None:
    limits, who = Limits(), caller(rate=1, concurrency=1)
    limits.enter(who, 0.0).close()
    with pytest.raises(RateLimited):
        limits.enter(who, 0.0)

    assert limits.enter(who, 1.0).remaining == 0


def test_closing_twice_counts_once() -> None:
    limits, who = Limits(), caller(concurrency=2)
    first = limits.enter(who, 0.0)
    limits.enter(who, 0.0)

    first.close()
    first.close()
    limits.enter(who, 0.0)

    with pytest.raises(TooManyConcurrent):
        limits.enter(who, 0.0)


def test_an_error_inside_releases_it() -> None:
    limits, who = Limits(), caller(concurrency=1)

    with pytest.raises(ZeroDivisionError), limits.enter(who, 0.0):
        raise ZeroDivisionError

    limits.enter(who, 0.0).close()


def test_threads_together_get_what_one_would_and_leave_nothing_behind() -> None:
    limits, who = Limits(), caller(rate=500, concurrency=3)
    most, under_way, counted = 0, 0, threading.Lock()
    start = threading.Barrier(8)

    def ask() -> int:
        nonlocal most, under_way
        start.wait()
        got = 0
        for _ in range(2_000):
            try:
                admission = limits.enter(who, 1.0)
            except (RateLimited, TooManyConcurrent):
                continue
            with counted:
                under_way += 1
                most = max(most, under_way)
            got += 1
            with counted:
                under_way -= 1
            admission.close()
        return got

    with ThreadPoolExecutor(8) as pool:
        total = sum(done.result() for done in [pool.submit(ask) for _ in range(8)])

    assert total == 500
    assert most <= 3
    for _ in range(3):
        limits.enter(who, 2.0)
    with pytest.raises(TooManyConcurrent):
        limits.enter(who, 2.0)


# ---------------------------------------------------------------------------------------------------------- memory


def test_no_more_keys_are_kept_count_of_than_was_said() -> None:
    limits = Limits(most_keys=50)

    for number in range(1_000):
        admitted(limits, caller(key_id=number), float(number))

    assert len(limits) == 50


def test_the_key_that_was_used_longest_ago_is_forgotten_first() -> None:
    limits = Limits(most_keys=2)
    one, two, three = (caller(key_id=number, rate=1) for number in (1, 2, 3))
    for who in (one, two, one, three):
        admitted(limits, who, 0.0)

    assert not admitted(limits, one, 0.0)
    assert not admitted(limits, three, 0.0)


def test_a_key_with_requests_under_way_is_never_forgotten() -> None:
    limits = Limits(most_keys=2)
    busy = caller(key_id=1, concurrency=1)
    admission = limits.enter(busy, 0.0)

    for number in range(2, 20):
        admitted(limits, caller(key_id=number), 0.0)

    with pytest.raises(TooManyConcurrent):
        limits.enter(busy, 0.0)
    admission.close()
    limits.enter(busy, 0.0)
    assert len(limits) == 2


# -------------------------------------------------------------------------------------------------------- last use


def a_caller() -> Caller:
    return authenticate(token=cast.api_key(cast.carrier()).token, now=cast.NOON)


def last_use(of: Caller) -> object:
    return get_key(key_id=of.key_id, actor=operator(of.carrier_id)).last_used_at


def test_a_use_is_written_when_it_is_due_and_not_before(superuser: psycopg.Connection) -> None:
    notes, who = UseNotes(every=60), a_caller()

    with unchanged(superuser, who.carrier_id, but=()):
        notes.note(who, now=cast.NOON)
    assert notes.flush_if_due(at=5.0)
    assert last_use(who) == cast.NOON

    notes.note(who, now=cast.NOON + SECOND)
    with unchanged(superuser, who.carrier_id, but=()):
        assert not notes.flush_if_due(at=64.9)
    assert notes.flush_if_due(at=65.0)
    assert last_use(who) == cast.NOON + SECOND


def test_only_the_newest_use_of_each_key_is_written() -> None:
    notes, who, other = UseNotes(), a_caller(), a_caller()
    for seconds in (1, 3, 2):
        notes.note(who, now=cast.NOON + seconds * SECOND)
    notes.note(other, now=cast.NOON)

    notes.flush()

    assert (last_use(who), last_use(other)) == (cast.NOON + 3 * SECOND, cast.NOON)


def test_without_a_use_nothing_is_due() -> None:
    notes = UseNotes()

    assert not notes.flush_if_due(at=0.0)
    notes.flush()


def test_notes_that_could_not_be_written_are_kept() -> None:
    notes, who = UseNotes(every=60), a_caller()
    notes.note(who, now=cast.NOON + SECOND)

    with acting_for(who.carrier_id), pytest.raises(AlreadyActing):
        notes.flush_if_due(at=0.0)
    notes.note(who, now=cast.NOON)

    assert not notes.flush_if_due(at=59.0)
    assert notes.flush_if_due(at=60.0)
    assert last_use(who) == cast.NOON + SECOND


def test_a_lost_database_loses_no_note(superuser: psycopg.Connection) -> None:
    notes, who = UseNotes(), a_caller()
    notes.note(who, now=cast.NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone())

    with pytest.raises(DatabaseError):
        notes.flush()
    connection.close()
    notes.flush()

    assert last_use(who) == cast.NOON


def test_threads_may_note_while_another_writes() -> None:
    notes, who = UseNotes(), a_caller()

    def note(worker: int) -> None:
        for number in range(2_000):
            notes.note(who, now=cast.NOON + (number * 4 + worker) * SECOND)

    with ThreadPoolExecutor(4) as pool:
        noting = [pool.submit(note, worker) for worker in range(4)]
        while not all(done.done() for done in noting):
            notes.flush()
        for done in noting:
            done.result()
    notes.flush()

    assert last_use(who) == cast.NOON + 7_999 * SECOND
