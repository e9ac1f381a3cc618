"""The page of a person's preferences, and the choices in the menu and on the sign-in page."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access import preferences as kept
from skypurser.mail import mailer
from skypurser.web.acting import Person
from skypurser.web.pages import Request, page
from skypurser.web.shell.preferences import THEMES, Preferences, mirror, preferences

BRIEFINGS = {
    kept.Briefings.OFF: gettext_lazy("Never"),
    kept.Briefings.DAILY: gettext_lazy("Every morning"),
    kept.Briefings.WEEKLY: gettext_lazy("On Mondays"),
}


def choose(request: HttpRequest) -> HttpResponse:
    """Keep a choice of `theme`, `language`, `keyboard` or `briefings`, and go back; or show the page of them.

    To choose takes no sign-in: the browser keeps it. What a member chooses stays with the member as well.
    """
    if request.method in {"GET", "HEAD"}:
        return shown(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    chosen = {
        name: value
        for name, known in (
            ("theme", THEMES),
            ("language", tuple(dict(settings.LANGUAGES))),
            ("keyboard", ("on", "off")),
            ("briefings", tuple(map(str, kept.Briefings))),
        )
        if (value := request.POST.get(name)) in known
    }
    liked = _kept(request, chosen) if chosen else None
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    if liked is not None and back == reverse("desk:preferences"):
        with translation.override(liked.language or translation.get_language()):
            messages.success(request, _("Your preferences are kept."))
    response = cast("HttpResponse", redirect(back if is_ours else "desk:home"))
    if liked is not None:
        mirror(response, liked, is_secure=request.is_secure())
    return response


@page()
def shown(request: Request) -> HttpResponse:
    """Show the page."""
    context = {
        "themes": THEMES,
        "briefings": [(str(value), label) for value, label in BRIEFINGS.items()],
        "chosen_briefings": str(kept.preferences(actor=request.actor).briefings),
        "email": request.actor.name,
        "is_configured": mailer.is_configured(),
    }
    return render(request, "preferences/preferences.html", context)


def _kept(request: HttpRequest, chosen: dict[str, Any]) -> Preferences:
    """Keep the choice with the member, where one has signed in, and return all preferences."""
    before = preferences(request)
    liked = Preferences(
        theme=chosen.get("theme", before.theme),
        has_keyboard=chosen["keyboard"] == "on" if "keyboard" in chosen else before.has_keyboard,
        language=chosen.get("language", before.language),
    )
    actor = Person(request).actor
    if actor is not None:
        kept.set_preferences(
            actor=actor,
            language=kept.Language(chosen["language"]) if "language" in chosen else None,
            theme=kept.Theme(chosen["theme"]) if "theme" in chosen else None,
            has_shortcuts=liked.has_keyboard if "keyboard" in chosen else None,
            briefings=kept.Briefings(chosen["briefings"]) if "briefings" in chosen else None,
        )
    return liked
