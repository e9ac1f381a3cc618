"""The list of invoices and credit notes, and the same as a file."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.access.permissions import Permission
from skypurser.documents.table import Column, Table
from skypurser.documents.table import Kind as Column_
from skypurser.exports.lists import Asked, Exported
from skypurser.invoices import issuers
from skypurser.invoices.issuers import IssuerMissing
from skypurser.invoices.listing import Filters, Listed, State, listed
from skypurser.invoices.payments import LONGEST_PAGE
from skypurser.invoices.queries import Kind
from skypurser.parties import customers
from skypurser.web import documents, figures
from skypurser.web.accounts.account import number_in
from skypurser.web.exporting import exported
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.invoices import words
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import INVOICES
from skypurser.web.workbooks import Amounts, told

_UNPAID = "unpaid"


class InvoiceBar(FilterBar):
    """Which invoices are listed."""

    quick = (
        Quick(pgettext_lazy("invoices", "Drafts"), (("status", State.DRAFT),), "pencil"),
        Quick(pgettext_lazy("invoices", "Unpaid"), (("status", _UNPAID),), "clock"),
        Quick(pgettext_lazy("invoices", "Overdue"), (("status", State.OVERDUE),), "alert-triangle"),
    )

    q = forms.CharField(
        label=gettext_lazy("Number, or the customer's code or name"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=(
            ("", gettext_lazy("All")),
            (_UNPAID, gettext_lazy("Unpaid: open or overdue")),
            *((state.value, label) for state, (label, _tone, _icon) in words.STATES.items()),
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=(("", gettext_lazy("All")), *words.KINDS.items())
    )
    since = forms.DateField(
        label=gettext_lazy("Issued from"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Issued to"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    @property
    def filters(self) -> Filters:
        """The filters as the question takes them."""
        status, kind = self.value("status"), self.value("kind")
        states = {State.OPEN, State.OVERDUE} if status == _UNPAID else {State(status)} if status else set()
        return Filters(
            text=self.value("q").strip(),
            states=frozenset(states),
            kind=Kind(kind) if kind else None,
            first_date=self.cleaned_data.get("since"),
            last_date=self.cleaned_data.get("until"),
        )

    def clean_q(self) -> str:
        """Refuse what nothing is called."""
        text = str(self.cleaned_data["q"])
        if not text.isprintable():
            raise forms.ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text


@page(INVOICES)
def listing(request: Request) -> HttpResponse:
    """Show the list, newest first."""
    bar = InvoiceBar(request.GET)
    before = number_in(request, "before")
    today = figures.today(request.now, request.membership.time_zone)
    found = listed(
        bar.filters if bar.is_readable else Filters(),
        actor=request.actor,
        today=today,
        after=None if before is not None else number_in(request, "after"),
        before=before,
        limit=LENGTH + 1 if bar.is_readable else 0,
    )
    shown = paged(found, query=request.GET, position=lambda row: str(row.id), backwards=before is not None)
    whose = customers.by_id({one.customer_id for one in shown.rows}, carrier_id=request.actor.carrier_id)
    may_draft = Permission.INVOICES in request.actor.permissions
    context = {
        "filters": bar,
        "page": shown,
        "rows": [row_of(one, whose[one.customer_id].name) for one in shown.rows],
        "new_invoice": reverse("desk:invoice-new") if may_draft else "",
        "is_missing": issuer_missing(request),
    }
    return render(request, "invoices/list.html", context)


@exported("invoices", INVOICES)
def as_file(asked: Asked) -> Exported:
    """Return the list as it is filtered."""
    bar = InvoiceBar(asked.query)
    listed(Filters(), actor=asked.actor, today=asked.now.date(), limit=0)  # refused at once, not while it is written
    amounts = Amounts({asked.currency})
    table = Table(
        title=_("Invoices"),
        columns=(
            Column(title=_("Number")),
            Column(title=_("Kind")),
            Column(title=_("Status")),
            Column(title=_("Customer")),
            Column(title=_("Name")),
            Column(title=_("For")),
            Column(title=_("Date"), kind=Column_.DATE),
            Column(title=_("Due"), kind=Column_.DATE),
            Column(title=_("Currency")),
            amounts.column(_("Total")),
            amounts.column(_("Open amount")),
        ),
        rows=_rows(asked, bar, amounts) if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return Exported(table=table, stem="invoices")


def issuer_missing(request: Request) -> bool:
    """Tell whether the carrier has yet to say what it is called on invoices."""
    try:
        issuers.issuer_of(request.actor.carrier_id)
    except IssuerMissing:
        return True
    return False


def row_of(one: Listed, name: str) -> dict[str, Any]:
    """Return a row of the list."""
    return {
        "one": one,
        "name": name,
        "kind": words.KINDS[one.kind],
        "state": words.STATES[one.state],
        "document": documents.named(one.document),
        "is_note": one.kind is Kind.CREDIT_NOTE,
        "is_overdue": one.state is State.OVERDUE,
    }


def _rows(asked: Asked, bar: InvoiceBar, amounts: Amounts) -> Iterator[list[Any]]:
    after = None
    today = figures.today(asked.now, asked.time_zone)
    while True:
        found = listed(bar.filters, actor=asked.actor, today=today, after=after, limit=LONGEST_PAGE)
        whose = customers.by_id({one.customer_id for one in found}, carrier_id=asked.actor.carrier_id)
        for one in found:
            customer = whose[one.customer_id]
            # What takes back counts against what was invoiced.
            total = -one.total if one.kind is Kind.CREDIT_NOTE else one.total
            yield [
                *(one.number or f"#{one.id}", str(words.KINDS[one.kind]), str(words.STATES[one.state][0])),
                *(customer.code, customer.name, documents.named(one.document), one.issue_date, one.due_date),
                one.currency,
                *(amounts.cell(minor, one.currency) for minor in (total, one.open_amount)),
            ]
        if len(found) < LONGEST_PAGE:
            return
        after = found[-1].id
