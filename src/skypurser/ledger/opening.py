"""The first movement of an account that brings something along."""

from datetime import datetime
from typing import Protocol

from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Request, fingerprint


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
        opening: The request of the package that opens the account, such as `OpeningCredit`.
        amount: Above zero, in minor units of the account's currency.
        actor: As the history names them.

    Raises:
        RequestRefused: Nothing is posted.
    """
    key = f"§opening:{account_id}"  # callers' keys are ASCII, so none of theirs is this one
    post_one(
        opening(
            carrier_id=carrier_id,
            key=key,
            fingerprint=fingerprint(key, amount),
            account_id=account_id,
            currency=currency,
            actor=actor,
            reference=reference,
            now=now,
            amount=amount,
        )
    ).raise_if_refused()
