"""Pages of tickets: by account, dates, and what no index knows."""

from datetime import date, timedelta
from typing import Any

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.tickets import paging
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.paging import SaleFilters, TicketPage, ticket_page
from tests import cast


def sold(account: cast.Account, number: int, **how: Any) -> list[str]:
    """Documents sold on the account, one a day, the newest first."""
    documents = []
    for day in range(number):
        sale = cast.issue(account, fare=100, taxes=0, now=cast.NOON + timedelta(days=day), **how)
        assert cast.post(sale).code is None
        documents.append(str(sale.document))
    return documents[::-1]


def documents(page: TicketPage) -> list[str]:
    return [ticket.document_number for ticket in page.tickets]


def walked(**how: Any) -> list[str]:
    """All documents of a list, page by page."""
    page = ticket_page(**how)
    found = documents(page)
    while page.after is not None:
        page = ticket_page(after=page.after, **how)
        found += documents(page)
    return found


def test_pages_go_on_and_back_without_a_gap() -> None:
    agency = cast.airline().agency
    wanted = sold(agency, 5)

    first = ticket_page(actor=agency.actor, limit=2)
    second = ticket_page(actor=agency.actor, limit=2, after=first.after)
    third = ticket_page(actor=agency.actor, limit=2, after=second.after)
    again = ticket_page(actor=agency.actor, limit=2, before=third.before)
    start = ticket_page(actor=agency.actor, limit=2, before=again.before)

    assert documents(first) + documents(second) + documents(third) == wanted
    assert (first.before, third.after) == (None, None)
    assert (documents(again), documents(start), start.before) == (documents(second), documents(first), None)


def test_sales_of_several_accounts_are_one_list() -> None:
    airline = cast.airline()
    other = cast.agency(airline.carrier)
    wanted = sorted(sold(airline.agency, 4) + sold(airline.client, 3), reverse=True)
    sold(other, 2)
    both = SaleFilters(account_ids=frozenset({airline.agency.id, airline.client.id}))

    found = walked(filters=both, actor=airline.actor, limit=2)

    assert sorted(found, reverse=True) == wanted
    dates = [ticket.issue_date for ticket in ticket_page(both, actor=airline.actor).tickets]
    assert dates == sorted(dates, reverse=True)


def test_what_no_index_knows_is_looked_for_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LOOKED_THROUGH", 3)
    agency = cast.airline().agency
    wanted = sold(agency, 1)
    sold(agency, 7, form_of_payment=FormOfPayment.CARD)
    on_account = SaleFilters(form_of_payment="account")

    first = ticket_page(on_account, actor=agency.actor, limit=1)

    assert (first.tickets, first.after is not None) == ([], True)
    assert walked(filters=on_account, actor=agency.actor, limit=1) == wanted


def test_several_accounts_are_looked_through_as_far_as_all_of_them_were_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LOOKED_THROUGH", 4)
    airline = cast.airline()
    wanted = sold(airline.agency, 6) + sold(airline.client, 3)
    sold(airline.agency, 5, form_of_payment=FormOfPayment.CARD)
    both = frozenset({airline.agency.id, airline.client.id})

    found = walked(filters=SaleFilters(account_ids=both, form_of_payment="account"), actor=airline.actor, limit=1)

    assert len(found) == len(set(found))
    assert set(found) == set(wanted)


def test_dates_status_and_texts_narrow_the_list() -> None:
    agency = cast.airline().agency
    newest, middle, oldest = sold(agency, 3)
    cast.post(cast.void(agency, oldest))
    cast.post(cast.refund(agency, middle, fare=10))

    def found(**filters: Any) -> list[str]:
        return documents(ticket_page(SaleFilters(**filters), actor=agency.actor))

    assert found(status="VOIDED") == [oldest]
    assert found(status="REFUNDED") == [middle]
    assert found(first_date=date(2026, 1, 16), last_date=date(2026, 1, 16)) == [middle]
    assert found(text="doe/j") == [newest, middle, oldest]
    assert found(text="abc123") == [newest, middle, oldest]
    assert found(text="DOE_J") == []
    assert found(account_ids=frozenset()) == []


def test_a_member_sees_the_sales_within_the_limits_only(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    wanted = sold(airline.agency, 2)
    sold(airline.client, 2)
    clerk = Actor(airline.carrier.id, "clerk", ALL, cities=frozenset({"NYC"}))
    nowhere = Actor(airline.carrier.id, "clerk", ALL, cities=frozenset({"EZE"}))

    assert walked(actor=clerk, limit=1) == wanted
    assert walked(actor=nowhere) == []
    assert walked(filters=SaleFilters(account_ids=frozenset({airline.client.id})), actor=clerk) == []

    monkeypatch.setattr(paging, "_FEW", 0)
    assert walked(actor=clerk, limit=1) == wanted


def test_a_list_takes_a_permission_and_shows_nothing_of_others() -> None:
    agency, outsider = cast.airline().agency, cast.outsider()
    sold(agency, 1)
    clerk = Actor(agency.carrier.id, "clerk", ALL - {Permission.QUERIES, Permission.ISSUANCE})

    assert documents(ticket_page(actor=outsider.actor)) == []
    with pytest.raises(PermissionDenied):
        ticket_page(actor=clerk)
