"""One payload has one fingerprint, whatever the channel and whenever it is asked."""

import pytest

from skypurser.electronic.asking import Named, Sender
from skypurser.electronic.directory import AccountName, get
from skypurser.errors import InvalidRequest
from skypurser.ledger.states import Outcome
from skypurser.money import Money
from skypurser.tickets import selling
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.asking import issue_ticket, refund_ticket, void_ticket
from skypurser.tickets.requests import IssueTicket
from tests import cast


def asked(agency: cast.Account, key: str, document: str, account: Named) -> IssueTicket:
    return issue_ticket(
        sender=Sender(agency.carrier.id, "gds", key),
        account=account,
        document_number=document,
        form_of_payment=FormOfPayment.ACCOUNT,
        route=("JFK", "LAX"),
        fare=40_000,
        taxes=8_000,
        currency="USD",
    )


def test_a_key_sent_by_name_and_by_a_member_is_one_key() -> None:
    agency, key, document = cast.airline().agency, cast.fresh_key(), cast.fresh_document()
    found = get(agency.id, carrier_id=agency.carrier.id)
    by_name = Named.by_name(AccountName("agency", agency.code, "USD", "NYC"), found)

    first = cast.post(asked(agency, key, document, by_name))
    again = selling.issue(
        account_id=agency.id,
        document_number=document,
        form_of_payment=FormOfPayment.ACCOUNT,
        route=("JFK", "LAX"),
        fare=Money(40_000, "USD"),
        taxes=8_000,
        key=key,
        actor=agency.actor,
    )

    assert (first.replayed, again.replayed, again.facts) == (False, True, first.facts)


def test_what_was_refused_for_want_of_an_account_stays_refused_when_there_is_one() -> None:
    agency, key, document = cast.airline().agency, cast.fresh_key(), cast.fresh_document()
    name = AccountName("agency", agency.code, "USD")

    cast.post(asked(agency, key, document, Named.by_name(name, None)))
    again = cast.post(asked(agency, key, document, Named.by_name(name, get(agency.id, carrier_id=agency.carrier.id))))

    assert (again.code, again.replayed) == ("account_not_found", True)


def test_a_clients_city_tells_its_accounts_apart() -> None:
    boston, singapore = (Named.by_name(AccountName("corporate", "ACME", "USD", city), None) for city in ("BOS", "SIN"))

    assert boston.identity != singapore.identity


def test_the_ticket_is_shown_to_a_sale_and_to_its_replay() -> None:
    agency, key, document = cast.airline().agency, cast.fresh_key(), cast.fresh_document()
    account = Named.by_id(agency.id, get(agency.id, carrier_id=agency.carrier.id))
    first, again = asked(agency, key, document, account), asked(agency, key, document, account)

    cast.post(first)
    cast.post(again)

    assert first.ticket is not None
    assert again.ticket is not None
    assert (
        (first.ticket.commission, first.ticket.scope)
        == (again.ticket.commission, again.ticket.scope)
        == (
            3_200,
            "domestic",
        )
    )


def test_a_void_or_refund_of_what_was_never_sold_binds_its_key() -> None:
    agency, document = cast.airline().agency, cast.fresh_document()
    sender = Sender(agency.carrier.id, "gds", cast.fresh_key())
    first = cast.post(void_ticket(sender=sender, account=Named.nobody(), document_number=document))
    found = Named.by_id(agency.id, get(agency.id, carrier_id=agency.carrier.id))
    cast.post(asked(agency, cast.fresh_key(), document, found))

    late = cast.post(void_ticket(sender=sender, account=found, document_number=document))

    assert (first.code, late.code, late.replayed) == ("account_not_found", "account_not_found", True)


def test_a_refund_is_the_same_whether_or_not_its_sale_is_there() -> None:
    agency, document = cast.airline().agency, cast.fresh_document()
    found = Named.by_id(agency.id, get(agency.id, carrier_id=agency.carrier.id))
    sender = Sender(agency.carrier.id, "gds", cast.fresh_key())
    unknown, known, foreign = (
        refund_ticket(
            sender=sender,
            account=account,
            document_number=document,
            fare=25_000,
            taxes=3_000,
            penalty=5_000,
            currency=currency,
        )
        for account, currency in ((Named.nobody(), ""), (found, "USD"), (found, "EUR"))
    )

    assert unknown.fingerprint == known.fingerprint != foreign.fingerprint


def test_nothing_is_asked_under_no_key() -> None:
    with pytest.raises(InvalidRequest) as flaw:
        Sender(1, "gds", "")

    assert flaw.value.field == "key"


def test_a_check_digit_changes_no_fingerprint() -> None:
    agency = cast.airline().agency
    account = Named.by_id(agency.id, get(agency.id, carrier_id=agency.carrier.id))

    plain, checked = (asked(agency, "key", number, account) for number in ("2792400001001", "2792400001001-6"))

    assert plain.fingerprint == checked.fingerprint
    assert cast.post(plain).outcome is Outcome.POSTED
