"""Workbooks are read back by another library than the one that writes them."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from skypurser.documents.table import Column, Kind, Table
from skypurser.documents.workbook import sheet_name, write_workbook
from skypurser.money import Money

AT = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
COLUMNS = (
    Column(title="Reference"),
    Column(title="Debit", kind=Kind.AMOUNT, currency="USD", is_totalled=True),
    Column(title="Item", kind=Kind.NUMBER),
    Column(title="Date", kind=Kind.DATE),
    Column(title="Posted (UTC)", kind=Kind.INSTANT),
    Column(title="Rate", kind=Kind.PERCENT),
)


def made(*rows: tuple[Any, ...], rows_per_sheet: int = 1_000, **differently: Any) -> bytes:
    table = Table(**{"title": "Movements", "columns": COLUMNS, "rows": rows, "made_at": AT, **differently})
    target = io.BytesIO()
    assert write_workbook(target, table, rows_per_sheet=rows_per_sheet) == len(rows)
    return target.getvalue()


def read(workbook: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_object(io.BytesIO(workbook)).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def row(reference: Any = "PNR", debit: int = 44_800) -> tuple[Any, ...]:
    return (reference, debit, 7, date(2026, 1, 15), AT, 750)


def test_cells_are_what_they_mean() -> None:
    rows = read(made(row(), filters="Account NYC1 USD", totals="Total"))

    assert [cells[0] for cells in rows[:3]] == ["Movements", "Account NYC1 USD", ""]
    assert rows[3] == [column.title for column in COLUMNS]
    assert rows[4] == ["PNR", 448.0, 7.0, date(2026, 1, 15), datetime(2026, 1, 15, 17, 0), 0.075]  # noqa: DTZ001 — as read
    assert rows[5][:2] == ["Total", 448.0]


def test_an_instant_is_told_in_utc_whatever_its_offset() -> None:
    in_new_york = AT.astimezone(timezone(timedelta(hours=-5)))

    rows = read(made(("r", 1, 1, date(2026, 1, 15), in_new_york, 0)))

    assert rows[4][4] == datetime(2026, 1, 15, 17, 0)  # noqa: DTZ001 — as read


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "http://example.org", "{=1}", "_x0041_", "007"]
)
def test_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    workbook = made(row(text))

    assert read(workbook)[4][0] == text
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet


def test_what_xml_can_not_say_is_left_out() -> None:
    assert read(made(row("a\x00b\x0bc\ud800d\uffffe"), title="T\x01"))[4][0] == "abcde"


def test_amounts_bear_the_decimals_of_their_currency() -> None:
    columns = (Column(title="Account"), Column(title="Available", kind=Kind.AMOUNT))
    amounts = (Money(17, "JPY"), Money(-62, "KWD"), Money(44_800, "USD"), None)
    workbook = made(*(("a", amount) for amount in amounts), columns=columns)

    assert [cells[1] for cells in read(workbook)[4:]] == [17.0, -0.062, 448.0, ""]
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        styles = parts.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0.000"' in styles


def test_the_largest_amount_is_exact() -> None:
    assert round(read(made(row(debit=10**15 - 1)))[4][1] * 100) == 10**15 - 1


def test_amounts_of_several_currencies_are_not_added() -> None:
    with pytest.raises(ValueError, match="can't be added up"):
        Column(title="Available", kind=Kind.AMOUNT, is_totalled=True)
    with pytest.raises(TypeError, match="EUR"):
        made(("r", Money(1, "EUR"), 1, AT.date(), AT, 0))
    with pytest.raises(TypeError, match="without a currency"):
        made(("r", 1), columns=(Column(title="a"), Column(title="b", kind=Kind.AMOUNT)))


def test_rows_beyond_a_sheet_go_on_in_the_next_and_the_totals_stand_at_the_end() -> None:
    workbook = made(*(row(f"r{number}", 100) for number in range(11)), rows_per_sheet=10, totals="Total")

    names = CalamineWorkbook.from_object(io.BytesIO(workbook)).sheet_names
    assert names == ["Movements", "Movements 2", "Movements 3"]
    sheets = [read(workbook, at) for at in range(3)]
    assert [len(rows) - 4 for rows in sheets] == [5, 5, 2]
    assert all(rows[3][0] == "Reference" for rows in sheets)
    assert sheets[2][-1][:2] == ["Total", 11.0]


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("a/b\\c[d]e:f*g?", 1, "a b c d e f g"),
        ("'quoted'", 1, "quoted"),
        ("", 1, "Sheet"),
        ("History", 1, "History_"),
        ("x" * 40, 1, "x" * 31),
        ("x" * 40, 12, "x" * 28 + " 12"),
    ],
)
def test_names_of_sheets_are_those_that_excel_takes(title: str, number: int, name: str) -> None:
    assert sheet_name(title, number) == name


def test_the_header_stays_in_sight_and_columns_are_as_wide_as_what_they_hold() -> None:
    with zipfile.ZipFile(io.BytesIO(made(row("r" * 40)))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()

    assert 'state="frozen"' in sheet
    assert 'ySplit="4"' in sheet
    assert '<col min="1" max="1" width="42' in sheet


def test_figures_stand_under_their_titles_and_days_begin_where_text_does() -> None:
    with zipfile.ZipFile(io.BytesIO(made(row()))) as parts:
        sheet, styles = (etree.fromstring(parts.read(f"xl/{name}.xml")) for name in ("worksheets/sheet1", "styles"))
    names = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    aligned = [
        (style.xpath("string(x:alignment/@horizontal)", namespaces=names), style.xpath("count(.//@indent)"))
        for style in styles.iterfind("x:cellXfs/x:xf", names)
    ]
    titles, cells = (
        [aligned[int(cell.get("s"))] for cell in sheet.iterfind(f".//x:row[@r='{number}']/x:c", names)]
        for number in (4, 5)
    )

    text, figure, day = ("", 0), ("right", 1), ("left", 0)
    assert titles == [text, figure, figure, text, text, figure]
    assert cells == [text, figure, figure, day, day, figure]


def test_the_same_table_is_the_same_bytes() -> None:
    assert made(row()) == made(row())


def test_a_cell_of_the_wrong_kind_is_an_error_and_leaves_no_temporary_file(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(ValueError, match="without an offset"):
        made(("r", 1, 1, AT.date(), AT.replace(tzinfo=None), 0))

    assert list(tmp_path.iterdir()) == []
