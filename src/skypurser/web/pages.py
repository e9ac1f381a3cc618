"""What every page has in common: who may see it, and the transaction in which it is read.

A view is a function of a `Request` and the path's variables. A read is answered inside one transaction of the member's
carrier, so that all figures on a page are of one moment as far as one statement's are; a change opens its own, so that
no account stays locked while a page is drawn.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skypurser.access.acting import OutcomeUnknown, acting_for
from skypurser.access.actors import Actor, OutOfReach
from skypurser.access.carriers import JetCardsOff
from skypurser.access.memberships import Membership
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.web.acting import Person
from skypurser.web.refusals import reason, tell
from skypurser.web.shell.preferences import adopt, mirror

SAFE = frozenset({"GET", "HEAD"})

#: What is answered about an object outside a member's limits, by the path's variable: as if it were not there, so that
#: nobody learns by trying numbers which there are elsewhere.
_MISSING = {
    "account_id": "account_not_found",
    "hold_id": "hold_not_found",
    "document": "sale_not_found",
    "approval_id": "approval_not_found",
    "invoice_id": "invoice_not_found",
    "payment_id": "payment_not_found",
    "card_id": "card_not_found",
    "customer_id": "customer_not_found",
    "quote_id": "quote_not_found",
    "booking_id": "booking_not_found",
    "job_id": "job_not_found",
    "upload_id": "upload_not_found",
}


#: Where a page is about something, the page of that, to go on from when the other one is refused: whoever goes back in
#: the browser meets what is done already.
_PAGES = {
    "quote_id": ("desk:quote", _("Show the quote")),
    "booking_id": ("desk:booking", _("Show the booking")),
    "invoice_id": ("desk:invoice", _("Show the invoice")),
    "customer_id": ("desk:customer", _("Show the customer")),
}


class Request(HttpRequest):
    """A request whose sender has signed in and acts for a carrier.

    Attributes:
        now: When it arrived, in UTC: the clock of whatever it does.
    """

    actor: Actor
    membership: Membership
    now: datetime
    person: Person


type View = Callable[..., HttpResponse]


def page(
    permission: Permission | Collection[Permission] | None = None,
    *,
    methods: Collection[str] = ("GET",),
    is_apart: bool = False,
) -> Callable[[View], View]:
    """Declare a view as a page of the desk.

    Args:
        permission: What it takes; of several, any one. None: every member may see it.
        methods: Those answered; HEAD comes with GET.
        is_apart: A read makes its own transactions too.

    The view is answered with `request.actor` (see `Request`). Signed out: to the sign-in page and back. Member of
    several carriers and none chosen: to the choice. Without the permission: 403. A refusal that the view lets through
    becomes a page that tells it (404 where there is no such thing, or none within the member's limits), and so does an
    outcome that nobody knows yet.
    """
    needed = _as_set(permission)
    answered = frozenset(methods) | ({"HEAD"} if "GET" in methods else set())

    def declare(view: View) -> View:
        @wraps(view)
        def answer(request: Request, **variables: Any) -> HttpResponse:
            if request.method not in answered:
                return HttpResponseNotAllowed(sorted(answered))
            person = request.person = Person(request)
            if not person.is_signed_in:
                return redirect(f"{reverse('account_login')}?next={quote(request.get_full_path())}")
            if person.membership is None:
                return redirect("desk:carriers")
            response: HttpResponse | None = None
            is_read = request.method in SAFE
            with acting_for(person.membership.carrier_id) if is_read else nullcontext():
                actor = person.actor
                if actor is None:
                    return redirect("desk:carriers")
                request.actor, request.membership, request.now = actor, person.membership, timezone.now()
                liked = adopt(request, actor=actor)
                if not (is_read and is_apart):
                    response = _seen(request, view, needed, variables)
            if response is None:
                response = _seen(request, view, needed, variables)
            if liked is not None:
                mirror(response, liked, is_secure=request.is_secure())
            return response

        answer.permissions = needed  # type: ignore[attr-defined]  # read by whoever lists who may do what
        answer.methods = answered  # type: ignore[attr-defined]
        return answer

    return declare


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the page that tells a refusal; its status is the refusal's own."""
    told = tell(refusal)
    return _told(request, told.text, told.code, told.status)


def _told(
    request: HttpRequest, text: str, code: str, status: int, variables: Mapping[str, Any] | None = None
) -> HttpResponse:
    template = "web/denied.html" if code == "permission_denied" else "web/refused.html"
    about = {} if status == HTTPStatus.NOT_FOUND else _about(request, variables or {})
    return render(request, template, {"text": text, "code": code, **about}, status=status)


def _about(request: HttpRequest, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return address and name of what the refused page was about, unless that is the page itself."""
    for variable, (page_, label) in _PAGES.items():
        if variable in variables:
            url = reverse(page_, args=[variables[variable]])
            return {} if url == request.path else {"about_url": url, "about": label}
    return {}


def _seen(request: Request, view: View, needed: frozenset[Permission], variables: dict[str, Any]) -> HttpResponse:
    if needed and not needed & request.actor.permissions:
        return render(request, "web/denied.html", {"needed": sorted(needed)}, status=403)
    try:
        return view(request, **variables)
    except OutOfReach as refusal:
        missing = next((code for name, code in _MISSING.items() if name in variables), "")
        return _told(request, reason(missing), missing, 404) if missing else refused(request, refusal)
    except JetCardsOff as refusal:
        return render(request, "web/jet_cards_off.html", {"code": refusal.code}, status=tell(refusal).status)
    except Refusal as refusal:
        told = tell(refusal)
        return _told(request, told.text, told.code, told.status, variables)
    except OutcomeUnknown:
        unknown = reason("outcome_unknown")
        return render(request, "web/refused.html", {"text": unknown, "is_unknown": True}, status=503)


def _as_set(permission: Permission | Collection[Permission] | None) -> frozenset[Permission]:
    if permission is None:
        return frozenset()
    return frozenset({permission}) if isinstance(permission, Permission) else frozenset(permission)
