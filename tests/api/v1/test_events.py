"""Events as a resource: in the order of commits, filtered, and of one's own carrier."""

import pytest

from skypurser.access.api_keys import Scope
from skypurser.events.relaying import relay
from skypurser.events.types import TYPES
from tests import cast
from tests.api.v1.asking import program


def test_events_are_read_oldest_first_page_by_page_and_none_is_missed() -> None:
    airline = cast.airline()
    cast.post(cast.credit(airline.agency, 100))
    relay()
    ask = program(airline.carrier, Scope.EVENTS)

    first = ask("GET", "/events?limit=2").body
    rest = ask("GET", f"/events?limit=2&cursor={first['next_cursor']}").body

    told = first["items"] + rest["items"]
    assert [event["type"] for event in told] == ["account.opened", "account.opened", "account.credited"]
    assert [event["id"] for event in told] == sorted(event["id"] for event in told)
    assert rest["next_cursor"] is None
    credited = told[-1]
    assert credited == {
        "id": credited["id"],
        "message_id": f"evt_{credited['id']}",
        "type": "account.credited",
        "account_id": airline.agency.id,
        "occurred_at": "2026-01-15T17:00:00Z",
        "data": credited["data"],
    }
    assert credited["data"]["movement"]["credit"] == "1.00"
    assert ask("GET", f"/events/{credited['id']}").body == credited


def test_events_are_filtered_by_types_account_and_instant() -> None:
    airline = cast.airline()
    cast.post(cast.credit(airline.agency, 100))
    cast.post(cast.credit(airline.client, 200, now=cast.NOON.replace(hour=18)))
    cast.post(cast.debit(airline.client, 50, now=cast.NOON.replace(hour=19)))
    relay()
    ask = program(airline.carrier, Scope.EVENTS)

    def found(query: str) -> list[tuple[str, int]]:
        return [(event["type"], event["account_id"]) for event in ask("GET", f"/events?{query}").body["items"]]

    agency, client = airline.agency.id, airline.client.id
    assert found("types=account.credited") == [("account.credited", agency), ("account.credited", client)]
    assert found("types=account.credited&types=account.debited&account_id=" + str(client)) == [
        ("account.credited", client),
        ("account.debited", client),
    ]
    assert found("since=2026-01-15T18:00:00.000001Z") == [("account.debited", client)]
    assert found("since=2026-01-15T18:00:00Z") == [("account.credited", client), ("account.debited", client)]
    assert found(f"account_id={2**62}") == []


def test_the_longest_page_goes_on_where_more_follows() -> None:
    airline = cast.airline()
    for _ in range(500):
        cast.post(cast.credit(airline.agency, 1))
    relay()

    told = program(airline.carrier, Scope.EVENTS)("GET", "/events?limit=500").body

    assert len(told["items"]) == 500
    assert told["next_cursor"] is not None


def test_the_types_are_listed_with_what_they_say() -> None:
    told = program(cast.carrier(), Scope.EVENTS)("GET", "/event-types").body

    assert {one["type"]: one["description"] for one in told["items"]} == dict(TYPES)
    assert told["next_cursor"] is None


def test_another_carriers_events_are_not_there() -> None:
    airline = cast.airline()
    relay()
    stranger = program(cast.carrier(), Scope.EVENTS)
    theirs = program(airline.carrier, Scope.EVENTS)("GET", "/events").body["items"][0]

    told = stranger("GET", f"/events/{theirs['id']}")

    assert (told.status, told.code) == (404, "event_not_found")
    assert stranger("GET", f"/events?account_id={airline.agency.id}").body["items"] == []


@pytest.mark.parametrize("path", ["/events", "/events/1", "/event-types"])
def test_events_take_their_scope(path: str) -> None:
    told = program(cast.carrier(), *(set(Scope) - {Scope.EVENTS}))("GET", path)

    assert (told.status, told.code) == (403, "permission_denied")
