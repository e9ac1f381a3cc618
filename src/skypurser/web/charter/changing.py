"""Change what a booking costs, or cancel it: each page says what moves on the card before it does."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.charter import cancelling, converting, queries, repricing
from skypurser.charter.correcting import Corrected, Outdated, outdated, told_correction
from skypurser.charter.itinerary import route
from skypurser.charter.pricing import PriceLine
from skypurser.charter.views import BookingStatus, BookingView
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.requests import Answer
from skypurser.web import figures
from skypurser.web.charter.cards import CardTold, card_told
from skypurser.web.charter.deciding import VersionForm
from skypurser.web.charter.figured import Figured, figured
from skypurser.web.charter.quoterows import LineRow, line_rows, sent_lines, shown_lines
from skypurser.web.charter.rows import Rows
from skypurser.web.charter.words import WRONG
from skypurser.web.forms import AmountField, ReferenceField
from skypurser.web.jetcards.funds import Missing, missing_of
from skypurser.web.pages import Request, page


class PriceForm(VersionForm):
    """Why the price changes; the lines stand beside it."""

    reference = ReferenceField(help_text=gettext_lazy("Why; it is printed on the account statement."))

    def __init__(self, *arguments: Any, lines: Rows[LineRow], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.lines = lines

    @property
    def all_errors(self) -> list[tuple[str, str, str]]:
        """What is wrong, here and in rows: the field's id, its label, the sentence."""
        found = [("", "", str(text)) for text in self.non_field_errors()] if self.is_bound else []
        numbered: list[tuple[Any, str]] = [(self, "")]
        numbered += [(row, str(_("Line %(number)s") % {"number": place})) for place, row in enumerate(self.lines, 1)]
        for form, before in numbered:
            if not form.is_bound or (form is not self and form.is_blank):
                continue
            for field in form:
                label = ", ".join(filter(None, (before, str(field.label))))
                found += [
                    ("" if field.is_hidden else str(field.id_for_label), label, str(text)) for text in field.errors
                ]
        return found

    def is_whole(self) -> bool:
        """Tell whether all of it can be read."""
        rows = self.lines.are_valid()
        return self.is_valid() and rows


class CancelForm(VersionForm):
    """Whether the fee is what was agreed, or another one for a reason.

    `shown` is what the page said the fee is, in minor units: another tier may begin while somebody looks at it.
    """

    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)
    fee = AmountField(
        label=gettext_lazy("Another fee"),
        required=False,
        help_text=gettext_lazy("Instead of the one above; empty to keep it. 0 for none."),
    )
    reference = ReferenceField(
        required=False,
        help_text=gettext_lazy("Why; mandatory with another fee, and printed on the account statement."),
    )

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["fee"].set_currency(currency)  # type: ignore[attr-defined]

    def show(self, fee: int) -> None:
        """Note what the page says the fee is, minor units."""
        self.fields["shown"].initial = fee
        if self.is_bound:
            self.put(shown=str(fee))

    def clean(self) -> dict[str, Any]:
        """Ask why, where a fee is entered."""
        found = super().clean() or self.cleaned_data
        if found.get("fee") is not None and not found.get("reference") and "reference" not in self.errors:
            self.add_error("reference", _("Say why it is another fee."))
        return found


@page(Permission.SALES, methods=("GET", "POST"))
def price(request: Request, booking_id: int) -> HttpResponse:
    """Give a booking other price lines, after what that does to the card."""
    found = queries.booking(booking_id, actor=request.actor)
    _require_open(found)
    step = request.POST.get("do", "")
    missing: Missing | None = None
    if request.method == "POST" and step == "save":
        sent = line_rows(found.currency, sent=sent_lines(request.POST))
        form = PriceForm(request.POST, lines=sent)
        if form.is_whole():
            try:
                answer = repricing.change_price(
                    booking_id=booking_id,
                    lines=[one.line for one in sent.filled],
                    reference=form.cleaned_data["reference"],
                    expected_version=form.cleaned_data["version"],
                    key=form.cleaned_data["key"],
                    actor=request.actor,
                    now=request.now,
                )
            except Refusal as refusal:
                missing = missing_of(refusal)
                _tell_wrong(form, refusal, found)
            else:
                return _changed(request, found, answer)
    else:
        form = _drawn(request, found, step)
    return _show_price(request, found, form, missing)


