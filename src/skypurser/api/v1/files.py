"""A file as the answer."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attached(name: str, content: bytes, *, media_type: str) -> HttpResponse:
    """Return the file as it is saved: under its name, whatever that has in it."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
