"""Open and delete customers' accounts, and lock one for a change that is not the ledger's."""

from django.db import IntegrityError, transaction

from skypurser import money
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.models import Account


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
    money.digits(currency)
    if not 0 <= credit_limit <= money.MAX_MINOR:
        raise InvalidRequest("the credit limit is zero or more", field="credit_limit")
    row = Account.objects.create(carrier_id=carrier_id, currency=currency, credit_limit=credit_limit)
    return row.id


def lock(*, carrier_id: int, account_id: int) -> None:
    """Lock the account's row until the transaction ends, as a posting does; for changes that sales must not overlap.

    Raises:
        AccountNotFound: Nothing is locked.
    """
    rows = Account.objects.select_for_update(no_key=True).filter(carrier_id=carrier_id, id=account_id)
    if not rows.values_list("id"):
        raise AccountNotFound


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
