"""A movement and what took it back since."""

from skypurser.access.acting import acting_for
from skypurser.ledger.reversals import TakenBack, ties, with_reversals
from tests import cast


def taken_back(account: cast.Account, carrier_id: int) -> list[TakenBack]:
    entry_id = cast.statement(account)[0].entry_id
    with acting_for(carrier_id):
        return with_reversals(entry_id, carrier_id=carrier_id)


def test_a_sale_is_told_with_its_refunds_and_what_each_moved() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    for request in (
        sale,
        cast.credit(agency, 5),
        cast.refund(agency, str(sale.document), fare=25_000, taxes=3_000, penalty=5_000),
        cast.refund(agency, str(sale.document), fare=15_000),
    ):
        assert cast.post(request).code is None

    sold, first, second = taken_back(agency, agency.carrier.id)

    assert [(one.item, one.kind, one.debit, one.credit) for one in (sold, first, second)] == [
        (1, "ticket", 44_800, 0),
        (3, "refund", 0, 21_000),
        (4, "refund", 0, 13_800),
    ]
    assert sold.controls == {"sales": 40_000, "taxes_payable": 8_000, "commission_expense": -3_200}
    assert first.controls == {
        "sales": -25_000,
        "taxes_payable": -3_000,
        "commission_expense": 2_000,
        "penalties": 5_000,
    }


def test_another_carriers_movement_is_not_there() -> None:
    agency = cast.airline().agency
    cast.post(cast.issue(agency))

    assert taken_back(agency, cast.outsider().carrier.id) == []


def _ties(of: cast.Airline, *originals: int) -> tuple[dict[int, int], dict[int, int]]:
    with acting_for(of.carrier.id):
        return ties(originals, originals, carrier_id=of.carrier.id)


def test_a_movement_is_known_by_its_item_and_by_the_newest_that_took_back_of_it() -> None:
    home = cast.airline()
    document = cast.fresh_document()
    cast.post(cast.credit(home.agency, 100))
    cast.post(cast.issue(home.agency, document=document))
    cast.post(cast.refund(home.agency, document, fare=1_000))
    cast.post(cast.refund(home.agency, document, fare=2_000))
    loaded, sold, *_ = (one.entry_id for one in cast.statement(home.agency))

    assert _ties(home, loaded, sold) == ({loaded: 1, sold: 2}, {sold: 4})
    assert _ties(home) == ({}, {})


def test_nothing_of_another_carriers_movements_is_told() -> None:
    home, other = cast.airline(), cast.outsider()
    cast.post(cast.credit(other.agency, 100))
    [theirs] = (one.entry_id for one in cast.statement(other.agency))

    assert _ties(home, theirs) == ({}, {})
