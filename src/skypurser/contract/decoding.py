"""Decode JSON that somebody else has written, and say where it is malformed."""

import re
from typing import Any

import msgspec

from skypurser.errors import Refusal

_parts = re.compile(r"(.*?)(?: - at `(key in )?(.*?)`)?", re.DOTALL).fullmatch
_step = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_named_field = re.compile(r"Object (?:contains unknown|missing required) field `(.*)`", re.DOTALL).fullmatch
_LONGEST_DETAIL = 200

# What msgspec says in words of its own.
_wrong_type = re.compile(r"Expected `([a-z]+)( \| null)?`, got `([a-z]+)`").fullmatch
_out_of_bounds = re.compile(r"Expected `(int|str|array)`( of length)? (>=|<=) (\d+)").fullmatch
_no_such_value = re.compile(r"Invalid enum value '(.*)'", re.DOTALL).fullmatch
_TYPES = {
    "int": "a whole number",
    "float": "a number with decimals",
    "str": "a string",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_COUNTED = {"str": "character", "array": "item"}


class Malformed(Refusal):
    """The body is not what it should be.

    Attributes:
        pointer: A JSON pointer to the place.
    """

    code = "invalid_request"

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


def decode[T](decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw, *, within: str = "") -> T:
    """Decode a body, or a part of one.

    Args:
        within: The JSON pointer to that part.

    Raises:
        Malformed: Truncated, not UTF-8, unpaired surrogates, nested too deep, unknown fields, wrong types, out of
            bounds. Points to the place, as far as it is known.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _malformed(str(error), within) from error
    except msgspec.DecodeError as error:
        raise Malformed(f"The body is not JSON: {error}."[:_LONGEST_DETAIL], pointer=within) from error
    except UnicodeError as error:
        raise Malformed("The body is not JSON: it is not valid UTF-8.", pointer=within) from error
    except RecursionError as error:
        raise Malformed("The body is nested too deep.", pointer=within) from error


def _malformed(message: str, within: str) -> Malformed:
    parts = _parts(message)
    text, path = (parts[1], parts[3] or "") if parts else (message, "")
    steps = [name or index for name, index in _step.findall(path)]
    named = _named_field(text)
    if named:
        steps.append(named[1])
    pointer = within + "".join(f"/{_escaped(step)}" for step in steps)
    return Malformed(f"{_worded(text)[:_LONGEST_DETAIL]}.", pointer=pointer[:_LONGEST_DETAIL])


def _worded(text: str) -> str:
    """Return what msgspec says as everything else here says it, without a full stop."""
    if found := _wrong_type(text):
        wanted, or_null, given = found.groups()
        return f"{_type(wanted)}{' or null' if or_null else ''}, not {_type(given)}".capitalize()
    if found := _out_of_bounds(text):
        name, _, sign, bound = found.groups()
        counted = f" {_COUNTED[name]}{'' if bound == '1' else 's'}" if name in _COUNTED else ""
        return f"{_type(name)} of at {'least' if sign == '>=' else 'most'} {bound}{counted}".capitalize()
    if found := _no_such_value(text):
        return f"None of the values that this can have: {found[1]}"
    if _named_field(text):
        return "This field is missing" if text.startswith("Object missing") else "There is no such field"
    return text.replace("`", "")


def _type(name: str) -> str:
    return _TYPES.get(name, name)


def _escaped(step: Any) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
