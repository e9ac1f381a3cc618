"""The PDF of a frozen statement; the same bytes each time."""

from django.http import HttpResponse

from skypurser.access.permissions import Permission
from skypurser.statements import printing, queries
from skypurser.web.pages import Request, page


@page(Permission.QUERIES)
def pdf(request: Request, account_id: int, number: int) -> HttpResponse:
    """Send the statement as PDF."""
    found = queries.statement(account_id, number, actor=request.actor)
    content = printing.pdf(found, language=found.language, carrier_id=request.actor.carrier_id)
    return paper(content, printing.file_name(found, language=found.language, suffix="pdf"))


def paper(content: bytes, name: str) -> HttpResponse:
    """Return a PDF, to be opened."""
    return HttpResponse(
        content,
        content_type=printing.PDF,
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )
