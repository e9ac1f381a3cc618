"""Make a quote, and change one: as a draft, or as an offer within what the card has.

Source: FL3XX, "Integration and Usage".
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.charter import lists, queries, quoting
from skypurser.charter.content import Content
from skypurser.charter.views import QuoteStatus, QuoteView
from skypurser.errors import Refusal
from skypurser.jetcards.assigning import PaymentMethod, methods_of
from skypurser.parties import customers, persons
from skypurser.web.charter import quoteform, words
from skypurser.web.charter.comparing import Difference, differences
from skypurser.web.charter.figured import figured
from skypurser.web.charter.keeping import keep, kept
from skypurser.web.charter.quoteform import Offer, QuoteForm, method_of
from skypurser.web.charter.quoterows import leg_rows, line_rows, look_at_clocks, sent_rows, shown_legs, shown_lines
from skypurser.web.forms import new_key
from skypurser.web.jetcards.funds import missing_of
from skypurser.web.pages import Request, page

#: So many customers the form offers by name; who is further down the list is chosen on the customer's own page.
MOST_CUSTOMERS = 500

#: The buttons that save: a draft, an offer.
_SAVES = {"draft": False, "quote": True}

#: Which field a refusal stands beside.
_BESIDE = {
    "hold_expired": "hold_until",
    "quote_expired": "valid_until",
    "customer_not_found": "customer_id",
    "person_not_found": "person_id",
    "person_inactive": "person_id",
    "card_not_found": "method",
    "card_not_available": "method",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who has changed the quote meanwhile, when, and what."""

    by: str
    at: datetime
    differences: tuple[Difference, ...]


