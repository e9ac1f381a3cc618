"""Reading and searching tickets, by index."""

from datetime import timedelta

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.tickets import queries
from skypurser.tickets.documents import InvalidDocumentNumber
from skypurser.tickets.queries import Filters, SaleNotFound
from tests import cast


def test_a_list_goes_on_behind_the_last_ticket_seen_whatever_is_sold_meanwhile() -> None:
    agency = cast.airline().agency
    sold = [cast.issue(agency, now=cast.NOON + timedelta(days=number // 2)) for number in range(5)]
    for sale in sold:
        cast.post(sale)

    seen = queries.tickets(actor=agency.actor, limit=2)
    cast.post(cast.issue(agency, now=cast.NOON + timedelta(days=9)))
    while page := queries.tickets(actor=agency.actor, after=seen[-1].position, limit=2):
        seen += page

    wanted = sorted(sold, key=lambda sale: (sale.now, sale.document), reverse=True)
    assert [ticket.document_number for ticket in seen] == [sale.document for sale in wanted]


def test_another_carriers_sale_is_not_found() -> None:
    agency, stranger = cast.airline().agency, cast.outsider().actor
    sale = cast.issue(agency)
    cast.post(sale)

    with pytest.raises(SaleNotFound):
        queries.ticket(str(sale.document), actor=stranger)
    assert queries.tickets(Filters(account_id=agency.id), actor=stranger) == []


def test_reading_takes_a_permission_and_a_document_number() -> None:
    agency = cast.airline().agency
    clerk = Actor(agency.carrier.id, "clerk", ALL - {Permission.QUERIES, Permission.ISSUANCE})

    with pytest.raises(PermissionDenied):
        queries.ticket("2790000000001", actor=clerk)
    with pytest.raises(PermissionDenied):
        queries.tickets(actor=clerk)
    with pytest.raises(InvalidDocumentNumber):
        queries.ticket("1", actor=agency.actor)


def test_whoever_sells_sees_what_was_sold() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    cast.post(sale)
    seller = Actor(agency.carrier.id, "seller", frozenset({Permission.ISSUANCE}))

    assert queries.ticket(str(sale.document), actor=seller).document_number == sale.document


def test_a_member_sees_the_sales_within_the_limits_only() -> None:
    airline = cast.airline()
    inside, outside = cast.issue(airline.agency), cast.issue(airline.client)
    cast.post(inside)
    cast.post(outside)
    clerk = Actor(airline.carrier.id, "clerk", ALL, cities=frozenset({"NYC"}))

    assert [ticket.document_number for ticket in queries.tickets(actor=clerk)] == [inside.document]
    assert queries.ticket(str(inside.document), actor=clerk).account_id == airline.agency.id
    with pytest.raises(PermissionDenied):
        queries.ticket(str(outside.document), actor=clerk)


@pytest.mark.parametrize(
    ("condition", "index", "other"),
    [
        ("carrier_id = 1 AND account_id = 1", "ticket_by_account", "ticket_by_date"),
        ("carrier_id = 1", "ticket_by_date", "ticket_by_account"),
    ],
)
def test_the_order_of_the_list_is_that_of_an_index(
    condition: str, index: str, other: str, superuser: psycopg.Connection
) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute(f"DROP INDEX {other}")  # on a young table the planner takes either
        superuser.execute("SET LOCAL enable_seqscan = off")
        superuser.execute("SET LOCAL enable_bitmapscan = off")
        superuser.execute("SET LOCAL enable_sort = off")
        rows = superuser.execute(
            f"EXPLAIN SELECT * FROM tickets_ticket WHERE {condition} AND issue_date <= '2026-01-15'"
            " ORDER BY issue_date DESC, document_number DESC LIMIT 51"
        ).fetchall()

    plan = "\n".join(row[0] for row in rows)
    assert f"Index Scan Backward using {index}" in plan
    assert "Sort" not in plan
