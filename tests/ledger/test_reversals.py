"""A movement and what took it back since."""

from skypurser.access.acting import acting_for
from skypurser.ledger.reversals import TakenBack, with_reversals
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
