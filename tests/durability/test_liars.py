"""The tests of this folder would notice: here the posting process lies on purpose, and the verdict names each lie."""

import pytest

from tests.durability.recording import Recording
from tests.durability.stage import Stage

pytestmark = pytest.mark.slow


def test_a_seller_that_acknowledges_before_the_commit_is_convicted_of_what_it_lost(stage: Stage) -> None:
    seller = stage.seller(stalls_in_batch=10)
    stage.wait(seller, lambda so_far: so_far.stalled)
    stage.kill(seller)

    lies = stage.lost_or_doubled()

    assert lies
    assert all("acknowledged and lost" in lie for lie in lies)


def test_a_seller_that_asks_again_under_another_key_is_convicted_of_posting_twice(stage: Stage) -> None:
    seller, recording = stage.seller(renames_keys=True), stage.recording
    stage.wait(seller, lambda so_far: len(credits_asked_twice(so_far)) > 5)
    stage.finish(seller)

    lies = stage.lost_or_doubled()

    assert {lie for lie in lies if "applied twice: 2 times an entry" in lie} >= {
        f"{key}: applied twice: 2 times an entry" for key in credits_asked_twice(recording)
    }


def test_a_seller_whose_session_does_not_wait_for_the_log_is_convicted_of_what_the_server_lost(stage: Stage) -> None:
    lies: list[str] = []

    for _ in range(5):  # a log that has just been written holds everything
        seller = stage.seller(is_careless=True)
        stage.wait_for_answers(seller)
        stage.kill_server(with_its_backends=True)
        stage.kill(seller)
        stage.server.ensure_running()
        lies = stage.lost_or_doubled()
        if lies:
            break

    assert lies
    assert all("acknowledged and lost" in lie for lie in lies)


def credits_asked_twice(recording: Recording) -> list[str]:
    """Unlike a ticket, nothing but its key protects a credit."""
    return [key for key, times in recording.sent.items() if times == 2 and key.endswith("-credit")]
