"""Columns of values on their way to PostgreSQL, in its binary array format.

A batch sends whole columns, and for a generic driver each value in them is a small object to inspect; that cost more
than judging the sale. Here the caller names the type, so a column is packed in one go; `wire` sends it as it is.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import Any, ClassVar

_HEAD = Struct("!iiIii")  # dimensions, has nulls, element type, length, lower bound
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


#: What precedes a value of so many bytes; longer ones are rare.
_LENGTHS = tuple(length.to_bytes(4) for length in range(1024))


class Array(list[Any]):
    """A column of one type; None is null."""

    __slots__ = ()
    element: ClassVar[int]

    def packed(self) -> bytes:
        """Return the column in PostgreSQL's binary format.

        Raises:
            UnicodeEncodeError: A text without an encoding.
            struct.error: A number beyond the type's bounds.
        """
        raise NotImplementedError

    def _of(self, values: Sequence[bytes | None]) -> bytes:
        """Return an array of values that are in the element's binary form already."""
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


class _Numbers(Array):
    __slots__ = ()
    code: ClassVar[str]
    width: ClassVar[int]

    def packed(self) -> bytes:
        return self._of_numbers(self)

    def _of_numbers(self, numbers: list[int | None]) -> bytes:
        if None in numbers or not numbers:
            one = Struct("!" + self.code)
            return self._of([None if number is None else one.pack(number) for number in numbers])
        flat = [self.width] * (2 * len(numbers))
        flat[1::2] = numbers  # type: ignore[assignment]  # without None
        return _numbers(self.code, len(numbers)).pack(1, 0, self.element, len(numbers), 1, *flat)


@lru_cache(maxsize=4096)
def _numbers(code: str, length: int) -> Struct:
    return Struct("!iiIii" + f"i{code}" * length)


class Smallints(_Numbers):
    """smallint[]."""

    __slots__ = ()
    element, code, width = 21, "h", 2


class Integers(_Numbers):
    """integer[]."""

    __slots__ = ()
    element, code, width = 23, "i", 4


class Bigints(_Numbers):
    """bigint[]."""

    __slots__ = ()
    element, code, width = 20, "q", 8


class Texts(Array):
    """text[]."""

    __slots__ = ()
    element = 25

    def packed(self) -> bytes:
        """Return the column; the same text for all is encoded once."""
        first = self[0] if self else None
        if self.count(first) == len(self):
            return self._of([None if first is None else first.encode()] * len(self))
        try:
            return self._of(list(map(str.encode, self)))
        except TypeError:  # a null
            return self._of([None if value is None else value.encode() for value in self])


class Byteas(Array):
    """bytea[]."""

    __slots__ = ()
    element = 17

    def packed(self) -> bytes:
        """Return the column."""
        return self._of(self)


class Instants(_Numbers):
    """timestamptz[]; instants are aware."""

    __slots__ = ()
    element, code, width = 1184, "q", 8

    def packed(self) -> bytes:
        """Return the column."""
        return self._of_numbers([None if value is None else (value - _EPOCH) // _MICROSECOND for value in self])


class Dates(_Numbers):
    """date[]."""

    __slots__ = ()
    element, code, width = 1082, "i", 4

    def packed(self) -> bytes:
        """Return the column."""
        return self._of_numbers([None if value is None else value.toordinal() - _EPOCH_DAY for value in self])


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
