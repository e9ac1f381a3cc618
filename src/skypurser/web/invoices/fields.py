"""Fields and forms that invoices have more than once: quantities, lines as rows, amounts that may be refused."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from skypurser.errors import InvalidRequest, Refusal
from skypurser.invoices.lines import MOST_LINES, Line, LineData, TaxCategory, line
from skypurser.web.forms import ActForm, AmountField, DeskForm, PercentField, QuantityField
from skypurser.web.invoices.words import CATEGORIES
from skypurser.web.refusals import reason

#: The form's field at fault, by the code of the refusal.
_AT_FAULT = {
    "exceeds_open_amount": "amount",
    "exceeds_advance": "amount",
    "insufficient_funds": "amount",
    "account_closed": "method",
    "card_not_for_person": "method",
    "person_inactive": "method",
}

_ROW = re.compile(r"line-([0-9]{1,3})-text")


class MoneyForm(ActForm):
    """A form about an amount; a refusal is told with its figures beside the field at fault."""

    def refuse(self, refusal: Refusal, *, currency: str = "", **fields: str) -> None:
        """Tell a refusal, beside the field at fault where its code says which."""
        field = _AT_FAULT.get(refusal.code, "")
        if field in self.fields:
            told = reason(refusal.code, refusal.facts, currency=currency)
            self.add_error(field, ValidationError(told, code=refusal.code))
            self.renew_key()
        else:
            super().refuse(refusal, currency=currency, **fields)


class LineForm(DeskForm):
    """A line of a draft; one in which nothing is written counts for nothing."""

    text = forms.CharField(
        label=_("Description"), required=False, max_length=500, widget=forms.TextInput({"autocomplete": "off"})
    )
    quantity = QuantityField(label=_("Quantity"), required=False, initial=1000)
    unit_price = AmountField(label=_("Unit price"), required=False)
    tax = PercentField(label=_("Tax"), required=False, initial=0)
    category = forms.ChoiceField(label=_("Kind of tax"), required=False, choices=tuple(CATEGORIES.items()))

    def __init__(self, *arguments: Any, currency: str, position: int, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.position = position
        self.fields["unit_price"].set_currency(currency)  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = _t("%(field)s, line %(number)s") % {
                "field": field.label,
                "number": position,
            }
            if name != "text":
                field.widget.attrs["data-counts"] = True

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is written in it."""
        return self.is_bound and not any(str(self.data.get(self.add_prefix(one), "")).strip() for one in _WRITTEN)

    @property
    def line(self) -> LineData:
        """The line, once the form is valid."""
        typed = self.cleaned_data
        return LineData(
            text=typed["text"] or "–",
            quantity_milli=typed["quantity"] or 0,
            unit_price=typed["unit_price"] or 0,
            tax_bps=typed["tax"] or 0,
            tax_category=TaxCategory(typed["category"] or TaxCategory.STANDARD),
        )

    def clean(self) -> dict[str, Any]:
        """Ask for what a line needs."""
        typed = super().clean() or self.cleaned_data
        if self.is_blank:
            self._errors.clear()  # type: ignore[attr-defined]  # Django's own, of a form that counts for nothing
            return typed
        for name in ("text", "quantity", "unit_price"):
            if typed.get(name) in {None, ""} and name not in self.errors:
                self.add_error(name, _("This field is required."))
        if not str(typed.get("text", "")).isprintable():
            self.add_error("text", _("Only printable characters, on one line."))
        if typed.get("tax") and typed.get("category") not in {"", TaxCategory.STANDARD.value}:
            self.add_error("tax", _("Only what is taxed has a rate."))
        return typed


_WRITTEN = ("text", "unit_price")


class Rows:
    """The lines of a form, in the order in which they stand."""

    def __init__(self, forms_: Sequence[LineForm], *, currency: str) -> None:
        self.forms, self._currency = list(forms_), currency

    def __iter__(self) -> Iterator[LineForm]:
        return iter(self.forms)

    @classmethod
    def typed(cls, data: QueryDict, *, currency: str, without: int | None = None) -> "Rows":
        """Return the rows that came with a form, as many as an invoice may have.

        Args:
            without: The number of a row to leave out.
        """
        numbers = sorted(int(match[1]) for name in data if (match := _ROW.fullmatch(name)))
        kept = [number for number in numbers if number != without][:MOST_LINES]
        # Numbered anew, so that a row's name says its place.
        data = data.copy()
        moved = {
            f"line-{place}-{field}": data.get(f"line-{number}-{field}", "")
            for place, number in enumerate(kept)
            for field in LineForm.base_fields
        }
        rows = QueryDict(mutable=True)
        for name, value in moved.items():
            rows[name] = value
        made = [
            LineForm(rows, prefix=f"line-{place}", currency=currency, position=place + 1, auto_id="id_%s")
            for place in range(len(kept))
        ]
        return cls(made, currency=currency)

    @classmethod
    def of(cls, lines: Sequence[Line], *, currency: str) -> "Rows":
        """Return the rows of lines that are there."""
        made = [
            LineForm(
                prefix=f"line-{place}",
                currency=currency,
                position=place + 1,
                initial={
                    "text": one.text,
                    "quantity": one.quantity_milli,
                    "unit_price": one.unit_price,
                    "tax": one.tax_bps,
                    "category": one.tax_category.value,
                },
            )
            for place, one in enumerate(lines)
        ]
        return cls(made, currency=currency)

    def add(self) -> None:
        """Add an empty row."""
        place = len(self.forms)
        if place < MOST_LINES:
            self.forms.append(LineForm(prefix=f"line-{place}", currency=self._currency, position=place + 1))

    def untold(self) -> "Rows":
        """Return the same rows with what was typed, of which nothing is told yet."""
        made = [
            LineForm(
                prefix=one.prefix,
                currency=self._currency,
                position=one.position,
                initial={name: one[name].value() for name in one.fields},
            )
            for one in self.forms
        ]
        return Rows(made, currency=self._currency)

    def is_valid(self) -> bool:
        """Tell whether each row is a line, or blank."""
        return all([one.is_valid() for one in self.forms])  # noqa: C419 — each is asked, so that each tells

    @property
    def data(self) -> tuple[LineData, ...]:
        """The lines, once the rows are valid."""
        return tuple(one.line for one in self.forms if not one.is_blank)

    def counted(self) -> list[Line]:
        """Return the amounts of all rows that can be read as they stand."""
        found = []
        for one in self.forms:
            if one.is_bound:
                one.is_valid()
                typed = one.cleaned_data
            else:
                typed = {name: one.get_initial_for_field(field, name) for name, field in one.fields.items()}
            wanted: dict[str, Any] = {
                "quantity_milli": typed.get("quantity"),
                "unit_price": typed.get("unit_price"),
                "tax_bps": typed.get("tax") or 0,
                "tax_category": TaxCategory(typed.get("category") or TaxCategory.STANDARD),
            }
            try:
                found.append(line(LineData(text="–", **wanted), position=one.position))
            except InvalidRequest:
                continue  # unfinished; it is told when the form is sent
        return found