@page(Permission.SALES, methods=("GET", "POST"))
def cancel(request: Request, booking_id: int) -> HttpResponse:
    """Say which tier applies now, what is kept and given back, then cancel."""
    found = queries.booking(booking_id, actor=request.actor)
    form = CancelForm(request.POST or None, initial={"version": found.version}, currency=found.currency)
    if form.is_valid():
        typed = form.cleaned_data
        answer: Answer | None = None
        try:
            answer = cancelling.cancel(
                booking_id=booking_id,
                expected_version=typed["version"],
                reference=typed["reference"],
                fee=typed["fee"],
                expected_fee=typed["shown"],
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            )
        except Refusal as refusal:
            _tell_fee(form, refusal, found)
        if answer is not None:
            return _cancelled(request, answer)
    _require_open(found)
    shown = cancelling.preview(booking_id=booking_id, actor=request.actor, at=request.now)
    card = card_told(found.card_id, carrier_id=request.actor.carrier_id)
    form.show(shown.fee)
    context = {
        "form": form,
        "booking": found,
        "currency": found.currency,
        "route": route(found.content.legs),
        "has_departed": found.content.has_departed(request.now),
        "preview": shown,
        "credited": shown.invoices,
        "drafts": shown.drafts,
        "entered": _entered(form),
        "most": found.paid if card is not None else found.price,
        "tiers": [(tier, figures.percent(tier.percent_bps), tier == shown.tier) for tier in found.tiers],
        "card": card,
        "heading": _("Cancel booking %(number)s") % {"number": found.number},
        "button": _("Cancel the booking"),
        "is_final": True,
        "back": reverse("desk:booking", args=[booking_id]),
    }
    return render(request, "charter/cancel_booking.html", context)


@page(Permission.SALES)
def forecast(request: Request, booking_id: int) -> HttpResponse:
    """Say what another fee would give back."""
    found = queries.booking(booking_id, actor=request.actor)
    context: dict[str, Any] = {
        "booking": found,
        "currency": found.currency,
        "card": card_told(found.card_id, carrier_id=request.actor.carrier_id),
    }
    try:
        fee = figures.parse_amount(request.GET.get("fee", "").strip(), found.currency)
        context["preview"] = cancelling.preview(booking_id=booking_id, actor=request.actor, at=request.now, fee=fee)
    except cancelling.FeeExceedsPaid as refusal:
        context["most"] = refusal.facts["paid_minor"]
    except Refusal:
        pass  # an unfinished amount, or a booking that was cancelled meanwhile; it is told when the form is sent
    return render(request, "charter/fee_forecast.html", context)


def _drawn(request: Request, found: BookingView, step: str) -> PriceForm:
    data = request.POST
    if request.method == "POST":
        rows = line_rows(found.currency, shown=sent_lines(data, step))
        form = PriceForm(
            initial={"version": data.get("version", ""), "reference": data.get("reference", "")}, lines=rows
        )
        form.fields["key"].initial = data.get("key", "")
        return form
    rows = line_rows(found.currency, shown=shown_lines(found.content.lines) or [{}])
    return PriceForm(initial={"version": found.version}, lines=rows)


def _show_price(request: Request, found: BookingView, form: PriceForm, missing: Missing | None) -> HttpResponse:
    card, read = card_told(found.card_id, carrier_id=request.actor.carrier_id), figured(form.lines)
    total = read.totals.total if read.totals else 0
    wrong = _outdated(found, read, request.actor.carrier_id)
    is_flown = found.arrives_at <= request.now
    context = {
        "form": form,
        "booking": found,
        "currency": found.currency,
        "route": route(found.content.legs),
        "price": read,
        "lines": list(zip(form.lines, read.by_line, strict=True)),
        "total": total,
        "difference": total - found.price,
        "less": found.price - total,
        "card": card,
        "left": 0 if card is None else card.available - (total - found.price),
        "lacks": 0 if card is None or is_flown else max(0, total - found.price - card.available),
        "is_flown": is_flown,
        "credited": wrong.references,
        "drafts": [one.id for one in wrong.drafts],
        "missing": missing,
        "add_funds": _add_funds(request, found),
        "back": reverse("desk:booking", args=[found.id]),
    }
    return render(request, "charter/price.html", context)


def _outdated(found: BookingView, read: Figured, carrier_id: int) -> Outdated:
    """Return what the lines as they are typed would take back; nothing while none of them can be read."""
    if not read.lines:
        return Outdated((), ())
    before = found.content.lines
    # What is typed is compared without its texts, as it was read; a text alone is no other price.
    after = before if [_plain(one) for one in before] == [_plain(one) for one in read.lines] else read.lines
    return outdated(
        booking_id=found.id, customer_id=found.customer_id, carrier_id=carrier_id, before=before, after=after
    )


