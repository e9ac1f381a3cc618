"""What something is for is called alike wherever it is shown, typed and looked for: by the number that people know."""

from typing import Any

import pytest
from django.utils import translation

from skypurser.charter.invoicing import draft_for_booking
from skypurser.documents.pdf import write_pdf
from skypurser.invoices import once
from skypurser.invoices.printing import printed
from skypurser.web import documents
from skypurser.web.customers import paper
from tests import cast
from tests.web.managing.sending import words
from tests.web.people import signed_in


@pytest.mark.parametrize(
    ("document", "english", "spanish"),
    [
        ("booking:8", "Booking 8", "Reserva 8"),
        ("quote:8", "Quote 8", "Cotización 8"),
        ("statement:8", "Statement 8", "Resumen 8"),
        ("2201234567890", "2201234567890", "2201234567890"),
        ("booking:", "booking:", "booking:"),
        (None, "", ""),
    ],
)
def test_a_document_is_named_in_the_readers_language(document: str | None, english: str, spanish: str) -> None:
    assert documents.named(document) == english
    with translation.override("es"):
        assert documents.named(document) == spanish


def test_a_reference_that_only_repeats_the_document_is_not_told_twice() -> None:
    assert documents.told("booking:8", "Booking 8") == "Booking 8"
    assert documents.told("booking:8", "Booking 80") == "Booking 8 · Booking 80"
    assert documents.told(None, "by wire") == "by wire"
    with translation.override("es"):
        assert documents.told("quote:8", "Quote 8") == "Cotización 8"


@pytest.mark.parametrize("typed", ["booking:8", "Booking 8", " BOOKING  #8 ", "booking 008", "booking: 8", "reserva 8"])
def test_a_document_is_read_as_it_is_typed(typed: str) -> None:
    with translation.override("es"):
        assert documents.read(typed) == "booking:8"


@pytest.mark.parametrize("typed", ["8", "Booking", "Booking 0", "Rebooking 8", "Booking 8 and 9", "Booking ٨", "x:8"])
def test_what_is_no_document_stays_as_it_was_typed(typed: str) -> None:
    assert documents.read(typed) == typed


def test_the_number_of_the_booking_stands_everywhere() -> None:
    for _ in range(3):
        cast.booking(cast.charter_operator(), 100)  # other carriers' bookings, whose numbers are nobody's here
    home = cast.charter_operator()
    cast.booking(home, 100)
    booking = cast.booking(home, 200_000)
    drafted = draft_for_booking(booking_id=booking.id, key="draft", actor=home.actor, now=cast.NOON)
    invoice = once.told_invoice(drafted)
    cast.issuer(home.carrier)
    once.issue_invoice(invoice_id=invoice.id, key="issue", actor=home.actor, now=cast.NOON)
    browser = signed_in(home)
    customer = f"/customers/{home.customer.id}"

    assert booking.number == 2
    for path in (
        "/payments?q=Booking+2",
        f"{customer}/statement?period=all",
        f"{customer}/invoices",
        f"/invoices/{invoice.id}",
        f"/bookings/{booking.id}",
    ):
        page = words(browser.get(path))
        assert "Booking 2" in page, path
        assert "booking:" not in page, path
    assert "Booking 1" not in words(browser.get("/payments?q=Booking+2"))


def test_papers_say_the_number_too_in_their_language(monkeypatch: pytest.MonkeyPatch) -> None:
    home = cast.charter_operator()
    spaniard = cast.customer(home.carrier, name="Ánima", language="es")
    card = cast.card(home.carrier, spaniard)
    booking = cast.booking(home, customer_id=spaniard.id, person_id=None, card_id=card.id)
    invoice = once.told_invoice(draft_for_booking(booking_id=booking.id, key="draft", actor=home.actor, now=cast.NOON))
    cast.issuer(home.carrier)
    issued = once.told_invoice(once.issue_invoice(invoice_id=invoice.id, key="issue", actor=home.actor, now=cast.NOON))
    said: list[Any] = []

    def write(_name: str, data: Any, **how: Any) -> bytes:
        said.append(data)
        return write_pdf("statement", data, **how)

    monkeypatch.setattr(paper, "write_pdf", write)
    answer = signed_in(home).get(f"/customers/{spaniard.id}/statement.pdf?period=all")

    assert answer.content.startswith(b"%PDF-")
    assert [row[2] for row in said[0]["lines"]][-1] == "Pago con tarjeta · Reserva 1"
    told = printed(issued, carrier_id=home.carrier.id)
    assert ("Referencia", "Reserva 1") in told["facts"]
    assert told["total"] == "2.000,00 USD"
    assert told["after"][0][0] == "Pagado con tarjeta jet · Reserva 1"
