"""The people of the tests: an airline with an agency and a corporate client, and an outsider, another carrier.

Every call makes new ones, in their own carrier, so tests share nothing and commit for real.
"""

import itertools
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, operator
from skypurser.access.api_keys import NewKey, Scope
from skypurser.access.carriers import CarrierView, get_carrier
from skypurser.access.permissions import Permission
from skypurser.administration.api_keys import create_key
from skypurser.administration.carriers import create_carrier, switch_jet_cards
from skypurser.charter.content import Method, QuoteData
from skypurser.charter.converting import book, told_booking
from skypurser.charter.itinerary import LegData
from skypurser.charter.pricing import PriceLine
from skypurser.charter.quoting import save as save_quote
from skypurser.charter.quoting import told_quote
from skypurser.charter.views import BookingView, QuoteView
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic.opening import open_agency_account, open_corporate_account
from skypurser.electronic.requests import ManualCredit, ManualDebit, SetLimit, SetStatus
from skypurser.invoices.drafting import Draft, draft_invoice
from skypurser.invoices.issuers import IssuerData, set_issuer
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.lines import LineData
from skypurser.invoices.payments import Method as PaidBy
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceView
from skypurser.invoices.receiving import Receipt, receive_advance
from skypurser.invoices.recording import record_payment
from skypurser.jetcards import adding
from skypurser.jetcards.paying import take
from skypurser.ledger.holds import CaptureHold, ExtendHold, PlaceHold, ReleaseHold
from skypurser.ledger.posting import post_one
from skypurser.ledger.queries import MovementView, Standing, movements, standings
from skypurser.ledger.requests import Answer, Request, fingerprint
from skypurser.ledger.states import Control, Status
from skypurser.money import Money
from skypurser.parties import customers, persons
from skypurser.parties.clientele import Billing, CustomerData, CustomerView, Kind, PersonView
from skypurser.parties.registering import ClientData, OfficeData
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.requests import IssueTicket, RefundTicket, VoidTicket

#: Noon in New York on a winter's day; every test's clock unless it says otherwise.
NOON = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)

_numbers = itertools.count(1)
_letters = random.SystemRandom()


@dataclass(frozen=True)
class Account:
    """An electronic account of the cast."""

    carrier: CarrierView
    id: int
    code: str
    currency: str
    actor: Actor


@dataclass(frozen=True)
class Airline:
    """A carrier with an agency in New York and a corporate client in Boston, limits 10,000.00 USD each."""

    carrier: CarrierView
    actor: Actor
    agency: Account
    client: Account


@dataclass(frozen=True)
class CharterOperator:
    """A carrier with jet cards: a customer billed in the US, two persons of it, and a card that is everybody's."""

    carrier: CarrierView
    actor: Actor
    customer: CustomerView
    ann: PersonView
    bob: PersonView
    card: Account


@dataclass(frozen=True)
class Invoicing:
    """Whom a carrier sends an invoice; a `CharterOperator` is one as well."""

    carrier: CarrierView
    actor: Actor
    customer: CustomerView


def fresh_code() -> str:
    """A carrier code that no other test has."""
    return "".join(_letters.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=10))


def fresh_key(prefix: str = "key") -> str:
    """An idempotency key that this process has not used."""
    return f"{prefix}-{next(_numbers)}"


def fresh_document() -> str:
    """A document number (13 digits) that this process has not used."""
    return f"279{next(_numbers):010d}"


def carrier(*, currency: str = "USD", time_zone: str = "America/New_York") -> CarrierView:
    """An airline at home in New York, or where the clocks are those of the time zone."""
    return create_carrier(
        code=fresh_code(), name="Test Air", country="US", time_zone=time_zone, currency=currency, now=NOON
    )


def api_key(of: CarrierView, *scopes: Scope, **differently: Any) -> NewKey:
    """An API key with these scopes, of all without any."""
    how = {"name": "gds", "scopes": scopes or frozenset(Scope), "actor": operator(of.id, name="desk"), "now": NOON}
    return create_key(**{**how, **differently})


