"""What a carrier is called on its invoices."""

from dataclasses import replace
from typing import Any

import pytest

from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.invoices import issuers
from skypurser.invoices.issuers import IssuerMissing
from tests import cast


def test_it_is_said_changed_and_told() -> None:
    of = cast.charter_operator()
    cast.issuer(of.carrier)
    changed = cast.issuer(of.carrier, invoice_series="F", payment_days=30, address_lines=("1 Other Road", " "))
    cast.issuer(of.carrier, invoice_series="F", payment_days=30, address_lines=("1 Other Road",))

    told = [one for one in acts.of_carrier(carrier_id=of.carrier.id) if one.action == "carrier.issuer_changed"]

    assert issuers.get_issuer(actor=of.actor) == changed
    assert changed.address_lines == ("1 Other Road",)
    assert told[0].changes == {
        "address_lines": [["1 Hangar Road"], ["1 Other Road"]],
        "invoice_series": ["INV", "F"],
        "payment_days": [14, 30],
    }
    assert len(told) == 2
    assert cast.invoiced(of).number == "F-2026-000001"


def test_nobody_has_said_it_yet() -> None:
    with pytest.raises(IssuerMissing):
        issuers.get_issuer(actor=cast.charter_operator().actor)


@pytest.mark.parametrize(
    "differently",
    [
        {"legal_name": " "},
        {"legal_name": "a\0"},
        {"address_lines": ("x",) * 5},
        {"address_lines": ("a\n",) * 2 + ("a\0",)},
        {"country": ""},
        {"country": "XX"},
        {"tax_number": "x" * 41},
        {"invoice_series": ""},
        {"invoice_series": "inv"},
        {"invoice_series": "X" * 11},
        {"invoice_series": "CN"},
        {"payment_days": -1},
        {"payment_days": 366},
        {"payment_days": True},
    ],
)
def test_what_is_malformed_is_refused(differently: dict[str, Any]) -> None:
    of = cast.charter_operator()

    with pytest.raises(InvalidRequest):
        cast.issuer(of.carrier, **differently)
    with pytest.raises(IssuerMissing):
        issuers.issuer_of(of.carrier.id)


def test_it_takes_an_administrator_in_person() -> None:
    of = cast.charter_operator()
    data = cast.issuer(of.carrier)

    for actor in (
        replace(of.actor, permissions=frozenset({Permission.INVOICES})),
        replace(of.actor, key_id=1),
    ):
        with pytest.raises(PermissionDenied):
            issuers.set_issuer(data=data, actor=actor, now=cast.NOON)
    with pytest.raises(PermissionDenied):
        issuers.get_issuer(actor=replace(of.actor, permissions=frozenset({Permission.SALES})))
