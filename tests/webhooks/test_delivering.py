"""Events reach their receivers: signed, in order, again until heard, and each once."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from standardwebhooks import Webhook, WebhookVerificationError
from structlog.testing import capture_logs

from skypurser.history import acts, events
from skypurser.webhooks import endpoints, queries
from skypurser.webhooks.claiming import AT_ONCE, BACK_OFF, LEASE, PER_CARRIER, claim, settle
from skypurser.webhooks.delivering import begin, send
from skypurser.webhooks.sending import LONGEST, Sender, Sent
from tests import cast
from tests.databases import this_database
from tests.webhooks.receiver import NEARBY, SENDER, receiving
from tests.webhooks.stage import credit, deliver, listen

SECOND = timedelta(seconds=1)


def test_an_event_is_delivered_with_a_signature_that_the_standards_library_accepts() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        _, secret = listen(airline.actor, receiver)
        credit(airline.agency, 12_345)

        assert deliver(airline.carrier.id) == {"delivered": 1}

    got = receiver.received[0]
    told = events.page(carrier_id=airline.carrier.id, types=["account.credited"])[0]
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert got.headers["webhook-id"] == f"evt_{told.id}"
    message = Webhook(secret).verify(got.body, got.headers)
    assert message == {
        "id": f"evt_{told.id}",
        "type": "account.credited",
        "timestamp": "2026-01-15T17:00:00Z",
        "data": told.data,
    }
    assert message["data"]["movement"]["credit"] == "123.45"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(got.body.replace(b"123.45", b"999.99"), got.headers)


def test_while_a_secret_is_rotated_both_sign_and_afterwards_the_new_one_does() -> None:
    airline = cast.airline()
    now = datetime.now(tz=UTC)
    with receiving() as receiver:
        endpoint, old = listen(airline.actor, receiver)
        view, new = endpoints.rotate_secret(
            endpoint_id=endpoint.id, actor=airline.actor, now=now, overlap=timedelta(minutes=2)
        )
        credit(airline.agency, 1)
        deliver(airline.carrier.id)
        credit(airline.agency, 2)
        deliver(airline.carrier.id, now=now + timedelta(minutes=3))

    during, after = receiver.received
    assert view.old_secret_until == now + timedelta(minutes=2)
    for secret in (old, new):
        Webhook(secret).verify(during.body, during.headers)
    Webhook(new).verify(after.body, after.headers)
    assert len(after.headers["webhook-signature"].split()) == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(after.body, after.headers)


def test_an_accounts_events_arrive_in_their_order_and_never_overlap() -> None:
    airline = cast.airline()
    with receiving() as receiver, ThreadPoolExecutor(8) as pool:
        receiver.pause = 0.01
        listen(airline.actor, receiver)
        credit(airline.agency, *range(1, 13))
        while futures := begin(carrier_ids=[airline.carrier.id], most=8, sender=SENDER, pool=pool):
            assert {future.result() for future in futures} == {"delivered"}

    assert receiver.references == [str(number) for number in range(1, 13)]
    assert all(earlier.ended <= later.began for earlier, later in pairwise(receiver.received))


def test_what_failed_is_tried_again_and_holds_back_its_account_only() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        receiver.answer = lambda number: (503 if number == 0 else 200, b"busy")
        listen(airline.actor, receiver)
        credit(airline.agency, 1, 2)
        credit(airline.client, 3)

        assert deliver(airline.carrier.id) == {"pending": 1, "delivered": 1}
        assert receiver.references == ["1", "3"]
        later = datetime.now(tz=UTC) + BACK_OFF[0] + SECOND
        assert deliver(airline.carrier.id, now=later) == {"delivered": 2}

    assert receiver.references == ["1", "3", "1", "2"]
    assert receiver.received[0].headers["webhook-id"] == receiver.received[2].headers["webhook-id"]


def test_it_is_tried_nine_times_later_and_later_and_then_the_lane_goes_on() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        receiver.answer = lambda number: (500 if number < 9 else 200, b"")
        listen(airline.actor, receiver)
        credit(airline.agency, 1, 2)
        now = datetime.now(tz=UTC)
        for wait in BACK_OFF:
            assert deliver(airline.carrier.id, now=now) == {"pending": 1}
            assert deliver(airline.carrier.id, now=now + wait - SECOND) == {}
            now += wait

        assert deliver(airline.carrier.id, now=now) == {"failed": 1, "delivered": 1}

    assert receiver.references == ["1"] * 9 + ["2"]
    second, first = queries.deliveries(actor=airline.actor)
    assert (first.status, first.tries, first.next_attempt_at) == ("failed", 9, None)
    assert (second.status, second.tries) == ("delivered", 1)


def test_each_attempt_is_logged_with_what_came_back() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        receiver.answer = lambda _: (500, b"no\x00\x1b[31m " + b"x" * 5_000)
        listen(airline.actor, receiver)
        credit(airline.agency, 1)
        deliver(airline.carrier.id)

    found, attempts = queries.delivery(queries.deliveries(actor=airline.actor)[0].id, actor=airline.actor)
    assert (found.status, found.event_type) == ("pending", "account.credited")
    assert [(one.outcome, one.response_code) for one in attempts] == [("refused", 500)]
    assert attempts[0].answer == "no  [31m " + "x" * 991
    assert 0 <= attempts[0].duration_ms < 5_000


def test_an_endpoint_that_is_gone_is_deactivated_and_what_waits_is_sent_when_it_is_back() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        receiver.answer = lambda number: (410 if number == 0 else 200, b"")
        endpoint, _ = listen(airline.actor, receiver)
        credit(airline.agency, 1, 2)
        assert deliver(airline.carrier.id) == {"failed": 1}
        credit(airline.agency, 3)
        assert deliver(airline.carrier.id) == {}

        view = queries.endpoint(endpoint.id, actor=airline.actor)
        assert (view.is_active, view.deactivated_because) == (False, "gone")
        back = endpoints.change(endpoint_id=endpoint.id, is_active=True, actor=airline.actor, now=cast.NOON)
        assert (back.is_active, back.deactivated_because) == (True, "")
        assert deliver(airline.carrier.id) == {"delivered": 1}

    assert receiver.references == ["1", "2"]


def test_a_redirect_is_not_followed() -> None:
    airline = cast.airline()
    with receiving() as elsewhere, receiving() as receiver:
        receiver.answer = lambda _: (307, b"")
        receiver.headers = {"location": elsewhere.url}
        listen(airline.actor, receiver)
        credit(airline.agency, 1)

        assert deliver(airline.carrier.id) == {"pending": 1}

    assert (len(receiver.received), elsewhere.received) == (1, [])
    _, attempts = queries.delivery(queries.deliveries(actor=airline.actor)[0].id, actor=airline.actor)
    assert (attempts[0].outcome, attempts[0].response_code) == ("redirected", 307)


def test_a_slow_receiver_is_given_up_and_tried_again() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        receiver.pause = 0.6
        listen(airline.actor, receiver)
        credit(airline.agency, 1)

        assert deliver(airline.carrier.id, sender=Sender(reach=NEARBY, longest=0.2)) == {"pending": 1}

    _, attempts = queries.delivery(queries.deliveries(actor=airline.actor)[0].id, actor=airline.actor)
    assert (attempts[0].outcome, attempts[0].response_code) == ("timeout", None)


def test_two_workers_deliver_each_once() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        receiver.pause = 0.005
        listen(airline.actor, receiver)
        accounts = [cast.agency(airline.carrier) for _ in range(8)]
        for account in accounts:
            credit(account, 1, 2, 3)

        def work() -> int:
            """Claim one at a time, so that the two are at it together, until all has come."""
            mine = 0
            try:
                while len(receiver.received) < 8 * 3:
                    for one in claim(carrier_ids=[airline.carrier.id], most=1):
                        assert send(one, sender=SENDER) == "delivered"
                        mine += 1
                return mine
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            first, second = [one.result() for one in [pool.submit(work), pool.submit(work)]]

    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert first + second == len(ids) == len(set(ids)) == 8 * 3
    assert min(first, second) > 0


def test_what_a_lost_worker_had_taken_is_taken_again_when_its_lease_has_run_out() -> None:
    airline = cast.airline()
    now = datetime.now(tz=UTC) + timedelta(minutes=1)
    with receiving() as receiver:
        listen(airline.actor, receiver)
        credit(airline.agency, 1)
        lost = claim(carrier_ids=[airline.carrier.id], most=1, now=now)

        assert claim(carrier_ids=[airline.carrier.id], most=1, now=now + LEASE - SECOND) == []
        again = claim(carrier_ids=[airline.carrier.id], most=1, now=now + LEASE)
        assert [one.message_id for one in again] == [one.message_id for one in lost]

        # The lost one comes back after all: its attempt is logged, and the other's claim stays.
        assert settle(lost[0], Sent("refused", 500, 1, "late"), now=now + LEASE) == "pending"
        assert send(again[0], sender=SENDER, now=now + LEASE) == "delivered"

    delivered, attempts = queries.delivery(queries.deliveries(actor=airline.actor)[0].id, actor=airline.actor)
    assert (delivered.status, delivered.tries) == ("delivered", 1)
    assert [one.outcome for one in attempts] == ["refused", "delivered"]


def test_one_endpoint_gets_no_more_than_its_share_at_a_time() -> None:
    airline = cast.airline()
    with receiving() as slow, receiving() as other:
        listen(airline.actor, slow)
        listen(airline.actor, other)
        accounts = [cast.agency(airline.carrier) for _ in range(AT_ONCE + 2)]
        for account in accounts:
            credit(account, 1)

        claimed = claim(carrier_ids=[airline.carrier.id], most=100)
        assert len(claimed) == 2 * AT_ONCE
        assert {[one.endpoint_id for one in claimed].count(one.endpoint_id) for one in claimed} == {AT_ONCE}
        assert claim(carrier_ids=[airline.carrier.id], most=100) == []


def test_one_carrier_gets_no_more_than_its_share_and_who_has_least_under_way_comes_first() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    both = [airline.carrier.id, outsider.carrier.id]
    with ExitStack() as receivers:
        for actor in (*[airline.actor] * (PER_CARRIER // AT_ONCE + 1), outsider.actor):
            listen(actor, receivers.enter_context(receiving()))
        for account in [cast.agency(airline.carrier) for _ in range(AT_ONCE)]:
            credit(account, 1)
        for account in [cast.agency(outsider.carrier) for _ in range(2)]:
            credit(account, 1)
        assert len(claim(carrier_ids=both[:1], most=PER_CARRIER - 1)) == PER_CARRIER - 1

        assert [one.carrier_id for one in claim(carrier_ids=both, most=1)] == both[1:]
        assert sorted(one.carrier_id for one in claim(carrier_ids=both, most=100)) == sorted(both)
        assert claim(carrier_ids=both, most=100) == []


def test_an_attempt_that_breaks_on_our_side_is_logged_and_tried_again_later() -> None:
    class Broken(Sender):
        def send(self, **_: object) -> Sent:
            raise ValueError("/".join(("https://hook.example", "secret")))

    airline = cast.airline()
    with receiving() as receiver, ThreadPoolExecutor(1) as pool, capture_logs() as logs:
        listen(airline.actor, receiver)
        credit(airline.agency, 1)
        begun = begin(carrier_ids=[airline.carrier.id], most=1, sender=Broken(), pool=pool)

        assert [future.result() for future in begun] == ["pending"]
        assert deliver(airline.carrier.id) == {}

    found, attempts = queries.delivery(queries.deliveries(actor=airline.actor)[0].id, actor=airline.actor)
    assert (found.tries, [(one.outcome, one.answer) for one in attempts]) == (1, [("broken", "ValueError")])
    assert [(one["log_level"], one["error"]) for one in logs if one["event"] == "webhook attempt broke"] == [
        ("error", "ValueError")
    ]
    assert "hook.example/secret" not in str(logs)


def test_no_attempt_outlasts_its_lease() -> None:
    assert timedelta(seconds=2 * LONGEST) < LEASE


def test_an_endpoint_is_told_of_the_types_that_it_wants_and_of_its_own_carrier_only() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    with receiving() as picky, receiving() as curious, receiving() as theirs:
        listen(airline.actor, picky, types=["account.debited"])
        listen(airline.actor, curious, types=[])
        listen(outsider.actor, theirs, types=[])
        cast.post(cast.debit(airline.agency, 5))
        credit(airline.agency, 1)
        for carrier in (airline.carrier, outsider.carrier):
            deliver(carrier.id)

    mine = {account.id for account in (airline.agency, airline.client)}
    assert [one.message["type"] for one in picky.received] == ["account.debited"]
    assert {one.message["type"] for one in curious.received} == {
        "account.opened",
        "account.debited",
        "account.credited",
    }
    assert {one.message["data"]["account"]["id"] for one in curious.received} == mine
    assert not {one.message["data"]["account"]["id"] for one in theirs.received} & mine


def test_no_secret_is_shown_logged_or_kept_in_the_history() -> None:
    airline = cast.airline()
    with receiving() as receiver:
        endpoint, secret = listen(airline.actor, receiver)
        _, new = endpoints.rotate_secret(endpoint_id=endpoint.id, actor=airline.actor, now=cast.NOON)
        credit(airline.agency, 1)
        claimed = claim(carrier_ids=[airline.carrier.id], most=1)
        views = [queries.endpoint(endpoint.id, actor=airline.actor), queries.deliveries(actor=airline.actor)]
        with this_database().superuser() as session:
            history = session.execute(
                "SELECT json_agg(a)::text FROM history_act a WHERE carrier_id = %s", [airline.carrier.id]
            ).fetchone()
        assert history is not None
        assert "webhook.secret_rotated" in history[0]
        for text in (repr(claimed), repr(views), history[0], json.dumps(receiver.references)):
            assert secret.removeprefix("whsec_") not in text
            assert new.removeprefix("whsec_") not in text
            assert "whsec_" not in text
    assert acts.of_account(carrier_id=airline.carrier.id, account_id=airline.agency.id)
