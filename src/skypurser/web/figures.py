"""Amounts, percentages, dates and instants as people read and write them: by the locale, with our currencies' decimals.

The locale decides the signs (1,234.50 or 1.234,50); ISO 4217, by `money.py`, decides how many decimals there are,
because the locale data drops those of some currencies.
"""

import re
from copy import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import NumberPattern, get_decimal_symbol, get_group_symbol, get_minus_sign_symbol
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skypurser import money
from skypurser.errors import InvalidRequest
from skypurser.invoices.lines import MAX_QUANTITY_MILLI

#: What people type or paste for a separator of thousands besides the locale's own.
_BLANKS = " \u00a0\u202f"

#: The longest text that is read as a number: longer than the largest amount, separators and all.
_LONGEST = 40

_QUANTITY_PLACES = 3


class Mistyped(InvalidRequest):
    """What a person typed is not what the field takes; the message is in the person's language."""

    code = "invalid_request"


def locale() -> Locale:
    """Return the locale of the language that is active."""
    return _locale(get_language() or "en")


def amount(minor: int, currency: str) -> str:
    """Write an amount in minor units with the currency's decimals, without its code."""
    return _number(minor, money.digits(currency))


def with_currency(minor: int, currency: str) -> str:
    """Write an amount with its ISO code, kept together: "1,234.50 USD"."""
    return f"{amount(minor, currency)}\N{NO-BREAK SPACE}{currency}"


def percent(bps: int) -> str:
    """Write a percentage given in bps with two decimals: "7.25%"."""
    # The locale's own pattern says whether there is a blank before the sign.
    return str(_percents(str(locale()), 2).apply(Decimal(bps).scaleb(-4), locale()))


def part(of_all: int, whole: int) -> str:
    """Write how much of a whole something is, in whole percents: "91%"."""
    return str(_percents(str(locale()), 0).apply(Decimal(round(100 * of_all / whole)) / 100, locale()))


def plain_percent(bps: int) -> str:
    """Write a percentage given in bps as it is typed: "7.25"."""
    return _number(bps, 2)


def whole(number: int) -> str:
    """Write a count."""
    return _number(number, 0)


def day(value: date) -> str:
    """Write a date."""
    return _day(value, get_language() or "en")


def zulu(at: datetime) -> str:
    """Write an instant in UTC to the second, with the Z by which aviation knows it."""
    moment = at.astimezone(UTC)
    return f"{day(moment.date())} {moment:%H:%M:%S}Z"


def local(at: datetime, zone: str) -> str:
    """Write an instant as the clocks of an IANA time zone have it, and which zone that is."""
    moment = at.astimezone(ZoneInfo(zone))
    return f"{format_datetime(moment, 'medium', locale=locale(), tzinfo=moment.tzinfo)} {zone}"


def today(now: datetime, zone: str) -> date:
    """Return the date that an IANA time zone's calendars show."""
    return now.astimezone(ZoneInfo(zone)).date()


def month_and_day(value: date) -> str:
    """Write a date without its year."""
    return str(format_skeleton("MMMd", value, locale=locale()))


def parse_amount(text: str, currency: str, *, field: str = "amount") -> int:
    """Read what a person typed and return minor units; the locale's separators of thousands may be there.

    Nothing is guessed: what could mean two amounts is refused.

    Raises:
        Mistyped: No amount, too many decimals, a sign, too large.
    """
    places = money.digits(currency)
    plain = _plain(text)
    if plain is None:
        example = amount(1234 * 10**places + (5 * 10 ** (places - 1) if places else 0), currency)
        raise Mistyped(_("Write the amount like %(example)s.") % {"example": example}, field=field)
    units, _point, decimals = plain.partition(".")
    if len(decimals) > places:
        told = (
            _("%(currency)s has no decimals.") % {"currency": currency}
            if not places
            else _("%(currency)s has at most %(places)s decimals.") % {"currency": currency, "places": places}
        )
        raise Mistyped(told, field=field)
    minor = int(units + decimals.ljust(places, "0"))
    if minor > money.MAX_MINOR:
        largest = amount(money.MAX_MINOR, currency)
        raise Mistyped(_("The largest amount is %(largest)s.") % {"largest": largest}, field=field)
    return minor


