"""Draft an invoice: for whom, what for, its lines as rows that one adds and removes; change it, delete it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter.itinerary import route
from skypurser.charter.lists import bookings_of
from skypurser.invoices import once, queries
from skypurser.invoices.drafting import LONGEST_NOTES, AlreadyIssued, Draft, fingerprint
from skypurser.invoices.lines import MOST_LINES, tax_totals
from skypurser.invoices.listing import advances
from skypurser.invoices.payments import LONGEST_DOCUMENT
from skypurser.invoices.queries import InvoiceView
from skypurser.money import currencies
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerView
from skypurser.web import documents
from skypurser.web.customers.fields import LinesField, ShownForm
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.forms import ActForm
from skypurser.web.invoices import words
from skypurser.web.invoices.fields import Rows
from skypurser.web.invoices.invoice import customer_of
from skypurser.web.invoices.listing import issuer_missing
from skypurser.web.managing.fields import PlainField
from skypurser.web.pages import Request, page

#: So many customers are offered at once.
_OFFERED = 20
_MOST_BOOKINGS = 50


class DraftForm(ShownForm):
    """What is written on an invoice besides its lines."""

    document = PlainField(
        label=gettext_lazy("For"),
        required=False,
        max_length=LONGEST_DOCUMENT,
        widget=forms.TextInput({"autocomplete": "off", "list": "documents"}),
        help_text=gettext_lazy(
            "Such as Booking 17, from the list, or a note of your own. What was paid for it is linked when the"
            " invoice is issued."
        ),
    )
    due_date = forms.DateField(
        label=gettext_lazy("Due date"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("Empty for the usual number of days after the issue."),
    )
    supply_date = forms.DateField(
        label=gettext_lazy("Date of supply"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("When what it is for is done: of flights, the day of the last one."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=tuple(LANGUAGES.items()))
    notes = LinesField(
        rows=3,
        label=gettext_lazy("Notes"),
        max_length=LONGEST_NOTES,
        help_text=gettext_lazy("Printed beneath the totals."),
    )

    def clean_document(self) -> str:
        """Return the document that is meant."""
        return documents.read(str(self.cleaned_data["document"]))

    def draft(self, rows: Rows) -> Draft:
        """Return what is written, once form and rows are valid."""
        typed = self.cleaned_data
        return Draft(
            lines=rows.data,
            document=typed["document"] or None,
            due_date=typed["due_date"],
            supply_date=typed["supply_date"],
            language=typed["language"],
            notes=typed["notes"],
        )


@page(Permission.INVOICES)
def choose(request: Request) -> HttpResponse:
    """Ask for whom the invoice is; what it is for goes along."""
    require_jet_cards(request.actor.carrier_id)
    text = request.GET.get("q", "").strip()
    found = []
    if text.isprintable() and len(text) <= 200:
        found = customers.customers(actor=request.actor, text=text, limit=_OFFERED + 1)
    context = {
        "text": text,
        "found": found[:_OFFERED],
        "has_more": len(found) > _OFFERED,
        "document": request.GET.get("document", "")[:LONGEST_DOCUMENT],
    }
    return render(request, "invoices/choose.html", context)


@page(Permission.INVOICES, methods=("GET", "POST"))
def new(request: Request, customer_id: int) -> HttpResponse:
    """Draft an invoice for a customer."""
    customer = customers.get(customer_id, actor=request.actor)
    initial = {
        "document": documents.named(request.GET.get("document", "")[:LONGEST_DOCUMENT]),
        "language": customer.language,
        "shown": "new",
    }
    form, rows = DraftForm(_posted(request), initial=initial), _rows(request, customer, None)
    if _is_saved(request, form, rows):
        answer = form.accept(
            lambda: once.draft_invoice(
                customer_id=customer_id,
                draft=form.draft(rows),
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=customer.currency,
        )
        if answer is not None:
            messages.success(request, _("The draft is saved."))
            return redirect("desk:invoice", invoice_id=once.told_invoice(answer).id)
    back = reverse("desk:customer-invoices", args=[customer_id])
    return _show(request, form, rows, customer, heading=_("New invoice"), back=back)


@page(Permission.INVOICES, methods=("GET", "POST"))
def edit(request: Request, invoice_id: int) -> HttpResponse:
    """Write a draft anew."""
    found = draft_of(request, invoice_id)
    customer = customer_of(request, found)
    shown = fingerprint(found)
    initial = {name: getattr(found, name) for name in ("due_date", "supply_date", "language", "notes")}
    initial["document"] = documents.named(found.document)
    form = DraftForm(_posted(request), initial={**initial, "shown": shown})
    rows = _rows(request, customer, found)
    if _is_saved(request, form, rows):
        if form.cleaned_data["shown"] != shown:
            form.add_error(None, _("Somebody else has changed this meanwhile. Save again to overwrite it."))
            form.put(shown=shown)
        elif (
            form.accept(
                lambda: once.change_draft(
                    invoice_id=invoice_id,
                    draft=form.draft(rows),
                    expected=shown,
                    key=form.cleaned_data["key"],
                    actor=request.actor,
                    now=request.now,
                ),
                currency=customer.currency,
            )
            is not None
        ):
            messages.success(request, _("The draft is saved."))
            return redirect("desk:invoice", invoice_id=invoice_id)
    back = reverse("desk:invoice", args=[invoice_id])
    return _show(request, form, rows, customer, heading=words.title(found), back=back)


@page(Permission.INVOICES, methods=("GET", "POST"))
def delete(request: Request, invoice_id: int) -> HttpResponse:
    """Say what goes, then delete the draft."""
    found = draft_of(request, invoice_id)
    form = ActForm(request.POST or None)
    if form.is_valid():
        answer = form.accept(
            lambda: once.delete_draft(
                invoice_id=invoice_id, key=form.cleaned_data["key"], actor=request.actor, now=request.now
            )
        )
        if answer is not None:
            messages.success(request, _("The draft is deleted."))
            return redirect("desk:customer-invoices", customer_id=found.customer_id)
    context = {
        "form": form,
        "invoice": found,
        "customer": customer_of(request, found),
        "heading": _("Delete the draft"),
        "button": _("Delete"),
        "is_final": True,
        "back": reverse("desk:invoice", args=[invoice_id]),
    }
    return render(request, "invoices/delete.html", context)


@page(Permission.INVOICES)
def totals(request: Request) -> HttpResponse:
    """Say what the rows of a form add up to as they are typed; those that can't be read yet are left out."""
    asked = request.GET.get("currency", "")
    currency = asked if asked in currencies() else request.membership.currency
    rows = Rows.typed(_with_texts(request), currency=currency)
    return render(request, "invoices/totals.html", _totals(rows, currency))


