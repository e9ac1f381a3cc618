"""Lists as Excel workbooks: what is filtered, all of it, with amounts as numbers and instants as instants."""

import tempfile
from collections.abc import Collection
from typing import Any

from django.http import FileResponse, HttpResponse

from skypurser.documents.table import Column, Kind, Table
from skypurser.documents.workbook import write_workbook
from skypurser.money import Money
from skypurser.web.filters import FilterBar

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Amounts:
    """Columns of amounts: with totals where all are in one currency, since amounts are never added across currencies.

    Args:
        currencies: Those that the rows may be in.
    """

    def __init__(self, currencies: Collection[str]) -> None:
        self._only = next(iter(currencies)) if len(currencies) == 1 else ""

    def column(self, title: str) -> Column:
        """Return a column of amounts."""
        return Column(title=title, kind=Kind.AMOUNT, currency=self._only, is_totalled=bool(self._only))

    def cell(self, minor: int, currency: str) -> Any:
        """Return what stands in such a column for an amount in minor units."""
        return minor if currency == self._only else Money(minor, currency)

    def totals(self, word: str) -> str:
        """Return the word before the totals; empty where there are none."""
        return word if self._only else ""


def send(table: Table, name: str) -> HttpResponse:
    """Return the table as a workbook to be saved under a name."""
    file = tempfile.TemporaryFile(prefix="skypurser-")  # noqa: SIM115 — the response closes it when it has been sent
    try:
        write_workbook(file, table)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    # Read to its end by the server, after this transaction is over: the file is whole by then.
    return FileResponse(file, as_attachment=True, filename=name, content_type=_MEDIA_TYPE)  # type: ignore[return-value]


def told(bar: FilterBar) -> str:
    """Return what a list is filtered by, on one line."""
    return "; ".join(f"{chip.label}: {chip.value}" + (f" ({chip.flaw})" if chip.flaw else "") for chip in bar.chips())