def rates(
    domestic: str = "FIXED 8.00",
    international: str = "MAX 8.00",
    domestic_card: str = "FIXED 5.00",
    international_card: str = "FREE",
) -> Rates:
    """Four rates."""
    return Rates(*map(Rule.parse, (domestic, international, domestic_card, international_card)))


def agency(
    of: CarrierView,
    *,
    currency: str = "USD",
    credit_limit: int = 1_000_000,
    credit_card: bool = True,
    opening_credit: int = 0,
    terms: Rates | None = None,
    code: str | None = None,
    airport: str = "JFK",
    country: str = "US",
) -> Account:
    """An agency, in New York unless its airport says otherwise; amounts in minor units."""
    code = code or f"NYC{next(_numbers)}"
    actor = operator(of.id, name="desk")
    opened = open_agency_account(
        office=OfficeData(
            code=code,
            name=f"Agency {code}",
            issue_id="9549656",
            city="NYC" if airport == "JFK" else airport,
            airport=airport,
            country=country,
        ),
        currency=currency,
        credit_limit=credit_limit,
        credit_card=credit_card,
        rates=terms or rates(),
        reference="by contract",
        actor=actor,
        now=NOON,
        opening_credit=opening_credit,
    )
    return Account(of, opened.account_id, code, currency, actor)


def client(of: CarrierView, *, currency: str = "USD", credit_limit: int = 1_000_000) -> Account:
    """A corporate client in Boston; amounts in minor units."""
    code = f"CORP{next(_numbers)}"
    actor = operator(of.id, name="desk")
    opened = open_corporate_account(
        client=ClientData(code=code, name=f"Client {code}", city="BOS", airport="BOS", country="US"),
        currency=currency,
        credit_limit=credit_limit,
        rates=Rates(Rule.parse("FIXED 8.00"), Rule.parse("MAX 8.00")),
        reference="corporate agreement",
        actor=actor,
        now=NOON,
    )
    return Account(of, opened.account_id, code, currency, actor)


def airline(*, time_zone: str = "America/New_York", airport: str = "JFK") -> Airline:
    """The airline of most tests; its agency is in New York unless the airport says otherwise."""
    of = carrier(time_zone=time_zone)
    return Airline(of, operator(of.id, name="desk"), agency(of, airport=airport), client(of))


def daytime_airport() -> str:
    """Where an office of the United States has hours to go until midnight: what it sells now can be voided later."""
    return "JFK" if datetime.now(ZoneInfo("America/New_York")).hour < 20 else "HNL"


def outsider() -> Airline:
    """Another carrier, who must never see anything of the first."""
    return airline()


def customer(of: CarrierView, *, name: str = "Sky Holding", country: str = "US", **differently: Any) -> CustomerView:
    """A company that flies."""
    data = CustomerData(
        **{"kind": Kind.COMPANY, "name": name, "billing": Billing(legal_name=name, country=country), **differently}
    )
    return customers.open_customer(data=data, actor=operator(of.id, name="desk"), now=NOON)


def person(of: CustomerView, carrier: CarrierView, name: str) -> PersonView:
    """Somebody who flies."""
    return persons.add_person(
        customer_id=of.id,
        name=name,
        email=f"{name.lower().replace(' ', '.')}@example.org",
        actor=operator(carrier.id, name="desk"),
        now=NOON,
    )


def card(of: CarrierView, customer: CustomerView, *, balance: int = 500_000, **differently: Any) -> Account:
    """A card with so many minor units on it; a name that no other has, unless it is given."""
    actor = operator(of.id, name="desk")
    how = {"name": f"Card {next(_numbers)}", "person_ids": (), "opening_balance": balance, "reference": "brought along"}
    made = adding.add_card(customer_id=customer.id, actor=actor, now=NOON, **{**how, **differently})
    return Account(of, made.id, made.name, made.currency, actor)


