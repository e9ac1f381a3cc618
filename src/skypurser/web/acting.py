"""For which carrier, and as which member, the person behind a request acts."""

from functools import cached_property

from django.http import HttpRequest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.memberships import Membership, acting_member, memberships

#: In the session: the carrier that was chosen at sign-in or later.
CHOSEN = "carrier_id"


class Person:
    """Who asks, read once per request and only when asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def is_signed_in(self) -> bool:
        """Tell whether somebody has signed in."""
        return self._request.user.is_authenticated

    @property
    def user_id(self) -> int:
        """The user's number; 0, which nobody has, when signed out."""
        return int(self._request.user.pk or 0)

    @cached_property
    def memberships(self) -> list[Membership]:
        """Where the person works."""
        return memberships(user_id=self.user_id) if self.is_signed_in else []

    @cached_property
    def membership(self) -> Membership | None:
        """The place that was chosen, or the only one; None when there is none or the choice is open."""
        chosen = self._request.session.get(CHOSEN) if self.is_signed_in else None
        for one in self.memberships:
            if one.carrier_id == chosen:
                return one
        return self.memberships[0] if len(self.memberships) == 1 else None

    @cached_property
    def actor(self) -> Actor | None:
        """The member as an actor; None as long as there is no membership."""
        if self.membership is None:
            return None
        with acting_for(self.membership.carrier_id):
            return acting_member(membership=self.membership, user_id=self.user_id)

    def choose(self, carrier_id: int) -> bool:
        """Act for this carrier from now on; False, and nothing changes, where the person is no member."""
        if not any(one.carrier_id == carrier_id for one in self.memberships):
            return False
        self._request.session[CHOSEN] = carrier_id
        for name in ("membership", "actor"):
            self.__dict__.pop(name, None)
        return True
