"""What somebody writes of a customer or person: printable, not too long, and shaped as what it should be."""

import re
import unicodedata

import pycountry

from skypurser.emails import LONGEST, is_email
from skypurser.errors import InvalidRequest

_PHONE = re.compile(r"\+?[0-9 ().\-/]{3,40}")
_LANGUAGES = ("en", "es")


def line(text: str, *, field: str, longest: int, mandatory: bool = False) -> str:
    """Return one line of text without blanks around it.

    Raises:
        InvalidRequest: Not printable, too long, or mandatory and blank; names the field.
    """
    stripped = text.strip()
    if len(stripped) > longest or not stripped.isprintable() or not _is_storable(stripped):
        raise InvalidRequest(f"at most {longest} printable characters", field=field)
    if mandatory and not stripped:
        raise InvalidRequest(f"a {field.replace('_', ' ')} is mandatory", field=field)
    return stripped


def lines(text: str, *, field: str, longest: int) -> str:
    """Return text of several lines, each of them printable; errors are those of `line`."""
    stripped = text.replace("\r\n", "\n").strip()
    if len(stripped) > longest or not all(part.isprintable() for part in stripped.split("\n")):
        raise InvalidRequest(f"at most {longest} printable characters", field=field)
    if not _is_storable(stripped):
        raise InvalidRequest(f"at most {longest} printable characters", field=field)
    return stripped


def email(text: str, *, field: str = "email") -> str:
    """Return an e-mail address, or nothing where there is none."""
    address = line(text, field=field, longest=LONGEST)
    if address and not is_email(address):
        raise InvalidRequest("this is no e-mail address", field=field)
    return address


def phone(text: str, *, field: str = "phone") -> str:
    """Return a telephone number as it was written, or nothing where there is none."""
    number = line(text, field=field, longest=40)
    if number and not _PHONE.fullmatch(number):
        raise InvalidRequest("a telephone number has digits, blanks, and + at most in front", field=field)
    return number


def country(text: str, *, field: str = "country") -> str:
    """Return an ISO 3166 country, two capital letters, or nothing where there is none."""
    if text and (not re.fullmatch("[A-Z]{2}", text) or pycountry.countries.get(alpha_2=text) is None):
        raise InvalidRequest("the country is two capital letters (ISO 3166)", field=field)
    return text


def language(text: str, *, field: str = "language") -> str:
    """Return a language that mails and documents come in."""
    if text not in _LANGUAGES:
        raise InvalidRequest(f"the language is one of {', '.join(_LANGUAGES)}", field=field)
    return text


def sort_name(name: str) -> str:
    """Return a name as lists are sorted: without accents, capitals and signs, so that no collation is asked."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def _is_storable(text: str) -> bool:
    """Tell whether the text is UTF-8; half of a surrogate pair is not."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
