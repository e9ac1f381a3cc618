"""Manual credits and debits, status, and what stands on the account afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from skypurser.ledger.states import Status
from tests import cast
from tests.api.v1.asking import Program, program


def test_a_credit_and_a_debit_tell_the_movement_and_what_the_account_has() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)

    credited = ask("POST", f"/accounts/{agency.id}/credits", {"amount": "500.00", "reference": "wire 4711"})
    debited = ask("POST", f"/accounts/{agency.id}/debits", {"amount": "20000.00", "reference": "ADM 12"})

    assert (credited.status, credited.body) == (
        201,
        {
            "movement": {"item": 1, "debit": "0.00", "credit": "500.00", "net": "500.00"},
            "account": {"id": agency.id, "net": "500.00", "held": "0.00", "available": "10500.00"},
        },
    )
    assert (debited.status, debited.body["account"]["available"]) == (201, "-9500.00")


def test_a_replay_is_the_first_answer_whatever_happened_since() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)
    body = {"amount": "500.00", "reference": "wire 4711"}
    first = ask("POST", f"/accounts/{agency.id}/credits", body, key="wire-4711")
    ask("POST", f"/accounts/{agency.id}/debits", {"amount": "1.00", "reference": "ADM"})

    again = ask("POST", f"/accounts/{agency.id}/credits", body, key="wire-4711")
    other = ask("POST", f"/accounts/{agency.id}/credits", body | {"amount": "500.01"}, key="wire-4711")

    assert (again.status, again.content, again.headers["Idempotency-Replayed"]) == (201, first.content, "true")
    assert (other.status, other.code) == (409, "key_reused")
    assert cast.standing(agency).net == 49_900


def test_an_inhibited_account_takes_no_money_by_hand_and_the_refusal_is_bound() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)
    for step in (Status.SUSPENDED, Status.INHIBITED):
        assert ask("PUT", f"/accounts/{agency.id}/status", {"status": step, "reference": "BSP"}).status == 200

    refused = ask("POST", f"/accounts/{agency.id}/credits", {"amount": "1.00", "reference": "x"}, key="k")
    ask("PUT", f"/accounts/{agency.id}/status", {"status": "SUSPENDED", "reference": "left BSP"})
    again = ask("POST", f"/accounts/{agency.id}/credits", {"amount": "1.00", "reference": "x"}, key="k")

    assert (refused.status, refused.code) == (409, "account_inhibited")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (refused.content, "true")


def test_a_status_goes_step_by_step() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)

    skipped = ask("PUT", f"/accounts/{agency.id}/status", {"status": "INHIBITED", "reference": "BSP"})
    suspended = ask("PUT", f"/accounts/{agency.id}/status", {"status": "SUSPENDED", "reference": "late"}, key="s")
    ask("PUT", f"/accounts/{agency.id}/status", {"status": "ACTIVE", "reference": "paid"})
    again = ask("PUT", f"/accounts/{agency.id}/status", {"status": "SUSPENDED", "reference": "late"}, key="s")

    assert (skipped.status, skipped.code, skipped.body["from"]) == (409, "status_change_not_allowed", "ACTIVE")
    assert (suspended.status, suspended.body["status"]) == (200, "SUSPENDED")
    assert (again.content, cast.standing(agency).status) == (suspended.content, Status.ACTIVE)


def test_movements_are_told_newest_first_and_filtered() -> None:
    agency = cast.agency(cast.carrier())
    ask = program(agency.carrier)
    sold = cast.issue(agency, now=cast.NOON)
    cast.post(sold)
    cast.post(cast.credit(agency, 100, now=cast.NOON + timedelta(days=1)))
    cast.post(cast.debit(agency, 200, now=cast.NOON + timedelta(days=2)))

    def items(query: str) -> list[int]:
        return [item["item"] for item in ask("GET", f"/accounts/{agency.id}/movements?{query}").body["items"]]

    assert items("") == [3, 2, 1]
    assert items("kind=ticket") == items(f"text={sold.document}") == [1]
    assert items("text=REF+credit") == [2]
    assert items("from_date=2026-01-16&to_date=2026-01-16") == [2]
    assert items("from_date=2026-01-17") == [3]
    newest = ask("GET", f"/accounts/{agency.id}/movements?limit=1").body
    assert newest["items"][0] | {"entry_id": 0, "posted_at": ""} == {
        "item": 3,
        "entry_id": 0,
        "kind": "debit",
        "business_date": "2026-01-17",
        "original_date": None,
        "occurred_at": "2026-01-17T17:00:00Z",
        "posted_at": "",
        "document": None,
        "debit": "2.00",
        "credit": "0.00",
        "net": "-449.00",
        "reference": "ref debit",
        "actor": "desk",
        "reverses": None,
    }
    assert [item["item"] for item in _rest(ask, f"/accounts/{agency.id}/movements?limit=1", newest)] == [2, 1]


def test_the_history_shows_old_and_new_values_as_amounts() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    ask = program(agency.carrier)
    ask("PATCH", f"/accounts/{agency.id}", {"credit_limit": "25.00", "reference": "raise"})
    placed = cast.post(cast.hold(agency, 500, lasts=timedelta(seconds=1)))
    cast.post(cast.credit(agency, 1, now=cast.NOON + timedelta(hours=1)))

    acts = ask("GET", f"/accounts/{agency.id}/history").body["items"]

    assert acts[-1]["changes"]["credit_limit"] == [None, "10.00"]
    by_action = {act["action"]: act for act in acts}
    assert by_action["account.limit_changed"]["changes"] == {"credit_limit": ["10.00", "25.00"]}
    assert by_action["account.limit_changed"]["actor"] == "key:gds"
    assert by_action["hold.expired"]["changes"] == {"hold": placed.facts["hold"], "amount": "5.00"}


def test_the_history_of_a_hold_is_told_in_decimals_and_with_z() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)
    hold_id = cast.post(cast.hold(agency, 70_000)).facts["hold"]
    cast.post(cast.capture(agency, hold_id, 15_000))

    captured, placed, *_ = ask("GET", f"/accounts/{agency.id}/history").body["items"]

    assert captured["changes"] == {"hold": hold_id, "amount": "700.00", "captured": "150.00"}
    assert placed["changes"] == {"hold": hold_id, "amount": "700.00", "expires_at": "2026-01-15T18:00:00Z"}


def test_holds_are_told_as_they_are_now() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)
    now = datetime.now(UTC)
    ids = {
        "CAPTURED": cast.post(cast.hold(agency, 700, now=now)).facts["hold"],
        "RELEASED": cast.post(cast.hold(agency, 100, now=now)).facts["hold"],
        "OPEN": cast.post(cast.hold(agency, 300, now=now)).facts["hold"],
    }
    cast.post(cast.capture(agency, ids["CAPTURED"], 650, now=now))
    cast.post(cast.release(agency, ids["RELEASED"], now=now))
    ids["EXPIRED"] = cast.post(cast.hold(agency, 200, now=cast.NOON)).facts["hold"]  # its hour is over long since

    for status, hold_id in ids.items():
        listed = ask("GET", f"/accounts/{agency.id}/holds?status={status}").body["items"]
        read = ask("GET", f"/holds/{hold_id}").body
        assert [hold["id"] for hold in listed] == [hold_id]
        assert (read, read["status"]) == (listed[0], status)
    captured = ask("GET", f"/holds/{ids['CAPTURED']}").body
    assert (captured["amount"], captured["captured"], captured["currency"]) == ("7.00", "6.50", "USD")
    first = ask("GET", f"/accounts/{agency.id}/holds?limit=3").body
    assert len(first["items"]) == 3
    assert len(list(_rest(ask, f"/accounts/{agency.id}/holds?limit=3", first))) == 1


def test_refusals_tell_why_the_agency_could_not_issue() -> None:
    airline = cast.airline()
    ask = program(airline.carrier)
    now = datetime.now(UTC)
    document = cast.fresh_document()
    cast.post(cast.issue(airline.agency, fare=2_000_000, taxes=0, document=document, now=now))
    cast.post(cast.status(airline.client, Status.INHIBITED, now=now))

    every = ask("GET", "/refusals").body["items"]
    told = ask("GET", f"/accounts/{airline.agency.id}/refusals").body["items"]

    assert [one["code"] for one in every] == ["status_change_not_allowed", "insufficient_funds"]
    assert told == every[1:]
    assert (told[0]["document"], told[0]["available"], told[0]["shortfall"]) == (document, "10000.00", "8400.00")
    assert ask("GET", "/refusals?code=insufficient_funds").body["items"] == told
    today = now.date().isoformat()
    assert len(ask("GET", f"/refusals?from_date={today}&to_date={today}").body["items"]) == 2
    assert ask("GET", f"/refusals?from_date={(now + timedelta(days=1)).date()}").body["items"] == []
    assert ask("GET", "/refusals?to_date=2026-01-01").body["items"] == []
    first = ask("GET", "/refusals?limit=1").body
    assert [one["code"] for one in _rest(ask, "/refusals?limit=1", first)] == ["insufficient_funds"]


@pytest.mark.parametrize("path", ["/holds/{hold}", "/tickets/{document}"])
def test_what_is_another_carriers_is_not_found(path: str) -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    cast.post(sale)
    hold = cast.post(cast.hold(agency, 1)).facts["hold"]
    stranger = program(cast.carrier())

    told = stranger("GET", path.format(hold=hold, document=sale.document))

    assert told.status == 404
    assert told.code in {"hold_not_found", "sale_not_found"}
    assert stranger("GET", "/tickets").body["items"] == []
    assert stranger("GET", f"/tickets?account_id={agency.id}").body["items"] == []
    assert stranger("GET", "/refusals").body["items"] == []


def _rest(ask: Program, path: str, page: Any) -> Any:
    while page["next_cursor"] is not None:
        page = ask("GET", f"{path}&cursor={page['next_cursor']}").body
        yield from page["items"]
