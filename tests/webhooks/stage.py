"""Endpoints and deliveries of a test's own, sent step by step."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from skypurser.access.actors import Actor
from skypurser.events.relaying import relay
from skypurser.webhooks import endpoints
from skypurser.webhooks.claiming import claim
from skypurser.webhooks.delivering import send
from skypurser.webhooks.endpoints import EndpointView
from skypurser.webhooks.fanning import fan_out
from skypurser.webhooks.sending import Sender
from tests import cast
from tests.webhooks.receiver import NEARBY, SENDER, Receiver


def listen(
    actor: Actor, receiver: Receiver, *, types: Sequence[str] = ("account.credited",)
) -> tuple[EndpointView, str]:
    """Add the receiver as an endpoint; by default it is told of credits only."""
    return endpoints.create(url=receiver.url, event_types=types, actor=actor, now=cast.NOON, reach=NEARBY)


def credit(account: cast.Account, *amounts: int) -> None:
    """Credit the account so often, and let the events be relayed."""
    for amount in amounts:
        request = cast.credit(account, amount)
        request.reference = str(amount)
        cast.post(request)
    relay(react=fan_out)


def deliver(carrier_id: int, *, now: datetime | None = None, sender: Sender = SENDER) -> Counter[str]:
    """Send what is due until nothing is any more; return the statuses that came of it."""
    became: Counter[str] = Counter()
    while claimed := claim(carrier_ids=[carrier_id], most=100, now=now):
        became.update(send(one, sender=sender, now=now) for one in claimed)
    return became
