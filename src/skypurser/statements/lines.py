"""The lines of a statement, read from the ledger a page at a time, oldest item first."""

from collections.abc import Iterator

from skypurser.access.acting import reading_for
from skypurser.ledger import paging
from skypurser.ledger.paging import Way
from skypurser.ledger.queries import MovementFilters
from skypurser.ledger.states import CUT_OFF
from skypurser.statements.views import Line, Sums

_PAGE = 500


def lines(of: Sums, *, carrier_id: int) -> Iterator[Line]:
    """Yield the movements of the period, each with the balance after it; marks of cut-offs are left out.

    Of a frozen statement they are the same for ever: no later movement bears a date of its period.
    """
    balance, after = of.opening, None
    filters = MovementFilters(first_date=of.first_date, last_date=of.last_date)
    while True:
        with reading_for(carrier_id):
            found = paging.movement_page(
                carrier_id=carrier_id,
                account_id=of.account_id,
                filters=filters,
                way=Way.OLDEST,
                after=after,
                limit=_PAGE,
                last_item=of.last_item,
            )
        for one in found.movements:
            if one.item <= of.last_item and one.kind != CUT_OFF:
                balance += one.credit - one.debit
                yield Line(one, balance)
        after = found.after
        if after is None or after >= of.last_item:
            return
