"""The demo's carrier in a week of charter: cards, a refused quote, bookings, an invoice, a cancellation."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from skypurser.access.actors import Actor, operator
from skypurser.access.carriers import CarrierView, get_carrier
from skypurser.administration.carriers import switch_jet_cards
from skypurser.charter import cancelling, converting, quoting
from skypurser.charter import lists as charter
from skypurser.charter.content import Method, QuoteData
from skypurser.charter.invoicing import draft_for_booking
from skypurser.charter.itinerary import LegData
from skypurser.charter.pricing import PriceLine
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.charter.views import BookingView, QuoteStatus, QuoteView
from skypurser.cli import console
from skypurser.invoices import queries as invoices
from skypurser.invoices.issuers import IssuerData, set_issuer
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.once import told_invoice
from skypurser.jetcards import adding, funding, queries
from skypurser.ledger.requests import RequestRefused
from skypurser.parties import customers, persons
from skypurser.parties.clientele import Billing, CustomerData, Kind


@dataclass(frozen=True, slots=True)
class _Stage:
    """Who acts when: `midnight` is today's, UTC."""

    actor: Actor
    now: datetime
    midnight: datetime
    customer_id: int
    person_id: int
    card_id: int


def charter_week(carrier: CarrierView) -> None:
    """Let the carrier fly charter too, unless it does already, and tell what its customers' cards have."""
    actor, now = operator(carrier.id, name="demo"), datetime.now(UTC)
    if not get_carrier(carrier.id).has_jet_cards:
        _settings(actor, now)
        _story(_first_customer(actor, now))
        _second_customer(actor, now)
    _show(actor, now)


def _show(actor: Actor, now: datetime) -> None:
    cards = queries.cards(actor=actor)
    shown = console.table(
        "Customer", "Jet card", "Balance", "Held", "Available", right=frozenset({"Balance", "Held", "Available"})
    )
    names = customers.by_id({card.customer_id for card in cards}, carrier_id=actor.carrier_id)
    for card in cards:
        standing = card.standing
        shown.add_row(
            console.cell(names[card.customer_id].name),
            console.cell(card.name),
            *(console.amount(minor, card.currency) for minor in (standing.net, standing.held, standing.available)),
        )
    console.show(shown, "")
    for booking in reversed(charter.bookings(actor=actor)):
        became = (
            "booked" if booking.fee is None else f"cancelled, {_told(booking.fee, booking.currency)} kept as the fee"
        )
        console.show(f"Booking {booking.number} over {_told(booking.price, booking.currency)}: {became}.")
    for quote in reversed(charter.quotes(actor=actor, now=now, status=QuoteStatus.QUOTED)):
        console.show(
            f"Quote {quote.number} over {_told(quote.price, quote.currency)}: open, its price held on the card."
        )
    for invoice in reversed(invoices.invoices(actor=actor)):
        total, left = _told(invoice.total, invoice.currency), _told(invoice.open_amount, invoice.currency)
        console.show(f"Invoice {invoice.number} over {total}: {left} open.")


def _told(minor: int, currency: str) -> str:
    return f"{console.grouped(minor, currency)} {currency}"


def _settings(actor: Actor, now: datetime) -> None:
    switch_jet_cards(on=True, actor=actor, now=now)
    set_tiers(tiers=[Tier(24 * 14, 2_500), Tier(72, 5_000), Tier(24, 10_000)], actor=actor, now=now)
    set_issuer(
        data=IssuerData(
            legal_name="Example Jets, Inc.",
            address_lines=("1 Hangar Road",),
            postal_code="07608",
            city="Teterboro",
            country="US",
            tax_number="12-3456789",
        ),
        actor=actor,
        now=now,
    )


def _first_customer(actor: Actor, now: datetime) -> _Stage:
    customer = customers.open_customer(
        data=CustomerData(
            kind=Kind.COMPANY,
            name="Meridian Holdings",
            email="accounts@meridian.example.org",
            phone="+1 212 555 0134",
            billing=Billing(
                legal_name="Meridian Holdings LLC",
                address_lines=("350 Fifth Avenue",),
                postal_code="10118",
                city="New York",
                country="US",
            ),
        ),
        actor=actor,
        now=now,
    )
    ana, _ben = (
        persons.add_person(
            customer_id=customer.id,
            name=name,
            email=f"{name.split()[0].lower()}@meridian.example.org",
            actor=actor,
            now=now,
        )
        for name in ("Ana Torres", "Ben Okafor")
    )
    how: dict[str, Any] = {"customer_id": customer.id, "reference": "Wire of the contract", "actor": actor, "now": now}
    shared = adding.add_card(name="Company", person_ids=(), opening_balance=60_000_00, **how)
    adding.add_card(name="Ana only", person_ids=(ana.id,), opening_balance=15_000_00, **how)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return _Stage(actor, now, midnight, customer.id, ana.id, shared.id)


