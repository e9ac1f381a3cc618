"""Prove that cards and the ledger agree: currency, limit, closed cards, transfers in twos, the order of dates."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.cards import prepaid_accounts, steps_back, transfer_entries
from skypurser.ledger.audit.snapshot import MOST, rows, snapshot
from skypurser.ledger.states import Status

_CARDS = """
SELECT c.account_id, c.currency, p.currency, c.closed_at IS NOT NULL FROM jetcards_jetcard c
  LEFT JOIN parties_customer p ON p.carrier_id = c.carrier_id AND p.id = c.customer_id
 WHERE c.carrier_id = $1 ORDER BY c.account_id
"""
_CLOSED = """
SELECT account_id, closed_at FROM jetcards_jetcard WHERE carrier_id = $1 AND closed_at IS NOT NULL
"""
_TRANSFERS = """
SELECT id, from_account_id, to_account_id, amount, from_entry_id, to_entry_id
  FROM jetcards_cardtransfer WHERE carrier_id = $1 ORDER BY id
"""
_STRANGERS = """
SELECT c.account_id, x.person_id FROM jetcards_cardperson x
  JOIN jetcards_jetcard c ON c.carrier_id = x.carrier_id AND c.account_id = x.account_id
  LEFT JOIN parties_person p ON p.carrier_id = x.carrier_id AND p.id = x.person_id
 WHERE x.carrier_id = $1 AND p.customer_id IS DISTINCT FROM c.customer_id LIMIT $2
"""
_OTHERS_CARDS = """
SELECT t.id, t.from_account_id FROM jetcards_cardtransfer t
  JOIN jetcards_jetcard f ON f.carrier_id = t.carrier_id AND f.account_id = t.from_account_id
  JOIN jetcards_jetcard g ON g.carrier_id = t.carrier_id AND g.account_id = t.to_account_id
 WHERE t.carrier_id = $1 AND f.customer_id <> g.customer_id LIMIT $2
"""


def audit_cards(carrier_id: int) -> Iterator[Break]:
    """Yield cards that the ledger does not confirm, and transfers that are not two halves of the same.

    All is judged as of one moment, while cards are used.

    Raises:
        RuntimeError: Inside a transaction.
    """
    with snapshot(carrier_id):
        cards = rows(_CARDS, carrier_id)
        yield from _audit_accounts(carrier_id, cards)
        for account_id, person_id in rows(_STRANGERS, carrier_id, MOST):
            detail = f"the card is assigned to person {person_id}, who is not its customer's"
            yield Break(Invariant.CARRIERS, detail, carrier_id, account_id)
        yield from _audit_transfers(carrier_id)
        for account_id, item in steps_back(carrier_id, [card[0] for card in cards]):
            detail = "the movement's date or number is before that of the one before"
            yield Break(Invariant.CHAIN, detail, carrier_id, account_id, item)


def closed_cards(carrier_id: int) -> dict[int, datetime]:
    """Return when cards were closed, by id, for packages that prove theirs by it. Inside a snapshot."""
    return {row[0]: row[1] for row in rows(_CLOSED, carrier_id)}


def _audit_accounts(carrier_id: int, cards: Iterable[tuple[Any, ...]]) -> Iterator[Break]:
    accounts = prepaid_accounts(carrier_id)
    for card_id, currency, customers_currency, is_closed in cards:
        account = accounts.get(card_id)
        if account is None:
            yield Break(Invariant.CARRIERS, "the card has no account", carrier_id, card_id)
            continue
        if currency != customers_currency or currency != account.currency:
            detail = (
                f"the card is in {currency}, its customer in {customers_currency}, its account in {account.currency}"
            )
            yield Break(Invariant.BALANCED, detail, carrier_id, card_id)
        if account.credit_limit:
            limit = told(account.credit_limit, account.currency)
            yield Break(Invariant.FUNDED, f"the card has a credit limit of {limit}", carrier_id, card_id)
        if is_closed != (account.status == Status.CLOSED):
            ours = "closed" if is_closed else "open"
            yield Break(Invariant.SUMS, f"the card is {ours}, its account {account.status}", carrier_id, card_id)
        elif is_closed and (account.net or account.open_holds):
            left = f"{told(account.net, account.currency)} and {account.open_holds} open holds"
            yield Break(Invariant.SUMS, f"the card is closed with {left} on it", carrier_id, card_id)


def _audit_transfers(carrier_id: int) -> Iterator[Break]:
    entries = {entry.id: entry for entry in transfer_entries(carrier_id)}
    for number, from_id, to_id, amount, from_entry, to_entry in rows(_TRANSFERS, carrier_id):
        halves = entries.pop(from_entry, None), entries.pop(to_entry, None)
        found = [(half.account_id, half.net, half.document) for half in halves if half is not None]
        document = f"transfer:{number}"
        if found != [(from_id, -amount, document), (to_id, amount, document)]:
            detail = f"transfer {number} from card {from_id} to card {to_id} is not these two movements of one amount"
            yield Break(Invariant.BALANCED, detail, carrier_id, from_id)
    for number, from_id in rows(_OTHERS_CARDS, carrier_id, MOST):
        detail = f"transfer {number} goes to another customer's card"
        yield Break(Invariant.CARRIERS, detail, carrier_id, from_id)
    for entry in entries.values():
        detail = f"entry {entry.id} is half of a transfer that does not exist"
        yield Break(Invariant.BALANCED, detail, carrier_id, entry.account_id, entry.item)
