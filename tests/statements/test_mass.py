"""The cut-off of many accounts at once. Source: KIU, "Summary and Cut-off"; doing it for many is ours."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from skypurser.access.actors import PermissionDenied
from skypurser.access.members import add_member, change_member
from skypurser.access.permissions import ALL, Permission
from skypurser.backlog.running import run
from skypurser.errors import InvalidRequest
from skypurser.jobs.asked import KINDS
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Status
from skypurser.mail import queries as letters
from skypurser.mail.writing import MailNotConfigured
from skypurser.statements import mass, massasking, queries
from skypurser.statements.letters import about
from tests import cast
from tests.databases import unchanged
from tests.statements.masses import addressed, asked, done, listed, wanted
from tests.statements.stage import TODAY, letters_wait, statement

DAY = timedelta(days=1)


def numbers(account: cast.Account) -> list[int]:
    return [one.number for one in queries.statements(account.id, actor=account.actor)]


def sent_to(account: cast.Account, number: int = 1) -> list[tuple[str, str]]:
    found = letters.about(about(account.id, number), actor=account.actor)
    return [(one.recipient, one.status) for one in found]


def test_every_account_that_is_meant_is_cut_off_and_sent_to_its_own_address() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    first, second = addressed(airline.agency), addressed(cast.agency(airline.carrier), language="es")
    addressed(airline.client)
    addressed(outsider.agency)
    cast.post(cast.debit(second, 320_000))

    ended = done(asked(airline.actor), airline.actor)

    assert (ended.state, ended.done, ended.total) == ("done", 2, 2)
    assert ended.facts == {"made": 2, "refused": 0, "left_out": 0}
    for account in (first, second):
        assert numbers(account) == [1]
        assert sent_to(account) == [(f"{account.code.lower()}@example.org", "pending")]
    found = queries.shown(second.id, 1, carrier_id=airline.carrier.id)
    assert (found.closing, found.last_date, found.language, found.reference) == (-320_000, TODAY, "es", "January")
    assert numbers(airline.client) == numbers(outsider.agency) == []


def test_what_stands_in_the_way_is_told_before_and_left_out() -> None:
    airline = cast.airline()
    ready = addressed(airline.agency)
    closed = addressed(cast.agency(airline.carrier))
    nowhere = cast.agency(airline.carrier)
    statement(closed)

    shown = mass.preview(wanted(), actor=airline.actor, now=cast.NOON)
    ended = done(asked(airline.actor), airline.actor)

    assert shown.count == 1
    assert shown.left_out == {"period_closed": 1, "no_address": 1}
    assert [(one.code, one.email, one.language) for one in shown.samples] == [
        (ready.code, f"{ready.code.lower()}@example.org", "en")
    ]
    assert [one.code for one in shown.without["no_address"]] == [nowhere.code]
    assert ended.facts == {"made": 1, "refused": 0, "left_out": 2}
    assert (numbers(ready), numbers(closed), numbers(nowhere)) == ([1], [1], [])


def test_of_accounts_without_an_address_more_are_shown_than_of_others() -> None:
    airline = cast.airline()
    without = [cast.agency(airline.carrier) for _ in range(mass.SAMPLES + 1)]
    for _ in range(mass.SAMPLES + 1):
        addressed(cast.agency(airline.carrier))

    shown = mass.preview(wanted(), actor=airline.actor, now=cast.NOON)

    assert len(shown.samples) == mass.SAMPLES
    assert {one.account_id for one in shown.without["no_address"]} == {airline.agency.id, *(one.id for one in without)}


def test_a_date_that_is_still_to_come_at_the_office_is_left_out() -> None:
    airline = cast.airline()
    here = addressed(airline.agency)
    # An hour after noon, UTC, it is tomorrow in Sydney, and not in New York.
    there = addressed(cast.agency(airline.carrier, airport="SYD", country="AU"))
    late = cast.NOON + timedelta(hours=1)

    shown = mass.preview(wanted(through=TODAY + DAY), actor=airline.actor, now=late)

    assert [one.code for one in shown.samples] == [there.code]
    assert shown.left_out == {"cut_off_in_future": 1}
    assert [one.code for one in shown.without["cut_off_in_future"]] == [here.code]


def test_the_address_is_that_of_the_last_statement_until_one_is_set() -> None:
    airline = cast.airline()
    remembered, chosen = airline.agency, addressed(cast.agency(airline.carrier), "books@example.org")
    for account in (remembered, chosen):
        statement(account, recipient="once@example.org", recipient_again="once@example.org")
    later = cast.NOON + DAY

    done(asked(airline.actor, wanted(through=TODAY + DAY), now=later), airline.actor)

    assert sent_to(remembered, 2) == [("once@example.org", "pending")]
    assert sent_to(chosen, 2) == [("books@example.org", "pending")]


def test_an_account_that_is_refused_stops_no_other() -> None:
    airline = cast.airline()
    accounts = [addressed(cast.agency(airline.carrier)) for _ in range(3)]
    job_id = asked(airline.actor)
    statement(accounts[1])

    ended = done(job_id, airline.actor)

    assert (ended.state, ended.facts) == ("done", {"made": 2, "refused": 1, "left_out": 1})
    assert [numbers(account) for account in accounts] == [[1], [1], [1]]
    assert sent_to(accounts[1]) == [("ana@example.org", "pending")]


def test_the_file_has_every_account_with_its_statement_or_the_reason() -> None:
    airline = cast.airline()
    ready, nowhere = addressed(airline.agency), cast.agency(airline.carrier)
    cast.post(cast.debit(ready, 12_345))
    job_id = asked(airline.actor)
    done(job_id, airline.actor)

    header, *rows = listed(job_id, airline.actor)

    assert header == ["Account", "Name", "City", "Currency", "Statement", "Closing balance", "Goes to", header[-1]]
    assert {row[0]: row[2:] for row in rows} == {
        ready.code: ["NYC", "USD", 1, -123.45, f"{ready.code.lower()}@example.org", ""],
        nowhere.code: ["NYC", "USD", "", "", "", "nobody has said where its statements go"],
    }
    addressed(airline.client)
    spanish = asked(airline.actor, wanted("corporate"), language="es")
    done(spanish, airline.actor)
    assert listed(spanish, airline.actor)[0][0] == "Cuenta"


@pytest.mark.parametrize(
    ("where", "meant"),
    [
        ({}, {"NYC USD", "NYC EUR", "ORY USD"}),
        ({"country": "FR"}, {"ORY USD"}),
        ({"city": "NYC", "currency": "EUR"}, {"NYC EUR"}),
    ],
)
def test_it_is_narrowed_on_request_and_asks_for_no_status(where: dict[str, Any], meant: set[str]) -> None:
    of = cast.carrier()
    accounts = {
        "NYC USD": addressed(cast.agency(of)),
        "NYC EUR": addressed(cast.agency(of, currency="EUR")),
        "ORY USD": addressed(cast.agency(of, airport="ORY", country="FR")),
    }
    cast.post(cast.status(accounts["NYC USD"], Status.SUSPENDED))
    actor = accounts["NYC USD"].actor

    done(asked(actor, wanted(**where)), actor)

    assert {name for name, account in accounts.items() if numbers(account)} == meant


def test_a_members_limits_are_those_of_the_preview_and_of_the_job() -> None:
    of = cast.carrier()
    here, there = addressed(cast.agency(of)), addressed(cast.agency(of, airport="ORY", country="FR"))
    limited = add_member(
        email="lim@example.org",
        name="Lim",
        permissions=[Permission.CUT_OFF],
        countries=["US"],
        actor=here.actor,
        now=cast.NOON,
    )

    assert mass.preview(wanted(), actor=limited, now=cast.NOON).count == 1
    job_id = asked(limited)
    change_member(email="lim@example.org", countries=["FR"], actor=here.actor)
    ended = done(job_id, limited)

    assert (ended.state, ended.facts) == ("done", {"made": 0, "refused": 1, "left_out": 0})
    assert numbers(here) == numbers(there) == []


def test_who_may_not_cut_off_one_may_not_cut_off_many() -> None:
    airline = cast.airline()
    addressed(airline.agency)
    other = add_member(
        email="o@example.org", name="O", permissions=ALL - {Permission.CUT_OFF}, actor=airline.actor, now=cast.NOON
    )

    with pytest.raises(PermissionDenied):
        mass.preview(wanted(), actor=other, now=cast.NOON)
    with pytest.raises(PermissionDenied):
        asked(other, confirmation="x")


def test_without_a_mail_server_nothing_is_asked_for() -> None:
    airline = cast.airline()
    addressed(airline.agency)
    shown = mass.preview(wanted(), actor=airline.actor, now=cast.NOON)

    with pytest.raises(MailNotConfigured):
        massasking.cut_off(
            wanted(),
            confirmation=shown.confirmation,
            reference="January",
            language="en",
            key=cast.fresh_key(),
            actor=airline.actor,
            now=cast.NOON,
        )


@pytest.mark.parametrize("reference", ["", "  ", "a\0b", "x" * 401])
def test_the_reference_is_mandatory_and_printable(reference: str) -> None:
    airline = cast.airline()
    addressed(airline.agency)

    with pytest.raises(InvalidRequest):
        asked(airline.actor, reference=reference)


def test_another_address_than_was_shown_outdates_the_preview(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    addressed(airline.agency)
    shown = mass.preview(wanted(), actor=airline.actor, now=cast.NOON)
    addressed(airline.agency, "other@example.org")

    with unchanged(superuser, airline.carrier.id), pytest.raises(RequestRefused) as refused:
        asked(airline.actor, confirmation=shown.confirmation)

    assert (refused.value.code, refused.value.facts) == ("preview_outdated", {"count": 1})


def test_an_address_that_changes_afterwards_gets_only_the_next_statement() -> None:
    airline = cast.airline()
    addressed(airline.agency, "shown@example.org")
    job_id = asked(airline.actor)
    addressed(airline.agency, "later@example.org")

    done(job_id, airline.actor)

    assert sent_to(airline.agency) == [("shown@example.org", "pending")]


def test_nothing_to_cut_off_is_refused() -> None:
    airline = cast.airline()

    with pytest.raises(RequestRefused) as refused:
        asked(airline.actor)

    assert refused.value.code == "nothing_to_cut_off"


def test_the_same_key_is_one_job_and_another_payload_a_conflict() -> None:
    airline = cast.airline()
    addressed(airline.agency)
    confirmation = mass.preview(wanted(), actor=airline.actor, now=cast.NOON).confirmation

    first, second = (asked(airline.actor, confirmation=confirmation, key="one") for _ in range(2))
    with pytest.raises(RequestRefused) as refused:
        asked(airline.actor, confirmation=confirmation, key="one", reference="another")

    assert first == second
    assert refused.value.code == "key_reused"


def test_two_jobs_for_the_same_accounts_make_one_statement_of_each() -> None:
    airline = cast.airline()
    accounts = [addressed(airline.agency), *(addressed(cast.agency(airline.carrier)) for _ in range(4))]
    jobs = [asked(airline.actor) for _ in range(2)]
    start = threading.Barrier(2)

    def work(job_id: int) -> None:
        start.wait()
        run(carrier_id=airline.carrier.id, job_id=job_id, kinds=KINDS)
        connection.close()

    with letters_wait(), ThreadPoolExecutor(2) as pool:
        list(pool.map(work, jobs))
    ended = [done(job_id, airline.actor) for job_id in jobs]

    assert [numbers(account) for account in accounts] == [[1]] * 5
    assert all(len(sent_to(account)) == 1 for account in accounts)
    assert [one.state for one in ended] == ["done", "done"]
    assert sum(one.facts["made"] for one in ended if one.facts) == 5
