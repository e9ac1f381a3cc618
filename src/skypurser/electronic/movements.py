"""Movements of an electronic account, within the member's limits. Source: KIU, "Queries"."""

from collections.abc import Iterator

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.electronic.queries import LONGEST_PAGE, get, require_reach
from skypurser.ledger import paging
from skypurser.ledger.paging import MovementPage, Totals, Way
from skypurser.ledger.queries import MovementFilters, MovementView


def movements(
    account_id: int,
    *,
    actor: Actor,
    filters: MovementFilters | None = None,
    way: Way = Way.NEWEST,
    after: int | None = None,
    before: int | None = None,
    number: int | None = None,
    limit: int = 50,
) -> MovementPage:
    """Return one page of an account's movements, as `ledger.paging.movement_page` does.

    Dates are business dates: the local ones at the office or client (`AccountView.time_zone`).

    Raises:
        AccountNotFound: The actor's carrier has no such account.
        PermissionDenied: The actor lacks QUERIES, or the account lies outside a member's limits.
        InvalidRequest: A page's number together with filters.
    """
    with reading_for(actor.carrier_id):
        require_reach(account_id, actor=actor)
        return paging.movement_page(
            carrier_id=actor.carrier_id,
            account_id=account_id,
            filters=filters,
            way=way,
            after=after,
            before=before,
            number=number,
            limit=min(limit, LONGEST_PAGE),
        )


def every(account_id: int, *, actor: Actor, filters: MovementFilters | None = None) -> Iterator[MovementView]:
    """Yield all of an account's movements that the filters show, oldest first; inside `acting_for`.

    Refused at once: AccountNotFound, PermissionDenied, as `movements`.
    """
    require_reach(account_id, actor=actor)
    return paging.every_movement(carrier_id=actor.carrier_id, account_id=account_id, filters=filters)


def count(account_id: int, *, actor: Actor, filters: MovementFilters) -> int:
    """Return how many movements the filters show; counted one by one where there are filters.

    Raises:
        AccountNotFound, PermissionDenied: As `movements`.
    """
    with reading_for(actor.carrier_id):
        has = get(account_id, actor=actor).standing
        if filters == MovementFilters():
            return has.movements
        return paging.summed(carrier_id=actor.carrier_id, standing=has, filters=[filters])[0].count


def totals(account_id: int, *, actor: Actor, filters: MovementFilters | None = None) -> Totals | None:
    """Return count and sums of the account's movements, or of those that the filters show; None where too many.

    Raises:
        AccountNotFound, PermissionDenied: As `movements`.
    """
    with reading_for(actor.carrier_id):
        require_reach(account_id, actor=actor)
        return paging.totals(carrier_id=actor.carrier_id, account_id=account_id, filters=filters)
