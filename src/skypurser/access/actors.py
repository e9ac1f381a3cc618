"""Who acts: a member, a program with an API key, or Skypurser itself on an operator's command."""

from dataclasses import dataclass

from skypurser.access.permissions import ALL, Permission
from skypurser.errors import Refusal


class PermissionDenied(Refusal):
    """The member may not do this."""

    code = "permission_denied"


class OutOfReach(PermissionDenied):
    """The member may do this, and not there: the place lies outside the limits."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account is: what a member's limits are held against."""

    country: str
    city: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts for one carrier.

    Attributes:
        carrier_id: The one carrier; nothing of another is ever reachable.
        name: As the history shows it under "changed by".
        key_id: The API key, where a program acts.
        countries, cities, offices: Limits; an account must lie in one of them. All empty means no limit.
    """

    carrier_id: int
    name: str
    permissions: frozenset[Permission]
    member_id: int | None = None
    countries: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    key_id: int | None = None

    def may(self, permission: Permission, *, at: Place | None = None) -> bool:
        """Tell whether the permission is there and the place lies within the limits."""
        return permission in self.permissions and (at is None or self._reaches(at))

    def require(self, permission: Permission, *, at: Place | None = None) -> None:
        """Raise PermissionDenied unless `may`, and OutOfReach where only the place is at fault. Nothing is written."""
        if not self.may(permission, at=at):
            refusal = OutOfReach if permission in self.permissions else PermissionDenied
            raise refusal(f"{self.name} may not: {permission.value.replace('_', ' ')}", permission=permission)

    def require_any(self, *permissions: Permission, at: Place | None = None) -> None:
        """Raise PermissionDenied unless the actor has one of the permissions at least, within the limits.

        OutOfReach where only the place is at fault. Nothing is written.
        """
        if not any(self.may(permission, at=at) for permission in permissions):
            refusal = OutOfReach if self.permissions.intersection(permissions) else PermissionDenied
            named = " or ".join(permission.value.replace("_", " ") for permission in permissions)
            raise refusal(f"{self.name} may not: {named}", permission=permissions[0])

    @property
    def is_limited(self) -> bool:
        """Tell whether there are limits to places."""
        return bool(self.countries or self.cities or self.offices)

    def require_everywhere(self, permission: Permission) -> None:
        """Raise PermissionDenied unless the permission is there and limited to no places.

        For what tells of every account at once, so that nobody gets round a limit by it.
        """
        self.require(permission)
        if self.is_limited:
            raise PermissionDenied(
                f"{self.name} may not: limited to places, and this is everywhere's", permission=permission
            )

    def require_in_person(self, permission: Permission) -> None:
        """Raise PermissionDenied unless the actor has the permission and is no program.

        For what makes access out of access: a key that leaks must not be able to make others that outlive it.
        """
        self.require(permission)
        if self.key_id is not None:
            raise PermissionDenied(f"{self.name} may not: no API key gives access to others", permission=permission)

    def _reaches(self, place: Place) -> bool:
        if not self.is_limited:
            return True
        return (
            place.country in self.countries
            or place.city in self.cities
            or (bool(place.office) and place.office in self.offices)
        )


def operator(carrier_id: int, *, name: str = "operator") -> Actor:
    """Return the actor behind commands at the server's console: may do everything for this one carrier."""
    return Actor(carrier_id=carrier_id, name=name, permissions=ALL)
