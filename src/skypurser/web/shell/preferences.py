"""How a person wants the desk: theme, language, keyboard.

A member's choice is kept with the member, so that it is there in every browser. Cookies mirror it: pages are drawn
from them without asking the database, and the sign-in page has them too. The first page after sign-in, or after a
change of the carrier, sets them.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from skypurser.access import preferences as kept
from skypurser.access.actors import Actor

THEMES = tuple(str(theme) for theme in kept.Theme)
THEME_COOKIE = "skypurser_theme"
KEYBOARD_COOKIE = "skypurser_keyboard"

#: In the session: for which carrier's member the cookies were set.
ADOPTED = "preferences_of"

_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen.

    Attributes:
        theme: `auto` follows the system.
        has_keyboard: Whether single letters do something.
        language: Empty where nobody chose: the browser's counts.
    """

    theme: str
    has_keyboard: bool
    language: str = ""


def preferences(request: HttpRequest) -> Preferences:
    """Return what the person chose; cookies say anything, so only known values count."""
    adopted: Preferences | None = getattr(request, "adopted", None)
    if adopted is not None:
        return adopted
    theme = request.COOKIES.get(THEME_COOKIE, "")
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return Preferences(
        theme if theme in THEMES else "auto",
        request.COOKIES.get(KEYBOARD_COOKIE) != "off",
        language if language in dict(settings.LANGUAGES) else "",
    )


def adopt(request: HttpRequest, *, actor: Actor) -> Preferences | None:
    """Draw this page, the first since sign-in, as the member likes it; `mirror` puts that into its answer.

    A language that the member never chose stays the one that the browser asks for.

    Returns:
        What the member likes; None on all later pages, which the cookies tell.
    """
    if request.session.get(ADOPTED) == actor.carrier_id:
        return None
    request.session[ADOPTED] = actor.carrier_id
    liked = kept.preferences(actor=actor)
    language = str(liked.language or preferences(request).language)
    adopted = Preferences(str(liked.theme), liked.has_shortcuts, language)
    request.adopted = adopted  # type: ignore[attr-defined]  # read by `preferences`
    if language:
        translation.activate(language)
    return adopted


def mirror(response: HttpResponse, liked: Preferences, *, is_secure: bool) -> None:
    """Set the cookies."""
    values = {
        THEME_COOKIE: liked.theme,
        settings.LANGUAGE_COOKIE_NAME: liked.language,
        KEYBOARD_COOKIE: "on" if liked.has_keyboard else "off",
    }
    for name, value in values.items():
        if value:
            response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=is_secure)
