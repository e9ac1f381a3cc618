from dataclasses import replace

import pytest

from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.electronic import movements
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.paging import Totals
from tests import cast


def test_movements_are_shown_to_who_may_ask_about_the_account() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    cast.post(cast.issue(airline.agency))
    in_boston = replace(airline.actor, cities=frozenset({"BOS"}))
    without = replace(airline.actor, permissions=frozenset(Permission) - {Permission.QUERIES})

    found = movements.movements(airline.agency.id, actor=airline.actor)

    assert [(movement.item, movement.debit, movement.net) for movement in found.movements] == [(1, 44_800, -44_800)]
    assert movements.totals(airline.agency.id, actor=airline.actor) == Totals(1, 44_800, 0)
    for ask in (movements.movements, movements.totals):
        for actor in (in_boston, without):
            with pytest.raises(PermissionDenied):
                ask(airline.agency.id, actor=actor)
        with pytest.raises(AccountNotFound):
            ask(airline.agency.id, actor=outsider.actor)
