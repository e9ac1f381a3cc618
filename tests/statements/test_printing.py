"""Documents of a statement: the same bytes for ever, in its language, and whatever is written stays text."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from skypurser.access.carriers import get_carrier
from skypurser.electronic import managing
from skypurser.exports.formats import CSV
from skypurser.statements import printing, queries
from skypurser.statements.enclosures import KIND, enclosed, enclosures_of
from skypurser.statements.views import StatementView, Summary
from tests import cast
from tests.cast import NOON
from tests.statements.stage import TODAY, statement

DAY = timedelta(days=1)
HOSTILE = (
    "#panic()",
    '#read("/etc/passwd")',
    "*bold* $x^2$ <label> @reference",
    "= Heading",
    "]",
    "\\",
    '"; #panic() "',
    "=1+1",
    "\u202egnp.exe",
    "Ω≈ç√ 日本語 🛩",
)


def as_csv(of: Summary, **how: Any) -> bytes:
    target = io.BytesIO()
    CSV.write(target, printing.table(of, **how))
    return target.getvalue()


def documents(of: StatementView, account: cast.Account) -> dict[str, bytes]:
    found = queries.shown(of.account_id, of.number, carrier_id=account.carrier.id)
    how = {"language": found.language, "carrier_id": account.carrier.id}
    return {
        "pdf": printing.pdf(found, **how),  # type: ignore[arg-type]
        "xlsx": printing.workbook(found, **how),  # type: ignore[arg-type]
        "csv": as_csv(found, **how),
    }


def cells(content: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_the_same_bytes_whatever_happens_afterwards() -> None:
    agency = cast.agency(cast.carrier())
    sold = cast.issue(agency)
    cast.post(sold)
    cast.post(cast.debit(agency, 500))
    made = statement(agency)
    before = documents(made, agency)

    cast.post(cast.debit(agency, 70, now=NOON + timedelta(hours=1)))  # late
    cast.post(cast.limit(agency, 5, now=NOON + DAY))
    managing.correct_party(
        account_id=agency.id,
        name="Renamed Travel",
        issue_id="1",
        reference="sold",
        actor=agency.actor,
        now=NOON + DAY,
    )
    cast.issuer(agency.carrier)
    cast.post(cast.credit(agency, 10**6, now=NOON + 90 * DAY))
    statement(agency, TODAY + 90 * DAY, now=NOON + 90 * DAY, language="es")

    assert documents(made, agency) == before


def test_it_says_what_was_so_when_it_was_made() -> None:
    agency = cast.agency(cast.carrier())
    cast.issuer(agency.carrier)
    made = statement(agency)
    managing.correct_party(
        account_id=agency.id, name="Renamed Travel", reference="sold", actor=agency.actor, now=NOON + DAY
    )

    names = queries.statement(agency.id, 1, actor=agency.actor).names

    assert names == made.names
    assert (names.name, names.code, names.city) == (f"Agency {agency.code}", agency.code, "NYC")
    assert names.carrier == ("Test Air, Inc.", "1 Hangar Road", "11430 New York", "United States", "12-3456789")
    assert names.carrier_code == get_carrier(agency.carrier.id).code


def test_the_workbook_goes_from_opening_to_closing() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    statement(agency)
    sold = cast.issue(agency, now=NOON + timedelta(hours=1))
    cast.post(sold)
    second = statement(agency, TODAY + DAY, now=NOON + DAY)

    title, told, _, header, *rows = cells(documents(second, agency)["xlsx"])

    assert str(title[0]) == f"Statement No. 2 · {agency.code} Agency {agency.code} USD"
    assert str(told[0]).startswith("January 16, 2026 – January 16, 2026 · Held, credit limit and available as of 2026")
    assert header == [
        *("Item", "Date", "Original date", "Kind", "Document", "Debit", "Credit", "Balance", "Reference"),
    ]
    assert rows == [
        ["", "", "", "Opening balance", "", "", "", -5.0, ""],
        [3.0, date(2026, 1, 16), TODAY, "Sale", sold.document, 448.0, "", -453.0, "PNR ABC123"],
        ["", "", "", "Total", "", 448.0, 0.0, "", ""],
        ["", "", "", "Closing balance", "", "", "", -453.0, ""],
        ["", "", "", "Credit limit", "", "", "", 10_000.0, ""],
        ["", "", "", "Held", "", "", "", 0.0, ""],
        ["", "", "", "Available", "", "", "", 9_547.0, ""],
    ]


def test_csv_says_the_same() -> None:
    agency = cast.agency(cast.carrier(), currency="KWD")
    cast.post(cast.debit(agency, 62))

    content = documents(statement(agency, language="es"), agency)["csv"].decode("utf-8-sig")

    header, opening, line, *_ = csv.reader(io.StringIO(content))
    assert header[1] == "Fecha"
    assert opening[3:8] == ["Saldo inicial", "", "", "", "0.000"]
    assert line == ["1", "2026-01-15", "", "Débito", "", "0.062", "", "-0.062", "ref debit"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_pdf_of_many_pages_and_one_of_none(language: str) -> None:
    agency = cast.agency(cast.carrier())
    empty = statement(agency, TODAY - DAY, language=language)
    for _ in range(80):
        cast.post(cast.debit(agency, 1))
    full = statement(agency, language=language)

    assert len(documents(full, agency)["pdf"]) > len(documents(empty, agency)["pdf"]) > 1_000


def test_too_many_lines_are_left_to_the_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = cast.agency(cast.carrier())
    for _ in range(40):
        cast.post(cast.debit(agency, 1))
    made = statement(agency)
    whole = documents(made, agency)["pdf"]
    monkeypatch.setattr(printing, "MOST_LINES", 39)

    assert len(documents(made, agency)["pdf"]) < len(whole)


@pytest.mark.parametrize(
    ("language", "some", "most"),
    [
        ("en", "1,001 movements, listed in the workbook.", "1,001 movements: too many to enclose a list of them."),
        (
            "es",
            "1.001 movimientos, detallados en la planilla.",
            "1.001 movimientos: demasiados para adjuntar su detalle.",
        ),
    ],
)
def test_a_pdf_without_lines_says_where_they_are(
    language: str, some: str, most: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency, notes = cast.agency(cast.carrier()), list[str]()
    made = replace(statement(agency, language=language), movements=1_001)
    monkeypatch.setattr(printing, "write_pdf", lambda _template, data, **_how: notes.append(data["note"]))
    monkeypatch.setattr(printing, "MOST_LINES", 1_000)
    for rows, files in ((1_001, ["pdf", "xlsx"]), (1_000, ["pdf"])):
        monkeypatch.setattr(printing, "MOST_ROWS", rows)

        printing.pdf(made, language=language, carrier_id=agency.carrier.id)

        assert [one.name.rpartition(".")[2] for one in enclosures_of(made)] == files
    assert notes == [some, most]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_written_stays_text(text: str) -> None:
    agency = cast.agency(cast.carrier())
    managing.correct_party(
        account_id=agency.id, name=text.replace("\u202e", ""), reference="named", actor=agency.actor, now=NOON
    )
    made = statement(agency, reference=text.replace("\u202e", ""))

    found = documents(made, agency)

    assert found["pdf"].startswith(b"%PDF")
    assert text.replace("\u202e", "") in str(cells(found["xlsx"])[0][0])


def test_a_letter_encloses_what_the_page_offers() -> None:
    agency = cast.agency(cast.carrier())
    made = statement(agency)
    found = documents(made, agency)

    pdf, workbook = enclosures_of(made)

    assert (pdf.name, workbook.name) == (
        f"{agency.code}-USD-statement-1-2026-01-15.pdf",
        f"{agency.code}-USD-statement-1-2026-01-15.xlsx",
    )
    for one, suffix in ((pdf, "pdf"), (workbook, "xlsx")):
        kind, _, what = one.source.partition(":")
        assert (kind, enclosed(what, agency.carrier.id)) == (KIND, found[suffix])
