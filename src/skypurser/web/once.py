"""A form that is sent twice is one act, and a secret that it makes is shown once.

A form's key is drawn with it. The first request with a key and this content acts; another one waits for what came of it
and leads to the same page. A secret travels from the act to that page in the cache, encrypted with the installation's
key, for minutes, and is gone when it was shown.
"""

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from skypurser.access.acting import OutcomeUnknown

#: Seconds for which a key is remembered, a secret waits to be shown, and a second request for the first one.
_REMEMBERED = 3_600
_SHOWN_WITHIN = 600
_PATIENCE = 10.0
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: the page that shows it, and a secret that stands there once; `repr` leaves it out."""

    path: str
    secret: str = field(default="", repr=False)


def once(request: HttpRequest, *, key: str, act: Callable[[], Done], instead: str) -> HttpResponse:
    """Act, unless a request with this key has; lead to the page that shows what came of it.

    Args:
        key: Of the form.
        instead: Where to lead when the first request with the key is not done in time.

    Raises:
        Refusal: Whatever the act refuses. The key is free again.
    """
    mine = f"once:{_name(request, request.path, key, *_content(request))}"
    if not cache.add(mine, "", _REMEMBERED):
        return redirect(_came_of(mine) or instead)
    try:
        done = act()
    except OutcomeUnknown:
        raise  # it may have been done; the key stays taken
    except BaseException:
        cache.delete(mine)
        raise
    if done.secret:
        cache.set(_shown(request, done.path), _box().encrypt(done.secret.encode()).decode(), _SHOWN_WITHIN)
    cache.set(mine, done.path, _REMEMBERED)
    return redirect(done.path)


def secret_for(request: HttpRequest) -> str:
    """Return the secret that this page shows once, and forget it; empty when there is none.

    Only who asks for the page itself sees it: an answer to HEAD has no body.
    """
    if request.method != "GET":
        return ""
    name = _shown(request, request.path)
    kept = cache.get(name)
    if not kept:
        return ""
    cache.delete(name)
    try:
        return _box().decrypt(kept.encode()).decode()
    except InvalidToken:  # the installation has another key by now
        return ""


def _content(request: HttpRequest) -> list[str]:
    """Return what was typed: a form that was gone back to, and filled in otherwise, is another act."""
    return [f"{name}={values}" for name, values in sorted(request.POST.lists()) if name != "csrfmiddlewaretoken"]


def _came_of(mine: str) -> str:
    deadline = time.monotonic() + _PATIENCE
    while not (found := cache.get(mine)) and time.monotonic() < deadline:
        time.sleep(_PAUSE)
    return str(found or "")


def _shown(request: HttpRequest, path: str) -> str:
    return f"shown:{_name(request, path)}"


def _name(request: HttpRequest, *parts: str) -> str:
    told = "\n".join([str(request.user.pk), str(request.session.get("carrier_id", "")), *parts])
    return hashlib.sha256(told.encode()).hexdigest()


def _box() -> Fernet:
    digest = hashlib.sha256(b"skypurser.web.once\n" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
