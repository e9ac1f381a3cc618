"""The template to fill in: a workbook with a sheet for each kind, or one sheet as CSV, in the reader's language.

Each column says what it is for where its cells are filled in, closed lists are drop-downs, and an example shows how a
row looks; it is never imported.
"""

import csv
import io
from codecs import BOM_UTF8
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from skypurser import money
from skypurser.importing import words
from skypurser.importing.raw import MOST_ROWS
from skypurser.importing.sheets import NOTE, SHEETS, Column, Kind, Sheet

#: Values of the example, by column; of a closed list, the value that others know.
_EXAMPLES: dict[str, dict[str, str]] = {
    "offices": {"name": "Viajes del Sur", "issue_id": "9549656", "city": "BUE", "airport": "EZE", "country": "AR"},
    "clients": {"name": "Astilleros Unidos", "city": "MVD", "country": "UY"},
    "accounts": {
        "type": "agency",
        "currency": "USD",
        "credit_limit": "10000.00",
        "credit_card": "on",
        "domestic_mode": "FIXED",
        "domestic_percent": "7.50",
        "international_mode": "MAX",
        "international_percent": "9",
        "low_percent": "15",
        "alert_emails": "accounts@example.com",
        "alert_occasions": "low, over_limit",
        "statement_email": "accounts@example.com",
    },
    "balances": {"type": "agency", "currency": "USD", "debit": "3200.00"},
}

_WIDTH = 20
_LAST = MOST_ROWS - 1
#: What Excel allows of a message beside a cell.
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255


def workbook_template(language: str) -> bytes:
    """Return the workbook, in `en` or `es`."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        formats = {
            "header": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "mandatory": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F2"}
            ),
            "example": book.add_format({"italic": True, "font_color": "#595959", "num_format": "@"}),
            "text": book.add_format({"num_format": "@"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        for sheet in SHEETS.values():
            worksheet = book.add_worksheet(words.said(words.SHEETS[sheet.name], language))
            _fill(worksheet, sheet, formats, language)
        _notes(book.add_worksheet(words.said(words.NOTES, language)), formats, language)
        lists = book.add_worksheet(words.said(words.LISTS, language))
        lists.write_column(0, 0, money.currencies())
        lists.hide()
    return target.getvalue()


def csv_template(kind: str, language: str) -> bytes:
    """Return a sheet's header and its example as CSV, in UTF-8 with the mark by which Excel knows it."""
    sheet, target = SHEETS[kind], io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([words.said(words.COLUMNS[column.name], language) for column in sheet.columns])
    writer.writerow([_example(sheet, column, language) for column in sheet.columns])
    return BOM_UTF8 + target.getvalue().encode()


def _example(sheet: Sheet, column: Column, language: str) -> str:
    """Return what stands in a column of the example."""
    if column is NOTE:
        return words.said(words.EXAMPLE, language)
    if column.name == "code":
        return words.said(words.EXAMPLE_CODE, language)
    value = _EXAMPLES[sheet.name].get(column.name, "")
    return ", ".join(
        words.said(words.CHOICES[one], language) if one in words.CHOICES else one for one in value.split(", ")
    )


def _fill(worksheet: Worksheet, sheet: Sheet, formats: dict[str, Any], language: str) -> None:
    worksheet.freeze_panes(1, 3)
    worksheet.set_row(0, 45)
    for at, column in enumerate(sheet.columns):
        title = words.said(words.COLUMNS[column.name], language)
        worksheet.write_string(0, at, title, formats["mandatory" if column.is_mandatory else "header"])
        is_text = column.kind not in {Kind.AMOUNT, Kind.PERCENT}
        worksheet.set_column(at, at, _WIDTH, formats["text"] if is_text else None)
        worksheet.write_string(1, at, _example(sheet, column, language), formats["example"])
        worksheet.data_validation(1, at, _LAST, at, _validation(column, title, language))


def _validation(column: Column, title: str, language: str) -> dict[str, Any]:
    """Return the drop-down of a closed list, and what is said beside every cell."""
    told: dict[str, Any] = {
        "input_title": title[:_LONGEST_TITLE],
        "input_message": words.said(words.note(column.name), language)[:_LONGEST_MESSAGE],
        "validate": "any",
    }
    if column.kind is Kind.CHOICE:
        told |= {
            "validate": "list",
            "source": [words.said(words.CHOICES[choice], language) for choice in column.choices],
        }
    elif column.kind is Kind.CURRENCY:
        source = f"='{words.said(words.LISTS, language)}'!$A$1:$A${len(money.currencies())}"
        told |= {"validate": "list", "source": source}
    return told


def _notes(worksheet: Worksheet, formats: dict[str, Any], language: str) -> None:
    worksheet.set_column(0, 0, 26)
    worksheet.set_column(1, 1, 44, formats["wrap"])
    worksheet.set_column(2, 2, 14)
    worksheet.set_column(3, 3, 90, formats["wrap"])
    row = 0
    for note in words.TEMPLATE_NOTES:
        worksheet.merge_range(row, 0, row, 3, words.said(note, language), formats["wrap"])
        row += 1
    for sheet in SHEETS.values():
        row += 1
        worksheet.write_string(row, 0, words.said(words.SHEETS[sheet.name], language), formats["header"])
        for column in sheet.columns:
            row += 1
            worksheet.write_string(row, 1, words.said(words.COLUMNS[column.name], language))
            worksheet.write_string(row, 2, words.said(words.MANDATORY, language) if column.is_mandatory else "")
            worksheet.write_string(row, 3, words.said(words.note(column.name), language))
        row += 1
