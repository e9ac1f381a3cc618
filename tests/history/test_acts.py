"""Who did what, when and why. Source: KIU "Account History"."""

from datetime import timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from skypurser.access.acting import acting_for
from skypurser.history import acts
from skypurser.ledger.posting import post_one
from skypurser.ledger.states import Status
from tests import cast

HOUR = timedelta(hours=1)


def test_every_act_on_an_account_stands_in_its_history_newest_first() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    document = str(sale.document)

    for request in (
        cast.credit(agency, 100),
        cast.debit(agency, 50),
        sale,
        cast.refund(agency, document, fare=100),
        cast.limit(agency, 5_000_000),
        cast.status(agency, Status.SUSPENDED),
    ):
        assert cast.post(request).code is None

    seen = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)
    assert [act.action for act in seen] == [
        "account.status_changed",
        "account.limit_changed",
        "ticket.refunded",
        "ticket.issued",
        "account.debited",
        "account.credited",
        "account.opened",
    ]
    assert [act.document for act in seen[2:4]] == [document, document]
    assert {act.at for act in seen} == {cast.NOON}
    assert all(act.at.utcoffset() == timedelta() for act in seen)


def test_the_list_is_limited() -> None:
    agency = cast.airline().agency
    for _ in range(3):
        cast.post(cast.credit(agency, 1))

    assert len(acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id, limit=2)) == 2


def test_the_carriers_own_history_is_read_page_by_page_newest_first_without_the_accounts() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    for number in range(4):
        cast.api_key(airline.carrier, name=f"key {number}")
    cast.api_key(outsider.carrier)
    cast.post(cast.credit(airline.agency, 1))

    first = acts.of_carrier(carrier_id=airline.carrier.id, limit=2)
    second = acts.of_carrier(carrier_id=airline.carrier.id, before=first[-1].id, limit=2)
    third = acts.of_carrier(carrier_id=airline.carrier.id, before=second[-1].id, limit=2)

    assert [act.reference.partition(" (")[0] for act in [*first, *second, *third]] == [
        "key 3",
        "key 2",
        "key 1",
        "key 0",
        airline.carrier.code,
    ]
    assert acts.of_carrier(carrier_id=airline.carrier.id, before=third[-1].id) == []


def test_an_act_is_there_if_and_only_if_what_it_tells_is() -> None:
    agency = cast.airline().agency

    def credit_and_fail() -> None:
        with acting_for(agency.carrier.id):
            post_one(cast.credit(agency, 100))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        credit_and_fail()

    assert cast.statement(agency) == []
    assert [act.action for act in acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)] == [
        "account.opened"
    ]


def test_a_refused_attempt_is_no_act() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)

    cast.post(cast.issue(agency))

    assert len(acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)) == 1
    assert len(acts.refused_on_account(carrier_id=agency.carrier.id, account_id=agency.id)) == 1


def test_an_expired_hold_expires_in_the_history_at_its_expiry() -> None:
    agency = cast.airline().agency
    cast.post(cast.hold(agency, 700, lasts=HOUR))

    cast.post(cast.credit(agency, 1, now=cast.NOON + 5 * HOUR))

    seen = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)
    expired = next(act for act in seen if act.action == "hold.expired")
    assert (expired.at, expired.actor) == (cast.NOON + HOUR, "skypurser")


def test_another_carrier_reads_no_acts() -> None:
    agency, outsider = cast.airline().agency, cast.outsider()

    assert acts.of_account(carrier_id=outsider.carrier.id, account_id=agency.id) == []
    assert acts.refused_on_account(carrier_id=outsider.carrier.id, account_id=agency.id) == []


@pytest.mark.parametrize("table", ["history_act", "history_refusedattempt"])
@pytest.mark.parametrize("change", ["UPDATE {} SET actor = 'nobody'", "DELETE FROM {}"])
def test_the_application_changes_no_history(table: str, change: str) -> None:
    agency = cast.airline().agency

    def try_it() -> None:
        with acting_for(agency.carrier.id), connection.cursor() as cursor:
            cursor.execute(change.format(table))

    with pytest.raises(ProgrammingError, match="permission denied"):
        try_it()


@pytest.mark.parametrize("table", ["history_act", "history_refusedattempt", "ledger_entry", "ledger_key"])
@pytest.mark.parametrize("change", ["UPDATE {} SET carrier_id = carrier_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nor_does_the_owner_or_anyone_else(superuser: psycopg.Connection, table: str, change: str) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        superuser.execute(change.format(table))


def test_money_moves_inside_a_transaction_only() -> None:
    agency = cast.airline().agency

    with pytest.raises(RuntimeError, match="inside a transaction"):
        post_one(cast.credit(agency, 1))

    assert not transaction.get_connection().in_atomic_block


def test_the_acts_on_a_document_are_found_among_the_newest_of_its_account(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    document = str(sale.document)
    for request in (sale, cast.credit(agency, 1), cast.refund(agency, document, fare=100), cast.issue(agency)):
        assert cast.post(request).code is None

    def found() -> list[str]:
        seen = acts.on_document(carrier_id=agency.carrier.id, account_id=agency.id, document=document)
        return [act.action for act in seen]

    assert found() == ["ticket.refunded", "ticket.issued"]
    monkeypatch.setattr(acts, "LOOKED_THROUGH", 2)
    assert found() == ["ticket.refunded"]
