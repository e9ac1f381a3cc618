"""What a movement, a hold, a payment or an invoice is for, as people read it and type it.

The ledger has `booking:17`, `quote:17` and, on one account, `statement:17`; the number behind the colon is the one that
people know.
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAMED: Mapping[str, Promise] = {
    "booking": _("Booking %(number)s"),
    "quote": _("Quote %(number)s"),
    "statement": _("Statement %(number)s"),
}

#: The word and the number; what is typed may have the colon of the ledger, a number sign, both or neither.
_TYPED = re.compile(r"(\w+)[\s:#]+0*([1-9][0-9]{0,17})")

#: What bookings and quotes write as the reference of what they move: their number again.
_ENGLISH = {"booking": "Booking {}", "quote": "Quote {}"}


def named(document: str | None) -> str:
    """Return a document as people read it; what nobody here knows stays as it is, and nothing is the empty text."""
    kind, _colon, number = (document or "").partition(":")
    return str(_NAMED[kind] % {"number": number}) if kind in _NAMED and number else document or ""


def statement(document: str | None) -> int | None:
    """Return the number of the account's statement that a document is; None where it is something else."""
    kind, _colon, number = (document or "").partition(":")
    return int(number) if kind == "statement" and number.isascii() and number.isdecimal() else None


def told(document: str | None, reference: str) -> str:
    """Return document and reference in one line; a reference that says the document only is not said twice."""
    kind, _colon, number = (document or "").partition(":")
    again = kind in _ENGLISH and reference == _ENGLISH[kind].format(number)
    return " · ".join(filter(None, (named(document), "" if again else reference)))


def read(text: str) -> str:
    """Return the document that somebody has typed, in the language of the page or in English; else what was typed."""
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        return text.strip()
    word = match[1].casefold()
    for kind in _ENGLISH:
        if word in {kind, str(_NAMED[kind]).split()[0].casefold()}:
            return f"{kind}:{match[2]}"
    return text.strip()
