"""What documents on paper have in common: figures and addresses as a language and a country write them.

Pure: no database, no clock.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from skypurser.invoices.lines import format_quantity
from skypurser.money import digits, format_amount

#: How numbers and dates are written: as the pages write them, so that a figure looks the same wherever it is read.
_LOCALES = {"en": "en", "es": "es"}

#: Where letters are written on Letter; A4 everywhere else.
_LETTER = frozenset({"US", "CA", "MX", "PR", "GT", "HN", "SV", "NI", "CR", "PA", "CO", "VE", "CL", "PH", "DO"})


class Place(Protocol):
    """Where somebody is; `country` is ISO 3166, and anything may be empty."""

    @property
    def address_lines(self) -> Sequence[str]:
        """Street and the like."""

    @property
    def postal_code(self) -> str:
        """As it stands in front of the city."""

    @property
    def city(self) -> str:
        """By name."""

    @property
    def country(self) -> str:
        """Two letters."""

    @property
    def tax_number(self) -> str:
        """As the authority writes it."""


def paper_of(country: str) -> str:
    """Return the paper that documents are printed on in a country (ISO 3166)."""
    return "us-letter" if country in _LETTER else "a4"


def address(name: str, place: Place, *, tax_number: str, language: str) -> list[str]:
    """Return the lines of an address, the country in the language; `tax_number` is what the number is called in it."""
    country = Locale.parse(_LOCALES[language]).territories.get(place.country, place.country)
    town = " ".join(filter(None, (place.postal_code, place.city)))
    tax = f"{tax_number} {place.tax_number}" if place.tax_number else ""
    return [one for one in (name, *place.address_lines, town, str(country), tax) if one]


class Figures:
    """Amounts, quantities and dates as they are written in a language (`en`, `es`); the digits are the currency's."""

    def __init__(self, currency: str, language: str) -> None:
        self._currency, self._locale = currency, _LOCALES[language]

    def amount(self, minor: int) -> str:
        """Write minor units, without the currency."""
        places = digits(self._currency)
        return self._number(format_amount(minor, self._currency), "#,##0." + "0" * places if places else "#,##0")

    def whole(self, count: int) -> str:
        """Write how many there are."""
        return self._number(str(count), "#,##0")

    def quantity(self, milli: int) -> str:
        """Write thousandths."""
        return self._number(format_quantity(milli), "#,##0.###")

    def percent(self, bps: int) -> str:
        """Write bps, with two decimals."""
        blank_and_sign = Locale.parse(self._locale).percent_formats[None].suffix[0]
        return f"{self._number(f'{bps // 100}.{bps % 100:02d}', '#,##0.00')}{blank_and_sign}"

    def day(self, of: date | None, *, form: str = "long") -> str:
        """Write a date, or nothing; `form` is one of Babel's."""
        return "" if of is None else str(format_date(of, form, locale=self._locale))

    def _number(self, text: str, pattern: str) -> str:
        return str(format_decimal(Decimal(text), format=pattern, locale=self._locale))
