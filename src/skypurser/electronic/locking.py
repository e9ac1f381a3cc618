"""Lock what an account's terms are, for whoever changes them."""

from skypurser.electronic.models import ElectronicAccount


def lock_terms(*, carrier_id: int, account_id: int) -> None:
    """Keep the account's terms as they are until the transaction ends. Before the ledger's lock, never after it.

    A mass change keeps the terms of all its accounts for seconds, and no sale waits for it: a sale only reads them. But
    whoever waited here with the ledger's lock in hand would have sales wait behind it.
    """
    rows = ElectronicAccount.objects.select_for_update(no_key=True).filter(carrier_id=carrier_id, account_id=account_id)
    rows.values_list("account_id").first()
