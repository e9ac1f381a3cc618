"""How a person wants the desk: theme, language, keyboard. Kept in cookies, so that the sign-in page has them too."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "skypurser_theme"
KEYBOARD_COOKIE = "skypurser_keyboard"

_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen.

    Attributes:
        theme: `auto` follows the system.
        has_keyboard: Whether single letters do something.
    """

    theme: str
    has_keyboard: bool


def preferences(request: HttpRequest) -> Preferences:
    """Return what the person chose; cookies say anything, so only known values count."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return Preferences(theme if theme in THEMES else "auto", request.COOKIES.get(KEYBOARD_COOKIE) != "off")


def choose(request: HttpRequest) -> HttpResponse:
    """Keep a choice of `theme`, `language` or `keyboard`, and go back to where the person was. No sign-in needed."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    response = cast("HttpResponse", redirect(back if is_ours else "desk:home"))
    choices = {
        THEME_COOKIE: (request.POST.get("theme"), THEMES),
        settings.LANGUAGE_COOKIE_NAME: (request.POST.get("language"), tuple(dict(settings.LANGUAGES))),
        KEYBOARD_COOKIE: (request.POST.get("keyboard"), ("on", "off")),
    }
    for name, (value, known) in choices.items():
        if value in known:
            response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response