def charter_operator(*, currency: str = "USD", balance: int = 500_000) -> CharterOperator:
    """The charter operator of most tests; 5,000.00 on the card."""
    of = carrier(currency=currency)
    actor = operator(of.id, name="desk")
    switch_jet_cards(on=True, actor=actor, now=NOON)
    client_ = customer(of)
    ann, bob = person(client_, of, "Ann"), person(client_, of, "Bob")
    return CharterOperator(of, actor, client_, ann, bob, card(of, client_, balance=balance))


def leg(
    origin: str = "TEB",
    destination: str = "OPF",
    *,
    departs: str = "2026-02-01T10:00",
    arrives: str = "2026-02-01T13:00",
    **differently: Any,
) -> LegData:
    """A leg from New York to Florida, two weeks after the test's noon; local times."""
    how = {"departure": datetime.fromisoformat(departs), "arrival": datetime.fromisoformat(arrives), "passengers": 4}
    return LegData(origin=origin, destination=destination, **{**how, **differently})


def quote_data(of: CharterOperator, price: int = 200_000, **differently: Any) -> QuoteData:
    """What a quote says: one leg at a price in minor units, to be paid by the operator's card."""
    how = {
        "customer_id": of.customer.id,
        "legs": (leg(),),
        "aircraft": "Citation CJ3, N123SP",
        "lines": (PriceLine(text="Flight", quantity_milli=1_000, unit_price=price),),
        "method": Method.JET_CARD,
        "card_id": of.card.id,
    }
    return QuoteData(**{**how, **differently})


def quote(of: CharterOperator, price: int = 200_000, *, now: datetime = NOON, **differently: Any) -> QuoteView:
    """A quote that was made."""
    data = quote_data(of, price, **differently)
    return told_quote(save_quote(data=data, quoted=True, key=fresh_key("quote"), actor=of.actor, now=now))


def booking(of: CharterOperator, price: int = 200_000, *, now: datetime = NOON, **differently: Any) -> BookingView:
    """A quote that was made and booked."""
    made = quote(of, price, now=now, **differently)
    how: dict[str, Any] = {"key": fresh_key("book"), "actor": of.actor, "now": now}
    return told_booking(book(quote_id=made.id, expected_version=made.version, **how))


def issuer(of: CarrierView, **differently: Any) -> IssuerData:
    """What the carrier is called on its invoices."""
    data = {
        "legal_name": "Test Air, Inc.",
        "address_lines": ("1 Hangar Road",),
        "postal_code": "11430",
        "city": "New York",
        "country": "US",
        "tax_number": "12-3456789",
        **differently,
    }
    return set_issuer(data=IssuerData(**data), actor=operator(of.id, name="desk"), now=NOON)


def e_invoicing(*, currency: str = "USD", **issuer_: Any) -> CharterOperator:
    """A charter operator whose invoices are e-invoices."""
    made = charter_operator(currency=currency)
    issuer(made.carrier, e_invoices=True, **issuer_)
    return made


def paid_booking(of: CharterOperator, amount: int, document: str, *, now: datetime = NOON) -> PaymentView:
    """A payment by the card for a booking, as whoever books records it: deduction and payment in one transaction."""
    with acting_for(of.carrier.id):
        entry_id = deducted(of, amount, document, now=now)
        return record_payment(
            customer_id=of.customer.id,
            document=document,
            amount=Money(amount, of.card.currency),
            card_id=of.card.id,
            entry_id=entry_id,
            reference=f"charter {document}",
            actor=of.actor,
            now=now,
        )


def deducted(
    of: CharterOperator,
    amount: int,
    document: str,
    *,
    control: Control = Control.CUSTOMER_ADVANCES,
    now: datetime = NOON,
) -> int:
    """What a card pays, as an entry that nobody has recorded as a payment yet; its id."""
    with acting_for(of.carrier.id):
        return take(
            card_id=of.card.id,
            amount=amount,
            reference=f"charter {document}",
            part=fresh_key("booking"),
            permission=Permission.SALES,
            actor=of.actor,
            now=now,
            document=document,
            contra=((control, 0, amount),),
        )


