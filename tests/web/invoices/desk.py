"""What the tests of these pages have in common."""

from typing import Any

from django.test import Client

from skypurser.invoices import queries
from skypurser.invoices.queries import InvoiceView
from tests import cast
from tests.cast import CharterOperator
from tests.web.managing.sending import words


def operator() -> CharterOperator:
    """A charter operator that has said what it is called on invoices."""
    made = cast.charter_operator()
    cast.issuer(made.carrier)
    return made


def follow(browser: Client, answer: Any) -> str:
    """What the page says to which an act leads."""
    assert answer.status_code == 302, words(answer)
    return plain(browser.get(answer.headers["Location"]))


def plain(answer: Any) -> str:
    """The page's text with simple blanks."""
    return words(answer).replace("\N{NO-BREAK SPACE}", " ")


def now_of(invoice_id: int, home: CharterOperator) -> InvoiceView:
    """The invoice as it is now."""
    return queries.invoice(invoice_id, actor=home.actor)


def rows(*lines: tuple[str, str, str, str]) -> dict[str, str]:
    """Rows of a form: text, quantity, unit price, tax."""
    names = ("text", "quantity", "unit_price", "tax")
    return {
        f"line-{place}-{name}": value
        for place, line in enumerate(lines)
        for name, value in zip(names, line, strict=True)
    }
