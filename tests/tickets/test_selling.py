"""Selling on a member's behalf: who may, where, and what a key is bound to."""

from dataclasses import replace

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.states import Outcome
from skypurser.money import Money
from skypurser.tickets import selling
from skypurser.tickets.amounts import FormOfPayment
from tests import cast

DOCUMENT = "2792400001001"


def issue(agency: cast.Account, *, actor: Actor | None = None, key: str = "sale", document: str = DOCUMENT) -> Answer:
    return selling.issue(
        account_id=agency.id,
        document_number=document,
        form_of_payment=FormOfPayment.ACCOUNT,
        route=("JFK", "LAX"),
        fare=Money.parse("400.00", "USD"),
        taxes=8_000,
        key=key,
        actor=actor or agency.actor,
        now=cast.NOON,
        reference="PNR ABC123",
    )


def test_a_member_sells_refunds_and_the_account_shows_it() -> None:
    agency = cast.airline().agency

    sold = issue(agency, document=f"{DOCUMENT}-6")
    refunded = selling.refund(
        account_id=agency.id,
        document_number=DOCUMENT,
        fare=Money.parse("250.00", "USD"),
        taxes=3_000,
        penalty=5_000,
        reference="refund",
        key="refund",
        actor=agency.actor,
        now=cast.NOON,
    )

    assert (sold.facts["debit"], refunded.facts["credit"]) == (44_800, 21_000)


def test_a_void_gives_everything_back() -> None:
    agency = cast.airline().agency
    issue(agency)

    voided = selling.void(
        account_id=agency.id,
        document_number=DOCUMENT,
        reference="void",
        key="void",
        actor=agency.actor,
        now=cast.NOON,
    )

    assert (voided.outcome, voided.facts["net"]) == (Outcome.POSTED, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"permissions": frozenset(Permission) - {Permission.ISSUANCE}},
        {"countries": frozenset({"AR"})},
        {"offices": frozenset({"BOS101"})},
    ],
)
def test_who_may_not_issue_there_sells_nothing(change: dict[str, frozenset[str]]) -> None:
    agency = cast.airline().agency
    actor = replace(agency.actor, **change)  # type: ignore[arg-type]

    with pytest.raises(PermissionDenied):
        issue(agency, actor=actor)

    assert cast.statement(agency) == []


def test_one_key_is_one_sale_with_or_without_the_check_digit() -> None:
    agency = cast.airline().agency
    first = issue(agency)

    again = issue(agency, document=f"{DOCUMENT}-6")

    assert (again.replayed, again.facts) == (True, first.facts)


def test_an_invalid_document_binds_no_key() -> None:
    agency = cast.airline().agency

    with pytest.raises(RequestRefused, match="invalid document number"):
        issue(agency, document=f"{DOCUMENT}-5")

    assert issue(agency).outcome is Outcome.POSTED


def test_another_carriers_account_is_not_found_and_the_refusal_is_kept() -> None:
    agency, outsider = cast.airline().agency, cast.outsider()

    with pytest.raises(RequestRefused, match="account not found"):
        issue(agency, actor=outsider.actor)

    assert cast.statement(agency) == []
