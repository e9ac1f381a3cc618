"""A document as PDF, set by typst from a template of ours and plain data.

The data go in as JSON and come out as text: whatever somebody writes in them, nothing is read as markup. The same data
make the same bytes: no clock, no system fonts, no files but the template.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

_TEMPLATES = Path(__file__).parent / "templates"

type Template = Literal["account_statement", "invoice", "quote", "statement"]


def write_pdf(template: Template, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Return the document as PDF.

    Args:
        data: Ready for JSON; what the template asks for.
        made_at: The instant in its metadata, to the second.
    """
    made: bytes = compiled(_source(template), format="pdf", **_settings(data, made_at))
    return made


def write_archival(template: Template, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Return the document as PDF/A-3b, in which other files may be embedded.

    Raises:
        typst.TypstError: A text has a character that no font of ours shows, which PDF/A forbids.
    """
    made: bytes = compiled(_source(template), format="pdf", pdf_standards=["a-3b"], **_settings(data, made_at))
    return made


def write_pages(template: Template, data: Mapping[str, Any], *, made_at: datetime) -> list[bytes]:
    """Return the document's pages as PNG, as `write_pdf` sets them."""
    made: Any = compiled(_source(template), format="png", ppi=110.0, **_settings(data, made_at))
    return made if isinstance(made, list) else [made]


def compiled(source: bytes, **settings: Any) -> Any:
    """Return what typst makes of a source: bytes, of pictures of several pages a list of them.

    Raises:
        typst.TypstError: It can't be made.
    """
    import typst  # noqa: PLC0415 — 7 MB that most processes never need

    return typst.compile(source, **settings)


def _settings(data: Mapping[str, Any], made_at: datetime) -> dict[str, Any]:
    return {
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
        "ignore_system_fonts": True,
        "timestamp": made_at.replace(microsecond=0),  # more than it takes
    }


@cache
def _source(template: Template) -> bytes:
    return (_TEMPLATES / f"{template}.typ").read_bytes()
