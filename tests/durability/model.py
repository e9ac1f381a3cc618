"""What the books must look like, worked out from the recorder's file alone. No product code, and one sum at a time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.durability.wire import Order

#: What the agencies of these tests earn on a fare.
COMMISSION_PERCENT = 8


@dataclass
class Ticket:
    """A sale that was acknowledged, and what was acknowledged to be taken back of it."""

    order: Order
    status: str = "ISSUED"
    refunded_fare: int = 0
    refunded_taxes: int = 0


@dataclass
class Model:
    """The books after everything that was accepted; an order is counted once, however often it was answered.

    Attributes:
        moved: Debit and credit of each order that moves money, by its key.
        debits, credits, items: By account.
        held: Sums of the holds that were placed and not ended, by account.
        control: Credits less debits, by carrier and control account.
    """

    moved: dict[str, tuple[int, int]] = field(default_factory=dict)
    debits: Counter[int] = field(default_factory=Counter)
    credits: Counter[int] = field(default_factory=Counter)
    items: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    control: defaultdict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    tickets: dict[str, Ticket] = field(default_factory=dict)
    holds: dict[int, int] = field(default_factory=dict)


def commission(fare: int) -> int:
    """The agency's share, rounded half up."""
    return int((Decimal(fare) * COMMISSION_PERCENT / 100).quantize(Decimal(1), ROUND_HALF_UP))


def modelled(accepted: Sequence[tuple[Order, int | None]]) -> Model:
    """Work out the books from the accepted orders, each with the hold that it placed, if any.

    The callers ask for a void, a refund or the end of a hold once at most, so only the placing comes first.
    """
    model = Model()
    rules: dict[str, Callable[[Model, Order], None]] = {
        "issue": _issue,
        "void": _void,
        "refund": _refund,
        "credit": _credit,
        "capture": _capture,
        "release": _release,
    }
    for order, hold in accepted:
        if order.kind == "issue":
            model.tickets[order.document] = Ticket(order)
        elif order.kind == "hold" and hold is not None:
            model.holds[hold] = order.amount
            model.held[order.account] += order.amount
    for order, _ in accepted:
        if order.kind != "hold":
            rules[order.kind](model, order)
    return model


def _move(model: Model, order: Order, amount: int, control: dict[str, int]) -> None:
    """Move an amount on the account (a credit is above zero) and against it on control accounts."""
    assert amount + sum(control.values()) == 0, "the model itself does not balance"
    debit, credit = max(-amount, 0), max(amount, 0)
    model.moved[order.key] = (debit, credit)
    model.debits[order.account] += debit
    model.credits[order.account] += credit
    model.items[order.account] += 1
    for name, change in control.items():
        model.control[order.carrier, name] += change


def _issue(model: Model, order: Order) -> None:
    earned = commission(order.fare)
    against = {"sales": order.fare, "taxes_payable": order.taxes, "commission_expense": -earned}
    _move(model, order, earned - order.fare - order.taxes, against)


def _void(model: Model, order: Order) -> None:
    ticket = model.tickets[order.document]
    ticket.status = "VOIDED"
    fare, taxes = ticket.order.fare, ticket.order.taxes
    against = {"sales": -fare, "taxes_payable": -taxes, "commission_expense": commission(fare)}
    _move(model, order, fare + taxes - commission(fare), against)


def _refund(model: Model, order: Order) -> None:
    ticket = model.tickets[order.document]
    ticket.status = "REFUNDED"
    ticket.refunded_fare += order.fare
    ticket.refunded_taxes += order.taxes
    recalled = commission(order.fare)
    against = {
        "sales": -order.fare,
        "taxes_payable": -order.taxes,
        "commission_expense": recalled,
        "penalties": order.penalty,
    }
    _move(model, order, order.fare + order.taxes - order.penalty - recalled, against)


def _credit(model: Model, order: Order) -> None:
    _move(model, order, order.amount, {"bank_clearing": -order.amount})


def _capture(model: Model, order: Order) -> None:
    model.held[order.account] -= model.holds[order.hold]
    _move(model, order, -order.amount, {"sales": order.amount})


def _release(model: Model, order: Order) -> None:
    model.held[order.account] -= model.holds[order.hold]
