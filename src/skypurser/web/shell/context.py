"""What the frame of every page is drawn from."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from skypurser.access.actors import Actor
from skypurser.access.memberships import Membership
from skypurser.electronic import approvals
from skypurser.web.acting import Person
from skypurser.web.shell.navigation import SEARCH, address, navigation
from skypurser.web.shell.preferences import Preferences, preferences


class Shell:
    """The frame's own data; read only when a template asks for it, so that error pages need no database."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.preferences: Preferences = preferences(request)
        self.languages = settings.LANGUAGES
        self.path = request.get_full_path()

    @cached_property
    def person(self) -> Person:
        """Who asks."""
        person: Person | None = getattr(self._request, "person", None)
        return Person(self._request) if person is None else person

    @property
    def actor(self) -> Actor | None:
        """The member as an actor."""
        actor: Actor | None = getattr(self._request, "actor", None)
        return self.person.actor if actor is None else actor

    @property
    def membership(self) -> Membership | None:
        """The carrier that the member acts for."""
        return self.person.membership

    @cached_property
    def groups(self) -> Any:
        """The navigation."""
        actor = self.actor
        if actor is None:
            return []
        return navigation(
            actor.permissions,
            path=self._request.path,
            waiting=approvals.count_waiting(actor=actor),
            has_jet_cards=self.membership is not None and self.membership.has_jet_cards,
            is_limited=actor.is_limited,
        )

    @property
    def search(self) -> str:
        """Where the search field of the top bar leads; empty for who may not search."""
        actor = self.actor
        return address("search") if actor is not None and actor.permissions & SEARCH else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template `shell`."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
