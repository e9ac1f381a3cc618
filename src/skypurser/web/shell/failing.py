"""Error pages: in the desk's look, and without a question to the database, which may be what is away."""

import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from skypurser.web.shell.preferences import preferences


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer what can't be understood."""
    return _page(request, 400, _("This request can't be understood"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer what is not allowed."""
    return _page(request, 403, _("You may not open this"), _("Your carrier's administrator can change that."))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer a form whose token is missing or old: nothing was done."""
    told = _("You were signed out meanwhile, or cookies are blocked. Nothing was done: go back, reload, try again.")
    return _page(request, 403, _("The form is out of date"), told)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer where nothing is."""
    return _page(request, 404, _("There is nothing here"), _("The address may be misspelt, or what was here is gone."))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours, or that the database does not answer."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        told = _("Nothing was lost. It is usually back in a moment; then reload this page.")
        answer = _page(request, 503, _("The database does not answer"), told)
        answer["Retry-After"] = "5"
        return answer
    return _page(request, 500, _("Something went wrong on our side"), _("It has been noted. Try again in a moment."))


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    # Without the request, no context processor runs, and so nothing asks who is signed in.
    context = {
        "status": status,
        "title": title,
        "text": text,
        "shell": {"preferences": preferences(request)},
        "request_id": structlog.contextvars.get_contextvars().get("request_id", "") if status >= 500 else "",
    }
    return HttpResponse(render_to_string("web/failed.html", context), status=status)
