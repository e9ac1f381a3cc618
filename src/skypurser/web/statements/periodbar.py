"""From when to when the statement of a period goes, as its address says it."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.electronic.queries import AccountView
from skypurser.statements.periods import latest_end
from skypurser.web import figures
from skypurser.web.filters import FilterBar


class PeriodBar(FilterBar):
    """From when to when; this month unless it is asked for otherwise."""

    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, query: QueryDict, *, today: date, latest: date, **named: Any) -> None:
        self._latest = latest
        if not query.get("until"):
            query = query.copy()  # what is shown stands in the fields
            query["until"] = latest.isoformat()
            if not query.get("since"):
                query["since"] = today.replace(day=1).isoformat()
        super().__init__(query, **named)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a period that is not over, or ends before it begins."""
        found = super().clean()
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        if until and until > self._latest:
            flaw = _("A period ends on %(date)s at the latest.") % {"date": figures.day(self._latest)}
            self.add_error("until", flaw)
        elif since and since > (until or self._latest):
            self.add_error("since", _("The period ends before it begins."))
        return found

    @property
    def dates(self) -> tuple[date | None, date]:
        """First and last date; the first is None from the beginning on."""
        return self.cleaned_data.get("since"), self.cleaned_data.get("until") or self._latest


def bar_of(query: QueryDict, *, view: AccountView, now: datetime) -> PeriodBar:
    """Return what an address says of an account's period."""
    return PeriodBar(query, today=figures.today(now, view.time_zone), latest=latest_end(view, now=now))
