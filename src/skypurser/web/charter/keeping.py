"""What was typed, kept while somebody goes elsewhere and comes back: to add funds to a card, for example."""

import re
from uuid import uuid4

from django.core.cache import cache
from django.http import QueryDict

from skypurser.web.pages import Request

#: Seconds for which it is kept.
_KEPT = 3_600

#: Nothing longer is kept; a form with all rows filled is shorter.
_LONGEST = 200_000

_TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(request: Request, *, key: str) -> str:
    """Keep the form that was sent, and return the word by which this person finds it again; empty if it is too long.

    Args:
        key: Of the next attempt, drawn once: however often the form comes back and is saved, it is one act.
    """
    data = request.POST.copy()
    data["key"] = key
    text = data.urlencode()
    if len(text) > _LONGEST:
        return ""
    token = uuid4().hex
    cache.set(_name(request, token), text, _KEPT)
    return token


def kept(request: Request, token: str) -> QueryDict | None:
    """Return the form that was kept; None where there is none any more, or it was another person's."""
    text = cache.get(_name(request, token)) if _TOKEN.fullmatch(token) else None
    return None if text is None else QueryDict(text)


def _name(request: Request, token: str) -> str:
    return f"typed:{request.actor.carrier_id}:{request.user.pk}:{token}"