def paid_ahead(of: CharterOperator, amount: int, document: str, *, now: datetime = NOON) -> PaymentView:
    """A payment by the card for what is not invoiced yet, taken by hand."""
    receipt = Receipt(
        amount=Money(amount, of.card.currency), method=PaidBy.JET_CARD, reference="by card", card_id=of.card.id
    )
    return receive_advance(customer_id=of.customer.id, document=document, receipt=receipt, actor=of.actor, now=now)


def advance(of: Invoicing | CharterOperator, amount: int, document: str | None = None) -> PaymentView:
    """Money that came by bank before there was an invoice."""
    receipt = Receipt(
        amount=Money(amount, of.customer.currency), method=PaidBy.BANK_TRANSFER, reference=f"wire {amount}"
    )
    return receive_advance(customer_id=of.customer.id, document=document, receipt=receipt, actor=of.actor, now=NOON)


def flight(*, unit_price: int = 100_000, tax_bps: int = 750, text: str = "Charter JFK-MIA") -> LineData:
    """A line: by default 1,000.00 and 7.5 % on it."""
    return LineData(text=text, quantity_milli=1000, unit_price=unit_price, tax_bps=tax_bps)


def drafted(
    of: CharterOperator | Invoicing, *lines: LineData, document: str | None = None, **differently: Any
) -> InvoiceView:
    """A draft with these lines, with one flight where there are none."""
    draft = Draft(lines=lines or (flight(),), document=document, **differently)
    return draft_invoice(customer_id=of.customer.id, draft=draft, actor=of.actor, now=NOON)


def invoiced(
    of: CharterOperator | Invoicing,
    *lines: LineData,
    document: str | None = None,
    now: datetime = NOON,
    **differently: Any,
) -> InvoiceView:
    """An issued invoice."""
    draft = drafted(of, *lines, document=document, **differently)
    return issue_invoice(invoice_id=draft.id, actor=of.actor, now=now)


def issue(
    account: Account,
    *,
    fare: int = 40_000,
    taxes: int = 8_000,
    document: str | None = None,
    key: str | None = None,
    form_of_payment: FormOfPayment = FormOfPayment.ACCOUNT,
    route: tuple[str, ...] = ("JFK", "LAX"),
    commission_bps: int | None = None,
    now: datetime | None = NOON,
) -> IssueTicket:
    """A request to sell a ticket: by default 400.00 + 80.00 taxes, domestic, on account."""
    document = document or fresh_document()
    return IssueTicket(
        carrier_id=account.carrier.id,
        key=key or fresh_key("issue"),
        fingerprint=fingerprint("issue", account.id, document, form_of_payment, route, fare, taxes, commission_bps),
        account_id=account.id,
        account_named=account.code,
        currency=account.currency,
        actor="gds",
        reference="PNR ABC123",
        document=document,
        now=now,
        form_of_payment=form_of_payment,
        route=route,
        fare=fare,
        taxes=taxes,
        commission_bps=commission_bps,
        passenger="DOE/JANE",
    )


def void(account: Account, document: str, *, key: str | None = None, now: datetime | None = NOON) -> VoidTicket:
    """A request to void a ticket."""
    return VoidTicket(
        carrier_id=account.carrier.id,
        key=key or fresh_key("void"),
        fingerprint=fingerprint("void", account.id, document),
        account_id=account.id,
        account_named=account.code,
        currency=account.currency,
        actor="gds",
        reference="void",
        document=document,
        now=now,
    )


def refund(
    account: Account,
    document: str,
    *,
    fare: int,
    taxes: int = 0,
    penalty: int = 0,
    key: str | None = None,
    now: datetime | None = NOON,
) -> RefundTicket:
    """A request to refund a ticket."""
    return RefundTicket(
        carrier_id=account.carrier.id,
        key=key or fresh_key("refund"),
        fingerprint=fingerprint("refund", account.id, document, fare, taxes, penalty),
        account_id=account.id,
        account_named=account.code,
        currency=account.currency,
        actor="gds",
        reference="refund",
        document=document,
        now=now,
        fare=fare,
        taxes=taxes,
        penalty=penalty,
    )


