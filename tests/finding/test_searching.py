"""The search: what it finds, for whom, and by which indexes."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from skypurser.access.permissions import Permission
from skypurser.finding.searching import SHOWN, Found, search
from tests import cast
from tests.databases import post_batch, throwaway_database


def summary(found: Found) -> dict[str, list[Any]]:
    """What was found, in short; empty groups left out."""
    groups: dict[str, list[Any]] = {
        "accounts": [view.code for view in found.accounts],
        "tickets": [ticket.document_number for ticket in found.tickets],
        "movements": [(movement.account_code, movement.item) for movement in found.movements],
        "holds": [hold.id for hold in found.holds],
    }
    return {name: rows for name, rows in groups.items() if rows}


def test_an_accounts_code_is_the_one_to_jump_to() -> None:
    airline = cast.airline()
    cast.agency(airline.carrier, code=airline.agency.code + "0")

    found = search(f" {airline.agency.code.lower()} ", actor=airline.actor)

    assert [view.code for view in found.accounts] == [airline.agency.code, airline.agency.code + "0"]
    assert found.account is not None
    assert found.account.account_id == airline.agency.id
    assert found.document is None


def test_a_code_with_several_accounts_is_none_to_jump_to() -> None:
    carrier = cast.carrier()
    actors = [cast.agency(carrier, code="NYC100", currency=currency).actor for currency in ("USD", "EUR")]

    found = search("NYC100", actor=actors[0])

    assert (summary(found), found.account) == ({"accounts": ["NYC100", "NYC100"]}, None)


def test_a_document_is_the_one_to_jump_to_also_with_its_check_digit() -> None:
    airline = cast.airline()
    sale = cast.issue(airline.agency)
    cast.post(sale)
    document = str(sale.document)

    for text in (document, f"{document}-{int(document[3:]) % 7}"):
        found = search(text, actor=airline.actor)
        assert found.document is not None
        assert (found.document.document_number, found.document.account_code) == (document, airline.agency.code)
    assert summary(search(document[:12], actor=airline.actor))["tickets"] == [document]
    assert search(document[:12], actor=airline.actor).document is None


def test_names_issue_ids_references_and_holds_are_found() -> None:
    airline = cast.airline()
    sale = cast.issue(airline.agency)
    cast.post(sale)
    cast.post(cast.credit(airline.client, 700))
    until = datetime.now(UTC) + timedelta(hours=1)
    hold_id = cast.post(cast.hold(airline.agency, 700, now=None, expires_at=until)).facts["hold"]

    def found(text: str) -> dict[str, list[Any]]:
        return summary(search(text, actor=airline.actor))

    assert found("client corp") == {"accounts": [airline.client.code]}
    assert found("9549656") == {"accounts": [airline.agency.code]}
    both = {"tickets": [sale.document], "movements": [(airline.agency.code, 1)]}
    assert found("PNR ABC123") == found("pnr abc123") == both
    assert found("ref credit") == {"movements": [(airline.client.code, 1)]}
    assert found("ref hold") == found(f"hold {hold_id}") == {"holds": [hold_id]}
    assert found("nothing like it") == {}


def test_who_may_only_ask_finds_an_account_whose_code_they_know() -> None:
    airline = cast.airline()
    asks = replace(airline.actor, permissions=frozenset({Permission.QUERIES}))

    found = search(airline.agency.code.lower(), actor=asks)

    assert found.account is not None
    assert found.account.account_id == airline.agency.id
    assert summary(search(airline.agency.code[:-1], actor=asks)) == {}
    assert summary(search(airline.agency.code, actor=replace(asks, cities=frozenset({"ZZZ"})))) == {}


def test_a_hold_that_is_over_is_found_as_one() -> None:
    airline = cast.airline()
    soon = datetime.now(UTC) + timedelta(seconds=0.3)
    hold_id = cast.post(cast.hold(airline.agency, 700, now=None, expires_at=soon)).facts["hold"]

    def status() -> str:
        (found,) = search(f"hold {hold_id}", actor=airline.actor).holds
        return found.status

    assert status() == "OPEN"
    time.sleep(0.5)
    assert status() == "EXPIRED"


def test_amounts_are_found_in_the_currency_that_they_are_in() -> None:
    carrier = cast.carrier()
    dollars, yen, dinars = (cast.agency(carrier, currency=currency) for currency in ("USD", "JPY", "KWD"))
    for account in (dollars, yen, dinars):
        cast.post(cast.credit(account, 123_450))
    sale = cast.issue(dollars, fare=77_700, taxes=0)
    cast.post(sale)

    def found(text: str) -> dict[str, list[Any]]:
        return summary(search(text, actor=dollars.actor))

    assert found("1,234.50") == {"movements": [(dollars.code, 1)]}
    assert found("123450") == {"movements": [(yen.code, 1)]}
    assert sorted(found("123.450")["movements"]) == sorted([(yen.code, 1), (dinars.code, 1)])
    assert found("777.00") == {"tickets": [sale.document]}
    assert found("714.84") == {"movements": [(dollars.code, 2)]}


def test_what_looks_like_an_amount_is_a_reference_only_where_it_is_no_amount() -> None:
    airline = cast.airline()
    sale = replace(cast.issue(airline.agency, fare=123_450), reference="1,234.50")
    for one in (sale, replace(cast.issue(airline.client, fare=77_00), reference="1,234.50")):
        assert cast.post(one).code is None
    for amount, reference in ((123_450, "1,234.50"), (99_000_00, "900.01"), (31_00, "3100"), (3_100_00, "x")):
        cast.post(replace(cast.credit(airline.client, amount), reference=reference))

    def found(text: str) -> tuple[list[str], list[int]]:
        told = search(text, actor=airline.actor)
        return [one.document_number for one in told.tickets], sorted(one.credit for one in told.movements)

    assert found("1,234.50") == ([sale.document], [123_450])
    assert found("900.01") == ([], [99_000_00])
    assert found("3100") == ([], [31_00])
    assert found("3,100.00") == ([], [3_100_00])


def test_the_beginning_of_a_document_is_an_amount_only_where_there_is_no_such_document() -> None:
    airline = cast.airline()
    document = cast.fresh_document()
    for amount in (int(document[:6]) * 100, 987_654_00):
        cast.post(cast.credit(airline.client, amount))

    def found(text: str) -> tuple[list[str], list[int]]:
        told = search(text, actor=airline.actor)
        return [one.document_number for one in told.tickets], [one.credit for one in told.movements]

    assert found(document[:6]) == ([], [int(document[:6]) * 100])
    cast.post(cast.issue(airline.agency, document=document))
    assert found(document[:6]) == ([document], [])
    assert found("987654") == ([], [987_654_00])


def test_a_few_of_each_are_shown_and_it_is_told_that_there_are_more() -> None:
    carrier = cast.carrier()
    accounts = [cast.agency(carrier, code=f"SAME{number}") for number in range(SHOWN + 1)]
    for account in accounts:
        cast.post(cast.credit(account, 4_200))

    named, paid = (search(text, actor=accounts[0].actor) for text in ("agency same", "42.00"))

    assert (len(named.accounts), named.more) == (SHOWN, frozenset({"accounts"}))
    assert (len(paid.movements), paid.more) == (SHOWN, frozenset({"movements"}))


def test_nothing_is_found_outside_a_members_places_or_permissions_or_carrier() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    sale = cast.issue(airline.agency)
    cast.post(sale)
    until = datetime.now(UTC) + timedelta(hours=1)
    hold_id = cast.post(cast.hold(airline.agency, 700, now=None, expires_at=until)).facts["hold"]
    texts = (airline.agency.code, str(sale.document), "PNR ABC123", "441.60", f"hold {hold_id}", "9549656", "agency")
    in_boston = replace(airline.actor, cities=frozenset({"BOS"}))
    lists = replace(airline.actor, permissions=frozenset({Permission.LIST_ACCOUNTS}))
    asks = replace(airline.actor, permissions=frozenset({Permission.QUERIES}))

    for text in texts:
        assert summary(search(text, actor=in_boston)) == {}
        assert summary(search(text, actor=lists)).keys() <= {"accounts"}
        assert summary(search(text, actor=asks)).get("accounts", [text]) == [text]  # an exact code is found
    assert "tickets" in summary(search(str(sale.document), actor=asks))
    outside = replace(outsider.actor, offices=frozenset({airline.agency.code}))
    assert [summary(search(text, actor=outside)) for text in texts[:5]] == [{}] * 5


def test_the_bloom_filters_keep_the_search_from_reading_all_pages() -> None:
    """Counted by the blocks that are read of the table, once with and once without them.

    The database is its own: where one carrier of many asks, that carrier's rows may be sooner found by other indexes.
    """

    def blocks(text: str) -> tuple[int, int, int]:
        with transaction.atomic():
            # A table as small as this is read whole sooner than by its index; without one there is no other way.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
            before = _read_blocks()
            found = search(text, actor=agency.actor)
            after = _read_blocks()
        return len(found.movements), *(now - then for then, now in zip(before, after, strict=True))  # type: ignore[return-value]

    with throwaway_database() as database, database.behind_django(), database.superuser() as superuser:
        agency = cast.agency(cast.carrier(), credit_limit=10**12)
        post_batch(
            database,
            [replace(cast.issue(agency, fare=40_000 + number), reference=f"PNR {number}") for number in range(6_000)],
        )
        superuser.execute("VACUUM ANALYZE ledger_entry, tickets_ticket")
        for name in ("entry_saying", "ticket_saying"):
            superuser.execute("SELECT brin_summarize_new_values(%s::regclass)", [name])

        movements, of_entries, of_tickets = blocks("PNR 4321")
        _, _, of_fares = blocks("443.21")
        connection.close()
        superuser.execute("DROP INDEX entry_saying, ticket_saying")
        without = blocks("PNR 4321")

    assert movements == without[0] == 1
    assert of_entries < without[1] / 2
    assert of_tickets < without[2] / 2
    assert of_fares < without[2] / 2


def _read_blocks() -> tuple[int, int]:
    """Return what this session, and no other, has read of the tables in its transaction so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_get_xact_blocks_fetched('ledger_entry'::regclass),"
            " pg_stat_get_xact_blocks_fetched('tickets_ticket'::regclass)"
        )
        row: tuple[int, int] = cursor.fetchone()
        return row
