"""All jet cards of a carrier, those that run low among them, and the same as a file."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from skypurser.documents.table import Column, Kind, Table
from skypurser.exports.lists import Asked, Exported
from skypurser.jetcards import queries
from skypurser.jetcards.queries import CardView
from skypurser.parties import customers
from skypurser.web.accounts.account import number_in
from skypurser.web.exporting import exported
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, Page
from skypurser.web.shell.navigation import CHARTER
from skypurser.web.workbooks import Amounts, told


class CardBar(FilterBar):
    """Which cards are listed; open ones unless closed ones are asked for too."""

    quick = (Quick(gettext_lazy("Running low"), (("balance", "low"),), "trending-down"),)

    q = forms.CharField(
        label=gettext_lazy("Name of the card"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=(("", pgettext_lazy("jet cards", "Open")), ("all", gettext_lazy("All"))),
        required=False,
    )
    balance = forms.ChoiceField(
        label=pgettext_lazy("of a jet card", "Balance"),
        choices=(("", gettext_lazy("Any")), ("low", gettext_lazy("Running low"))),
        required=False,
        widget=forms.HiddenInput,
    )

    @property
    def filters(self) -> dict[str, Any]:
        """The filters as the question takes them."""
        return {
            "text": self.value("q").strip(),
            "is_low": self.value("balance") == "low",
            "with_closed": self.value("status") == "all",
        }

    def clean_q(self) -> str:
        """Refuse what no card is called."""
        text = str(self.cleaned_data["q"])
        if not text.isprintable():
            raise forms.ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text


@page(CHARTER)
def listing(request: Request) -> HttpResponse:
    """Show the cards in the order in which they were added, each with its customer."""
    bar = CardBar(request.GET)
    after = number_in(request, "after") or 0
    found = queries.cards(actor=request.actor, **bar.filters, after=after, limit=LENGTH + 1 if bar.is_readable else 0)
    shown = found[:LENGTH]
    whose = customers.by_id({one.customer_id for one in shown}, carrier_id=request.actor.carrier_id)
    context = {
        "filters": bar,
        "rows": [(one, whose[one.customer_id]) for one in shown],
        "page": Page(
            shown,
            first=bar.with_() if after else "",
            following=bar.with_(after=str(shown[-1].id)) if len(found) > LENGTH else "",
        ),
    }
    return render(request, "jetcards/list.html", context)


@exported("cards", CHARTER)
def as_file(asked: Asked) -> Exported:
    """Return the list as it is filtered."""
    bar = CardBar(asked.query)
    amounts = Amounts({asked.currency})
    table = Table(
        title=_("Jet cards"),
        columns=(
            Column(title=_("Customer")),
            Column(title=_("Name")),
            Column(title=_("Card")),
            Column(title=_("Status")),
            Column(title=_("Currency")),
            amounts.column(_("Low mark")),
            amounts.column(pgettext("of a jet card", "Balance")),
            amounts.column(_("Held")),
            amounts.column(_("Available")),
            Column(title=_("Added"), kind=Kind.INSTANT),
        ),
        rows=_rows(asked, bar, amounts) if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    queries.cards(actor=asked.actor, limit=0)  # refused at once, not while the file is written
    return Exported(table=table, stem="jet-cards")


def _rows(asked: Asked, bar: CardBar, amounts: Amounts) -> Iterator[list[Any]]:
    after = 0
    while True:
        found: list[CardView] = queries.cards(actor=asked.actor, **bar.filters, after=after, limit=queries.LONGEST_PAGE)
        whose = customers.by_id({one.customer_id for one in found}, carrier_id=asked.actor.carrier_id)
        for one in found:
            customer, has = whose[one.customer_id], one.standing
            status = _("Closed") if one.is_closed else _("Running low") if one.is_low else pgettext("a card", "Open")
            yield [
                *(customer.code, customer.name, one.name, str(status), one.currency),
                amounts.cell(one.low_mark, one.currency) if one.low_mark else None,
                *(amounts.cell(minor, one.currency) for minor in (has.net, has.held, has.available)),
                one.added_at,
            ]
        if len(found) < queries.LONGEST_PAGE:
            return
        after = found[-1].id
