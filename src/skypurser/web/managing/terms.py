"""What may be edited of an account: the rows of the page of management, and the form behind their pencils."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.commissions.rules import Mode, Rates, Rule
from skypurser.electronic.once import Changes
from skypurser.electronic.queries import AccountView
from skypurser.errors import Refusal
from skypurser.web.accounts import words
from skypurser.web.forms import ActForm, AmountField, CodeField, PercentField, ReferenceField, new_key
from skypurser.web.managing.fields import ON_OFF, PlainField, Segments
from skypurser.web.rules import MODES
from skypurser.web.wording import REFUSALS

#: The four rates, by their names in `Rates`; a corporate client has the first two.
RATES: dict[str, Promise] = {
    "domestic": gettext_lazy("Domestic commission"),
    "international": gettext_lazy("International commission"),
    "domestic_card": gettext_lazy("Domestic CC commission"),
    "international_card": gettext_lazy("International CC commission"),
}

_PLAIN = ("name", "issue_id", "agency_involved", "credit_limit")
_MODES = [(str(mode), label) for mode, label in MODES.items()]


class Shown(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the form showed, which comes back with it. Rates as `str(Rule)` writes them."""

    name: str
    issue_id: str
    agency_involved: str
    credit_limit: int
    credit_card: bool
    rates: dict[str, str]


@dataclass(frozen=True, slots=True)
class Edited:
    """What was typed: what is to change, and what the form had shown."""

    changes: Changes
    expected: Changes


def editable(view: AccountView) -> tuple[str, ...]:
    """Return the names of the rows that may be edited, in the order of the page."""
    if view.type == "agency":
        return ("name", "issue_id", "credit_card", "credit_limit", *RATES)
    return ("name", "agency_involved", "credit_limit", "domestic", "international")


