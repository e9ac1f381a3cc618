"""The templates to fill in, in the member's language."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from skypurser.importing.sheets import SHEETS
from skypurser.importing.template import csv_template, workbook_template
from skypurser.importing.uploads import IMPORTING
from skypurser.web.importing.words import language
from skypurser.web.pages import Request, page

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(IMPORTING)
def template(request: Request) -> HttpResponse:  # noqa: ARG001 — a page is asked with its request
    """Send the workbook."""
    return _file(workbook_template(language()), _("import.xlsx"), _EXCEL)


@page(IMPORTING)
def sheet_template(request: Request, sheet: str) -> HttpResponse:  # noqa: ARG001
    """Send one sheet as CSV."""
    if sheet not in SHEETS:
        raise Http404
    return _file(csv_template(sheet, language()), f"{sheet}.csv", "text/csv; charset=utf-8")


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
