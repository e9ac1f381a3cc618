"""The account statement as PDF, read back: its words and figures, in both languages.

Source: FL3XX, "Managing Balances".
"""

from datetime import timedelta
from typing import Any

import pytest

from skypurser.access.actors import operator as clerk
from skypurser.administration.carriers import switch_jet_cards
from skypurser.jetcards import funding, transferring
from skypurser.parties.clientele import Billing
from tests import cast
from tests.documents.reading import pages_of
from tests.web.people import at, signed_in

LATER = cast.NOON + timedelta(days=3)


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, LATER)


def operator(language: str) -> cast.CharterOperator:
    """A carrier with legal data; a customer in this language with 5,000.00 on its card."""
    of = cast.carrier()
    actor = clerk(of.id, name="desk")
    switch_jet_cards(on=True, actor=actor, now=cast.NOON)
    cast.issuer(of)
    billing = Billing(legal_name="Sky Holding S.A.", address_lines=("Av. Larco 1",), city="Lima", country="PE")
    home = cast.customer(of, code="SKY", language=language, billing=billing)
    ann, bob = (cast.person(home, of, name) for name in ("Ann", "Bob"))
    return cast.CharterOperator(of, actor, home, ann, bob, cast.card(of, home, name="Gold"))


def moved(home: cast.CharterOperator) -> cast.Account:
    """Add, remove and transfer; return the other card."""
    other = cast.card(home.carrier, home.customer, name="Ñandú", balance=10_000)
    how: dict[str, Any] = {"actor": home.actor, "now": cast.NOON + timedelta(days=1)}
    funding.add_funds(card_id=home.card.id, amount=123_456, reference="Wire 4711 #x *y*", key="a", **how)
    how["now"] = cast.NOON + timedelta(days=2)
    funding.remove_funds(card_id=home.card.id, amount=600_001, reference="Back to Ann", key="r", **how)
    transferring.transfer(
        from_card_id=home.card.id, to_card_id=other.id, amount=5_000, reference="For the fair", key="t", **how
    )
    return other


def read(home: cast.CharterOperator, query: str) -> list[str]:
    answer = signed_in(home).get(f"/customers/{home.customer.id}/statement.pdf?{query}")
    assert answer.headers["Content-Type"] == "application/pdf"
    return [page.replace("\N{NO-BREAK SPACE}", " ") for page in pages_of(answer.content)]


def test_the_statement_says_in_english_what_moved_and_what_is_there() -> None:
    home = operator("en")
    moved(home)

    (page,) = read(home, "period=all")

    lines = page.splitlines()
    assert lines[:2] == ["Test Air, Inc.", "Account statement"]
    for line in (
        *("Sky Holding S.A.", "Av. Larco 1", "Lima", "Peru"),
        *("Customer SKY", "Card All", "Currency USD"),
        "Since the beginning – Jan 18, 2026",
        "DATE CARD REFERENCE DEBIT CREDIT BALANCE",
        "Opening balance 0.00",
        "Jan 15, 2026 Gold Opening balance of a card · brought along 5,000.00 5,000.00",
        "Jan 15, 2026 Ñandú Opening balance of a card · brought along 100.00 5,100.00",
        "Jan 16, 2026 Gold Funds added · Wire 4711 #x *y* 1,234.56 6,334.56",
        "Jan 17, 2026 Gold Funds removed · Back to Ann 6,000.01 334.55",
        "Jan 17, 2026 Gold Transfer between cards · Ñandú · For the fair 50.00 284.55",
        "Jan 17, 2026 Ñandú Transfer between cards · Gold · For the fair 50.00 334.55",
        "Total 6,050.01 6,384.56",
        "Closing balance 334.55 USD",
    ):
        assert line in lines, page
    assert lines[-1].startswith("Test Air, Inc. · SKY · ")
    assert lines[-1].endswith("Page 1 / 1")


def test_the_statement_says_it_in_spanish_with_spanish_figures() -> None:
    home = operator("es")
    moved(home)

    (page,) = read(home, "period=all")

    lines = page.splitlines()
    assert lines[:2] == ["Test Air, Inc.", "Estado de cuenta"]
    for line in (
        *("Cliente SKY", "Tarjeta Todas", "Moneda USD"),
        "FECHA TARJETA REFERENCIA DÉBITO CRÉDITO SALDO",
        "Desde el comienzo – 18 ene 2026",
        "Saldo inicial 0,00",
        "15 ene 2026 Gold Saldo inicial de una tarjeta · brought along 5.000,00 5.000,00",
        "16 ene 2026 Gold Fondos agregados · Wire 4711 #x *y* 1.234,56 6.334,56",
        "17 ene 2026 Gold Fondos retirados · Back to Ann 6.000,01 334,55",
        "17 ene 2026 Ñandú Transferencia entre tarjetas · Gold · For the fair 50,00 334,55",
        "Total 6.050,01 6.384,56",
        "Saldo final 334,55 USD",
    ):
        assert line in lines, page
    assert lines[-1].endswith("Página 1 / 1")
    assert "Opening" not in page


def test_a_period_begins_with_what_was_there_and_ends_with_what_is() -> None:
    home = operator("en")
    moved(home)

    (page,) = read(home, "since=2026-01-16&until=2026-01-16")

    lines = page.splitlines()
    assert "Opening balance 5,100.00" in lines, page
    assert "Total 0.00 1,234.56" in lines
    assert "Closing balance 6,334.56 USD" in lines
    assert "Funds removed" not in page


def test_the_statement_of_one_card_has_its_own_balances() -> None:
    home = operator("en")
    other = moved(home)

    (page,) = read(home, f"period=all&card={other.id}")

    lines = page.splitlines()
    assert "Card Ñandú" in lines, page
    assert "Jan 17, 2026 Ñandú Transfer between cards · Gold · For the fair 50.00 150.00" in lines
    assert "Closing balance 150.00 USD" in lines
    assert "Wire" not in page


def test_a_long_statement_repeats_its_columns_on_each_page() -> None:
    home = operator("en")
    for number in range(60):
        funding.add_funds(
            card_id=home.card.id, amount=100, reference=f"Wire {number}", key=f"w{number}", actor=home.actor, now=LATER
        )

    pages = read(home, "period=all")

    assert len(pages) == 2
    assert all("DATE CARD REFERENCE DEBIT CREDIT BALANCE" in page for page in pages)
    assert [page.splitlines()[-1][-10:] for page in pages] == ["Page 1 / 2", "Page 2 / 2"]
    assert "Closing balance 5,060.00 USD" in pages[1]
    assert "Closing balance" not in pages[0]
