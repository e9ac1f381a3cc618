"""Sent again: with the same id, in order, and as often as somebody asks."""

from datetime import UTC, datetime, timedelta

import pytest

from skypurser.errors import InvalidRequest
from skypurser.history import events
from skypurser.webhooks import endpoints, queries, replaying
from skypurser.webhooks.purging import KEPT, purge
from tests import cast
from tests.webhooks.receiver import NEARBY, receiving
from tests.webhooks.stage import credit, deliver, listen


def test_one_delivery_is_sent_again_with_the_same_id() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        listen(airline.actor, receiver)
        credit(airline.agency, 1, 2)
        deliver(airline.carrier.id)
        first = queries.deliveries(actor=airline.actor)[-1]
        replaying.replay_delivery(delivery_id=first.id, actor=airline.actor, now=datetime.now(tz=UTC))

        assert deliver(airline.carrier.id) == {"delivered": 1}

    assert receiver.references == ["1", "2", "1"]
    assert receiver.received[0].headers["webhook-id"] == receiver.received[2].headers["webhook-id"]
    assert receiver.received[0].body == receiver.received[2].body
    _, attempts = queries.delivery(first.id, actor=airline.actor)
    assert [one.outcome for one in attempts] == ["delivered", "delivered"]


def test_a_failed_delivery_is_sent_at_once_and_its_lane_follows() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        receiver.answer = lambda number: (500 if number == 0 else 200, b"")
        listen(airline.actor, receiver)
        credit(airline.agency, 1, 2)
        assert deliver(airline.carrier.id) == {"pending": 1}
        waiting = queries.deliveries(actor=airline.actor, status="pending")[-1]
        replaying.replay_delivery(delivery_id=waiting.id, actor=airline.actor, now=datetime.now(tz=UTC))

        assert deliver(airline.carrier.id) == {"delivered": 2}
    assert receiver.references == ["1", "1", "2"]


def test_everything_after_an_event_is_sent_again_in_order() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        endpoint, _ = listen(airline.actor, receiver)
        credit(airline.agency, 1, 2, 3)
        deliver(airline.carrier.id)
        first = events.page(carrier_id=airline.carrier.id, types=["account.credited"])[0]
        replayed = replaying.replay_since(
            endpoint_id=endpoint.id, after_event_id=first.id, actor=airline.actor, now=datetime.now(tz=UTC)
        )

        assert (replayed, deliver(airline.carrier.id)) == (2, {"delivered": 2})
    assert receiver.references == ["1", "2", "3", "2", "3"]


def test_an_endpoint_can_be_told_of_what_was_before_it() -> None:
    airline = cast.airline()
    credit(airline.agency, 1)
    cast.post(cast.credit(airline.agency, 2, now=cast.NOON + timedelta(hours=1)))
    credit(airline.agency)
    with receiving() as receiver:
        endpoint, _ = listen(airline.actor, receiver)
        assert deliver(airline.carrier.id) == {}
        replayed = replaying.replay_since(
            endpoint_id=endpoint.id,
            since=cast.NOON + timedelta(minutes=1),
            actor=airline.actor,
            now=datetime.now(tz=UTC),
        )

        assert (replayed, deliver(airline.carrier.id)) == (1, {"delivered": 1})
    assert receiver.received[0].message["data"]["movement"]["credit"] == "0.02"


def test_what_is_under_way_is_not_sent_twice() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        endpoint, _ = listen(airline.actor, receiver)
        credit(airline.agency, 1)

        assert (
            replaying.replay_since(
                endpoint_id=endpoint.id, after_event_id=0, actor=airline.actor, now=datetime.now(tz=UTC)
            )
            == 0
        )
        assert deliver(airline.carrier.id) == {"delivered": 1}


def test_a_replay_says_since_when() -> None:
    airline = cast.airline()
    endpoint, _ = endpoints.create(url="https://example.com/", actor=airline.actor, now=cast.NOON, reach=NEARBY)

    with pytest.raises(InvalidRequest):
        replaying.replay_since(endpoint_id=endpoint.id, actor=airline.actor, now=cast.NOON)


def test_deliveries_finished_long_ago_are_forgotten_and_can_still_be_replayed() -> None:
    airline, now = cast.airline(), datetime.now(tz=UTC)
    with receiving() as receiver:
        endpoint, _ = listen(airline.actor, receiver)
        credit(airline.agency, 1)
        deliver(airline.carrier.id)
        credit(airline.agency, 2)

        assert purge(carrier_id=airline.carrier.id, now=now + KEPT - timedelta(minutes=5)) == 0
        assert purge(carrier_id=airline.carrier.id, now=now + KEPT + timedelta(minutes=5)) == 1
        assert [one.status for one in queries.deliveries(actor=airline.actor)] == ["pending"]
        replaying.replay_since(endpoint_id=endpoint.id, after_event_id=0, actor=airline.actor, now=datetime.now(tz=UTC))
        deliver(airline.carrier.id)

    assert receiver.references == ["1", "1", "2"]
