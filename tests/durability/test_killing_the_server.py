"""A server is killed in the middle of a stream of sales, comes back, and has kept its word.

The posting process lives on, asks what is in doubt again with the same key, and sells on.
"""

import subprocess

import psycopg
import pytest

from tests.durability.stage import Stage

pytestmark = pytest.mark.slow


def wait_for_doubt(stage: Stage, seller: subprocess.Popen[bytes], unknown_before: int) -> None:
    """Return when the seller has noticed that the server is gone."""
    stage.wait(seller, lambda so_far: so_far.unknown.total() > unknown_before)


def lose_the_server(stage: Stage, seller: subprocess.Popen[bytes], *, with_its_backends: bool) -> None:
    """Kill the server at a random moment, wait until somebody is in doubt, and bring it back."""
    stage.wait_for_answers(seller)
    unknown_before = stage.recording.unknown.total()
    stage.kill_server(with_its_backends=with_its_backends)
    wait_for_doubt(stage, seller, unknown_before)
    stage.server.ensure_running()


def lose_the_server_while_a_durable_commit_is_unconfirmed(stage: Stage, seller: subprocess.Popen[bytes]) -> None:
    """Kill the server when a batch is committed and durable, and nobody was told: it waits for a standby."""
    stage.wait_for_answers(seller)
    unknown_before = stage.recording.unknown.total()
    with psycopg.connect(stage.server.url("postgres"), autocommit=True) as watch:
        watch.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        watch.execute("SELECT pg_reload_conf()")
        waiting = "SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'skypurser-posting'"
        stage.wait(seller, lambda _: watch.execute(waiting).rowcount > 0)
        stage.kill_server(with_its_backends=True)
    wait_for_doubt(stage, seller, unknown_before)
    stage.server.ensure_running()
    stage.execute("ALTER SYSTEM RESET synchronous_standby_names")
    stage.execute("SELECT pg_reload_conf()")


def test_what_was_acknowledged_survives_every_killed_server_and_what_was_in_doubt_is_posted_once(stage: Stage) -> None:
    seller, recording = stage.seller(), stage.recording

    for with_its_backends in (False, True, True):
        lose_the_server(stage, seller, with_its_backends=with_its_backends)
        assert stage.lost_or_doubled() == []
    lose_the_server_while_a_durable_commit_is_unconfirmed(stage, seller)
    assert stage.lost_or_doubled() == []
    stage.wait_for_answers(seller)
    stage.finish(seller)
    doubted = set(recording.unknown)
    found, replays = {key for key in doubted if recording.first(key).replayed}, recording.replays
    stage.ask_everything_again()

    assert stage.differences() == []
    stage.audit()
    stage.must_have_hit(doubted=doubted, found=found, replays=replays)
