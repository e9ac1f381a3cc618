"""Put acts and refused attempts into public words: the account, the document, amounts as decimal strings.

What the rows lack is looked up for many of them at once.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from skypurser.electronic.directory import AccountName, names_of
from skypurser.events import types
from skypurser.history import acts
from skypurser.history.outbox import Fact, Worded
from skypurser.jetcards.directory import CardName
from skypurser.jetcards.directory import names_of as cards_named
from skypurser.ledger.moved import Moved, moved
from skypurser.money import format_amount, format_percent
from skypurser.tickets.sold import Sold, sold

#: Details of acts and refusals that are amounts of the account's currency, in minor units.
AMOUNTS = frozenset(
    {
        *("amount", "available", "captured", "credit_limit", "held", "left", "low_mark", "net", "shortfall"),
        *("price", "fee", "refund", "opening", "closing"),
    }
)


def word(facts: Sequence[Fact]) -> list[Worded]:
    """Return the events that these facts become, in their order; acts without a public type are left out.

    Call for carriers that the transaction acts for; reads four times, however many facts there are, and once more
    where accounts are no longer there.
    """
    cards = cards_named({(fact.carrier_id, fact.account_id) for fact in facts if fact.account_id is not None})
    typed = [(fact, kind) for fact in facts if (kind := _type(fact, is_card=_key(fact) in cards)) is not None]
    told = [fact for fact, _ in typed]
    names = names_of(
        {(fact.carrier_id, fact.account_id) for fact in told if fact.account_id is not None} - cards.keys()
    )
    names |= {key: AccountName("jet_card", card.customer_code, card.currency) for key, card in cards.items()}
    names |= _deleted({_key(fact) for fact in told if fact.account_id is not None} - names.keys())
    movements = moved({(fact.carrier_id, fact.entry_id) for fact in told if fact.entry_id is not None})
    sales = sold({(fact.carrier_id, fact.document) for fact in told if fact.document and fact.source == "act"})
    worded = []
    for fact, kind in typed:
        name = names.get(_key(fact))
        data = _refusal(fact, name) if fact.source == "refusal" else _act(fact, name)
        card = cards.get(_key(fact))
        if card is not None:
            data["jet_card"] = _card(card)
        movement = movements.get((fact.carrier_id, fact.entry_id or 0))
        if movement is not None and name is not None:
            data["movement"] = _movement(movement, name.currency)
        sale = sales.get((fact.carrier_id, fact.document or ""))
        if sale is not None and name is not None:
            data["sale"] = _sale(sale, name.currency)
        worded.append(Worded(fact, kind, data))
    return worded


def _type(fact: Fact, *, is_card: bool) -> str | None:
    if fact.source == "refusal":
        return types.of_refusal(fact.what)
    return types.of_act(fact.what, _new(fact.details.get("status")), is_card=is_card)


def _key(fact: Fact) -> tuple[int, int]:
    return fact.carrier_id, fact.account_id or 0


def _card(card: CardName) -> dict[str, Any]:
    return {"name": card.name, "customer": {"id": card.customer_id, "code": card.customer_code}}


def _new(change: Any) -> str | None:
    return str(change[1]) if isinstance(change, list) and len(change) == 2 else None


def _currency(told: Any) -> str:
    """Return the currency that an act names: as something new, or as a plain detail."""
    return told if isinstance(told, str) else _new(told) or ""


def _deleted(gone: Collection[tuple[int, int]]) -> dict[tuple[int, int], AccountName]:
    """Return the names of accounts that are no longer there, as the acts of deleting them keep them."""
    told = acts.last_of("account.deleted", gone) if gone else {}
    return {
        key: AccountName(*(str(changes[field][0]) for field in ("type", "code", "currency", "city")))
        for key, changes in told.items()
        if "code" in changes
    }


def _account(fact: Fact, name: AccountName | None) -> dict[str, Any] | None:
    if fact.account_id is None:
        return None
    known = name or AccountName("", "", "")
    return {
        "id": fact.account_id,
        **{field: getattr(known, field) or None for field in ("type", "code", "city", "currency")},
    }


def _act(fact: Fact, name: AccountName | None) -> dict[str, Any]:
    data: dict[str, Any] = {"account": _account(fact, name)}
    if fact.document is not None:
        data["document_number"] = fact.document
    data["reference"] = fact.reference
    data["actor"] = fact.actor
    # An act on a customer names no account; where it is about money it says which.
    currency = _currency(fact.details.get("currency")) if name is None else name.currency
    plain, changed = {}, {}
    for field, value in fact.details.items():
        if not isinstance(value, list):
            plain[field] = _said(field, value, currency)
        elif len(value) == 2 and fact.what != "account.deleted":
            changed[field] = {"old": _said(field, value[0], currency), "new": _said(field, value[1], currency)}
    data.update(plain)
    if changed:
        data["changes"] = changed
    return data


def _refusal(fact: Fact, name: AccountName | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "account": _account(fact, name),
        "account_named": fact.account_named,
        "operation": fact.what,
        "code": fact.code,
        "actor": fact.actor,
    }
    if fact.document is not None:
        data["document_number"] = fact.document
    currency = fact.currency if name is None else name.currency
    for field, value in fact.details.items():
        data.setdefault(field.removesuffix("_minor"), _said(field, value, currency))
    return data


def _said(field: str, value: Any, currency: str) -> Any:
    """Return a detail as the outside reads it."""
    if type(value) is not int:
        return value
    if field.endswith("_bps"):
        return format_percent(value)
    is_amount = field in AMOUNTS or field.endswith("_minor")
    return format_amount(value, currency) if is_amount and currency else value


def _amounts(currency: str, fields: Iterable[tuple[str, int]]) -> dict[str, str]:
    return {field: format_amount(minor, currency) for field, minor in fields}


def _movement(movement: Moved, currency: str) -> dict[str, Any]:
    amounts = (
        ("debit", movement.debit),
        ("credit", movement.credit),
        ("net", movement.net),
        ("available", movement.available),
    )
    return {
        "item": movement.item,
        "business_date": movement.business_date,
        **_amounts(currency, amounts),
    }


def _sale(sale: Sold, currency: str) -> dict[str, Any]:
    return {
        "form_of_payment": sale.form_of_payment,
        "scope": sale.scope,
        "route": list(sale.route),
        **_amounts(currency, (("fare", sale.fare), ("taxes", sale.taxes))),
        "commission": {
            "mode": sale.commission_mode,
            "percent": format_percent(sale.commission_bps),
            "amount": format_amount(sale.commission, currency),
        },
    }
