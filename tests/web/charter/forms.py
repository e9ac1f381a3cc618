"""The form of a quote as a browser sends it."""

from typing import Any

from tests import cast


def quote_form(of: cast.CharterOperator, price: str = "2,000.00", **differently: Any) -> dict[str, Any]:
    """One leg and one line, to be paid by the operator's card, saved as a quote; `key` comes from the page."""
    return {
        "do": "quote",
        "customer_id": of.customer.id,
        "person_id": "",
        "legs": 1,
        "legs-0-origin": "teb",
        "legs-0-departure": "2088-02-01T10:00",
        "legs-0-destination": "OPF",
        "legs-0-arrival": "2088-02-01T13:00",
        "legs-0-passengers": "4",
        "lines": 1,
        "lines-0-text": "Flight",
        "lines-0-quantity": "1",
        "lines-0-unit_price": price,
        "lines-0-tax": "0",
        "aircraft": "Citation CJ3, N123SP",
        "method": f"card-{of.card.id}",
        "hold_until": "",
        "valid_until": "",
        "notes": "",
        **differently,
    }
