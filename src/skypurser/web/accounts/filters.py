"""The filters of the list of accounts and of an account's movements."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.electronic.filtering import INDEXED_PERCENT, SUSPENDED, Filters
from skypurser.electronic.queries import Choices
from skypurser.ledger.queries import MovementFilters
from skypurser.ledger.states import Status
from skypurser.web.accounts import words
from skypurser.web.filters import FilterBar, Quick

TYPES = tuple(words.TYPES.items())

_STATUSES = {"": frozenset({Status.ACTIVE}), "suspended": SUSPENDED, "all": frozenset(Status)}
_LIMITS = {"": None, "above": True, "zero": False}


def title(kind: str | None) -> Promise:
    """Return what a list of accounts of a type is called; None is all types."""
    if kind is None:
        return _("All accounts")
    return _("Travel agency accounts") if kind == "agency" else _("Corporate accounts")


def shows_agencies(filters: Filters) -> bool:
    """Tell whether the list has the columns of travel agencies."""
    return filters.type != "corporate"


def shows_clients(filters: Filters) -> bool:
    """Tell whether the list has the columns of corporate clients; one of all types has both."""
    return filters.type != "agency"


class AccountFilters(FilterBar):
    """Which accounts are listed; by default the active travel agencies. Source: KIU, "List of Accounts"."""

    unsaid = frozenset({"type"})
    quick = (
        Quick(_("Near limit"), (("usage", "close"),), "trending-down"),
        Quick(_("Over limit"), (("usage", "over"),), "alert-triangle"),
        Quick(_("Low balance"), (("usage", "low"),), "wallet"),
        Quick(_("Suspended"), (("status", "suspended"),), "player-pause"),
    )

    type = forms.ChoiceField(label=_("Type"), choices=(*TYPES, ("all", _("All"))), required=False, initial="agency")
    country = forms.ChoiceField(label=_("Country"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
    limit = forms.ChoiceField(
        label=_("Credit limit"),
        choices=(("", _("Any (≥ 0)")), ("above", _("Above 0")), ("zero", _("Exactly 0"))),
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=(("", _("Active")), ("suspended", _("Suspended")), ("all", _("All"))),
        required=False,
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    q = forms.CharField(
        label=_("Code or name"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )
    usage = forms.ChoiceField(
        label=_("Balance"),
        choices=(
            ("", _("Any")),
            ("close", _("Near limit")),
            ("over", _("Over limit")),
            ("low", _("Low balance")),
        ),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, query: QueryDict, *, choices: Choices, **named: Any) -> None:
        self._choices = choices
        super().__init__(query, **named)

    def prepare(self) -> None:
        """Offer the places and currencies that there are."""
        offered = (("country", self._choices.countries), ("city", self._choices.cities))
        for name, values in (*offered, ("currency", self._choices.currencies)):
            self.fields[name].choices = [("", _("All")), *((value, value) for value in values)]  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        """The filters as the question takes them."""
        usage = self.value("usage")
        return Filters(
            type=None if self.value("type") == "all" else self.value("type"),
            country=self.value("country"),
            city=self.value("city"),
            currency=self.value("currency"),
            has_credit_limit=_LIMITS[self.value("limit")],
            statuses=_STATUSES[self.value("status")],
            text=self.value("q").strip(),
            near_limit=INDEXED_PERCENT if usage == "close" else 0,
            is_within_limit=usage == "close",
            is_over_limit=usage == "over",
            is_low=usage == "low",
        )


class MovementBar(FilterBar):
    """Which movements of an account are listed."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=(("", _("All")), *words.KINDS.items()))
    q = forms.CharField(
        label=_("Reference or document"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    @property
    def filters(self) -> MovementFilters:
        """The filters as the question takes them."""
        return MovementFilters(
            first_date=self.cleaned_data.get("since"),
            last_date=self.cleaned_data.get("until"),
            kind=self.value("kind"),
            text=self.value("q").strip(),
        )

    @property
    def period(self) -> str:
        """The dates alone, as a query; empty where there are none, or where one can't be read."""
        dates = {name: self.cleaned_data.get(name) for name in ("since", "until")}
        given = {name: day.isoformat() for name, day in dates.items() if day is not None}
        return f"?{urlencode(given)}" if given else ""
