"""Columns of values on their way to PostgreSQL, in its binary array format.

A batch sends whole columns, and for a generic driver each value in them is a small object to inspect; that cost more
than judging the sale. Here the caller names the type, so a column is packed in one go. `psycopg` takes these classes
through its public adaptation interface.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD = Struct("!iiIii")  # dimensions, has nulls, element type, length, lower bound
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


class Array(list[Any]):
    """A column of one type; None is null."""

    __slots__ = ()


class Smallints(Array):
    """smallint[]."""

    __slots__ = ()


class Integers(Array):
    """integer[]."""

    __slots__ = ()


class Bigints(Array):
    """bigint[]."""

    __slots__ = ()


class Texts(Array):
    """text[]."""

    __slots__ = ()


class Byteas(Array):
    """bytea[]."""

    __slots__ = ()


class Instants(Array):
    """timestamptz[]; instants are aware."""

    __slots__ = ()


class Dates(Array):
    """date[]."""

    __slots__ = ()


BY_TYPE: dict[str, type[Array]] = {
    "smallint": Smallints,
    "integer": Integers,
    "bigint": Bigints,
    "text": Texts,
    "jsonb": Texts,
    "text[]": Texts,
    "bigint[]": Texts,
    "bytea": Byteas,
    "timestamptz": Instants,
    "date": Dates,
}


#: What precedes a value of so many bytes; longer ones are rare.
_LENGTHS = tuple(length.to_bytes(4) for length in range(1024))


class _ArrayDumper(Dumper):
    format = Format.BINARY
    element: int

    def _packed(self, values: Sequence[bytes | None]) -> bytes:
        """Pack values that are in the element's binary form already."""
        count = len(values)
        if not count:
            return _HEAD.pack(0, 0, self.element, 0, 0)[:12]
        head = _HEAD.pack(1, 1, self.element, count, 1)
        first = values[0]
        if values.count(first) == count:
            return head + (_NULL if first is None else len(first).to_bytes(4) + first) * count
        try:
            lengths = map(_LENGTHS.__getitem__, map(len, values))  # type: ignore[arg-type]
            return head + b"".join(chain.from_iterable(zip(lengths, values, strict=True)))  # type: ignore[arg-type]
        except (TypeError, IndexError):  # a null, or a long value
            parts = (_NULL if value is None else len(value).to_bytes(4) + value for value in values)
            return head + b"".join(parts)


class _NumberDumper(_ArrayDumper):
    code: str
    width: int

    def dump(self, obj: Array) -> bytes:
        if None in obj or not obj:
            one = Struct("!" + self.code)
            return self._packed([None if value is None else one.pack(value) for value in obj])
        flat = [self.width] * (2 * len(obj))
        flat[1::2] = obj
        return _numbers(self.code, len(obj)).pack(1, 0, self.element, len(obj), 1, *flat)


@lru_cache(maxsize=4096)
def _numbers(code: str, length: int) -> Struct:
    return Struct("!iiIii" + f"i{code}" * length)


class _SmallintDumper(_NumberDumper):
    oid, element, code, width = 1005, 21, "h", 2


class _IntegerDumper(_NumberDumper):
    oid, element, code, width = 1007, 23, "i", 4


class _BigintDumper(_NumberDumper):
    oid, element, code, width = 1016, 20, "q", 8


class _TextDumper(_ArrayDumper):
    oid, element = 1009, 25

    def dump(self, obj: Array) -> bytes:
        first = obj[0] if obj else None
        if obj.count(first) == len(obj):  # the same text for all, encoded once
            return self._packed([None if first is None else first.encode()] * len(obj))
        try:
            return self._packed(list(map(str.encode, obj)))
        except TypeError:  # a null
            return self._packed([None if value is None else value.encode() for value in obj])


class _ByteaDumper(_ArrayDumper):
    oid, element = 1001, 17

    def dump(self, obj: Array) -> bytes:
        return self._packed(obj)


class _InstantDumper(_NumberDumper):
    oid, element, code, width = 1185, 1184, "q", 8

    def dump(self, obj: Array) -> bytes:
        return super().dump(Array(None if value is None else (value - _EPOCH) // _MICROSECOND for value in obj))


class _DateDumper(_NumberDumper):
    oid, element, code, width = 1182, 1082, "i", 4

    def dump(self, obj: Array) -> bytes:
        return super().dump(Array(None if value is None else value.toordinal() - _EPOCH_DAY for value in obj))


def register() -> None:
    """Teach psycopg these columns, for every connection opened from now on."""
    for kind, dumper in (
        (Smallints, _SmallintDumper),
        (Integers, _IntegerDumper),
        (Bigints, _BigintDumper),
        (Texts, _TextDumper),
        (Byteas, _ByteaDumper),
        (Instants, _InstantDumper),
        (Dates, _DateDumper),
    ):
        psycopg.adapters.register_dumper(kind, dumper)
