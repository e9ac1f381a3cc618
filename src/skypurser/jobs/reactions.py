"""What follows from an event: that whoever asked to be told is told, by a webhook or a letter.

A reaction runs in the transaction that makes the events, so it is there if and only if they are, once. It writes rows,
or defers a job (`task.defer(…)` writes a row as well); it never calls anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from skypurser.alerts.noting import note
from skypurser.history.events import EventView
from skypurser.webhooks.fanning import fan_out

type Reaction = Callable[[Sequence[EventView]], object]

#: What follows from every event.
TO_ALL: tuple[Reaction, ...] = (fan_out, note)

#: What follows from events of one type besides.
BY_TYPE: Mapping[str, tuple[Reaction, ...]] = MappingProxyType({})


def react(events: Sequence[EventView]) -> None:
    """Do what follows from these events, which are in their order and of several carriers."""
    for reaction in TO_ALL:
        reaction(events)
    for kind, reactions in BY_TYPE.items():
        theirs = [event for event in events if event.type == kind]
        if theirs:
            for reaction in reactions:
                reaction(theirs)
