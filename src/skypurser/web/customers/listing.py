"""The list of charter customers, and the same as a file. Source: FL3XX, "Account Page"."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from skypurser.access.carriers import require_jet_cards
from skypurser.documents.table import Column, Kind, Table
from skypurser.exports.lists import Asked, Exported
from skypurser.jetcards import queries
from skypurser.jetcards.queries import Totals
from skypurser.parties import clientele, customers
from skypurser.parties.clientele import CHANGING, CustomerView, Position
from skypurser.web.customers import words
from skypurser.web.exporting import exported
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import CHARTER, address
from skypurser.web.workbooks import Amounts, told

_NOTHING = Totals()


class CustomerBar(FilterBar):
    """Which customers are listed."""

    quick = (
        Quick(gettext_lazy("Companies"), (("kind", "company"),), "building"),
        Quick(gettext_lazy("Private persons"), (("kind", "person"),), "user"),
    )

    q = forms.CharField(
        label=gettext_lazy("Code, name, e-mail or tax number"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=(("", gettext_lazy("All")), *words.KINDS.items()), required=False
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)

    def __init__(self, query: QueryDict, *, countries: list[str], **named: Any) -> None:
        self._countries = countries
        super().__init__(query, **named)

    def prepare(self) -> None:
        """Offer the countries in which somebody is billed."""
        found = sorted(((code, words.country(code)) for code in self._countries), key=lambda pair: pair[1])
        self.fields["country"].choices = [("", _("All")), *found]  # type: ignore[attr-defined]

    @property
    def filters(self) -> dict[str, Any]:
        """The filters as the question takes them."""
        kind = self.value("kind")
        return {
            "text": self.value("q").strip(),
            "kind": clientele.Kind(kind) if kind else None,
            "country": self.value("country"),
        }

    def clean_q(self) -> str:
        """Refuse what nobody is called."""
        text = str(self.cleaned_data["q"])
        if not text.isprintable():
            raise forms.ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text


@page(CHARTER)
def listing(request: Request) -> HttpResponse:
    """Show the list, sorted by name, with what each has on its cards."""
    require_jet_cards(request.actor.carrier_id)
    bar = CustomerBar(request.GET, countries=customers.countries(actor=request.actor))
    before = position_in(request, "before")
    found: list[CustomerView] = []
    if bar.is_readable:
        found = customers.customers(
            actor=request.actor,
            **bar.filters,
            after=None if before is not None else position_in(request, "after"),
            before=before,
            limit=LENGTH + 1,
        )
    shown = paged(found, query=request.GET, position=as_text, backwards=before is not None)
    totals = queries.totals_of([one.id for one in shown.rows], carrier_id=request.actor.carrier_id)
    context = {
        "filters": bar,
        "page": shown,
        "rows": [
            (one, words.KINDS[one.kind], words.country(one.billing.country), totals.get(one.id, _NOTHING))
            for one in shown.rows
        ],
        "new_customer": address("customer-new") if request.actor.permissions.intersection(CHANGING) else "",
    }
    return render(request, "customers/list.html", context)


@exported("customers", CHARTER)
def as_file(asked: Asked) -> Exported:
    """Return the list as it is filtered."""
    require_jet_cards(asked.actor.carrier_id)
    bar = CustomerBar(asked.query, countries=customers.countries(actor=asked.actor))
    amounts = Amounts({asked.currency})
    table = Table(
        title=_("Customers"),
        columns=(
            Column(title=_("Code")),
            Column(title=_("Name")),
            Column(title=_("Kind")),
            Column(title=_("Legal name")),
            Column(title=_("E-mail")),
            Column(title=_("Telephone")),
            Column(title=_("City")),
            Column(title=_("Country")),
            Column(title=_("Tax number")),
            Column(title=_("Cards"), kind=Kind.NUMBER),
            Column(title=_("Currency")),
            amounts.column(pgettext("of a jet card", "Balance")),
            amounts.column(_("Held")),
            amounts.column(_("Available")),
        ),
        rows=_rows(bar, amounts, asked) if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return Exported(table=table, stem="customers")


def as_text(view: CustomerView) -> str:
    """Return a customer's place in the list, for an address."""
    return f"{view.position.id}~{view.position.sort_name}"


def position_in(request: Request, parameter: str) -> Position | None:
    """Return the place that the address names; None for none, and for what is no place."""
    number, _tilde, name = request.GET.get(parameter, "").partition("~")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18 or not name.isprintable() or len(name) > 400:
        return None
    return Position(name, int(number))


def _rows(bar: CustomerBar, amounts: Amounts, asked: Asked) -> Iterator[list[Any]]:
    after = None
    while True:
        found = customers.customers(actor=asked.actor, **bar.filters, after=after, limit=customers.LONGEST_PAGE)
        totals = queries.totals_of([one.id for one in found], carrier_id=asked.actor.carrier_id)
        for one in found:
            has = totals.get(one.id, _NOTHING)
            yield [
                *(one.code, one.name, str(words.KINDS[one.kind]), one.billing.legal_name, one.email, one.phone),
                *(one.billing.city, one.billing.country, one.billing.tax_number, has.cards, one.currency),
                *(amounts.cell(minor, one.currency) for minor in (has.net, has.held, has.available)),
            ]
        if len(found) < customers.LONGEST_PAGE:
            return
        after = found[-1].position
