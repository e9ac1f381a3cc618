"""A credit note: what to take back of which line, shown with what it does before it is issued."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.acting import reading_for
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.invoices import crediting, once, queries
from skypurser.invoices.crediting import CreditLine
from skypurser.invoices.drafting import LONGEST_NOTES
from skypurser.invoices.lines import Line
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.web import figures
from skypurser.web.customers.fields import LinesField
from skypurser.web.forms import ActForm, AmountField
from skypurser.web.invoices import words
from skypurser.web.invoices.invoice import customer_of
from skypurser.web.managing.fields import Segments
from skypurser.web.pages import Request, page
from skypurser.web.refusals import reason
from skypurser.web.tickets.steps import reading, step

#: Net and tax of a line that no credit note has taken back, by its position.
type Left = dict[int, tuple[int, int]]


class CreditForm(ActForm):
    """How much: all that is left, or an amount before tax of some lines; and why."""

    how = forms.ChoiceField(
        label=gettext_lazy("What is taken back"),
        choices=(("whole", gettext_lazy("All that is left")), ("parts", gettext_lazy("Parts of lines"))),
        initial="whole",
        widget=Segments,
    )
    reason = LinesField(
        rows=2,
        label=gettext_lazy("Reason"),
        required=True,
        max_length=LONGEST_NOTES,
        help_text=gettext_lazy("Mandatory; it is printed on the credit note."),
    )

    def __init__(self, *arguments: Any, invoice: InvoiceView, left: Left, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._invoice, self._left = invoice, left
        for line in invoice.lines:
            if left[line.position][0]:
                label = _("Of line %(number)s, before tax") % {"number": line.position}
                field = AmountField(label=label, currency=invoice.currency, required=False)
                field.widget.attrs["aria-label"] = label
                self.fields[_name(line)] = field

    @property
    def lines(self) -> list[CreditLine] | None:
        """What to take back, once the form is valid; None for all that is left."""
        if self.cleaned_data["how"] == "whole":
            return None
        asked = ((line.position, self.cleaned_data.get(_name(line))) for line in self._invoice.lines)
        return [CreditLine(position=position, net=net) for position, net in asked if net]

    def clean(self) -> dict[str, Any]:
        """Ask for an amount, and refuse what is beyond a line."""
        typed = super().clean() or self.cleaned_data
        if typed.get("how") != "parts":
            return typed
        for line in self._invoice.lines:
            left, net = self._left[line.position][0], typed.get(_name(line))
            if net and net > left:
                facts = {"position": line.position, "left_minor": left, "currency": self._invoice.currency}
                self.add_error(_name(line), ValidationError(reason("exceeds_invoice", facts), code="exceeds_invoice"))
        if not self.errors and not any(typed.get(_name(line)) for line in self._invoice.lines):
            self.add_error(None, _("Say of which line how much is taken back."))
        return typed

    def refuse(self, refusal: Refusal, *, currency: str = "", **fields: str) -> None:
        """Tell a refusal, beside the line that it is about."""
        name = f"line_{refusal.facts.get('position')}"
        if refusal.code == "exceeds_invoice" and name in self.fields:
            told = reason(refusal.code, refusal.facts, currency=currency)
            self.add_error(name, ValidationError(told, code=refusal.code))
            self.renew_key()
        else:
            super().refuse(refusal, currency=currency, **fields)


@page(Permission.INVOICES, methods=("GET", "POST"))
def credit(request: Request, invoice_id: int) -> HttpResponse:
    """Ask what to take back, say what that does, then issue the credit note."""
    with reading(request):
        found = queries.invoice(invoice_id, actor=request.actor)
        if not found.is_issued or found.kind is not Kind.INVOICE:
            raise NotIssued
        customer = customer_of(request, found)
        with reading_for(request.actor.carrier_id):
            left = crediting.left_of(found, carrier_id=request.actor.carrier_id)
    form = CreditForm(request.POST or None, invoice=found, left=left)
    is_shown = form.is_valid() and step(request) != "change"
    if is_shown and step(request) == "confirm":
        answer = form.accept(
            lambda: once.credit_invoice(
                invoice_id=invoice_id,
                reason=form.cleaned_data["reason"],
                lines=form.lines,
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=found.currency,
        )
        if answer is not None:
            note = once.told_invoice(answer)
            told = _("%(note)s is issued over %(total)s.") % {
                "note": words.title(note),
                "total": figures.with_currency(note.total, note.currency),
            }
            messages.success(request, told)
            return redirect("desk:invoice", invoice_id=note.id)
        is_shown = False
    context = {
        "form": form,
        "invoice": found,
        "customer": customer,
        "heading": _("Credit note for %(invoice)s") % {"invoice": found.number},
        "rows": [
            (line, left[line.position][0], form[_name(line)] if _name(line) in form.fields else None)
            for line in found.lines
        ],
        "preview": _preview(found, left, form.lines) if is_shown else None,
        "back": reverse("desk:invoice", args=[invoice_id]),
    }
    return render(request, "invoices/credit.html", context)


def _preview(found: InvoiceView, left: Left, asked: list[CreditLine] | None) -> dict[str, Any]:
    """Return what the credit note says and does: tax is cumulative, as it is when it is issued."""
    by_position = {line.position: line for line in found.lines}
    wanted = (
        {position: amounts[0] for position, amounts in left.items() if sum(amounts)}
        if asked is None
        else {one.position: one.net or 0 for one in asked}
    )
    rows = []
    for position, net in wanted.items():
        line = by_position[position]
        tax = crediting.tax_of_part(line, left=left[position], net=net)
        rows.append((line, net, tax))
    total = sum(net + tax for _line, net, tax in rows)
    return {
        "rows": rows,
        "total": total,
        "released": max(0, total - found.open_amount),
        "open": max(0, found.open_amount - total),
    }


def _name(line: Line) -> str:
    return f"line_{line.position}"
