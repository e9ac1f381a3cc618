"""A session ends some hours after the last request, not after the sign-in."""

from collections.abc import Callable
from time import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: In the session: when its person was seen, seconds since 1970.
_SEEN = "seen_at"

#: Seconds after which it is noted again; not at each request, because a note is a write.
_NOTED_EVERY = 300


class Staying:
    """Middleware, inside sessions and authentication: keeps the session of somebody who is at work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; note that the person was seen, now and then."""
        response = self._get_response(request)
        # A request that never looked at its session, such as a program's, costs nothing here.
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.accessed
        if is_known and request.user.is_authenticated:
            now = int(time())
            if now - request.session.get(_SEEN, 0) >= _NOTED_EVERY:
                request.session[_SEEN] = now
                UserSession.objects.create_from_request(request)
        return response