def _second_customer(actor: Actor, now: datetime) -> None:
    customer = customers.open_customer(
        data=CustomerData(kind=Kind.PERSON, name="Lucía Fernández", email="lucia@example.org", language="es"),
        actor=actor,
        now=now,
    )
    adding.add_card(
        customer_id=customer.id,
        name="Familia",
        person_ids=(),
        opening_balance=4_000_00,
        reference="Transferencia",
        low_mark=5_000_00,
        actor=actor,
        now=now,
    )


def _story(stage: _Stage) -> None:
    """Refused above the balance, funds added, quoted, booked, invoiced; another one cancelled with a fee; one open."""
    new_york_miami = (_leg(stage, "TEB", "OPF", day=9, at=9, hours=3),)
    price = _lines("Light jet TEB–OPF", 68_500_00)
    try:
        _quoted(stage, "summit", new_york_miami, price)
    except RequestRefused:
        funding.add_funds(
            card_id=stage.card_id,
            amount=90_000_00,
            reference="Wire 20114",
            key="demo:funds",
            actor=stage.actor,
            now=stage.now,
        )
    booking = _booked(stage, "summit", _quoted(stage, "summit again", new_york_miami, price))
    _invoiced(stage, booking)
    boston = _booked(
        stage,
        "boston",
        _quoted(
            stage, "boston", (_leg(stage, "TEB", "BED", day=6, at=8, hours=1),), _lines("Light jet TEB–BED", 9_800_00)
        ),
    )
    cancelling.cancel(
        booking_id=boston.id,
        expected_version=boston.version,
        reference="The meeting was called off",
        key="demo:cancel",
        actor=stage.actor,
        now=stage.now,
    )
    _quoted(
        stage,
        "aspen",
        (_leg(stage, "TEB", "ASE", day=20, at=10, hours=5), _leg(stage, "ASE", "TEB", day=24, at=14, hours=5)),
        _lines("Midsize jet TEB–ASE and back", 46_000_00),
        hold_until=stage.now + timedelta(days=3),
    )


def _leg(stage: _Stage, origin: str, destination: str, *, day: int, at: int, hours: int) -> LegData:
    """A leg at a local hour, so many days ahead; the clocks of both ends are taken to be one."""
    departure = (stage.midnight + timedelta(days=day, hours=at)).replace(tzinfo=None)
    return LegData(
        origin=origin,
        destination=destination,
        departure=departure,
        arrival=departure + timedelta(hours=hours),
        passengers=4,
    )


def _lines(text: str, amount: int) -> tuple[PriceLine, ...]:
    return (
        PriceLine(text=text, quantity_milli=1_000, unit_price=amount, tax_bps=750),
        PriceLine(text="Landing and handling", quantity_milli=2_000, unit_price=450_00, tax_bps=0),
    )


def _quoted(
    stage: _Stage,
    name: str,
    legs: tuple[LegData, ...],
    lines: tuple[PriceLine, ...],
    hold_until: datetime | None = None,
) -> QuoteView:
    data = QuoteData(
        customer_id=stage.customer_id,
        person_id=stage.person_id,
        legs=legs,
        aircraft="Citation CJ3, N123SP",
        lines=lines,
        method=Method.JET_CARD,
        card_id=stage.card_id,
        valid_until=stage.now + timedelta(days=5),
        hold_until=hold_until,
    )
    return quoting.told_quote(
        quoting.save(data=data, quoted=True, key=f"demo:quote:{name}", actor=stage.actor, now=stage.now)
    )


def _booked(stage: _Stage, name: str, quote: QuoteView) -> BookingView:
    return converting.told_booking(
        converting.book(
            quote_id=quote.id, expected_version=quote.version, key=f"demo:book:{name}", actor=stage.actor, now=stage.now
        )
    )


def _invoiced(stage: _Stage, booking: BookingView) -> None:
    how: dict[str, Any] = {"actor": stage.actor, "now": stage.now}
    draft = told_invoice(draft_for_booking(booking_id=booking.id, key="demo:invoice", **how))
    issue_invoice(invoice_id=draft.id, **how)
