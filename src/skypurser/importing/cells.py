"""What a cell means: text, codes, words of closed lists, amounts, percentages. Nothing is guessed, nothing rounded."""

import re
from decimal import Decimal
from typing import Any

from skypurser import money
from skypurser.errors import InvalidRequest
from skypurser.importing import words
from skypurser.importing.raw import Broken, Cell, Figure
from skypurser.importing.sheets import Column, Kind
from skypurser.parties import texts

_CODE = re.compile(r"[A-Z0-9]{2,20}")
_CITY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")

#: An amount as text: without separators, or with those of thousands as well, which must then differ.
_PLAIN = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:(?P<group>[.,' \u00a0\u202f])[0-9]{3})+(?:(?P<point>(?!(?P=group))[.,])[0-9]+)?")
_THOUSAND = re.compile(r"-?[0-9]{1,3},[0-9]{3}")
_LONGEST_AMOUNT = 40

_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?\s?%?")

#: How many are told of one account at most; `alerts` counts again.
MOST_EMAILS = 20


class Unfit(Exception):
    """The cell does not mean what its column asks for."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def text(cell: Cell, column: Column) -> str:
    """Return one line of text.

    Raises:
        Unfit: Too long, or not printable.
    """
    if isinstance(cell, Broken):
        raise Unfit("formula_broken")
    written = "" if cell is None else str(cell).strip()
    if len(written) > column.longest:
        raise Unfit("too_long", longest=column.longest)
    try:
        return texts.line(written, field=column.name, longest=column.longest)
    except InvalidRequest:
        raise Unfit("unprintable") from None


def code(cell: Cell, column: Column) -> str:
    """Return a code in capitals: an office's or client's, an IATA code, a country."""
    written = text(cell, column).upper()
    shape, unfit = {3: (_CITY, "not_a_city"), 2: (_COUNTRY, "not_a_country")}.get(column.longest, (_CODE, "not_a_code"))
    if written and not shape.fullmatch(written):
        raise Unfit(unfit)
    return written


def choice(cell: Cell, column: Column) -> str:
    """Return the value of a closed list; the default where the cell is empty."""
    written = text(cell, column)
    if not written:
        return column.default
    found = words.choice_called(written)
    if found not in column.choices:
        raise Unfit("unknown_choice", choices=",".join(column.choices))
    return str(found)


def choices(cell: Cell, column: Column, *, of: tuple[str, ...]) -> frozenset[str]:
    """Return several values of a closed list, with commas or semicolons between them."""
    found = set()
    for word in re.split("[,;]", text(cell, column)):
        if word.strip():
            one = words.choice_called(word)
            if one not in of:
                raise Unfit("unknown_choice", choices=",".join(of))
            found.add(one)
    return frozenset(found)


def currency(cell: Cell, column: Column) -> str:
    """Return a currency that accounts are kept in."""
    written = text(cell, column).upper()
    if written:
        try:
            money.digits(written)
        except InvalidRequest:
            raise Unfit("unknown_currency") from None
    return written


def email(cell: Cell, column: Column) -> str:
    """Return an e-mail address, as it is written."""
    written = text(cell, column)
    try:
        return texts.email(written)
    except InvalidRequest:
        raise Unfit("not_an_email", address=written) from None


def emails(cell: Cell, column: Column) -> tuple[str, ...]:
    """Return e-mail addresses in small letters, each once."""
    found: dict[str, None] = {}
    for word in re.split("[,;]", text(cell, column)):
        if not word.strip():
            continue
        try:
            found[texts.email(word).lower()] = None
        except InvalidRequest:
            raise Unfit("not_an_email", address=word.strip()) from None
    if len(found) > MOST_EMAILS:
        raise Unfit("too_many_emails", most=MOST_EMAILS)
    return tuple(found)


def amount(cell: Cell, unit: str) -> int | None:
    """Return minor units; None where the cell is empty.

    Args:
        unit: The currency.

    Raises:
        Unfit: More decimals than the currency has, a sign, something that could mean two amounts, or none.
    """
    if isinstance(cell, Broken):
        raise Unfit("formula_broken")
    if cell is None:
        return None
    places = money.digits(unit)
    example = money.format_amount(123_456 * 10**places // 100, unit)
    if isinstance(cell, Figure) and not cell.is_percent:
        value = cell.value
    else:
        value = _read(str(cell).strip(), example=example)
    if value < 0:
        raise Unfit("negative_amount")
    minor = value.scaleb(places)
    if minor != minor.to_integral_value():
        raise Unfit("too_many_decimals", currency=unit, digits=places)
    if minor > money.MAX_MINOR:
        raise Unfit("amount_too_large")
    return int(minor)


def percent(cell: Cell) -> int | None:
    """Return bps; None where the cell is empty. 8, 8.00, "8 %" and a cell that shows 8% are the same.

    Raises:
        Unfit: None from 0 to 100, or with more than two decimals.
    """
    if isinstance(cell, Broken):
        raise Unfit("formula_broken")
    if cell is None:
        return None
    if isinstance(cell, Figure):
        bps = cell.value * 100
    else:
        match = _PERCENT.fullmatch(str(cell).strip())
        if match is None:
            raise Unfit("not_a_percentage")
        bps = Decimal(f"{match[1]}.{match[2] or 0}") * 100
    if bps != bps.to_integral_value() or not 0 <= bps <= money.MAX_BPS:
        raise Unfit("not_a_percentage")
    return int(bps)


def _read(written: str, *, example: str) -> Decimal:
    if len(written) > _LONGEST_AMOUNT:
        raise Unfit("not_an_amount", example=example)
    if _THOUSAND.fullmatch(written):  # of thousands in one country, of decimals in another
        raise Unfit("ambiguous_amount", example=example)
    if _PLAIN.fullmatch(written):
        return Decimal(written.replace(",", "."))
    match = _GROUPED.fullmatch(written)
    if match is None:
        raise Unfit("not_an_amount", example=example)
    return Decimal(written.replace(match["group"], "").replace(",", "."))


def value_of(cell: Cell, column: Column) -> Any:
    """Return what a cell of text, codes, currencies, words or addresses means, by its column's kind."""
    return _READERS[column.kind](cell, column)


_READERS = {
    Kind.TEXT: text,
    Kind.CODE: code,
    Kind.CHOICE: choice,
    Kind.CURRENCY: currency,
    Kind.EMAIL: email,
    Kind.EMAILS: emails,
}
