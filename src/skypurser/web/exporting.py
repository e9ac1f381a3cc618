"""Lists as files: the pages beside a list whose addresses end in `.xlsx` and `.csv`.

A short list is sent at once. Of a long one a job makes the file, and whoever asks is led to the job's page: it shows
how far that is and gives the file, whatever becomes of the browser meanwhile. Asked for again before it is done, it is
the same job, so that following such a link twice is as good as once.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import get_language

from skypurser.access.permissions import Permission
from skypurser.exports import asking
from skypurser.exports.asking import Written
from skypurser.exports.formats import FORMATS, XLSX, Format
from skypurser.exports.lists import Asked, Exported, ExportedList
from skypurser.exports.making import Wanted
from skypurser.web.pages import Request, View, page


def exported(
    name: str, permission: Permission | Collection[Permission]
) -> Callable[[Callable[..., Exported]], ExportedList]:
    """Declare a function of `Asked`, and of the ids of what the list is about, as a list that can be had as a file.

    Args:
        name: Stable, and no other list's.
        permission: What it takes; of several, any one.
    """
    needed = frozenset({permission}) if isinstance(permission, Permission) else frozenset(permission)

    def declare(read: Callable[..., Exported]) -> ExportedList:
        return ExportedList(name=name, permissions=needed, read=read)

    return declare


def paths(route: str, of: ExportedList, *, name: str) -> list[URLPattern]:
    """Return the paths of a list's files: the route with the ending of each, and names that end in `-excel`, `-csv`."""
    return [
        path(f"{route}.{one.suffix}", _page_of(of, one), name=f"{name}-{'excel' if one is XLSX else one.suffix}")
        for one in FORMATS.values()
    ]


def _page_of(of: ExportedList, format_: Format) -> View:
    @page(of.permissions, is_apart=True)
    def send(request: Request, **variables: Any) -> HttpResponse:
        wanted = Wanted(
            of=of,
            asked=Asked(
                actor=request.actor,
                now=request.now,
                query=request.GET,
                time_zone=request.membership.time_zone,
                currency=request.membership.currency,
            ),
            variables=variables,
            format=format_,
            language=str(get_language()),
        )
        # Who only asks what would be sent begins no job.
        made = asking.export(wanted, longest=asking.LONGEST_DIRECT, may_ask=request.method == "GET")
        if isinstance(made, Written):
            return FileResponse(  # type: ignore[return-value]
                made.content, as_attachment=True, filename=made.name, content_type=made.content_type
            )
        return redirect("desk:jobs") if made is None else redirect("desk:job", job_id=made.id)

    return send
