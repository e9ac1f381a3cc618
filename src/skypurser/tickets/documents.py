"""Numbers of tickets and EMDs: the airline's 3-digit accounting code, 10 digits, and a check digit.

The check digit is the ten digits modulo 7. It is optional when a number is entered, must be right where it is
given, and is never stored: the 13 digits are the document's identity.
"""

import re

from skypurser.errors import Refusal

_shape = re.compile(r"([0-9]{13})(?:-([0-9]))?").fullmatch


class InvalidDocumentNumber(Refusal):
    """Not a document number: 13 digits, optionally a hyphen and the right check digit."""

    code = "invalid_document_number"


def parse_document(text: str) -> str:
    """Read "2792400001001" or "2792400001001-6" and return the 13 digits.

    Raises:
        InvalidDocumentNumber: Another shape (blanks and other hyphens included), or a wrong check digit.
    """
    try:
        match = _shape(text)
    except TypeError:  # not a string at all
        match = None
    if match is None:
        raise InvalidDocumentNumber
    document, given = match.groups()
    if given is not None and int(given) != check_digit(document):
        raise InvalidDocumentNumber(f"The check digit of {document} is not {given}.")
    return document


def check_digit(document: str) -> int:
    """Return the check digit, 0 to 6, of a document as `parse_document` returns it."""
    return int(document[3:]) % 7


def format_document(document: str) -> str:
    """Write a document as people read it: "279-2400001001-6". `parse_document` does not read this form."""
    return f"{document[:3]}-{document[3:]}-{check_digit(document)}"
