"""A quote as PDF, in its customer's language: the same bytes each time, as long as it says the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import CarrierView, require_jet_cards
from skypurser.charter.content import Content, Method
from skypurser.charter.itinerary import Leg
from skypurser.charter.queries import quote
from skypurser.charter.quoting import QuoteNotOpen
from skypurser.charter.totals import totals_of
from skypurser.charter.views import QuoteStatus, QuoteView
from skypurser.charter.wording import WORDS
from skypurser.documents.pdf import write_pdf
from skypurser.invoices.issuers import IssuerData, IssuerMissing, issuer_of
from skypurser.invoices.paper import Figures, address, paper_of
from skypurser.parties import customers, persons
from skypurser.parties.airports import aerodrome
from skypurser.parties.clientele import CustomerView


def quote_pdf(quote_id: int, *, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """Return a quote's file name and its PDF; the instant in its metadata is that of its version.

    Raises:
        JetCardsOff, QuoteNotFound, PermissionDenied: As `queries.quote`.
        QuoteNotOpen: A draft is no offer yet, and what is cancelled is none any more.
    """
    found = quote(quote_id, actor=actor, now=now)
    carrier = require_jet_cards(actor.carrier_id)
    is_offer = found.status not in {QuoteStatus.DRAFT, QuoteStatus.CANCELLED}
    if not is_offer or found.content.customer_id is None or found.content.method is None:
        raise QuoteNotOpen("a draft or a cancelled quote is no offer", quote_status=found.status)
    with reading_for(actor.carrier_id):
        customer = customers.shown(found.content.customer_id, carrier_id=actor.carrier_id)
        people = persons.all_of(customer.id, carrier_id=actor.carrier_id) if found.content.person_id else []
        seller = _seller(carrier)
    person = next((one.name for one in people if one.id == found.content.person_id), "")
    data = printed(found, customer=customer, person=person, carrier=carrier, seller=seller)
    file = f"{WORDS[customer.language]['file']}-{found.number}{f'-v{found.version}' if found.version > 1 else ''}.pdf"
    return file, write_pdf("quote", data, made_at=found.saved_at)


def printed(
    found: QuoteView, *, customer: CustomerView, person: str, carrier: CarrierView, seller: IssuerData
) -> Mapping[str, Any]:
    """Return what the document of a quote says, all in words of its customer's language."""
    words = WORDS[customer.language]
    figures = Figures(found.currency, customer.language)
    totals = totals_of(found.content.lines)
    number, billed = str(found.number), customer.billing.legal_name or customer.name
    how = {"tax_number": words["tax_number"], "language": customer.language}
    return {
        "language": customer.language,
        "paper": paper_of(seller.country),
        "title": f"{words['quote']} {number}",
        "number": number,
        "seller": address(seller.legal_name, seller, **how),
        "buyer": [*address(billed, customer.billing, **how), *([person] if person else [])],
        "facts": _facts(found, words, figures, carrier),
        "legs": [_leg(one, figures) for one in found.content.legs],
        "lines": [
            [
                one.text,
                figures.quantity(one.quantity_milli),
                figures.amount(one.unit_price),
                figures.percent(one.tax_bps),
                figures.amount(one.net),
            ]
            for one in found.content.lines
        ],
        "taxes": [
            [figures.percent(one.tax_bps), figures.amount(one.net), figures.amount(one.tax)] for one in totals.taxes
        ],
        "totals": [(words["net"], figures.amount(totals.net)), (words["tax"], figures.amount(totals.tax))],
        "total": f"{figures.amount(totals.total)} {found.currency}",
        "footer": f"{seller.legal_name} · {words['quote']} {number}",
        "words": {
            **{
                name: words[name]
                for name in ("quote", "for", "itinerary", "price", "tax_summary", "total", "page", "local")
            },
            "leg_columns": [words[f"leg_{name}"] for name in ("from", "departure", "to", "arrival", "passengers")],
            "columns": [words[f"column_{name}"] for name in ("text", "quantity", "price", "tax", "net")],
            "tax_columns": [words["rate"], words["net"], words["tax"]],
        },
    }


def _seller(carrier: CarrierView) -> IssuerData:
    """Return what the carrier is called on documents; its name, where nobody has said so yet."""
    try:
        return issuer_of(carrier.id)
    except IssuerMissing:
        return IssuerData(legal_name=carrier.name, country=carrier.country)


def _facts(found: QuoteView, words: Mapping[str, str], figures: Figures, carrier: CarrierView) -> list[tuple[str, str]]:
    content: Content = found.content
    facts = [(words["version"], str(found.version))] if found.version > 1 else []
    facts += [
        (words["date"], figures.day(found.saved_at.astimezone(ZoneInfo(carrier.time_zone)).date(), form="medium"))
    ]
    if content.valid_until is not None:
        local = content.valid_until.astimezone(ZoneInfo(carrier.time_zone))
        facts.append((words["valid_until"], f"{minutes(local, figures)} ({carrier.time_zone})"))
    if content.aircraft:
        facts.append((words["aircraft"], content.aircraft))
    method = Method(content.method or "")
    facts.append((words["payment"], words[f"by_{method.value}"]))
    return facts


def _leg(leg: Leg, figures: Figures) -> list[str]:
    return [
        _airport(leg.origin),
        minutes(leg.departure, figures),
        _airport(leg.destination),
        minutes(leg.arrival, figures),
        str(leg.passengers),
    ]


def _airport(code: str) -> str:
    city = aerodrome(code).city
    return f"{code} {city}".strip()


def minutes(local: datetime, figures: Figures) -> str:
    """Write a local time to the minute."""
    return f"{figures.day(local.date(), form='medium')} {local:%H:%M}"
