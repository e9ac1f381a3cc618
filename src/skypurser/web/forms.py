"""The base of every form, and the fields that the desk has more than once.

A form that changes something has a key, drawn when the form is: sent twice it is one act. `accept` puts a refusal of
the business beside the field it names; nothing that was typed is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.requests import RequestRefused, check_key
from skypurser.web import figures
from skypurser.web.refusals import add_to, tell

REFERENCE_LENGTH = 500


class DeskForm(forms.Form):
    """A form of the desk. `{% form_errors form %}` and `{% form_field form.name %}` draw it."""

    use_required_attribute = False

    def refuse(self, refusal: Refusal, *, currency: str = "", **fields: str) -> None:
        """Tell a refusal in the form, as `refusals.add_to` does."""
        add_to(self, refusal, currency=currency, **fields)

    def accept(self, act: Callable[[], Any], *, currency: str = "") -> Any:
        """Return what the act returns; None, and the form tells why, where it is refused."""
        try:
            return act()
        except Refusal as refusal:
            self.refuse(refusal, currency=currency)
            return None


class ActForm(DeskForm):
    """A form that changes something."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["key"].initial = new_key()

    def refuse(self, refusal: Refusal, *, currency: str = "", **fields: str) -> None:
        """Tell a refusal; what was judged has bound its key, so what is sent next has another."""
        super().refuse(refusal, currency=currency, **fields)
        if isinstance(refusal, RequestRefused) and refusal.code != "key_reused":
            self.put(key=new_key())

    def put(self, **values: str) -> None:
        """Replace what was typed, for when the form is drawn again."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which may not be changed
        for name, value in values.items():
            data[self.add_prefix(name)] = value
        self.data = data

    def renew_key(self) -> None:
        """Draw another key for what was typed."""
        self.put(key=new_key())

    def clean_key(self) -> str:
        """Return the key, which the browser may have made up but not left out."""
        try:
            return check_key(str(self.cleaned_data["key"]))
        except InvalidRequest as refusal:
            raise ValidationError(tell(refusal).text) from refusal


class ReferenceField(forms.CharField):
    """Why something is done; mandatory, and shown in the history."""

    def __init__(self, **named: Any) -> None:
        how = {
            "label": _("Reference"),
            "help_text": _("Why; it stays in the account's history."),
            "max_length": REFERENCE_LENGTH,
            "widget": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        super().__init__(**{**how, **named})

    def clean(self, value: Any) -> str:
        """Refuse what can't be printed."""
        text = str(super().clean(value))
        if not text.isprintable():
            raise ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text


class AmountInput(forms.TextInput):
    """A field for an amount; its currency is drawn beside it."""

    template_name = "web/components/amount.html"
    currency = ""

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """Add the currency."""
        context = super().get_context(name, value, dict(attrs or {}))
        return {**context, "currency": self.currency}

    def format_value(self, value: Any) -> str | None:
        """Write minor units as the locale does; what was typed stays as it was typed."""
        return figures.amount(value, self.currency) if isinstance(value, int) else super().format_value(value)


class AmountField(forms.Field):
    """An amount, in minor units of `currency`, read by the person's locale; nothing is guessed or rounded.

    Args:
        above_zero: Whether zero is refused.
    """

    widget = AmountInput

    def __init__(self, *, currency: str = "", above_zero: bool = False, **named: Any) -> None:
        super().__init__(**named)
        self.above_zero = above_zero
        self.set_currency(currency)

    def set_currency(self, currency: str) -> None:
        """Say the currency, where the form knows it only once it is made."""
        self.currency = self.widget.currency = currency

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002 — Django's signature
        """Ask phones for digits and a decimal sign."""
        return {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        """Return minor units."""
        text = str(value or "").strip()
        if not text:
            super().clean(text)
            return None
        try:
            minor = figures.parse_amount(text, self.currency)
        except InvalidRequest as refusal:
            raise ValidationError(tell(refusal).text, code="amount") from refusal
        if self.above_zero and not minor:
            raise ValidationError(_("The amount is above zero."), code="zero")
        return minor


class PercentInput(forms.TextInput):
    """A field for a percentage."""

    template_name = "web/components/percent.html"

    def format_value(self, value: Any) -> str | None:
        """Write bps as the locale does."""
        return figures.plain_percent(value) if isinstance(value, int) else super().format_value(value)


class DecimalField(forms.Field):
    """A figure with decimals, as a whole number of its smallest part; `read` and `name` are those of what it is."""

    name = ""
    read: Callable[..., int]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002 — Django's signature
        """Ask phones for digits and a decimal sign."""
        return {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        """Return it, or None where nothing was typed."""
        text = str(value or "").strip()
        if not text:
            super().clean(text)
            return None
        try:
            return type(self).read(text, field=self.name)
        except InvalidRequest as refusal:
            raise ValidationError(tell(refusal).text, code=self.name) from refusal


class PercentField(DecimalField):
    """A percentage from 0 to 100, in bps."""

    widget = PercentInput
    name, read = "percent", staticmethod(figures.parse_percent)


class QuantityInput(forms.TextInput):
    """A field for a quantity."""

    def format_value(self, value: Any) -> str | None:
        """Write thousandths as the locale does; what was typed stays as it was typed."""
        return figures.quantity(value) if isinstance(value, int) else super().format_value(value)


class QuantityField(DecimalField):
    """How much of something, in thousandths."""

    widget = QuantityInput
    name, read = "quantity", staticmethod(figures.parse_quantity)


class CodeField(forms.CharField):
    """A code in capitals, which one may type in small letters."""

    def __init__(self, **named: Any) -> None:
        how = {
            "max_length": 20,
            "widget": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        }
        super().__init__(**{**how, **named})

    def to_python(self, value: Any) -> str:
        """Return capitals."""
        return str(super().to_python(value)).upper()


class TypedBackField(forms.CharField):
    """What must be typed back, letter by letter, before something that can't be undone."""

    def __init__(self, *, expected: str, **named: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"autocomplete": "off"}), **named})
        self.expected = expected

    def clean(self, value: Any) -> str:
        """Refuse everything else."""
        text = str(super().clean(value))
        if text.upper() != self.expected.upper():
            raise ValidationError(_("Type %(expected)s.") % {"expected": self.expected}, code="differs")
        return text


def new_key() -> str:
    """Return a key that nobody has used."""
    return f"desk-{uuid4()}"
