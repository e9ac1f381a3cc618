"""Fields that the forms of quotes and bookings have more than once."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from skypurser.charter.itinerary import Turn
from skypurser.web.forms import CodeField

_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?", re.ASCII)

TURNS = (
    ("", "–"),
    (Turn.FIRST.value, _("The first, before the clocks are put back")),
    (Turn.SECOND.value, _("The second, after the clocks are put back")),
)


class LocalTimeInput(forms.DateTimeInput):
    """A date and a time as clocks somewhere show them; the browser draws both."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        """Write what browsers read; what was typed stays as it was typed."""
        if not isinstance(value, datetime):
            return str(value) if value else None
        exact = "microseconds" if value.microsecond else "seconds" if value.second else "minutes"
        return value.isoformat(timespec=exact)


class LocalTimeField(forms.Field):
    """A local time without an offset."""

    widget = LocalTimeInput

    def clean(self, value: Any) -> datetime | None:
        """Return it without a time zone."""
        text = str(value or "").strip()
        if not text:
            super().clean(text)
            return None
        try:
            read = datetime.fromisoformat(text) if _LOCAL.fullmatch(text) else None
        except ValueError:  # the thirtieth of February
            read = None
        if read is None:
            raise ValidationError(_("This is no date and time."), code="time")
        return read


class TurnField(forms.ChoiceField):
    """Which of two equal local times is meant; drawn only where it matters."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"label": _("Which of the two"), "choices": TURNS, "required": False, **named})

    def clean(self, value: Any) -> Turn | None:
        """Return which."""
        text = super().clean(value)
        return Turn(text) if text else None


class AirportField(CodeField):
    """An airport's IATA code, or its ICAO code."""

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
        super().__init__(**{"max_length": 4, "required": False, "widget": widget, **named})

    def clean(self, value: Any) -> str:
        """Refuse what can't be printed."""
        text = str(super().clean(value))
        if not text.isprintable():
            raise ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text