class TermsForm(ActForm):
    """The rows that are being edited, and why.

    Args:
        view: The account as it is now.
        names: Rows of `editable`.
    """

    shown = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    cuts_to = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    name = PlainField(max_length=200)
    issue_id = PlainField(label=gettext_lazy("Issue ID"), max_length=20, required=False)
    agency_involved = CodeField(label=gettext_lazy("Agency involved"), required=False)
    credit_card = forms.ChoiceField(label=gettext_lazy("Credit card"), choices=ON_OFF, widget=Segments)
    credit_limit = AmountField(label=gettext_lazy("Credit limit"))
    reference = ReferenceField()

    def __init__(self, *arguments: Any, view: AccountView, names: Collection[str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.view, self.names = view, tuple(names)
        for name in (*_PLAIN, "credit_card"):
            if name not in names:
                del self.fields[name]
        if "name" in names:
            is_agency = view.type == "agency"
            self.fields["name"].label = gettext_lazy("Agency name") if is_agency else gettext_lazy("Client name")
        if "credit_limit" in names:
            self.fields["credit_limit"].set_currency(view.currency)  # type: ignore[attr-defined]
        for name in RATES:
            if name in names:
                self._add_rate(name)
        self.order_fields(["shown", *_PLAIN[:3], "credit_card", "credit_limit", *self._rate_fields(), "reference"])
        if len(self.names) == 1 and not self.is_bound:
            first = next(field for name, field in self.fields.items() if name.startswith(self.names[0]))
            first.widget.attrs["autofocus"] = True
        self.initial.update(_initial(view), shown=_encoded(view))

    @property
    def edited(self) -> Edited:
        """What was typed, once the form is valid; what is as it was shown is not to change."""
        shown, typed = _decoded(self.cleaned_data["shown"]), self.cleaned_data
        before = Changes(
            name=shown.name,
            issue_id=shown.issue_id,
            agency_involved=shown.agency_involved,
            credit_limit=shown.credit_limit,
            credit_card=shown.credit_card,
            rates=_rates(shown.rates),
        )
        wanted: dict[str, Any] = {
            name: typed[name] for name in _PLAIN if name in typed and typed[name] != getattr(before, name)
        }
        if "credit_card" in typed and (typed["credit_card"] == "on") != shown.credit_card:
            wanted["credit_card"] = typed["credit_card"] == "on"
        rules = {name: self._rule(name) for name in RATES if name in self.names}
        new = {name: rule for name, rule in rules.items() if str(rule) != shown.rates.get(name)}
        if new:
            now = self.view.rates
            wanted["rates"] = Rates(**{name: new.get(name, getattr(now, name)) for name in RATES})
        return Edited(Changes(**wanted), before)

    def clean_shown(self) -> str:
        """Refuse what the page has not made."""
        text = str(self.cleaned_data["shown"])
        try:
            if self.view.type == "agency" or not {"domestic_card", "international_card"} & set(_decoded(text).rates):
                _rates(_decoded(text).rates)
                return text
        except (msgspec.MsgspecError, Refusal, TypeError):
            pass
        raise ValidationError(str(REFUSALS["idempotency_key_required"]), code="invalid")

    def clean(self) -> dict[str, Any]:
        """Ask for a percentage where there is one, and for a change."""
        for name in RATES:
            mode = self.cleaned_data.get(f"{name}_mode")
            has_percent = f"{name}_percent" in self.cleaned_data
            if mode in {Mode.FIXED, Mode.MAX} and has_percent and self.cleaned_data[f"{name}_percent"] is None:
                self.add_error(f"{name}_percent", _("Write the percentage, or choose FREE."))
        if not self.errors and self.edited.changes == Changes():
            self.add_error(None, _("Nothing is changed yet."))
        return self.cleaned_data

    def tell_conflict(self, refusal: Refusal) -> None:
        """Tell what somebody else has made of the account meanwhile; what was typed stays, and may be saved then."""
        for fact, now in refusal.facts.items():
            field = fact.removesuffix("_minor").removeprefix("commission.")
            told = words.value(fact.removesuffix("_minor"), now, self.view.currency) or "–"
            sentence = _("Somebody else has set this to %(now)s meanwhile. Save again to overwrite it.")
            at = f"{field}_mode" if field in RATES else field
            self.add_error(at if at in self.fields else None, sentence % {"now": told})
        self.put(shown=_encoded(self.view), key=new_key())

    def _add_rate(self, name: str) -> None:
        told = {"rate": RATES[name]}
        self.fields[f"{name}_mode"] = forms.ChoiceField(
            label=_("%(rate)s, mode") % told, choices=_MODES, widget=forms.Select(attrs={"class": "form-select"})
        )
        percent = PercentField(label=_("%(rate)s, percentage") % told, required=False)
        percent.widget.attrs["class"] = "form-control"
        self.fields[f"{name}_percent"] = percent

    def _rate_fields(self) -> list[str]:
        return [f"{name}_{part}" for name in RATES for part in ("mode", "percent")]

    def _rule(self, name: str) -> Rule:
        mode = Mode(self.cleaned_data[f"{name}_mode"])
        return Rule(mode, 0 if mode is Mode.FREE else self.cleaned_data[f"{name}_percent"])


def _initial(view: AccountView) -> dict[str, Any]:
    initial: dict[str, Any] = {name: getattr(view, name) for name in _PLAIN if name != "credit_limit"}
    initial["credit_limit"] = view.standing.credit_limit
    initial["credit_card"] = "on" if view.credit_card else "off"
    for name in RATES:
        rule: Rule | None = getattr(view.rates, name)
        if rule is not None:
            initial[f"{name}_mode"] = rule.mode.value
            initial[f"{name}_percent"] = None if rule.mode is Mode.FREE else rule.percent_bps
    return initial


def _encoded(view: AccountView) -> str:
    rules = {name: getattr(view.rates, name) for name in RATES}
    shown = Shown(
        name=view.name,
        issue_id=view.issue_id,
        agency_involved=view.agency_involved,
        credit_limit=view.standing.credit_limit,
        credit_card=view.credit_card,
        rates={name: str(rule) for name, rule in rules.items() if rule is not None},
    )
    return msgspec.json.encode(shown).decode()


def _decoded(text: str) -> Shown:
    return msgspec.json.decode(text, type=Shown)


def _rates(texts: dict[str, str]) -> Rates:
    """Return the rates; InvalidRequest or TypeError where they are none."""
    return Rates(**{name: Rule.parse(text) for name, text in texts.items()})
