"""Something done again and again, and what it waits for."""

import threading

import pytest
from django.db import OperationalError

from skypurser.access.acting import OutcomeUnknown
from skypurser.jobs import patience
from skypurser.jobs.patience import patiently


@pytest.mark.parametrize("lost", [OperationalError, OutcomeUnknown])
def test_a_lost_database_and_a_commit_of_which_nobody_knows_are_waited_for(
    lost: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "RETRY", 0.01)
    stop, tries = threading.Event(), []

    def once() -> bool:
        tries.append(1)
        if len(tries) < 3:
            raise lost
        stop.set()
        return True

    patiently(once, stop=stop, rest=lambda: None)

    assert len(tries) == 3


def test_a_bug_is_raised() -> None:
    def once() -> bool:
        raise TypeError

    with pytest.raises(TypeError):
        patiently(once, stop=threading.Event(), rest=lambda: None)
