"""The documents of a frozen statement; the same bytes each time."""

from django.http import HttpResponse

from skypurser.access.permissions import Permission
from skypurser.statements import printing, queries
from skypurser.web.pages import Request, page


@page(Permission.QUERIES)
def pdf(request: Request, account_id: int, number: int) -> HttpResponse:
    """Send the statement as PDF."""
    found = queries.statement(account_id, number, actor=request.actor)
    content = printing.pdf(found, language=found.language, carrier_id=request.actor.carrier_id)
    return paper(content, printing.PDF, printing.file_name(found, language=found.language, suffix="pdf"))


@page(Permission.QUERIES)
def workbook(request: Request, account_id: int, number: int) -> HttpResponse:
    """Send the statement as an Excel workbook."""
    found = queries.statement(account_id, number, actor=request.actor)
    content = printing.workbook(found, language=found.language, carrier_id=request.actor.carrier_id)
    return paper(content, printing.EXCEL, printing.file_name(found, language=found.language, suffix="xlsx"))


def paper(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return a document; a PDF is opened, others are saved."""
    way = "inline" if content_type == printing.PDF else "attachment"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'{way}; filename="{name}"', "Cache-Control": "no-store"},
    )
