"""Files are read to the cent and never trusted: what is hostile, damaged or too large is refused before it is held."""

import io
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skypurser.access.actors import operator
from skypurser.electronic import queries
from skypurser.importing import raw
from skypurser.importing.csvfile import read_csv
from skypurser.importing.flaws import FileTooLarge, FileUnreadable, Flaws
from skypurser.importing.raw import Figure
from skypurser.importing.reading import read
from skypurser.importing.xlsx import read_workbook
from tests import cast
from tests.importing.files import ACCOUNTS, BALANCES, OFFICES, agencies, comma_separated, flaws, imported, workbook

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def archive(parts: Mapping[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of these parts, beside those that say where its one sheet is."""
    usual = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="Offices" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, content in {**usual, **parts}.items():
            made.writestr(name, content)
    return target.getvalue()


def sheet(rows: str) -> bytes:
    """A workbook with a sheet of these rows, as XML."""
    return archive(
        {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'}
    )


def cell(place: str, text: str = "x") -> str:
    return f'<c r="{place}" t="str"><v>{text}</v></c>'


def balances(*amounts: Any, currency: str = "USD") -> list[list[Any]]:
    return [BALANCES, *(["Agency", f"MOVED{at}", currency, amount, None] for at, amount in enumerate(amounts))]


def test_what_excel_keeps_as_a_fraction_is_read_to_the_cent() -> None:
    actor = operator(cast.carrier().id)
    shown = {0.1 + 0.2: 30, 1.15 * 3: 345, 4.35 * 100: 43_500, 9_999_999_999_999.99: 999_999_999_999_999, 1e3: 100_000}
    codes = [f"MOVED{at}" for at in range(len(shown))]
    sheets = agencies(*codes)

    imported({**sheets, "Opening balances": balances(*shown)}, actor)

    assert [queries.named(code, actor=actor)[0].standing.credits for code in codes] == list(shown.values())


def test_amounts_have_the_digits_of_their_currency() -> None:
    actor = operator(cast.carrier().id)
    offices = agencies("MOVED0", "MOVED1")["Offices"]
    accounts = [ACCOUNTS, *(["Agency", f"MOVED{at}", "JPY", 1_000] for at in (0, 1))]

    refused = flaws(
        {"Offices": offices, "Accounts": accounts, "Opening balances": balances(17.5, 17, currency="JPY")}, actor
    )
    imported(
        {"Offices": offices, "Accounts": accounts, "Opening balances": balances(17, "1.234.567", currency="JPY")}, actor
    )

    assert refused == [("balances", 2, "credit", "too_many_decimals")]
    assert [queries.named(f"MOVED{at}", actor=actor)[0].standing.credits for at in (0, 1)] == [17, 1_234_567]


def test_a_percentage_is_the_same_however_excel_shows_it() -> None:
    actor = operator(cast.carrier().id)
    header = [*ACCOUNTS, "Domestic commission, mode", "Domestic commission, %"]
    codes = ["MOVED0", "MOVED1", "MOVED2"]
    percents = (0.0725, 7.25, "7,25 %")
    rows = [["Agency", code, "USD", 0, "FIXED", percent] for code, percent in zip(codes, percents, strict=True)]
    sheets = {"Offices": agencies(*codes)["Offices"], "Accounts": [header, *rows]}

    imported(workbook(sheets, formats={("Accounts", 1, 5): "0.00%"}), actor)

    assert {str(queries.named(code, actor=actor)[0].rates.domestic) for code in codes} == {"FIXED 7.25"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_is_read_whatever_separates_and_begins_it(separator: str, mark: bytes) -> None:
    rows = [
        OFFICES,
        ["MOVED1", 'Viajes "Ñandú", S.A.\n', None, "BUE", "EZE"],
        [],
        ["MOVED2", "Ático", None, "BUE", "EZE"],
    ]

    found = read(mark + comma_separated(rows, separator=separator), kind="offices", flaws=(noted := Flaws()))

    assert not noted.total
    assert [(row.number, row.cells["name"]) for row in found] == [(2, 'Viajes "Ñandú", S.A.\n'), (5, "Ático")]


def test_a_workbook_may_leave_out_places_and_have_rich_text_and_prefixes() -> None:
    rows = (
        "<x:row><x:c t='inlineStr'><x:is><x:r><x:t>Co</x:t></x:r><x:r><x:t>de</x:t></x:r>"
        "<x:rPh><x:t>KODO</x:t></x:rPh></x:is></x:c><x:c t='b'><x:v>1</x:v></x:c></x:row>"
        "<x:row r='4'><x:c r='C4'><x:v>1.5</x:v></x:c></x:row>"
    )
    content = archive(
        {"xl/worksheets/sheet1.xml": f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'}
    )

    (found,) = read_workbook(content)

    assert found.rows == [(1, ["Code", "TRUE"]), (4, [None, None, Figure(Decimal("1.5"))])]


def _bomb() -> bytes:
    return archive({"xl/worksheets/sheet1.xml": b" " * (raw.MOST_UNPACKED + 1)})


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return archive(
        {"xl/worksheets/sheet1.xml": f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{entities}]><worksheet>&l9;</worksheet>'}
    )


def _damaged() -> bytes:
    good = bytearray(workbook(agencies("MOVED1")))
    good[len(good) // 3 : len(good) // 3 + 40] = b"\x00" * 40
    return bytes(good)


HOSTILE: dict[str, tuple[Callable[[], bytes], type[Exception]]] = {
    "two cells at the ends of a sheet": (
        lambda: sheet(f"<row r='1'>{cell('A1')}</row><row r='1048576'>{cell('XFD1048576')}</row>"),
        FileTooLarge,
    ),
    "a cell beyond the columns": (lambda: sheet(f"<row r='1'>{cell('BM1')}</row>"), FileTooLarge),
    "a long text": (lambda: sheet(f"<row r='1'>{cell('A1', 'x' * 4_001)}</row>"), FileTooLarge),
    "too many rows": (lambda: comma_separated([["x"]] * (raw.MOST_ROWS + 1)), FileTooLarge),
    "too many bytes": (lambda: b"x" * (raw.MOST_BYTES + 1), FileTooLarge),
    "a bomb": (_bomb, FileTooLarge),
    "elements without an end": (lambda: sheet("<a>" * 65), FileTooLarge),
    "a million separators": (lambda: b"," * (raw.MOST_CELLS * 2 + 1), FileTooLarge),
    "too many cells": (
        lambda: sheet("".join(f"<row>{'<c><v>1</v></c>' * 64}</row>" for _ in range(raw.MOST_CELLS // 64 + 1))),
        FileTooLarge,
    ),
    "too many parts": (lambda: archive({f"xl/{n}.xml": "" for n in range(2_001)}), FileTooLarge),
    "a billion laughs": (_laughs, FileUnreadable),
    "rows that go back": (lambda: sheet("<row r='2'/><row r='1'/>"), FileUnreadable),
    "a place that is none": (lambda: sheet(f"<row r='1'>{cell('A0')}</row>"), FileUnreadable),
    "a row of no number": (lambda: sheet("<row r='x'/>"), FileUnreadable),
    "an infinite number": (lambda: sheet("<row r='1'><c r='A1'><v>1e999</v></c></row>"), FileUnreadable),
    "a string that is not there": (lambda: sheet("<row r='1'><c r='A1' t='s'><v>7</v></c></row>"), FileUnreadable),
    "a sheet that is not there": (lambda: archive({}), FileUnreadable),
    "a damaged archive": (_damaged, FileUnreadable),
    "an empty archive": (lambda: b"PK\x03\x04" + b"\x00" * 30, FileUnreadable),
    "another compression": (
        lambda: archive({"xl/worksheets/sheet1.xml": "<worksheet/>"}, compression=zipfile.ZIP_BZIP2),
        FileUnreadable,
    ),
    "text that is not UTF-8": (lambda: "Código;Nombre\n".encode("latin-1"), FileUnreadable),
    "UTF-16": (lambda: "Code,Name\n".encode("utf-16"), FileUnreadable),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, FileUnreadable),
    "NUL in text": (lambda: b"Code,Name\nA\x00,B\n", FileUnreadable),
    "a quote that never ends": (lambda: b'Code,Name\n"A,B\n', FileUnreadable),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name: str) -> None:
    make, refusal = HOSTILE[name]

    with pytest.raises(refusal):
        read(make(), kind="offices", flaws=Flaws())


@given(content=st.binary(max_size=600))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_the_reading(content: bytes) -> None:
    for some in (content, b"PK\x03\x04" + content, sheet(content.decode("latin-1").replace("\x00", ""))):
        try:
            read(some, kind="accounts", flaws=Flaws())
        except (FileUnreadable, FileTooLarge):
            continue


@given(rows=st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_text_in_csv_is_read_or_told(rows: list[list[str]]) -> None:
    content = "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    try:
        read(content, flaws=Flaws())
    except (FileUnreadable, FileTooLarge):
        return


def test_what_a_spreadsheet_would_take_for_a_formula_is_read_as_it_was() -> None:
    found = read_csv(b"Code,Name\nMOVED1,'=Viajes\nMOVED2,'tis\n")

    assert [cells for _, cells in found.rows[1:]] == [["MOVED1", "=Viajes"], ["MOVED2", "'tis"]]
