"""The price of a form's lines while it is typed: what can be read of them, taken apart."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from skypurser.charter.pricing import PriceLine, lines_of
from skypurser.charter.totals import Totals, totals_of
from skypurser.errors import InvalidRequest
from skypurser.web.charter.quoterows import LineRow
from skypurser.web.charter.rows import Rows


@dataclass(frozen=True, slots=True)
class Figured:
    """Totals of those lines that can be read; `totals` is None where there is none, or they are beyond all bounds.

    Attributes:
        by_line: What each line comes to, by its place; None where it can't be read.
        lines: Those that can be read, without their texts.
    """

    totals: Totals | None
    by_line: tuple[int | None, ...]
    lines: tuple[PriceLine, ...]


def figured(rows: Rows[LineRow]) -> Figured:
    """Return what the lines come to."""
    read = [_line(row) for row in rows]
    totals = None
    if lines := [one for one in read if one is not None]:
        try:
            totals = totals_of(lines_of(lines))
        except InvalidRequest:
            totals = None
    return Figured(totals, tuple(None if one is None else one.total for one in read), tuple(lines))


def _line(row: LineRow) -> PriceLine | None:
    """Return a line as far as it can be read, whether or not it says yet what it is for."""
    values = {name: row[name].value() for name in ("quantity", "unit_price", "tax")}
    fields = row.fields
    try:
        read = {name: value if isinstance(value, int) else fields[name].clean(value) for name, value in values.items()}
        (line,) = lines_of(
            [
                PriceLine(
                    text="-",
                    quantity_milli=read["quantity"] or 0,
                    unit_price=read["unit_price"] or 0,
                    tax_bps=read["tax"] or 0,
                )
            ]
        )
    except (ValidationError, InvalidRequest):
        return None
    return line
