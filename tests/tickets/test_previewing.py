"""A preview says what the ledger says afterwards."""

from datetime import timedelta
from typing import Any

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Status
from skypurser.money import Money
from skypurser.tickets import selling
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.previewing import Preview, preview_issue, preview_refund, preview_void
from tests import cast


def asked(agency: cast.Account, **differently: Any) -> dict[str, Any]:
    """The FIXED 8 % ticket of 400.00 and 80.00 taxes."""
    how: dict[str, Any] = {
        "account_id": agency.id,
        "document_number": cast.fresh_document(),
        "form_of_payment": FormOfPayment.ACCOUNT,
        "route": ("JFK", "LAX"),
        "fare": Money(40_000, "USD"),
        "taxes": 8_000,
        "actor": agency.actor,
        "now": cast.NOON,
    }
    return {**how, **differently}


def test_a_sale_does_what_its_preview_said() -> None:
    agency = cast.airline().agency
    sale = asked(agency)

    said = preview_issue(**sale)
    answer = selling.issue(**sale, key="sale")

    assert said.sale is not None
    assert (said.code, said.debit, said.before, said.sale.commission) == ("", 44_800, 1_000_000, 3_200)
    assert (answer.facts["debit"], answer.facts["available"]) == (said.debit, said.after)


@pytest.mark.parametrize(
    "differently",
    [
        {"fare": Money(2_000_000, "USD")},
        {"commission_bps": 900},
        {"document_number": "12"},
        {"route": ("JFK", "GRU"), "commission_bps": 801},
    ],
)
def test_a_preview_refuses_what_the_ledger_refuses(differently: dict[str, Any]) -> None:
    agency = cast.airline().agency
    sale = asked(agency, **differently)

    said = preview_issue(**sale)

    with pytest.raises(RequestRefused) as refused:
        selling.issue(**sale, key="sale")
    assert (said.code, said.facts) == (refused.value.code, dict(refused.value.facts))


def test_a_preview_knows_the_status_and_the_documents_sold() -> None:
    airline = cast.airline()
    document = str(cast.fresh_document())
    cast.post(cast.issue(airline.client, document=document))

    assert preview_issue(**asked(airline.agency, document_number=document)).code == "duplicate_document"
    cast.post(cast.status(airline.agency, Status.SUSPENDED))
    assert preview_issue(**asked(airline.agency)).code == "account_suspended"


def test_a_preview_leaves_nothing_behind() -> None:
    agency = cast.airline().agency

    preview_issue(**asked(agency))
    preview_issue(**asked(agency, fare=Money(2_000_000, "USD")))

    assert cast.statement(agency) == []
    assert cast.standing(agency).available == 1_000_000


def refund_of(agency: cast.Account, document: str, **differently: Any) -> Preview:
    how: dict[str, Any] = {"fare": Money(25_000, "USD"), "taxes": 3_000, "penalty": 5_000, "actor": agency.actor}
    return preview_refund(account_id=agency.id, document_number=document, now=cast.NOON, **{**how, **differently})


def test_worked_example_partial_refund_is_previewed() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    cast.post(sale)

    said = refund_of(agency, str(sale.document))

    assert (said.code, said.recalled, said.credit, said.to_card) == ("", 2_000, 21_000, 0)
    assert said.after - said.before == 21_000


def test_a_refund_beyond_the_sale_is_previewed_with_what_is_left() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    cast.post(sale)
    cast.post(cast.refund(agency, str(sale.document), fare=25_000))

    said = refund_of(agency, str(sale.document))

    assert (said.code, said.facts["refundable_fare_minor"]) == ("refund_exceeds_sale", 15_000)


def test_a_refund_of_a_card_sale_goes_to_the_card_and_recalls_the_commission() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency, form_of_payment=FormOfPayment.CARD)
    cast.post(sale)

    said = refund_of(agency, str(sale.document), fare=Money(40_000, "USD"), taxes=0, penalty=0)

    assert (said.debit, said.credit, said.recalled, said.to_card) == (2_000, 0, 2_000, 40_000)


def test_a_void_is_previewed_on_the_day_and_refused_after_it() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    cast.post(sale)

    def said(later: timedelta) -> Preview:
        return preview_void(
            account_id=agency.id, document_number=str(sale.document), actor=agency.actor, now=cast.NOON + later
        )

    assert (said(timedelta()).credit, said(timedelta()).recalled) == (44_800, 3_200)
    assert said(timedelta(days=1)).code == "void_window_closed"
    cast.post(cast.refund(agency, str(sale.document), fare=100))
    assert said(timedelta()).code == "already_refunded"


def test_a_preview_takes_the_permission_at_the_place() -> None:
    agency = cast.airline().agency
    nobody = Actor(agency.carrier.id, "clerk", ALL - {Permission.ISSUANCE})
    elsewhere = Actor(agency.carrier.id, "clerk", ALL, cities=frozenset({"BOS"}))

    for actor in (nobody, elsewhere):
        with pytest.raises(PermissionDenied):
            preview_issue(**asked(agency, actor=actor))
