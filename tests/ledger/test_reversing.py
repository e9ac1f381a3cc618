"""A mistake is corrected by an entry that names what it takes back, never beyond it."""

from dataclasses import replace
from datetime import date

import psycopg
import pytest

from skypurser.electronic.manual import MANUAL_KINDS
from skypurser.ledger.requests import fingerprint
from skypurser.ledger.reversing import ReverseEntry
from tests import cast
from tests.databases import post_together, unchanged


def reversal(account: cast.Account, entry_id: int, *, key: str | None = None) -> ReverseEntry:
    return ReverseEntry(
        carrier_id=account.carrier.id,
        key=key or cast.fresh_key("reversal"),
        fingerprint=fingerprint("reversal", account.id, entry_id),
        account_id=account.id,
        currency=account.currency,
        actor="desk",
        reference="typed wrongly",
        now=cast.NOON,
        entry_id=entry_id,
        kinds=MANUAL_KINDS,
        business_date=date(2026, 1, 15),
    )


def credited(account: cast.Account, amount: int = 5_000) -> int:
    return int(cast.post(cast.credit(account, amount)).facts["entry"])


def test_the_mirror_image_brings_the_balance_back() -> None:
    agency = cast.airline().agency
    entry = credited(agency)

    answer = cast.post(reversal(agency, entry))

    assert (answer.facts["debit"], answer.facts["net"]) == (5_000, 0)
    assert [(m.kind, m.reverses) for m in cast.statement(agency)] == [("credit", None), ("reversal", entry)]


def test_a_debit_is_taken_back_by_a_credit() -> None:
    agency = cast.airline().agency
    entry = cast.post(cast.debit(agency, 700)).facts["entry"]

    answer = cast.post(reversal(agency, entry))

    assert (answer.facts["credit"], answer.facts["net"]) == (700, 0)


def test_an_entry_is_taken_back_once() -> None:
    agency = cast.airline().agency
    entry = credited(agency)
    cast.post(reversal(agency, entry))

    answer = cast.post(reversal(agency, entry))

    assert answer.code == "already_reversed"


def test_twice_in_one_batch_is_once() -> None:
    agency = cast.airline().agency
    entry = credited(agency)

    answers = post_together([reversal(agency, entry), reversal(agency, entry)])

    assert [getattr(answer, "code", answer) for answer in answers] == [None, "already_reversed"]
    assert cast.standing(agency).net == 0


def test_a_reversal_is_not_itself_taken_back() -> None:
    agency = cast.airline().agency
    back = cast.post(reversal(agency, credited(agency))).facts["entry"]

    answer = cast.post(reversal(agency, back))

    assert answer.code == "entry_not_found"


def test_another_accounts_or_carriers_entry_is_not_found(superuser: psycopg.Connection) -> None:
    airline, outsider = cast.airline(), cast.outsider()
    entry = credited(airline.agency)

    with unchanged(superuser, airline.carrier.id):
        answers = [cast.post(reversal(account, entry)) for account in (airline.client, outsider.agency)]

    assert [answer.code for answer in answers] == ["entry_not_found", "entry_not_found"]


def test_carriers_in_one_batch_never_reach_each_others_entries() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    entry = credited(airline.agency)

    answers = post_together([reversal(outsider.agency, entry), reversal(airline.agency, entry)])

    assert [getattr(answer, "code", answer) for answer in answers] == ["entry_not_found", None]


def test_an_entry_that_is_none_is_not_found() -> None:
    agency = cast.airline().agency

    answer = cast.post(reversal(agency, 2**62))

    assert answer.code == "entry_not_found"


def test_replaying_a_reversal_changes_nothing(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    request = reversal(agency, credited(agency))
    first = cast.post(request)

    with unchanged(superuser, agency.carrier.id, but=()):
        again = cast.post(request)

    assert again == replace(first, replayed=True)


def test_invariant_7_the_database_itself_refuses_a_second_reversal(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    entry = credited(agency)
    cast.post(reversal(agency, entry))

    with pytest.raises(psycopg.errors.CheckViolation, match="is not taken back as it was posted"):
        superuser.execute(
            "INSERT INTO ledger_entry (carrier_id, id, kind, currency, reference, actor, occurred_at, posted_at,"
            " reverses, debit, credit, controls, amounts) VALUES (%(c)s, %(id)s, 'reversal', 'USD', '', '', now(),"
            " now(), %(entry)s, 0, 0, '{bank_clearing,sales}', '{-1,1}')",
            {"c": agency.carrier.id, "id": 2**61 + entry, "entry": entry},
        )
