"""The tight loop: what fails for one delivery fails for nobody else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from skypurser.jobs.telling import SENDERS, tell
from skypurser.webhooks.claiming import PER_CARRIER, Claimed, settle
from skypurser.webhooks.fanning import fan_out
from skypurser.webhooks.sending import Sent
from tests import cast
from tests.jobs.workers import wait_until
from tests.webhooks.receiver import SENDER, receiving
from tests.webhooks.stage import listen


def test_a_delivery_whose_outcome_cannot_be_stored_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    airline, stop = cast.airline(), threading.Event()
    broken: list[Claimed] = []

    def settling(claimed: Claimed, sent: Sent, *, now: datetime | None = None) -> str:
        if claimed.carrier_id == airline.carrier.id and not broken:
            broken.append(claimed)
            raise ValueError("/".join(("https://hook.example", "secret")))
        return settle(claimed, sent, now=now)

    with receiving() as receiver, ThreadPoolExecutor(1) as pool, capture_logs() as logs:
        monkeypatch.setattr("skypurser.webhooks.delivering.settle", settling)
        monkeypatch.setattr("skypurser.jobs.telling.all_carrier_ids", lambda: [airline.carrier.id])
        listen(airline.actor, receiver)
        telling = pool.submit(tell, stop=stop, sender=SENDER, react=fan_out, pause=0.05)
        try:
            for account in (airline.agency, airline.client):
                cast.post(cast.credit(account, 1))
                wait_until(lambda: telling.done() or len(broken) == 1)
            wait_until(lambda: telling.done() or len(receiver.received) == 2)
        finally:
            stop.set()
        telling.result()

    assert [one["error"] for one in logs if one["event"] == "delivery broke"] == ["ValueError"]
    assert "hook.example/secret" not in str(logs)


def test_one_carrier_leaves_senders_to_the_others() -> None:
    assert 2 * PER_CARRIER <= SENDERS
