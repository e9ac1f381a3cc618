"""Entries that move no customer's account: the same door, the same keys, the same bounds."""

from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.errors import InvalidRequest
from skypurser.invoices.entries import CreditNoteIssued, InvoiceIssued
from skypurser.ledger.control import balances
from skypurser.ledger.requests import BetweenControls, fingerprint
from skypurser.ledger.states import Control, Outcome
from tests import cast

LINES = ((Control.PENALTIES, 100, 0), (Control.ADJUSTMENTS, 0, 60), (Control.BREAKAGE, 0, 40))


def asked(carrier_id: int, kind: type[BetweenControls] = InvoiceIssued, **differently: Any) -> BetweenControls:
    how = {
        "carrier_id": carrier_id,
        "key": cast.fresh_key(),
        "fingerprint": fingerprint("between"),
        "currency": "USD",
        "actor": "desk",
        "reference": "between",
        "now": cast.NOON,
        "lines": LINES,
        **differently,
    }
    return kind(**how)


def test_control_accounts_move_and_no_customers_account() -> None:
    of = cast.carrier()

    answer = cast.post(asked(of.id))

    assert (answer.outcome, set(answer.facts)) == (Outcome.RECORDED, {"entry"})
    with acting_for(of.id):
        assert balances() == {
            (Control.ADJUSTMENTS, "USD"): (0, 60),
            (Control.BREAKAGE, "USD"): (0, 40),
            (Control.PENALTIES, "USD"): (100, 0),
        }


def test_a_key_posts_once() -> None:
    of = cast.carrier()
    first = cast.post(asked(of.id, key="once"))

    again = cast.post(asked(of.id, key="once"))
    other = cast.post(asked(of.id, key="once", fingerprint=fingerprint("other")))

    assert (again.replayed, again.facts) == (True, first.facts)
    assert (other.outcome, other.code) == (Outcome.REFUSED, "key_reused")


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ((Control.PENALTIES, 100, 0),),
        ((Control.PENALTIES, 100, 0), (Control.ADJUSTMENTS, 0, 99)),
        ((Control.PENALTIES, 0, 0), (Control.ADJUSTMENTS, 0, 0)),
        ((Control.PENALTIES, 5, 5), (Control.ADJUSTMENTS, 5, 5)),
        ((Control.PENALTIES, -5, 0), (Control.ADJUSTMENTS, 0, -5)),
        ((Control.PENALTIES, 10**18, 0), (Control.ADJUSTMENTS, 0, 10**18)),
    ],
)
def test_what_does_not_balance_reaches_no_batch(lines: Any) -> None:
    with pytest.raises(InvalidRequest):
        asked(1, lines=lines)


def test_no_more_is_taken_back_than_was_posted() -> None:
    of = cast.carrier()
    entry_id = cast.post(asked(of.id)).facts["entry"]
    back = ((Control.PENALTIES, 0, 60), (Control.ADJUSTMENTS, 60, 0))

    cast.post(asked(of.id, CreditNoteIssued, lines=back, reverses=entry_id))
    with pytest.raises(psycopg.errors.CheckViolation, match="more of it than it moved"):
        cast.post(
            asked(
                of.id,
                CreditNoteIssued,
                lines=((Control.PENALTIES, 0, 1), (Control.ADJUSTMENTS, 1, 0)),
                reverses=entry_id,
            )
        )