def parse_percent(text: str, *, field: str) -> int:
    """Read a percentage from 0 to 100 as a person types it, and return bps.

    Raises:
        Mistyped: Anything else.
    """
    plain = _plain(text.removesuffix("%").strip())
    try:
        return money.parse_percent(plain or "", field=field)
    except InvalidRequest as error:
        example = plain_percent(725)
        told = _("Write a percentage from 0 to 100 with at most two decimals, like %(example)s.")
        raise Mistyped(told % {"example": example}, field=field) from error


def quantity(milli: int) -> str:
    """Write a quantity given in thousandths without superfluous decimals: 1500 is "1.5"."""
    units, places = milli, _QUANTITY_PLACES
    while places and not units % 10:
        units, places = units // 10, places - 1
    return _number(units, places)


def parse_quantity(text: str, *, field: str) -> int:
    """Read a quantity as a person types it, above zero with at most three decimals, and return thousandths.

    Raises:
        Mistyped: Anything else.
    """
    plain = _plain(text)
    units, _point, decimals = (plain or "").partition(".")
    fits = plain is not None and len(decimals.rstrip("0")) <= _QUANTITY_PLACES
    milli = int(units + decimals[:_QUANTITY_PLACES].ljust(_QUANTITY_PLACES, "0")) if fits else 0
    if not 0 < milli <= MAX_QUANTITY_MILLI:
        told = _("Write a quantity above zero with at most three decimals, like %(example)s.")
        raise Mistyped(told % {"example": quantity(1_500)}, field=field)
    return milli


def minutes(local_time: datetime) -> str:
    """Write a local time to the minute, as the clocks there show it."""
    return f"{day(local_time.date())} {local_time:%H:%M}"


def _plain(text: str) -> str | None:
    """Return the number with a point for decimals and nothing else; None where it is none in this locale."""
    text = text.strip()
    match = _shape(str(locale())).fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    units = re.sub(r"\D", "", match["units"]).lstrip("0") or "0"
    return f"{units}.{match['decimals']}" if match["decimals"] else units


def _number(units: int, places: int) -> str:
    minus, group, point = _signs(get_language() or "en")
    above, below = divmod(abs(units), 10**places)
    told = f"{above:,}".replace(",", group)
    return f"{minus if units < 0 else ''}{told}{f'{point}{below:0{places}d}' if places else ''}"


@cache
def _signs(language: str) -> tuple[str, str, str]:
    """Return the signs for less than nothing, thousands and decimals.

    Babel's patterns write the same, in ten times as long: a page of a list has hundreds of figures.
    """
    name = _locale(language)
    return get_minus_sign_symbol(name), get_group_symbol(name), get_decimal_symbol(name)


@cache
def _percents(name: str, places: int) -> NumberPattern:
    pattern: NumberPattern = copy(Locale.parse(name).percent_formats[None])
    pattern.frac_prec = (places, places)
    return pattern


@lru_cache(maxsize=4_096)
def _day(value: date, language: str) -> str:
    return str(format_date(value, "medium", locale=_locale(language)))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@cache
def _shape(name: str) -> re.Pattern[str]:
    # Only whole groups of three behind a first figure that counts: "0,500" may be a half, and "1 50" a slip.
    groups = "|".join(rf"(?:{re.escape(sign)}[0-9]{{3}})+" for sign in {get_group_symbol(name), *_BLANKS})
    point = re.escape(get_decimal_symbol(name))
    return re.compile(rf"(?P<units>[1-9][0-9]{{0,2}}(?:{groups})|[0-9]+)(?:{point}(?P<decimals>[0-9]+))?")
