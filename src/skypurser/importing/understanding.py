"""Make data of rows: each cell by its column's kind, then what must fit within a row, then what must be there once."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from skypurser.commissions.rules import Mode, Rates, Rule
from skypurser.importing import cells
from skypurser.importing.cells import Unfit
from skypurser.importing.content import AccountRow, BalanceRow, ClientRow, Content, OfficeRow
from skypurser.importing.flaws import Flaws
from skypurser.importing.reading import Row
from skypurser.importing.sheets import ACCOUNTS, BALANCES, CLIENTS, OCCASIONS, OFFICES, RATES, Kind
from skypurser.ledger.states import Status
from skypurser.ledger.thresholds import percent_mark
from skypurser.parties.airports import UnknownAirport, airport
from skypurser.parties.registering import ClientData, OfficeData

_BPS = 100


def understand(rows: Sequence[Row], *, flaws: Flaws) -> Content:
    """Return what the rows say; one with a flaw is left out, and its flaws are noted."""
    content = Content()
    takers: dict[str, tuple[Callable[[_Reader], Any], list[Any]]] = {
        OFFICES.name: (_office, content.offices),
        CLIENTS.name: (_client, content.clients),
        ACCOUNTS.name: (_account, content.accounts),
        BALANCES.name: (_balance, content.balances),
    }
    for row in rows:
        take, taken = takers[row.sheet.name]
        found = take(_Reader(row, flaws))
        if found is None:
            content.unsure.add(str(row.cells.get("code", "")).strip().upper())
        else:
            taken.append(found)
    _once(OFFICES.name, content.offices, lambda one: one.data.code, flaws)
    _once(CLIENTS.name, content.clients, lambda one: (one.data.code, one.data.city), flaws)
    return content


class _Reader:
    """A row whose cells are read one by one; what is wrong is noted, and the row is not to be used then."""

    def __init__(self, row: Row, flaws: Flaws) -> None:
        self.number = row.number
        self._row, self._flaws, self._before = row, flaws, flaws.total
        self._columns = row.sheet.by_name

    @property
    def is_sound(self) -> bool:
        """Whether nothing was wrong so far."""
        return self._flaws.total == self._before

    def has(self, name: str) -> bool:
        """Tell whether something stands in the column."""
        return name in self._row.cells

    def blame(self, name: str, code: str, **facts: object) -> None:
        """Note what is wrong with a column's cell."""
        self._flaws.add(self._row.sheet.name, self.number, name, code, self._row.cells.get(name, ""), **facts)

    def value(self, name: str) -> Any:
        """Return what the cell means; empty, and noted, where it is not what it should be."""
        column = self._columns[name]
        cell = self._row.cells.get(name)
        if cell is None and column.is_mandatory:
            if name in self._row.columns:  # a missing column is told once
                self.blame(name, "missing_value")
            return ""
        if cell is None:
            return () if column.kind is Kind.EMAILS else column.default
        return self._read(name, lambda: cells.value_of(cell, column)) or (() if column.kind is Kind.EMAILS else "")

    def several(self, name: str, *, of: tuple[str, ...]) -> frozenset[str]:
        """Return several values of a closed list."""
        found = self._read(name, lambda: cells.choices(self._row.cells.get(name), self._columns[name], of=of))
        return found or frozenset()

    def amount(self, name: str, currency: str) -> int | None:
        """Return minor units; None where there are none, and unread where there is no currency to read them in."""
        if self._columns[name].is_mandatory and not self.has(name):
            if name in self._row.columns:
                self.blame(name, "missing_value")
            return None
        return self._read(name, lambda: cells.amount(self._row.cells.get(name), currency)) if currency else None

    def percent(self, name: str) -> int | None:
        """Return bps; None where there are none."""
        if name not in self._row.cells:
            return None
        found: int | None = self._read(name, lambda: cells.percent(self._row.cells.get(name)))
        return found

    def _read(self, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Unfit as unfit:
            self.blame(name, unfit.code, **unfit.facts)
            return None


def _office(row: _Reader) -> OfficeRow | None:
    code, name, issue_id = row.value("code"), row.value("name"), row.value("issue_id")
    place = _place(row)
    if place is None or not row.is_sound or not name:
        return None
    data = OfficeData(code=code, name=name, issue_id=issue_id, city=place[0], airport=place[1], country=place[2])
    return OfficeRow(row.number, data) if code else None


def _client(row: _Reader) -> ClientRow | None:
    code, name, involved = row.value("code"), row.value("name"), row.value("agency_involved")
    place = _place(row)
    if place is None or not row.is_sound or not name:
        return None
    city, airport_, country = place
    data = ClientData(code=code, name=name, city=city, airport=airport_, country=country, agency_involved=involved)
    return ClientRow(row.number, data) if code else None


def _place(row: _Reader) -> tuple[str, str, str] | None:
    """Return city, airport and country; an airport with the city's code may be left out, the country always."""
    city, named, country = row.value("city"), row.value("airport"), row.value("country")
    if not city or not row.is_sound:
        return None
    try:
        found = airport(named or city)
    except UnknownAirport:
        row.blame("airport" if named else "city", "unknown_airport")
        return None
    if country and country != found.country:
        row.blame("country", "country_differs", airport=found.code, country=found.country)
        return None
    return city, found.code, found.country


def _account(row: _Reader) -> AccountRow | None:
    named = _named(row)
    limit = row.amount("credit_limit", named["currency"])
    status, card = row.value("status"), row.value("credit_card")
    rates = _rates(row, is_agency=named["type"] == "agency")
    if named["type"] == "corporate":
        if card == "on":
            row.blame("credit_card", "agencies_only")
        if status == Status.INHIBITED:
            row.blame("status", "agencies_only")
    mark = _low_mark(row, named["currency"])
    emails, language = row.value("alert_emails"), row.value("alert_language")
    occasions = row.several("alert_occasions", of=OCCASIONS)
    if not emails and row.is_sound:
        for name in ("alert_language", "alert_occasions"):
            if row.has(name):
                row.blame(name, "alerts_to_nobody")
    to, to_language = row.value("statement_email"), row.value("statement_language")
    if not to and row.is_sound and row.has("statement_language"):
        row.blame("statement_language", "statements_to_nobody")
    reference = row.value("reference")
    if not row.is_sound or limit is None or rates is None or not all(map(named.get, ("type", "code", "currency"))):
        return None
    return AccountRow(
        row=row.number,
        **named,
        credit_limit=limit,
        credit_card=card == "on",
        rates=rates,
        status=Status(status),
        low_mark=mark,
        emails=emails,
        language=language,
        occasions=occasions or frozenset(OCCASIONS),
        statement_email=to,
        statement_language=to_language,
        reference=reference,
    )


def _balance(row: _Reader) -> BalanceRow | None:
    named = _named(row)
    credit, debit = row.amount("credit", named["currency"]), row.amount("debit", named["currency"])
    if named["currency"] and row.is_sound and bool(credit) == bool(debit):
        row.blame("credit", "one_amount")
    reference = row.value("reference")
    if not row.is_sound or not all(map(named.get, ("type", "code", "currency"))):
        return None
    return BalanceRow(row=row.number, **named, credit=credit or 0, debit=debit or 0, reference=reference)


def _named(row: _Reader) -> dict[str, str]:
    return {name: row.value(name) for name in ("type", "code", "city", "currency")}


def _rates(row: _Reader, *, is_agency: bool) -> Rates | None:
    rules: list[Rule | None] = []
    for rate in RATES:
        mode, percent = row.value(f"{rate}_mode"), row.percent(f"{rate}_percent")
        if rate.endswith("_card") and not is_agency:
            for name in (f"{rate}_mode", f"{rate}_percent"):
                if row.has(name):
                    row.blame(name, "agencies_only")
            rules.append(None)
            continue
        if mode == Mode.FREE and percent:
            row.blame(f"{rate}_percent", "percentage_of_free")
        elif mode in {Mode.FIXED, Mode.MAX} and percent is None and not row.has(f"{rate}_percent"):
            row.blame(f"{rate}_percent", "percentage_missing")
        elif mode:
            rules.append(Rule(Mode(mode), percent or 0))
    return Rates(*rules) if len(rules) == len(RATES) else None  # type: ignore[arg-type]  # the first two are rules


def _low_mark(row: _Reader, currency: str) -> int | None:
    amount, bps = row.amount("low_amount", currency), row.percent("low_percent")
    if row.has("low_amount") and row.has("low_percent"):
        row.blame("low_percent", "two_marks")
    elif amount == 0:
        row.blame("low_amount", "mark_is_zero")
    elif bps is not None and (bps % _BPS or not bps):
        row.blame("low_percent", "not_a_whole_percentage")
    elif bps is not None:
        return percent_mark(bps // _BPS)
    return amount


def _once(sheet: str, rows: list[Any], what: Callable[[Any], Hashable], flaws: Flaws) -> None:
    """Note rows that say what an earlier one says."""
    first: dict[Hashable, int] = {}
    for one in rows:
        before = first.setdefault(what(one), one.row)
        if before != one.row:
            flaws.add(sheet, one.row, "code", "duplicate_row", one.data.code, first=before)
