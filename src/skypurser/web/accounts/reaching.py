"""Get an account for a page that needs another permission than Queries, and where it is for what else it may do."""

from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.electronic.queries import AccountView


def place_of(view: AccountView) -> Place:
    """Return where an account is, for a member's limits."""
    return Place(view.country, view.city, view.code if view.type == "agency" else "")


def account_for(permission: Permission, account_id: int, *, actor: Actor) -> AccountView:
    """Return the account if the member has the permission there.

    Raises:
        AccountNotFound: The actor's carrier has no such account.
        PermissionDenied: The actor lacks the permission, or the account lies outside a member's limits.
    """
    actor.require(permission)
    view = queries.shown(account_id, carrier_id=actor.carrier_id)
    actor.require(permission, at=place_of(view))
    return view
