"""Fields that the forms of customers, persons and cards have more than once."""

from typing import Any

import pycountry
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from skypurser.web import figures
from skypurser.web.forms import ActForm, new_key
from skypurser.web.managing.fields import PlainField


class EmailField(PlainField):
    """An e-mail address; whether it is one, the packages of the business say."""

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"})
        super().__init__(**{"label": _("E-mail"), "max_length": 254, "required": False, "widget": widget, **named})


class PhoneField(PlainField):
    """A telephone number, as it is written."""

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
        super().__init__(**{"label": _("Telephone"), "max_length": 40, "required": False, "widget": widget, **named})


class CountryField(forms.ChoiceField):
    """A country by its name in the person's language."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"label": _("Country"), "choices": _countries, "required": False, **named})


class LinesField(forms.CharField):
    """Text of several lines."""

    def __init__(self, *, rows: int, **named: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
        super().__init__(**{"widget": widget, "required": False, **named})

    def clean(self, value: Any) -> str:
        """Refuse what can't be printed, and give line ends one form."""
        text = str(super().clean(value)).replace("\r\n", "\n")
        if not all(line.isprintable() for line in text.split("\n")):
            raise ValidationError(_("Only printable characters."), code="unprintable")
        return text


class ShownForm(ActForm):
    """A form about something that somebody else may change meanwhile: what it showed comes back with it, in `shown`."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def tell_conflict(self, now: dict[str, str], *, shown: str) -> None:
        """Tell what somebody else has made of it meanwhile; what was typed stays, and may be saved then.

        Args:
            now: What it is by now, in words, by field.
            shown: What the form shows from now on.
        """
        sentence = _("Somebody else has set this to %(now)s meanwhile. Save again to overwrite it.")
        for field, told in now.items():
            self.add_error(field if field in self.fields else None, str(sentence) % {"now": told or "–"})
        self.put(shown=shown, key=new_key())


def _countries() -> list[tuple[str, str]]:
    names = figures.locale().territories
    found = [(one.alpha_2, str(names.get(one.alpha_2, one.name))) for one in pycountry.countries]
    return [("", "–"), *sorted(found, key=lambda pair: pair[1])]
