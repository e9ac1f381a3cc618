"""Open and delete customers' accounts, and lock one for a change that is not the ledger's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from skypurser import money
from skypurser.access.tables import insert_all
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.models import Account
from skypurser.ledger.queries import standings
from skypurser.ledger.states import Status
from skypurser.ledger.thresholds import percent_mark, threshold


class AccountInUse(Refusal):
    """The account has movements, holds or sales, and stays for ever."""

    code = "account_in_use"


class AccountNotFound(Refusal):
    """There is no such account."""

    code = "account_not_found"


def open_account(*, carrier_id: int, currency: str, credit_limit: int) -> int:
    """Open a customer's account and return its id. Call inside `acting_for`.

    Args:
        currency: ISO 4217; fixed for ever.
        credit_limit: Minor units; 0 for a prepaid account.

    Raises:
        InvalidRequest: Nothing is written.
    """
    _check(NewAccount(currency, credit_limit))
    row = Account.objects.create(carrier_id=carrier_id, currency=currency, credit_limit=credit_limit)
    return row.id


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened: its currency and credit limit as in `open_account`, its mark as in `set_low_mark`."""

    currency: str
    credit_limit: int
    low_mark: int | None = None


def open_accounts(new: Sequence[NewAccount], *, carrier_id: int, now: datetime) -> list[int]:
    """Open customers' accounts in a few statements and return their ids in the same order. Call inside `acting_for`.

    Raises:
        InvalidRequest: Nothing is written.
    """
    for one in new:
        _check(one)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('ledger_account_id_seq') FROM generate_series(1, %s::integer)",
            [len(new)],
        )
        ids = sorted(row[0] for row in cursor.fetchall())
    # Nothing moved yet: the limit is what is available.
    rows = [
        {
            "carrier_id": carrier_id,
            "id": id_,
            "currency": one.currency,
            "status": Status.ACTIVE,
            "credit_limit": one.credit_limit,
            **dict.fromkeys(("debits", "credits", "held", "last_item"), 0),
            "digest": "\\x",
            "low_at": one.low_mark,
            "low_since": now if one.credit_limit < threshold(one.low_mark, credit_limit=one.credit_limit) else None,
        }
        for id_, one in zip(ids, new, strict=True)
    ]
    insert_all(Account, rows)
    return ids


def _check(one: NewAccount) -> None:
    money.digits(one.currency)
    if not 0 <= one.credit_limit <= money.MAX_MINOR:
        raise InvalidRequest("the credit limit is zero or more", field="credit_limit")
    _check_mark(one.low_mark)


def lock(*, carrier_id: int, account_id: int) -> None:
    """Lock the account's row until the transaction ends, as a posting does; for changes that sales must not overlap.

    Raises:
        AccountNotFound: Nothing is locked.
    """
    rows = Account.objects.select_for_update(no_key=True).filter(carrier_id=carrier_id, id=account_id)
    if not rows.values_list("id"):
        raise AccountNotFound


def lock_all(*, carrier_id: int, account_ids: Collection[int]) -> None:
    """Lock the rows of several accounts as a posting does, in the ledger's order; unknown ones are left out."""
    rows = Account.objects.select_for_update(no_key=True).filter(carrier_id=carrier_id, id__in=account_ids)
    list(rows.order_by("id").values_list("id"))


def delete_account(*, carrier_id: int, account_id: int) -> None:
    """Delete an account that never moved or held money. Call inside `acting_for`, after what refers to it.

    Raises:
        AccountInUse: The database refused; nothing is deleted.
    """
    try:
        with transaction.atomic():
            Account.objects.filter(carrier_id=carrier_id, id=account_id).delete()
    except IntegrityError as error:
        raise AccountInUse from error


def set_low_mark(*, carrier_id: int, account_id: int, amount: int | None, now: datetime) -> int | None:
    """Set below how much available somebody wants to know, and return the mark before. Inside `acting_for`.

    An account that is below its new mark already is told of only when it has risen above and falls again.

    Args:
        amount: Minor units, or `thresholds.percent_mark` of 1 to 100 percent of the credit limit; None for the usual
            part of the limit, which a prepaid account has not.

    Raises:
        InvalidRequest, AccountNotFound: Nothing is written.
    """
    _check_mark(amount)
    lock(carrier_id=carrier_id, account_id=account_id)
    rows = Account.objects.filter(carrier_id=carrier_id, id=account_id)
    before = rows.values_list("low_at", flat=True).get()
    if before != amount:
        has = standings(carrier_id=carrier_id, account_ids=[account_id], now=now)[account_id]
        below = threshold(amount, credit_limit=has.credit_limit)
        rows.update(low_at=amount, low_since=now if has.available < below else None)
    return before


def _check_mark(amount: int | None) -> None:
    if amount is not None and (amount == 0 or not percent_mark(100) <= amount <= money.MAX_MINOR):
        raise InvalidRequest("the mark is above zero and not beyond all bounds", field="low_mark")


def low_mark(*, carrier_id: int, account_id: int) -> int | None:
    """Return the account's mark as `set_low_mark` takes it; None for the usual part."""
    return Account.objects.values_list("low_at", flat=True).get(carrier_id=carrier_id, id=account_id)


def low_accounts(*, carrier_id: int) -> list[int]:
    """Return the ids of all accounts of a carrier that are low, whatever they are accounts of. Inside `acting_for`."""
    rows = Account.objects.filter(carrier_id=carrier_id, low_since__isnull=False)
    return list(rows.values_list("id", flat=True))
