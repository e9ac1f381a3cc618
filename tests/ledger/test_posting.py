"""Posting inside the caller's transaction."""

from skypurser.access.acting import acting_for
from skypurser.ledger.posting import post_one
from skypurser.ledger.queries import movements
from skypurser.ledger.states import Outcome
from tests import cast


def test_a_sale_on_account_debits_fare_and_taxes_less_commission() -> None:
    agency = cast.airline().agency

    with acting_for(agency.carrier.id):
        answer = post_one(cast.issue(agency, fare=40_000, taxes=8_000))

    assert answer.outcome is Outcome.POSTED
    assert answer.facts["debit"] == 44_800
    with acting_for(agency.carrier.id):
        assert [m.net for m in movements(carrier_id=agency.carrier.id, account_id=agency.id)] == [-44_800]
