"""Refused attempts within the member's limits: the answer to "why couldn't the agency issue?"."""

from collections.abc import Collection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.electronic.queries import LONGEST_PAGE
from skypurser.history.attempts import AttemptFilters, AttemptPage, attempt_page


def refused(
    filters: AttemptFilters | None = None,
    *,
    actor: Actor,
    account_ids: Collection[int] | None = None,
    account_type: str = "",
    after: int | None = None,
    limit: int = 50,
) -> AttemptPage:
    """Return one page of refused attempts, newest first, as `history.attempts.attempt_page` does.

    Args:
        account_type: `agency` or `corporate`, which leaves out attempts on accounts that don't exist; empty for all.

    A member who is limited to places sees the attempts on accounts there, and none on accounts that don't exist.

    Raises:
        PermissionDenied: The actor lacks QUERIES.
    """
    actor.require(Permission.QUERIES)
    with reading_for(actor.carrier_id):
        return attempt_page(
            carrier_id=actor.carrier_id,
            account_ids=directory.within_of(actor, account_ids),
            whose=(directory.of_type("seen"), {"account_type": account_type}) if account_type else None,
            filters=filters,
            after=after,
            limit=min(limit, LONGEST_PAGE),
        )