@page(Permission.SALES, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Make a quote."""
    return _answer(request, None)


@page(Permission.SALES, methods=("GET", "POST"))
def edit(request: Request, quote_id: int) -> HttpResponse:
    """Change a draft or a quote."""
    quote = queries.quote(quote_id, actor=request.actor, now=request.now)
    if quote.status in {QuoteStatus.BOOKED, QuoteStatus.CANCELLED}:
        raise quoting.QuoteNotOpen(f"the quote is {quote.status}", quote_status=quote.status)
    return _answer(request, quote)


def _answer(request: Request, quote: QuoteView | None) -> HttpResponse:
    step = request.POST.get("do", "")
    context: dict[str, Any] = {}
    if request.method == "POST" and step in _SAVES:
        form = _sent(request)
        if form.is_whole(quoted=_SAVES[step]):
            answer = _save(request, quote, form, quoted=_SAVES[step])
            if isinstance(answer, HttpResponse):
                return answer
            context |= answer
    else:
        came_back = kept(request, request.GET.get("typed", ""))
        data = request.POST if request.method == "POST" else came_back
        form = _begun(request, quote) if data is None else _drawn(request, data, step)
    return _show(request, quote, form, context)


def _show(request: Request, quote: QuoteView | None, form: QuoteForm, context: dict[str, Any]) -> HttpResponse:
    price = figured(form.lines)
    chosen = str(form["method"].value() or "")
    total = price.totals.total if price.totals else 0
    back = reverse("desk:quotes") if quote is None else reverse("desk:quote", args=[quote.id])
    shown = {
        "quote": quote,
        "form": form,
        "offer": form.offer,
        "currency": form.offer.currency,
        "price": price,
        "lines": list(zip(form.lines, price.by_line, strict=True)),
        "cards": _cards(request, quote, form.offer, total),
        "others": form.fields["method"].choices[len(form.offer.cards) :],  # type: ignore[attr-defined]
        "chosen": chosen,
        "back": back,
        "may_draft": quote is None or quote.status is QuoteStatus.DRAFT,
        "most_customers": MOST_CUSTOMERS if len(form.offer.customers) > MOST_CUSTOMERS else 0,
        **context,
    }
    return render(request, "charter/edit.html", shown)


def _cards(
    request: Request, quote: QuoteView | None, offer: Offer, total: int
) -> list[tuple[str, PaymentMethod, bool]]:
    """Return the choice, the card with what it has for this quote, and whether that is too little.

    What the quote itself holds is given back before the card is asked again, so it is not missing.
    """
    hold = None if quote is None else lists.hold_of(quote, actor=request.actor, now=request.now)
    found = []
    for card in offer.cards:
        own = hold.amount if hold is not None and hold.account_id == card.card_id else 0
        has = replace(card, available=card.available + own)
        found.append((f"card-{card.card_id}", has, total > has.available))
    return found


def _begun(request: Request, quote: QuoteView | None) -> QuoteForm:
    """Return the form as it is first shown."""
    if quote is None:
        asked = request.GET.get("customer", "")
        offer = _offer(request, _number(asked), None)
        shown: dict[str, Any] = {"customer_id": offer.customer.id if offer.customer else None}
        if len(offer.cards) == 1:
            shown["method"] = f"card-{offer.cards[0].card_id}"
        lines = line_rows(offer.currency, shown=[{}])
        return QuoteForm(initial=shown, offer=offer, legs=leg_rows(shown=[{}]), lines=lines)
    content = quote.content
    offer = _offer(request, content.customer_id, content.person_id)
    legs = shown_legs(content.legs) or [{}]
    lines = line_rows(offer.currency, shown=shown_lines(content.lines) or [{}])
    shown = _shown(content, offer.zone) | {"version": quote.version}
    return QuoteForm(initial=shown, offer=offer, legs=leg_rows(shown=legs), lines=lines)


def _drawn(request: Request, data: QueryDict, step: str) -> QuoteForm:
    """Return the form with what was typed, drawn again and not judged."""
    offer = _offer(request, _number(data.get("customer_id", "")), _number(data.get("person_id", "")))
    legs, lines = sent_rows(data, step)
    typed = {name: data.get(name, "") for name in QuoteForm.base_fields}
    form = QuoteForm(
        initial=typed, offer=offer, legs=leg_rows(shown=legs), lines=line_rows(offer.currency, shown=lines)
    )
    form.fields["key"].initial = typed["key"]
    return form


def _sent(request: Request) -> QuoteForm:
    """Return the form that was sent, to be judged."""
    data = request.POST
    offer = _offer(request, _number(data.get("customer_id", "")), _number(data.get("person_id", "")))
    legs, lines = sent_rows(data)
    return QuoteForm(data, offer=offer, legs=leg_rows(sent=legs), lines=line_rows(offer.currency, sent=lines))


def _save(request: Request, quote: QuoteView | None, form: QuoteForm, *, quoted: bool) -> HttpResponse | dict[str, Any]:
    """Save, and lead to the quote; or return what the form tells besides."""
    try:
        answer = quoting.save(
            data=form.quote,
            quoted=quoted,
            quote_id=None if quote is None else quote.id,
            expected_version=None if quote is None else form.cleaned_data["version"] or 0,
            key=form.cleaned_data["key"],
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        return _told(request, quote, form, refusal)
    made = quoting.told_quote(answer)
    told = _("Quote %(number)s is saved.") if quoted else _("Draft %(number)s is saved.")
    messages.success(request, told % {"number": made.number})
    return redirect("desk:quote", quote_id=made.id)


def _told(request: Request, quote: QuoteView | None, form: QuoteForm, refusal: Refusal) -> dict[str, Any]:
    missing = missing_of(refusal)
    if missing is not None:
        form.renew_key()
        return {"missing": missing, "ways": _ways(request, form)}
    if refusal.code == "changed_meanwhile" and quote is not None:
        now = queries.quote(quote.id, actor=request.actor, now=request.now)
        form.put(version=str(now.version), key=new_key())
        return {"conflict": _conflict(request, form, now)}
    beside = _BESIDE.get(refusal.code)
    if beside is not None:
        sentence = words.REFUSED[refusal.code]
        form.renew_key()
        form.add_error(beside, str(sentence))
    else:
        form.refuse(refusal, currency=form.offer.currency)
    return {}


def _conflict(request: Request, form: QuoteForm, now: QuoteView) -> Conflict:
    """Return what others have made of the quote since the form was opened; of a draft, against what is typed."""
    shown = form.cleaned_data["version"] or 0
    before = next(
        (one.content for one in lists.versions_of(now, actor=request.actor, number=shown)),
        form.content,
    )
    if before is None:
        return Conflict(now.saved_by, now.saved_at, ())
    found = differences(before, now.content, actor=request.actor, currency=now.currency, zone=form.offer.zone)
    return Conflict(now.saved_by, now.saved_at, tuple(found))


def _ways(request: Request, form: QuoteForm) -> dict[str, str]:
    """Return where to go when a card has not enough: to its funds and back to what was typed."""
    _method, card_id = quoteform.read_method(form.cleaned_data["method"])
    if card_id is None or Permission.CARD_FUNDS not in request.actor.permissions:
        return {"add_funds": ""}
    token = keep(request, key=str(form["key"].value()))
    back = f"{request.path}?{urlencode({'typed': token})}" if token else request.path
    address = reverse("desk:card-add-funds", args=[card_id])
    return {"add_funds": f"{address}?{urlencode({'next': back})}"}


def _offer(request: Request, customer_id: int | None, person_id: int | None) -> Offer:
    """Return what the form offers; a customer or person that is not there, or out of reach, is not chosen."""
    actor = request.actor
    found = customers.customers(actor=actor, limit=MOST_CUSTOMERS + 1)
    chosen = next((one for one in found if one.id == customer_id), None)
    if chosen is None and customer_id is not None:
        chosen = _reached(request, customer_id)
        found = [*found, chosen] if chosen is not None else found
    currency = request.membership.currency if chosen is None else chosen.currency
    if chosen is None:
        return Offer(
            customers=found, customer=None, persons=(), cards=(), currency=currency, zone=request.membership.time_zone
        )
    active = [one for one in persons.all_of(chosen.id, carrier_id=actor.carrier_id) if one.is_active]
    person = person_id if any(one.id == person_id for one in active) else None
    return Offer(
        customers=found,
        customer=chosen,
        persons=active,
        cards=methods_of(chosen.id, person_id=person, carrier_id=actor.carrier_id),
        currency=currency,
        zone=request.membership.time_zone,
    )


def _reached(request: Request, customer_id: int) -> Any:
    try:
        return customers.get(customer_id, actor=request.actor)
    except Refusal:
        return None  # somebody else's, or nobody's: the form says so when it is sent


def _shown(content: Content, zone: str) -> dict[str, Any]:
    there = ZoneInfo(zone)
    shown: dict[str, Any] = {
        "customer_id": content.customer_id,
        "person_id": content.person_id,
        "aircraft": content.aircraft,
        "method": method_of(content.method, content.card_id),
        "notes": content.notes,
    }
    for name in ("hold_until", "valid_until"):
        at = getattr(content, name)
        if at is None:
            continue
        local = at.astimezone(there)
        shown[name] = local.replace(tzinfo=None, fold=0)
        if look_at_clocks(shown[name], zone, None)[1]:
            shown[f"{name}_turn"] = "second" if local.fold else "first"
    return shown


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
