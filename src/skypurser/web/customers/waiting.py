"""What waits for approval on cards, in words: whoever could ask for the same once more is told."""

from collections.abc import Collection

from skypurser.access.actors import Actor
from skypurser.electronic import approvals
from skypurser.electronic.approvals import Waiting
from skypurser.web.accounts import words

#: So many requests are told on a page.
TOLD = 20


def waiting_on(card_ids: Collection[int], *, actor: Actor) -> dict[int, list[tuple[Waiting, str]]]:
    """Return what waits on each card, and what it is called; cards on which nothing waits are left out."""
    found = approvals.waiting_on_each(card_ids, actor=actor, limit=TOLD)
    return {card_id: [(one, words.named(words.ASKED, one.kind)) for one in some] for card_id, some in found.items()}
