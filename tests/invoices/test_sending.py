"""Sending an invoice: one letter and one act, however often it is asked for."""

from functools import partial
from typing import Any

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.history import acts
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.sending import about, send_invoice
from skypurser.mail import queries as letters
from skypurser.mail.queries import MessageView
from tests import cast
from tests.databases import at_once, this_database
from tests.mail.postoffice import handed_to


def sent(of: cast.CharterOperator, invoice_id: int, **differently: Any) -> MessageView:
    how = {"recipient": "ann@example.org", "subject": "Our invoice", "paragraphs": ["Here it is."], "key": "k"}
    return send_invoice(**{**how, "invoice_id": invoice_id, "actor": of.actor, "now": cast.NOON, **differently})


def told(of: cast.CharterOperator) -> list[tuple[str, Any, str]]:
    found = acts.of_customer(carrier_id=of.carrier.id, customer_id=of.customer.id)
    return [(act.actor, act.changes, act.reference) for act in found if act.action == "invoice.sent"]


def desk() -> tuple[cast.CharterOperator, int]:
    operator = cast.charter_operator()
    cast.issuer(operator.carrier)
    return operator, cast.invoiced(operator).id


def test_what_was_sent_to_whom_stands_in_the_history_once() -> None:
    operator, invoice = desk()

    with handed_to("smtp://mail.example.org"):
        first, again = sent(operator, invoice), sent(operator, invoice)
        sent(operator, invoice, key="another", recipient="bob@example.org")

    assert again == first
    number = "INV-2026-000001"
    assert told(operator) == [
        ("desk", {"invoice": invoice, "number": number, "recipient": "bob@example.org"}, "Our invoice"),
        ("desk", {"invoice": invoice, "number": number, "recipient": "ann@example.org"}, "Our invoice"),
    ]


def test_two_clicks_at_once_are_one_letter_and_one_act() -> None:
    operator, invoice = desk()

    with handed_to("smtp://mail.example.org"):
        at_once(this_database(), [partial(sent, operator, invoice) for _ in range(2)], writing="mail_message")

    assert len(told(operator)) == 1
    assert len(letters.about(about(invoice), actor=operator.actor)) == 1


def test_what_is_not_sent_is_not_told() -> None:
    operator, invoice = desk()
    draft = cast.drafted(operator).id
    reader = Actor(operator.carrier.id, "reader", frozenset({Permission.SALES}))

    with handed_to("smtp://mail.example.org"):
        with pytest.raises(NotIssued):
            sent(operator, draft)
        with pytest.raises(PermissionDenied):
            sent(operator, invoice, actor=reader)

    assert told(operator) == []
