"""What a text typed into the search may mean. Pure: no database."""

import re
from dataclasses import dataclass

from skypurser.errors import Refusal
from skypurser.money import MAX_MINOR, digits
from skypurser.tickets.documents import parse_document

#: A longer text names nothing that is kept.
LONGEST = 200

_CODE = re.compile(r"[A-Z0-9]{2,20}")
_DOCUMENT_START = re.compile(r"[0-9]{6,12}")
_HOLD = re.compile(r"(?:HOLD\s*)?#?\s*([0-9]{1,18})", re.IGNORECASE)
# Thousands in groups of three by one sign, decimals behind the other; or neither.
_AMOUNT = re.compile(
    r"(?P<whole>[0-9]{1,15}|[0-9]{1,3}(?:(?P<group>[,.' \u00a0])[0-9]{3})(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<point>[.,])(?P<decimals>[0-9]{1,4}))?"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The readings of a text; an empty one is none.

    Attributes:
        text: Without blanks around it.
        code: As an office's or client's code or an issue id.
        document: 13 digits; `document_start` the first of them.
        hold_id: As a hold's number.
        amount: Whole and decimal digits, still of any currency.
    """

    text: str
    code: str = ""
    document: str = ""
    document_start: str = ""
    hold_id: int | None = None
    amount: tuple[int, str] | None = None

    @property
    def is_figure(self) -> bool:
        """Return whether it is rather an amount than anything's name or reference: it has decimals or groups."""
        return self.amount is not None and not self.text.isdecimal()

    def minor(self, currency: str) -> int | None:
        """Return the amount in minor units of a currency; None where it has too few decimals for it."""
        if self.amount is None:
            return None
        whole, decimals = self.amount
        places = digits(currency)
        if len(decimals) == 3 and 0 < whole < 1_000 and places != 3:
            whole, decimals = whole * 1_000 + int(decimals), ""  # "1,234": a thousand and more, but for dinars
        if decimals.rstrip("0")[places:]:
            return None
        minor = int(f"{whole}{decimals[:places].ljust(places, '0')}")
        return minor if 0 < minor <= MAX_MINOR else None


def read(text: str) -> Wanted:
    """Return what a text may mean; nothing where it is empty, too long, or no text that is kept anywhere."""
    plain = text.strip()
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        return Wanted("")
    compact = plain.upper()
    hold = _HOLD.fullmatch(plain)
    return Wanted(
        text=plain,
        code=compact if _CODE.fullmatch(compact) else "",
        document=_document(plain),
        document_start=plain if _DOCUMENT_START.fullmatch(plain) else "",
        hold_id=int(hold[1]) if hold else None,
        amount=_amount(plain),
    )


def _document(text: str) -> str:
    try:
        return parse_document(text.replace(" ", ""))
    except Refusal:
        return ""


def _amount(text: str) -> tuple[int, str] | None:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    whole, group, point, decimals = match.group("whole", "group", "point", "decimals")
    if group is not None and group == point:
        return None
    return int(re.sub(r"[^0-9]", "", whole)), decimals or ""
