"""A posting process is killed in the middle of its sales, and another one asks again what nobody knows."""

import random

import pytest

from tests.durability.stage import Stage

pytestmark = pytest.mark.slow

_chance = random.SystemRandom()

ROUNDS = 2
MOST_ROUNDS = 15  # should the kills have hit nothing


def some(keys: list[str]) -> list[str]:
    """A sample."""
    return _chance.sample(keys, min(len(keys), 50))


def test_what_a_killed_seller_was_told_is_there_and_what_it_was_not_told_is_posted_once(stage: Stage) -> None:
    seller, recording = stage.seller(), stage.recording
    doubted: set[str] = set()
    committed: set[str] = set()

    for round_ in range(1, MOST_ROUNDS + 1):
        stage.wait_for_answers(seller)
        stage.kill(seller)
        assert stage.lost_or_doubled() == []
        doubted |= recording.in_doubt
        committed |= recording.in_doubt & stage.rows().keys.keys()
        if round_ >= ROUNDS and committed and doubted - committed:
            break
        again = [*some(recording.first_with("posted")), *some(recording.first_with("refused"))]
        seller = stage.seller(again=[*recording.in_doubt, *again])
    replays = recording.replays
    stage.ask_everything_again()

    assert stage.differences() == []
    stage.audit()
    found = {key for key in doubted if recording.first(key).replayed}
    assert found >= committed
    stage.must_have_hit(doubted=doubted, found=found, replays=replays)