def _asked(account: Account, key: str | None, now: datetime | None, *payload: object) -> dict[str, Any]:
    return {
        "carrier_id": account.carrier.id,
        "key": key or fresh_key(str(payload[0])),
        "fingerprint": fingerprint(account.id, *payload),
        "account_id": account.id,
        "account_named": account.code,
        "currency": account.currency,
        "actor": "desk",
        "reference": f"ref {payload[0]}",
        "now": now,
    }


def credit(account: Account, amount: int, *, key: str | None = None, now: datetime | None = NOON) -> ManualCredit:
    """A request to load money."""
    return ManualCredit(**_asked(account, key, now, "credit", amount), amount=amount)


def debit(account: Account, amount: int, *, key: str | None = None, now: datetime | None = NOON) -> ManualDebit:
    """A request to charge, past the limit too."""
    return ManualDebit(**_asked(account, key, now, "debit", amount), amount=amount)


def limit(account: Account, amount: int, *, key: str | None = None, now: datetime | None = NOON) -> SetLimit:
    """A request to set the credit limit."""
    return SetLimit(**_asked(account, key, now, "limit", amount), credit_limit=amount)


def status(account: Account, to: Status, *, key: str | None = None, now: datetime | None = NOON) -> SetStatus:
    """A request to change the status."""
    return SetStatus(**_asked(account, key, now, "status", to), status=to)


def hold(
    account: Account,
    amount: int,
    *,
    lasts: timedelta = timedelta(hours=1),
    key: str | None = None,
    now: datetime | None = NOON,
    expires_at: datetime | None = None,
) -> PlaceHold:
    """A request to set money aside, from the test's noon for an hour."""
    until = expires_at or (now or NOON) + lasts
    return PlaceHold(**_asked(account, key, now, "hold", amount, until), amount=amount, expires_at=until)


def capture(
    account: Account, hold_id: int, amount: int, *, key: str | None = None, now: datetime | None = NOON
) -> CaptureHold:
    """A request to turn a hold into a debit against sales."""
    return CaptureHold(
        **_asked(account, key, now, "capture", hold_id, amount),
        hold_id=hold_id,
        amount=amount,
        contra=((Control.SALES, 0, amount),),
        business_date=date(2026, 1, 15),
    )


def release(account: Account, hold_id: int, *, key: str | None = None, now: datetime | None = NOON) -> ReleaseHold:
    """A request to give a hold back."""
    return ReleaseHold(**_asked(account, key, now, "release", hold_id), hold_id=hold_id)


def extend(
    account: Account, hold_id: int, expires_at: datetime, *, key: str | None = None, now: datetime | None = NOON
) -> ExtendHold:
    """A request to move a hold's expiry."""
    return ExtendHold(
        **_asked(account, key, now, "extend", hold_id, expires_at), hold_id=hold_id, expires_at=expires_at
    )


def post(request: Request) -> Answer:
    """Post one request in a transaction of its own."""
    with acting_for(request.carrier_id):
        return post_one(request)


def standing(account: Account, *, now: datetime | None = NOON) -> Standing:
    """What the account has."""
    with acting_for(account.carrier.id):
        return standings(carrier_id=account.carrier.id, account_ids=[account.id], now=now)[account.id]


def statement(account: Account) -> list[MovementView]:
    """The account's movements, oldest first."""
    with acting_for(account.carrier.id):
        return movements(carrier_id=account.carrier.id, account_id=account.id, limit=10_000)[::-1]


def known(carrier_id: int, account_id: int) -> Account:
    """The account that another process opened."""
    of = get_carrier(carrier_id)
    return Account(of, account_id, f"#{account_id}", of.currency, operator(carrier_id, name="desk"))
