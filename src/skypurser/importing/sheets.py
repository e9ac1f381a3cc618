"""What may be imported: the sheets, and the columns of each. Their words are in `words.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a column's cells are."""

    TEXT = "text"
    CODE = "code"  # capitals and digits; small letters are taken for capitals
    CHOICE = "choice"  # one word of a closed list
    CURRENCY = "currency"  # ISO 4217
    AMOUNT = "amount"  # zero or more, in the currency of the row
    PERCENT = "percent"  # 0 to 100
    EMAIL = "email"  # one address
    EMAILS = "emails"  # several, with commas or semicolons between them


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        name: Stable; a header may say it instead of the title.
        is_mandatory: Every row has a value.
        choices: The closed list of a CHOICE, by the values that others know.
        default: What an empty cell of a CHOICE means.
        longest: Of text and codes, in characters.
        is_managing: Takes the permission to manage accounts besides that to open them.
        is_closing: Takes that to cut accounts off.
    """

    name: str
    kind: Kind = Kind.TEXT
    is_mandatory: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    longest: int = 200
    is_managing: bool = False
    is_closing: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, or a CSV file."""

    name: str
    columns: tuple[Column, ...]

    @property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}


#: Says nothing to us, but that a row which begins with the word for it is an example.
NOTE = Column(name="note", longest=1_000)

_CODE = Column(name="code", kind=Kind.CODE, is_mandatory=True, longest=20)
_NAME = Column(name="name", is_mandatory=True)
_CITY = Column(name="city", kind=Kind.CODE, is_mandatory=True, longest=3)
_AIRPORT = Column(name="airport", kind=Kind.CODE, longest=3)
_COUNTRY = Column(name="country", kind=Kind.CODE, longest=2)
_TYPE = Column(name="type", kind=Kind.CHOICE, is_mandatory=True, choices=("agency", "corporate"))
_CITY_OF_CLIENT = Column(name="city", kind=Kind.CODE, longest=3)
_CURRENCY = Column(name="currency", kind=Kind.CURRENCY, is_mandatory=True, longest=3)
_REFERENCE = Column(name="reference", longest=500)

RATES = ("domestic", "international", "domestic_card", "international_card")
MODES = ("FREE", "FIXED", "MAX")
OCCASIONS = ("low", "over_limit", "status")


def _rates() -> tuple[Column, ...]:
    found: list[Column] = []
    for rate in RATES:
        found.append(Column(name=f"{rate}_mode", kind=Kind.CHOICE, choices=MODES, default="FREE", is_managing=True))
        found.append(Column(name=f"{rate}_percent", kind=Kind.PERCENT, is_managing=True))
    return tuple(found)


OFFICES = Sheet("offices", (NOTE, _CODE, _NAME, Column(name="issue_id", longest=20), _CITY, _AIRPORT, _COUNTRY))
CLIENTS = Sheet(
    "clients",
    (NOTE, _CODE, _NAME, _CITY, _AIRPORT, _COUNTRY, Column(name="agency_involved", kind=Kind.CODE, longest=20)),
)
ACCOUNTS = Sheet(
    "accounts",
    (
        NOTE,
        _TYPE,
        _CODE,
        _CITY_OF_CLIENT,
        _CURRENCY,
        Column(name="credit_limit", kind=Kind.AMOUNT, is_mandatory=True),
        Column(name="credit_card", kind=Kind.CHOICE, choices=("off", "on"), default="off"),
        *_rates(),
        Column(
            name="status",
            kind=Kind.CHOICE,
            choices=("ACTIVE", "SUSPENDED", "INHIBITED"),
            default="ACTIVE",
            is_managing=True,
        ),
        Column(name="low_amount", kind=Kind.AMOUNT, is_managing=True),
        Column(name="low_percent", kind=Kind.PERCENT, is_managing=True),
        Column(name="alert_emails", kind=Kind.EMAILS, longest=1_000, is_managing=True),
        Column(name="alert_language", kind=Kind.CHOICE, choices=("en", "es"), default="en", is_managing=True),
        Column(name="alert_occasions", kind=Kind.TEXT, longest=100, is_managing=True),
        Column(name="statement_email", kind=Kind.EMAIL, longest=320, is_closing=True),
        Column(name="statement_language", kind=Kind.CHOICE, choices=("en", "es"), default="en", is_closing=True),
        _REFERENCE,
    ),
)
BALANCES = Sheet(
    "balances",
    (
        NOTE,
        _TYPE,
        _CODE,
        _CITY_OF_CLIENT,
        _CURRENCY,
        Column(name="credit", kind=Kind.AMOUNT),
        Column(name="debit", kind=Kind.AMOUNT),
        _REFERENCE,
    ),
)

#: All of them, in the order in which they are imported.
SHEETS: Mapping[str, Sheet] = MappingProxyType({sheet.name: sheet for sheet in (OFFICES, CLIENTS, ACCOUNTS, BALANCES)})

#: Columns of which one says what the sheet is about: a CSV file tells by them which it is.
TELLING: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: frozenset(column.name for column in sheet.columns if column.is_mandatory) for name, sheet in SHEETS.items()}
)
