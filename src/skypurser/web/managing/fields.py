"""Fields that these pages have more than once."""

from typing import Any

from babel.numbers import get_currency_name
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from skypurser import money
from skypurser.web import figures
from skypurser.web.forms import CodeField
from skypurser.web.wording import FIELDS

ON_OFF = (("on", _("ON")), ("off", _("OFF")))


class Segments(forms.RadioSelect):
    """A choice of a few, side by side."""

    template_name = "managing/segments.html"


class CurrencyField(forms.ChoiceField):
    """A currency, by its code and its name in the person's language; the amount beside it is written in it."""

    def __init__(self, **named: Any) -> None:
        widget = forms.Select(attrs={"data-currency": ""})
        super().__init__(**{"label": _("Currency"), "choices": _currencies, "widget": widget, **named})


class PartyCodeField(CodeField):
    """The code of an office or a client."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"validators": [_shape(r"[A-Z0-9]{2,20}", "code")], **named})


class PlaceField(CodeField):
    """The IATA code of a city or an airport."""

    def __init__(self, *, field: str, **named: Any) -> None:
        super().__init__(**{"max_length": 3, "validators": [_shape(r"[A-Z]{3}", field)], **named})


class PlainField(forms.CharField):
    """A line of text."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"autocomplete": "off"}), **named})

    def clean(self, value: Any) -> str:
        """Refuse what can't be printed."""
        text = str(super().clean(value))
        if not text.isprintable():
            raise forms.ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text


def _currencies() -> list[tuple[str, str]]:
    locale = figures.locale()
    named = ((code, get_currency_name(code, locale=locale)) for code in money.currencies())
    return [(code, code if name == code else f"{code} · {name}") for code, name in named]


def _shape(pattern: str, field: str) -> RegexValidator:
    return RegexValidator(rf"\A{pattern}\Z", FIELDS[field])  # type: ignore[arg-type]  # what the stubs forget: lazy
