"""The first movement of an account that brings something along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from skypurser.ledger.posting import post_all, post_one
from skypurser.ledger.requests import Request, fingerprint

#: How many accounts are locked, judged and stored at a time.
AT_ONCE = 2_000


class _Opening(Protocol):
    def __call__(
        self,
        *,
        carrier_id: int,
        key: str,
        fingerprint: bytes,
        account_id: int,
        currency: str,
        actor: str,
        reference: str,
        now: datetime,
        amount: int,
    ) -> Request: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an account begins with.

    Attributes:
        opening: The request of the package that opens the account, such as `OpeningCredit`.
        amount: Above zero, in minor units of the account's currency.
    """

    opening: _Opening
    account_id: int
    currency: str
    amount: int
    reference: str


def bring_along(
    *,
    opening: _Opening,
    carrier_id: int,
    account_id: int,
    currency: str,
    amount: int,
    reference: str,
    actor: str,
    now: datetime,
) -> None:
    """Post what a new account begins with, in the caller's transaction.

    Args:
        opening, amount: As in `Brought`.
        actor: As the history names them.

    Raises:
        RequestRefused: Nothing is posted.
    """
    brought = Brought(opening=opening, account_id=account_id, currency=currency, amount=amount, reference=reference)
    post_one(_request(brought, carrier_id, actor, now)).raise_if_refused()


def bring_all_along(
    brought: Sequence[Brought],
    *,
    carrier_id: int,
    actor: str,
    now: datetime,
    progress: Callable[[int], None],
) -> None:
    """Post what many accounts begin with, some thousands in a statement, in the caller's transaction.

    Args:
        progress: Told how many are posted, now and then.

    Raises:
        RequestRefused: The first refusal; whoever calls rolls back what was posted before.
    """
    in_order = sorted(brought, key=lambda one: one.account_id)  # the ledger's order of locks, across statements
    for first in range(0, len(in_order), AT_ONCE):
        some = in_order[first : first + AT_ONCE]
        post_all([_request(one, carrier_id, actor, now) for one in some])
        progress(first + len(some))


def _request(brought: Brought, carrier_id: int, actor: str, now: datetime) -> Request:
    key = f"§opening:{brought.account_id}"  # callers' keys are ASCII, so none of theirs is this one
    return brought.opening(
        carrier_id=carrier_id,
        key=key,
        fingerprint=fingerprint(key, brought.amount),
        account_id=brought.account_id,
        currency=brought.currency,
        actor=actor,
        reference=brought.reference,
        now=now,
        amount=brought.amount,
    )
