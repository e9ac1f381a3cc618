"""The balances file: what each of the carrier's accounts has."""

import csv
from typing import TextIO

from skypurser.access.actors import Actor
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.ledger.states import Status
from skypurser.money import format_amount

COLUMNS = (
    "type",
    "code",
    "currency",
    "status",
    "debits",
    "credits",
    "net",
    "credit_limit",
    "available",
    "movements",
)


def write_balances(file: TextIO, *, actor: Actor) -> int:
    """Write one line per account of the carrier, sorted by type, code and currency; return how many.

    A client's accounts in one currency and several cities follow each other in the order of the cities.
    """
    everything = Filters(type=None, statuses=frozenset(Status))
    views: list[queries.AccountView] = []
    after = None
    while page := queries.accounts(everything, actor=actor, after=after, limit=queries.LONGEST_PAGE):
        after = page[-1].position
        views.extend(page)
    # By character, whatever the database's collation is.
    views.sort(key=lambda view: (view.type, view.code, view.currency, view.city))
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for view in views:
        has, currency = view.standing, view.currency
        amounts = (has.debits, has.credits, has.net, has.credit_limit, has.available)
        writer.writerow(
            (
                view.type,
                view.code,
                currency,
                has.status.value,
                *(format_amount(amount, currency) for amount in amounts),
                has.movements,
            )
        )
    return len(views)