def _plain(line: PriceLine) -> tuple[int, int, int]:
    return line.quantity_milli, line.unit_price, line.tax_bps


def _add_funds(request: Request, found: BookingView) -> str:
    if found.card_id is None or Permission.CARD_FUNDS not in request.actor.permissions:
        return ""
    return f"{reverse('desk:card-add-funds', args=[found.card_id])}?next={request.path}"


def _tell_wrong(form: PriceForm, refusal: Refusal, found: BookingView) -> None:
    first, *rest = str(refusal.facts.get("field", "")).split("/")
    if isinstance(refusal, InvalidRequest) and first == "lines":
        told = str(WRONG.get(rest[-1] if rest else first, WRONG["lines"]))
        row = form.lines.filled[int(rest[0])] if len(rest) == 2 else None
        name = rest[1] if row is not None and rest[1] in row.fields else None
        (form if row is None else row).add_error(name, told)
        return
    form.refuse(refusal, currency=found.currency)
    if refusal.code == "changed_meanwhile":
        form.put(version=str(found.version))


def _tell_fee(form: CancelForm, refusal: Refusal, found: BookingView) -> None:
    if refusal.code == "fee_exceeds_paid":
        most = figures.with_currency(int(refusal.facts["paid_minor"]), found.currency)
        form.add_error("fee", _("The fee is above what was paid, %(paid)s.") % {"paid": most})
        form.renew_key()
        return
    form.refuse(refusal, currency=found.currency)
    if refusal.code == "changed_meanwhile":
        form.put(version=str(found.version))


def _entered(form: CancelForm) -> int | None:
    return form.cleaned_data.get("fee") if form.is_bound and hasattr(form, "cleaned_data") else None


def _require_open(found: BookingView) -> None:
    if found.status is not BookingStatus.BOOKED:
        raise repricing.BookingNotOpen(f"the booking is {found.status}", booking_status=found.status)


def _changed(request: Request, before: BookingView, answer: Answer) -> HttpResponse:
    now = converting.told_booking(answer)
    told = _("The price is %(price)s now.") % {"price": figures.with_currency(now.price, now.currency)}
    difference, card = now.price - before.price, card_told(now.card_id, carrier_id=request.actor.carrier_id)
    if card is not None and difference:
        sentence = (
            _("%(amount)s is deducted from %(card)s.") if difference > 0 else _("%(amount)s goes back to %(card)s.")
        )
        told += " " + sentence % {"amount": figures.with_currency(abs(difference), now.currency), "card": card.name}
    _receipt(request, told, now, card, told_correction(answer))
    return redirect("desk:booking", booking_id=now.id)


def _cancelled(request: Request, answer: Answer) -> HttpResponse:
    now = converting.told_booking(answer)
    card = card_told(now.card_id, carrier_id=request.actor.carrier_id)
    told = _("Booking %(number)s is cancelled; the fee is %(fee)s.") % {
        "number": now.number,
        "fee": figures.with_currency(now.fee or 0, now.currency),
    }
    if card is not None:
        refund = now.price - (now.fee or 0)
        sentence = _("%(amount)s goes back to %(card)s.")
        told += " " + sentence % {"amount": figures.with_currency(refund, now.currency), "card": card.name}
    _receipt(request, told, now, card, told_correction(answer))
    return redirect("desk:booking", booking_id=now.id)


def _receipt(request: Request, told: str, now: BookingView, card: CardTold | None, corrected: Corrected) -> None:
    """Tell what was done, with links to the movement and to the credit notes that it took."""
    said = [told]
    if corrected.drafts:
        said.append(_("The draft of its invoice is deleted."))
    links = [
        (reverse("desk:invoice", args=[one.id]), _("Credit note %(number)s") % {"number": one.number})
        for one in corrected.credit_notes
    ]
    step = next((one for one in queries.steps(now.id, actor=request.actor, after=now.version - 1, limit=1)), None)
    if card is not None and step is not None and (step.debit or step.credit):
        links.insert(0, (card.movement(step.entry_id), _("Show the movement")))
    messages.success(
        request, format_html("{} {}", " ".join(said), format_html_join(" · ", '<a href="{}">{}</a>', links))
    )
