"""What the pages show while they are looked at: accounts of all kinds, long names, an account with a past."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.administration.carriers import switch_jet_cards
from skypurser.charter import closing
from skypurser.charter.content import Method, QuoteData
from skypurser.charter.converting import book, told_booking
from skypurser.charter.pricing import PriceLine
from skypurser.charter.quoting import save as save_quote
from skypurser.charter.quoting import told_quote
from skypurser.charter.repricing import change_price
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.events.relaying import relay
from skypurser.invoices.crediting import CreditLine, credit_invoice
from skypurser.invoices.payments import Method as PaidBy
from skypurser.invoices.receiving import Receipt, pay_invoice, receive_advance
from skypurser.jetcards import funding, requesting, transferring
from skypurser.ledger.states import Status
from skypurser.mail import claiming as mailing
from skypurser.mail.mailer import Sent as Rejected
from skypurser.money import Money
from skypurser.parties import customers, persons
from skypurser.parties.clientele import Billing, Kind, PersonChanges
from skypurser.statements.periodletters import send_period
from skypurser.webhooks import endpoints
from skypurser.webhooks.claiming import claim, settle
from skypurser.webhooks.fanning import fan_out
from skypurser.webhooks.sending import Sent
from tests.cast import (
    Account,
    Airline,
    Invoicing,
    agency,
    airline,
    card,
    client,
    credit,
    customer,
    daytime_airport,
    debit,
    drafted,
    flight,
    fresh_document,
    fresh_key,
    hold,
    invoiced,
    issue,
    issuer,
    leg,
    limit,
    person,
    post,
    refund,
    status,
    void,
)
from tests.electronic.masses import asked, changed, wanted
from tests.importing.files import brought
from tests.mail.letters import written
from tests.mail.postoffice import handed_to
from tests.statements.stage import statement

_LONG = timedelta(days=4_000)


@dataclass(frozen=True)
class Stage:
    """An airline in the middle of its work.

    Attributes:
        untouched: Has never moved anything.
        document: Was sold and no more.
        webhook, delivery: An endpoint, and what was sent there in vain.
        letter: Was written, and rejected by the mail server.
        customer, person: A charter customer with persons, cards and a past; and one of its persons.
        card: Its card with most movements.
        newcomer: A customer who has nothing yet.
        quote: Of that customer, with a hold, several legs and a version before.
        booking: With a supplement, by the same card.
        upload: A file that waits to be confirmed.
        job, job_waiting: A mass change that was made, and one that nobody has begun.
        invoice, draft, advance: An invoice paid in part, a draft, and a payment of which something is left.
        linked: A payment that belongs to the invoice.
        asked: A request to add funds to the card, which waits for approval.
    """

    airline: Airline
    agency: Account
    inhibited: Account
    untouched: Account
    document: str
    webhook: int
    delivery: int
    letter: int
    customer: int
    person: int
    card: int
    newcomer: int
    quote: int
    booking: int
    job: int
    job_waiting: int
    upload: int
    invoice: int
    draft: int
    advance: int
    linked: int
    asked: int


def stage() -> Stage:
    """Set it up."""
    home = airline(airport=daytime_airport())
    suspended, inhibited, over = agency(home.carrier), agency(home.carrier), agency(home.carrier, currency="KWD")
    untouched = client(home.carrier, currency="JPY")
    for to in (Status.SUSPENDED, Status.INHIBITED):
        post(status(inhibited, to))
    post(status(suspended, Status.SUSPENDED))
    post(debit(over, 99_999_999_999))
    _past(home.agency)
    webhook, _secret = endpoints.create(url="https://example.com/hook", actor=home.actor, now=datetime.now(UTC))
    document = fresh_document()
    post(issue(home.agency, document=document, now=datetime.now(UTC)))
    relay(react=fan_out)
    [*_, tried] = claim(carrier_ids=[home.carrier.id], most=50)
    settle(tried, Sent("unreachable", None, 12, "gaierror"))
    letter, charter = _letters(home), _charter(home)
    sold, money = _sales(home, *charter[:3]), _invoices(home, charter[0], charter[2])
    for day, language in ((15, "en"), (16, "es")):
        statement(home.agency, date(2026, 1, day), now=datetime.now(UTC), language=language)
    sent = (webhook.id, tried.delivery_id, letter)
    file = brought(home, now=datetime.now(UTC)).id
    jobs = changed(home.actor, international="MAX 9.00").id, asked(home.actor, wanted(international="MAX 8.00"))
    last = (*money, _requested(home, charter[2]))
    return Stage(home, home.agency, inhibited, untouched, document, *sent, *charter, *sold, *jobs, file, *last)


def _requested(home: Airline, card_id: int) -> int:
    now = datetime.now(UTC)
    how: dict[str, Any] = {"currency": "USD", "actor": home.actor, "now": now}
    clerk = add_member(
        email=f"{fresh_key('clerk')}@example.org",
        name="Clerk",
        permissions={Permission.CARD_FUNDS},
        actor=home.actor,
        now=now,
    )
    set_approval_threshold(amount=50_000_00, **how)
    waiting = requesting.add_funds(
        card_id=card_id, amount=75_000_00, reference="Wire 5001, second half", key=fresh_key(), actor=clerk, now=now
    )
    set_approval_threshold(amount=None, **how)
    return waiting.approval.id if waiting.approval is not None else 0


def _letters(home: Airline) -> int:
    with handed_to("smtp+plain://127.0.0.1:9"):
        views = [
            written(home, recipient=f"{who}@a-long-domain-of-a-charter-customer.example.org", now=datetime.now(UTC))
            for who in ("ana", "accounts.payable")
        ]
        rejected = mailing.claim(carrier_ids=[home.carrier.id], most=2)[:1]
        send_period(
            home.agency.id,
            first_date=None,
            last_date=date(2026, 1, 10),
            recipient="ana@a-long-domain-of-an-agency.example.org",
            language="es",
            key="period",
            actor=home.actor,
            now=datetime.now(UTC),
        )
        rejected += mailing.claim(carrier_ids=[home.carrier.id], most=1)
    for one in rejected:
        mailing.settle(one, Rejected("rejected", "550 5.1.1 The account that you tried to reach does not exist."))
    return views[0].id


def _charter(home: Airline) -> tuple[int, int, int, int]:
    """A customer with persons, cards and a past: its id, a person's, a card's; and the id of one who has nothing."""
    now = datetime.now(UTC)
    how: dict[str, Any] = {"actor": home.actor, "now": now}
    switch_jet_cards(on=True, **how)
    company = customer(
        home.carrier,
        name="Compañía Sudamericana de Inversiones Aeronáuticas y Representaciones S.A.",
        email="tesoreria.cuentas.a.pagar@inversiones-aeronauticas.example.com",
        phone="+54 11 4000 0000",
        notes="Pays on Mondays.\nAsk for Ms Etcheverry.",
        billing=Billing(
            legal_name="Compañía Sudamericana de Inversiones Aeronáuticas y Representaciones Sociedad Anónima",
            address_lines=("Avenida Leandro N. Alem 855", "Piso 23"),
            postal_code="C1001AAD",
            city="Ciudad Autónoma de Buenos Aires",
            country="AR",
            tax_number="30-12345678-9",
        ),
    )
    people = [person(company, home.carrier, name) for name in ("Maximiliana", "Bartholomew", "Ng")]
    persons.change_person(customer_id=company.id, person_id=people[2].id, changes=PersonChanges(is_active=False), **how)
    main = card(home.carrier, company, name="Family and guests", balance=2_500_000_00)
    low = card(
        home.carrier,
        company,
        name="Representatives of the southern region, travelling on business",
        balance=1_000_00,
        low_mark=5_000_00,
        person_ids={one.id for one in people[:2]},
    )
    gone = card(home.carrier, company, name="Trial", balance=50_00)
    for number in range(60):
        move = funding.add_funds if number % 3 else funding.remove_funds
        move(card_id=main.id, amount=10_000_00 + 137_13 * number, reference=f"Wire {number}", key=fresh_key(), **how)
    transferring.transfer(
        from_card_id=main.id, to_card_id=low.id, amount=2_000_00, reference="For the fair", key=fresh_key(), **how
    )
    closing.close(card_id=gone.id, reference="The trial is over", key=fresh_key(), **how)
    post(hold(main, 70_000_00, lasts=_LONG, now=now))
    newcomer = customer(home.carrier, name="Zoe Lee", kind=Kind.PERSON)
    return company.id, people[0].id, main.id, newcomer.id


def _sales(home: Airline, customer_id: int, person_id: int, card_id: int) -> tuple[int, int]:
    """A quote that was changed and holds its price, and a booking with a supplement: their ids."""
    now = datetime.now(UTC)
    year = now.year + 1
    how: dict[str, Any] = {"actor": home.actor, "now": now}
    set_tiers(tiers=(Tier(720, 1_000), Tier(168, 5_000), Tier(24, 10_000)), **how)
    data = QuoteData(
        customer_id=customer_id,
        person_id=person_id,
        legs=(
            leg("AEP", "GIG", departs=f"{year}-03-01T09:00", arrives=f"{year}-03-01T12:10", passengers=9),
            leg("GIG", "OPF", departs=f"{year}-03-03T22:30", arrives=f"{year}-03-04T05:45", passengers=9),
        ),
        aircraft="Gulfstream G280, LV-CPL",
        lines=(
            PriceLine(text="Flight time", quantity_milli=12_500, unit_price=6_400_00, tax_bps=1_050),
            PriceLine(text="Landing, handling and overflight permits", quantity_milli=2_000, unit_price=1_850_00),
            PriceLine(text="Catering for nine, by the customer's own chef", quantity_milli=1_000, unit_price=2_315_50),
        ),
        method=Method.JET_CARD,
        card_id=card_id,
        valid_until=now + timedelta(days=20),
        notes="Two dogs.\nThe chef boards in Rio.",
    )
    ids = []
    for price in (6_400_00, 6_100_00):
        first = told_quote(save_quote(data=data, quoted=True, key=fresh_key(), **how))
        lines = (replace(data.lines[0], unit_price=price), *data.lines[1:])
        again = replace(data, lines=lines, hold_until=now + timedelta(days=10), aircraft="Falcon 2000, LV-BRZ")
        save: dict[str, Any] = {"quote_id": first.id, "expected_version": first.version, "key": fresh_key()}
        ids.append(told_quote(save_quote(data=again, quoted=True, **save, **how)))
    booked = told_booking(book(quote_id=ids[0].id, expected_version=2, key=fresh_key(), **how))
    more = (*booked.content.lines, PriceLine(text="De-icing", quantity_milli=1_000, unit_price=3_200_00))
    change_price(
        booking_id=booked.id, lines=more, reference="De-icing in Rio", expected_version=1, key=fresh_key(), **how
    )
    with handed_to("smtp+plain://127.0.0.1:9"):
        written(home, about=f"quote:{ids[1].id}", subject="Our quote", now=now)
    return ids[1].id, booked.id


def _invoices(home: Airline, customer_id: int, card_id: int) -> tuple[int, int, int, int]:
    """An invoice paid by card and credited in part, a draft, an advance, a payment of the invoice: their ids."""
    now = datetime.now(UTC)
    how: dict[str, Any] = {"actor": home.actor, "now": now}
    issuer(home.carrier)
    of = Invoicing(home.carrier, home.actor, customers.shown(customer_id, carrier_id=home.carrier.id))
    lines = (
        flight(text="Charter Aeroparque Jorge Newbery – Punta del Este, Citation CJ3", unit_price=950_000),
        flight(text="Catering", unit_price=42_500, tax_bps=2_100),
    )
    made = invoiced(of, *lines, document="trip:17", now=now)
    for method, paying, amount in ((PaidBy.JET_CARD, card_id, 300_000), (PaidBy.BANK_TRANSFER, None, 125_000)):
        receipt = Receipt(amount=Money(amount, "USD"), method=method, reference="Wire 4711, thank you", card_id=paying)
        _, linked = pay_invoice(invoice_id=made.id, receipt=receipt, **how)
    credit_invoice(invoice_id=made.id, reason="No catering", lines=[CreditLine(position=2)], **how)
    receipt = Receipt(amount=Money(80_000, "USD"), method=PaidBy.BANK_TRANSFER, reference="Wire 4712")
    advance = receive_advance(customer_id=customer_id, document="trip:18", receipt=receipt, **how)
    return made.id, drafted(of, *lines, document="trip:18").id, advance.id, linked.id


def _past(account: Account) -> None:
    post(credit(account, 500_000))
    for number in range(60):
        document = fresh_document()
        post(issue(account, document=document, fare=4_000 + 113 * number, taxes=2_100))
        if number % 11 == 5:
            post(void(account, document))
        if number % 13 == 6:
            post(refund(account, document, fare=3_000, taxes=1_000, penalty=500))
    post(hold(account, 70_000, lasts=_LONG))
    post(hold(account, 20_000))
    post(issue(account, fare=99_999_999))
    post(issue(account, fare=100, commission_bps=4_000))
    post(limit(account, 1_500_000))
    for to in (Status.SUSPENDED, Status.ACTIVE):
        post(status(account, to))
