"""The forms of mass management."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.commissions.rules import Mode, Rule
from skypurser.electronic.mass import RATES, MassChange
from skypurser.electronic.queries import Choices
from skypurser.web import figures
from skypurser.web.accounts import words
from skypurser.web.forms import ActForm, PercentField, ReferenceField
from skypurser.web.refusals import reason
from skypurser.web.rules import MODES
from skypurser.web.wording import FIELDS

_LEAVE = ("", gettext_lazy("Leave as it is"))
_MODES = (_LEAVE, *((str(mode), label) for mode, label in MODES.items()))
_OF_CLIENTS = RATES[:2]


class ConfirmForm(ActForm):
    """An act on many accounts, shown with its count before it is done. `typed` is the count, typed back."""

    confirmation = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    typed = forms.CharField(required=False, max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reference = ReferenceField(help_text=gettext_lazy("Why; it stands in each account's history."))

    def is_confirmed(self, *, confirmation: str, count: int) -> bool:
        """Tell whether what is shown now is what was confirmed; if not, the form says why."""
        if self.cleaned_data["confirmation"] != confirmation:
            self.add_error(None, reason("preview_outdated"))
            self.put(typed="")
            return False
        digits = "".join(sign for sign in self.cleaned_data["typed"] if sign.isdecimal())
        if not digits.isascii() or digits != str(count):
            self.add_error("typed", _("Type %(expected)s.") % {"expected": figures.whole(count)})
            return False
        return True

    def ask_back(self, *, confirmation: str, count: int) -> None:
        """Have the count typed back, and remember what it was shown for."""
        if self.is_bound:
            self.put(confirmation=confirmation)
        else:
            self.initial["confirmation"] = confirmation
        # Of the field as it was bound when the form was checked; the form's own field is not asked again.
        self["typed"].label = _("Type the number of accounts, %(count)s") % {"count": figures.whole(count)}
        self.fields["typed"].required = True


def offer_places(form: forms.Form, choices: Choices) -> None:
    """Let a form's country, city and currency be chosen among those of accounts, or all."""
    offered = (("country", choices.countries), ("city", choices.cities), ("currency", choices.currencies))
    for name, values in offered:
        form.fields[name].choices = [("", _("All")), *((value, value) for value in values)]  # type: ignore[attr-defined]


class MassForm(ConfirmForm):
    """Which accounts, and which rates."""

    type = forms.ChoiceField(
        label=gettext_lazy("Accounts"), choices=tuple(words.TYPES.items()), widget=forms.RadioSelect, initial="agency"
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    city = forms.ChoiceField(label=gettext_lazy("City"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)

    def __init__(self, *arguments: Any, choices: Choices, **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer_places(self, choices)
        for name in RATES:
            told = {"rate": words.FIELDS[f"commission.{name}"]}
            self.fields[f"{name}_mode"] = forms.ChoiceField(
                label=_("%(rate)s, mode") % told, choices=_MODES, required=False
            )
            self.fields[f"{name}_percent"] = PercentField(label=_("%(rate)s, percentage") % told, required=False)
        rates = [f"{name}_{part}" for name in RATES for part in ("mode", "percent")]
        self.order_fields(["key", "confirmation", "type", "country", "city", "currency", *rates, "reference", "typed"])

    def clean(self) -> dict[str, Any]:
        """Ask for a percentage where there is one, for a rate, and for none that the type has not."""
        typed = self.cleaned_data
        for name in RATES:
            mode, percent = typed.get(f"{name}_mode"), f"{name}_percent"
            if mode in {Mode.FIXED, Mode.MAX} and percent in typed and typed[percent] is None:
                self.add_error(percent, _("Write the percentage, or choose FREE."))
            if mode and name not in _OF_CLIENTS and typed.get("type") == "corporate":
                self.add_error(f"{name}_mode", str(FIELDS["commissions"]))
        if not self.errors and not self._rates():
            self.add_error(None, _("Choose at least one rate to set."))
        return typed

    @property
    def change(self) -> MassChange:
        """What is to change, once the form is valid."""
        typed = self.cleaned_data
        where = {name: typed[name] for name in ("type", "country", "city", "currency")}
        return MassChange(**where, rates=self._rates())

    @property
    def rate_rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """The rates: what each is called, its mode and its percentage."""
        return [(words.FIELDS[f"commission.{name}"], self[f"{name}_mode"], self[f"{name}_percent"]) for name in RATES]

    def _rates(self) -> dict[str, Rule]:
        found = {}
        for name in RATES:
            mode = self.cleaned_data.get(f"{name}_mode")
            if mode:
                percent = 0 if mode == Mode.FREE else self.cleaned_data[f"{name}_percent"]
                found[name] = Rule(Mode(mode), percent)
        return found
