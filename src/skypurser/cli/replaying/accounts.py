"""The accounts file: read whole and checked before anything is written, then opened all or none."""

from dataclasses import dataclass, fields
from pathlib import Path

from skypurser.cli.replaying.csvfile import CsvFile, FileUnusable
from skypurser.commissions.rules import Rates, Rule
from skypurser.errors import InvalidRequest
from skypurser.money import digits, parse_amount
from skypurser.parties.airports import airport as find_airport

COLUMNS = (
    "type",
    "code",
    "name",
    "issue_id",
    "city",
    "airport",
    "country",
    "currency",
    "credit_limit",
    "credit_card",
    "domestic_commission",
    "international_commission",
    "domestic_card_commission",
    "international_card_commission",
    "agency_involved",
    "opening_credit",
    "reference",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account that shall be there. Amounts are minor units of its currency."""

    type: str
    code: str
    name: str
    issue_id: str
    city: str
    airport: str
    country: str
    currency: str
    credit_limit: int
    credit_card: bool
    rates: Rates
    agency_involved: str
    opening_credit: int

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What no two accounts share: an office has one city, a corporate client's code may stand in several."""
        return self.type, self.code, self.currency, self.city if self.type == "corporate" else ""

    def differs_from(self, other: "AccountRow") -> list[str]:
        """Return the names of the fields in which the two are not the same."""
        return [field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name)]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file. The reference says why the account is opened; it is no part of the account's data."""

    number: int
    row: AccountRow
    reference: str


def read_accounts(path: Path) -> list[Line]:
    """Read and check the whole file.

    Raises:
        FileUnusable: The message names the line and the column. Also when two rows say different things of one account.
    """
    seen: dict[tuple[str, str, str, str], Line] = {}
    with CsvFile(path, COLUMNS) as file:
        for number, cells, is_whole in file:
            if not is_whole:
                raise FileUnusable(
                    f"{path}, line {number}: not a row of {len(COLUMNS)} columns of text. Nothing was written."
                )
            try:
                line = _parse(number, dict(zip(COLUMNS, cells, strict=True)))
            except InvalidRequest as flaw:
                raise unusable(path, number, flaw) from flaw
            first = seen.setdefault(line.row.identity, line)
            if first is not line and (different := line.row.differs_from(first.row)):
                raise FileUnusable(
                    f"{path}, line {number}: {line.row.code} {line.row.currency} is in line {first.number} already, "
                    f"with another {', '.join(different)}. Nothing was written."
                )
    return list(seen.values())


def unusable(path: Path, number: int, flaw: InvalidRequest) -> FileUnusable:
    """Return what to raise for a malformed row; names the line and the column."""
    column = f", column {flaw.field}" if flaw.field else ""
    return FileUnusable(f"{path}, line {number}{column}: {flaw} Nothing was written.".replace(". .", "."))


def _parse(number: int, cells: dict[str, str]) -> Line:
    currency = cells["currency"]
    digits(currency)
    _check_names(cells)
    found = find_airport(cells["airport"])
    if found.country != cells["country"]:
        raise InvalidRequest(f"{cells['airport']} lies in {found.country}.", field="country")
    row = AccountRow(
        type=cells["type"],
        code=cells["code"],
        name=cells["name"].strip(),
        issue_id=cells["issue_id"],
        city=cells["city"],
        airport=cells["airport"],
        country=cells["country"],
        currency=currency,
        credit_limit=parse_amount(cells["credit_limit"], currency, field="credit_limit"),
        credit_card=cells["credit_card"] == "ON",
        rates=_rates(cells),
        agency_involved=cells["agency_involved"],
        opening_credit=parse_amount(cells["opening_credit"], currency, field="opening_credit"),
    )
    return Line(number, row, cells["reference"])


def _check_names(cells: dict[str, str]) -> None:
    is_agency = cells["type"] == "agency"
    shapes: tuple[tuple[str, bool, str], ...] = (
        ("type", cells["type"] in {"agency", "corporate"}, "agency or corporate."),
        ("code", _is_code(cells["code"], 3 if is_agency else 2), "2 to 20 capital letters and digits (an office: 3)."),
        ("name", 0 < len(cells["name"].strip()) <= 200, "a name has 1 to 200 characters."),
        ("issue_id", len(cells["issue_id"]) <= 20, "at most 20 characters."),
        ("city", _is_letters(cells["city"], 3), "an IATA city code is three capital letters."),
        ("country", _is_letters(cells["country"], 2), "a country is two capital letters (ISO 3166)."),
        ("reference", bool(cells["reference"].strip()), "a reference is mandatory."),
    )
    if is_agency:
        shapes += (
            ("credit_card", cells["credit_card"] in {"ON", "OFF"}, "ON or OFF."),
            ("agency_involved", not cells["agency_involved"], "for corporate clients only."),
        )
    else:
        involved = cells["agency_involved"]
        shapes += (
            ("credit_card", not cells["credit_card"], "for agencies only."),
            ("issue_id", not cells["issue_id"], "for agencies only."),
            ("agency_involved", not involved or _is_code(involved, 3), "the code of an agency's office, or empty."),
        )
    for column, is_right, shape in shapes:
        if not is_right:
            raise InvalidRequest(shape, field=column)


def _rates(cells: dict[str, str]) -> Rates:
    is_agency = cells["type"] == "agency"
    rules: list[Rule | None] = []
    for column in COLUMNS[10:14]:
        if column.endswith("card_commission") and not is_agency:
            if cells[column]:
                raise InvalidRequest("for agencies only.", field=column)
            rules.append(None)
        else:
            rules.append(Rule.parse(cells[column], field=column))
    domestic, international, *by_card = rules
    if domestic is None or international is None:
        raise InvalidRequest("an account has two commission rates.", field="domestic_commission")
    return Rates(domestic, international, *by_card)


def _is_code(text: str, shortest: int) -> bool:
    return shortest <= len(text) <= 20 and text.isascii() and text.isalnum() and text.upper() == text


def _is_letters(text: str, many: int) -> bool:
    return len(text) == many and text.isascii() and text.isalpha() and text.isupper()
