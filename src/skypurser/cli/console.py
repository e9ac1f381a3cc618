"""How output looks: plain text when piped, as wide as it needs; on a terminal as wide as that.

Whatever comes from data is printed through `printable`: a name must not move the cursor or change colours.
"""

import io
import shutil
import sys
import unicodedata
from typing import TextIO

from rich.box import Box
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from skypurser.money import format_amount

#: Columns of a page that nobody looks at through a window; wide enough for every table.
_PIPED = 200

#: No lines but those below the header and above a section: the totals.
_RULED = Box("    \n    \n ── \n    \n ── \n    \n    \n    \n")


def stdout() -> Console:
    """Return the console for what a command was asked for."""
    return _console(sys.stdout)


def stderr() -> Console:
    """Return the console for what is said beside it."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Console:
    if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
        stream.reconfigure(errors="replace")  # a name that the terminal has no letters for is no reason to stop
    is_terminal = stream.isatty()
    width = shutil.get_terminal_size(fallback=(80, 24)).columns if is_terminal else _PIPED
    return Console(
        file=stream,
        width=width,
        force_terminal=is_terminal,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
    )


def printable(text: str) -> str:
    """Return the text with each control character as a question mark in a box."""
    if text.isprintable():
        return text
    return "".join("�" if unicodedata.category(c) in {"Cc", "Cs", "Cf", "Zl", "Zp"} else c for c in text)


def cell(text: str, style: str = "") -> Text:
    """Return data as a table's cell."""
    return Text(printable(text), style=style)


def show(*parts: RenderableType) -> None:
    """Print the parts on stdout; without a terminal no line ends in blanks."""
    out = stdout()
    if out.is_terminal:
        out.print(*parts, sep="\n")
        return
    with out.capture() as captured:
        out.print(*parts, sep="\n")
    for line in captured.get().splitlines():
        out.out(line.rstrip(), highlight=False)


def fits(table: Table) -> bool:
    """Tell whether the table is no wider than the terminal; nothing in it has to be folded."""
    out = stdout()
    return Measurement.get(out, out.options.update(max_width=1_000), table).maximum <= out.width


def amount(minor: int, currency: str, *, blank_zero: bool = False, is_bad: bool = False) -> Text:
    """Return an amount with thousands separated; this is for people, machines read the files and the API."""
    if blank_zero and minor == 0:
        return Text("")
    return Text(grouped(minor, currency), style="bold red" if is_bad else "")


def grouped(minor: int, currency: str) -> str:
    """Write an amount like `format_amount`, with thousands separated: "-12,345.60"."""
    whole, point, decimals = format_amount(minor, currency).partition(".")
    return f"{int(whole):,}{point}{decimals}" if whole != "-0" else f"-0{point}{decimals}"


def table(*columns: str, title: str = "", right: frozenset[str] = frozenset()) -> Table:
    """Return an empty table; the columns named in `right` hold figures."""
    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=_RULED,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        header_style="bold",
        show_edge=False,
    )
    for column in columns:
        is_figure = column in right
        made.add_column(column, justify="right" if is_figure else "left", no_wrap=is_figure, overflow="fold")
    return made