def draft_of(request: Request, invoice_id: int) -> InvoiceView:
    """Return a draft.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied: As `queries.invoice`.
        AlreadyIssued: It is no draft any more.
    """
    found = queries.invoice(invoice_id, actor=request.actor)
    if found.is_issued:
        raise AlreadyIssued
    return found


def _posted(request: Request) -> Any:
    return request.POST or None


def _step(request: HttpRequest) -> str:
    return str(request.POST.get("step", "save"))


def _rows(request: Request, customer: CustomerView, found: InvoiceView | None) -> Rows:
    """Return the rows as they were sent, one more or less of them where that was asked for."""
    if request.method == "POST":
        step = _step(request)
        number = step.removeprefix("remove-")
        without = int(number) if step.startswith("remove-") and number.isdecimal() and len(number) < 4 else None
        rows = Rows.typed(request.POST, currency=customer.currency, without=without)
        if step == "add":
            rows.add()
    else:
        rows = Rows.of(() if found is None else found.lines, currency=customer.currency)
    if not rows.forms:
        rows.add()
    return rows


def _is_saved(request: Request, form: DraftForm, rows: Rows) -> bool:
    """Tell whether the form is sent to be saved, and can be."""
    if request.method != "POST" or _step(request) != "save":
        return False
    are_lines = rows.is_valid()
    if not are_lines:
        form.is_valid()
        form.add_error(None, _("A line is not complete; what it lacks is said there."))
    return form.is_valid() and are_lines


def _show(
    request: Request, form: DraftForm, rows: Rows, customer: CustomerView, *, heading: str, back: str
) -> HttpResponse:
    counted = _totals(rows, customer.currency)
    if request.method == "POST" and _step(request) != "save":
        # A row more or less is no attempt: nothing is told of what was typed so far.
        typed = {name: form[name].value() for name in form.fields}
        form, rows = DraftForm(initial=typed), rows.untold()
    context = {
        "form": form,
        "rows": rows,
        "may_add": len(rows.forms) < MOST_LINES,
        "customer": customer,
        "heading": heading,
        "back": back,
        "documents": _offered(request, customer),
        "is_missing": issuer_missing(request),
        **counted,
    }
    return render(request, "invoices/draft.html", context)


def _offered(request: Request, customer: CustomerView) -> list[tuple[str, str]]:
    """Return what an invoice may be for: the customer's newest bookings, and what else was paid for, with its words."""
    booked = bookings_of(customer.id, actor=request.actor, limit=_MOST_BOOKINGS)
    told: dict[str, str] = {
        documents.named(one.document): _("Booking %(number)s, %(route)s")
        % {"number": one.number, "route": route(one.content.legs)}
        for one in booked
    }
    paid = advances(customer.id, currency=customer.currency, carrier_id=request.actor.carrier_id)
    for one in paid:
        if one.document:
            told.setdefault(documents.named(one.document), "")
    return list(told.items())


def _totals(rows: Rows, currency: str) -> dict[str, Any]:
    counted = rows.counted()
    return {
        "currency": currency,
        "net": sum(one.net for one in counted),
        "taxes": [(words.tax(one.tax_category, one.tax_bps), one.tax) for one in tax_totals(counted)],
        "total": sum(one.gross for one in counted),
    }


def _with_texts(request: Request) -> Any:
    """Return the rows of the address; their texts stay in the browser, so each row is named by its quantity."""
    data = request.GET.copy()
    for name in list(data):
        if name.endswith("-quantity"):
            data[name.replace("-quantity", "-text")] = "–"
    return data
