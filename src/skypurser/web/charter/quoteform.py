"""The form of a quote: for whom, which legs at which price, and how it is to be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.charter.content import Content, Method, QuoteData, content_of
from skypurser.charter.itinerary import instant_of
from skypurser.errors import InvalidRequest
from skypurser.jetcards.assigning import PaymentMethod
from skypurser.parties.clientele import CustomerView, PersonView
from skypurser.web.charter import words
from skypurser.web.charter.fields import LocalTimeField, TurnField
from skypurser.web.charter.quoterows import LegRow, LineRow, look_at_clocks
from skypurser.web.charter.rows import Row, Rows
from skypurser.web.customers.fields import LinesField
from skypurser.web.forms import ActForm
from skypurser.web.managing.fields import PlainField

#: What the fields of a quote are called that the business calls otherwise.
_CALLED = {"card_id": "method"}

_CARD = "card-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a quote's form offers.

    Attributes:
        customers: By name; `customer` is the one that is chosen.
        persons: Of the chosen one, active ones.
        cards: By which the chosen person may pay, with what each has available.
        zone: In which the ends of quote and hold are told, an IANA name.
    """

    customers: Sequence[CustomerView]
    customer: CustomerView | None
    persons: Sequence[PersonView]
    cards: Sequence[PaymentMethod]
    currency: str
    zone: str


class QuoteForm(ActForm):
    """A quote, new or as it is."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    customer_id = forms.TypedChoiceField(label=gettext_lazy("Customer"), coerce=int, empty_value=None, required=False)
    person_id = forms.TypedChoiceField(
        label=gettext_lazy("Contact"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("Who asks for the flight. Cards assigned to others can't pay for it."),
    )
    aircraft = PlainField(
        label=gettext_lazy("Aircraft"), max_length=200, required=False, help_text=gettext_lazy("Type, tail or both.")
    )
    method = forms.ChoiceField(label=gettext_lazy("Payment method"), required=False, widget=forms.RadioSelect)
    hold_until = LocalTimeField(
        label=gettext_lazy("Hold the price until"),
        required=False,
        help_text=gettext_lazy("So long the price is set aside on the card; empty for no hold."),
    )
    hold_until_turn = TurnField()
    valid_until = LocalTimeField(
        label=gettext_lazy("Valid until"),
        required=False,
        help_text=gettext_lazy("From then on it can't be booked; empty for no end."),
    )
    valid_until_turn = TurnField()
    notes = LinesField(rows=3, label=gettext_lazy("Notes"), max_length=5_000)

    def __init__(self, *arguments: Any, offer: Offer, legs: Rows[LegRow], lines: Rows[LineRow], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.offer, self.legs, self.lines = offer, legs, lines
        self._asked: set[str] = set()
        self.content: Content | None = None
        self._choices()

    @property
    def asks(self) -> dict[str, bool]:
        """Of which time it is asked which of two equal ones is meant."""
        names = ("hold_until", "valid_until")
        return {name: name in self._asked or bool(self[f"{name}_turn"].value()) for name in names}

    @property
    def all_errors(self) -> list[tuple[str, str, str]]:
        """What is wrong, here and in rows: the field's id, its label, the sentence."""
        found = [("", "", str(text)) for text in self.non_field_errors()] if self.is_bound else []
        numbered: list[tuple[Any, str]] = [(self, "")]
        numbered += [(row, str(_("Leg %(number)s") % {"number": place})) for place, row in enumerate(self.legs, 1)]
        numbered += [(row, str(_("Line %(number)s") % {"number": place})) for place, row in enumerate(self.lines, 1)]
        for form, before in numbered:
            if not form.is_bound or (isinstance(form, Row) and form.is_blank):
                continue
            for field in form:
                label = ", ".join(filter(None, (before, str(field.label))))
                at = "" if field.is_hidden else str(field.id_for_label or field.auto_id)
                found += [(at, label, str(text)) for text in field.errors]
        return found

    def is_whole(self, *, quoted: bool) -> bool:
        """Tell whether all of it can be saved, as a quote or as a draft; where not, the form says why."""
        rows = [rows.are_valid() for rows in (self.legs, self.lines)]
        if not self.is_valid() or not all(rows):
            return False
        try:
            self.content = content_of(self.quote)
        except InvalidRequest as refusal:
            self.tell_wrong(str(refusal.facts.get("field", "")))
            return False
        if quoted:
            self._require()
        elif self.cleaned_data["hold_until"] is not None:
            self.add_error("hold_until", _("A draft holds no money. Save it as a quote, or take the hold away."))
        return not self.errors

    @property
    def quote(self) -> QuoteData:
        """What was typed, once it is valid."""
        found = self.cleaned_data
        method, card_id = read_method(found["method"])
        return QuoteData(
            customer_id=found["customer_id"],
            person_id=found["person_id"],
            legs=tuple(one.leg for one in self.legs.filled),
            aircraft=found["aircraft"],
            lines=tuple(one.line for one in self.lines.filled),
            method=method,
            card_id=card_id,
            valid_until=self._instant("valid_until"),
            hold_until=self._instant("hold_until"),
            notes=found["notes"],
        )

    def tell_wrong(self, field: str) -> None:
        """Tell what is wrong with a field, which the business names by its place (`legs/0/arrival`)."""
        first, *rest = field.split("/")
        told = words.WRONG.get(rest[-1] if rest else first)
        text = str(told) if told is not None else str(_("Something is not as it should be. Check what you entered."))
        every: dict[str, Rows[Any]] = {"legs": self.legs, "lines": self.lines}
        rows = every.get(first)
        if rows is not None and len(rest) == 2:
            row = rows.filled[int(rest[0])]
            name = "tax" if rest[1] == "tax_percent" else rest[1]
            row.add_error(name if name in row.fields else None, text)
            return
        name = _CALLED.get(first, first)
        self.add_error(name if name in self.fields else None, text)

    def clean(self) -> dict[str, Any]:
        """Look at the clocks, and at whether there is a person without a customer."""
        found = super().clean() or self.cleaned_data
        for name in ("hold_until", "valid_until"):
            local = found.get(name)
            if local is None:
                continue
            problem, asks = look_at_clocks(local, self.offer.zone, found.get(f"{name}_turn"))
            if asks:
                self._asked.add(name)
            if problem:
                self.add_error(name, problem)
        method = str(found.get("method") or "")
        if found.get("hold_until") is not None and method and not method.startswith(_CARD):
            self.add_error("hold_until", _("Money is held on a jet card only."))
        return found

    def _choices(self) -> None:
        offer = self.offer
        customers = [(str(one.id), f"{one.name} · {one.code}") for one in offer.customers]
        self.fields["customer_id"].choices = [("", "–"), *customers]  # type: ignore[attr-defined]
        persons = [(str(one.id), one.name) for one in offer.persons]
        self.fields["person_id"].choices = [("", "–"), *persons]  # type: ignore[attr-defined]
        cards = [(f"{_CARD}{one.card_id}", one.name) for one in offer.cards]
        others = [(method.value, label) for method, label in words.METHODS.items() if method is not Method.JET_CARD]  # type: ignore[attr-defined]
        self.fields["method"].choices = [*cards, *others]  # type: ignore[attr-defined]
        self.fields["method"].error_messages["invalid_choice"] = _("This customer or person can't pay by the card.")
        self.fields["person_id"].error_messages["invalid_choice"] = _("The customer has no such person.")

    def _require(self) -> None:
        has = {
            "customer_id": self.cleaned_data["customer_id"],
            "legs": self.legs.filled,
            "lines": sum(one.line.total for one in self.lines.filled),
            "method": self.cleaned_data["method"],
        }
        for name, there in has.items():
            if not there:
                self.add_error(name if name in self.fields else None, str(words.MISSING[name]))

    def _instant(self, name: str) -> datetime | None:
        local = self.cleaned_data[name]
        if local is None:
            return None
        return instant_of(local, self.offer.zone, turn=self.cleaned_data[f"{name}_turn"], field=name)


def read_method(choice: str) -> tuple[Method | None, int | None]:
    """Return the method and the card that a choice means; nothing where nothing is chosen."""
    if choice.startswith(_CARD):
        return Method.JET_CARD, int(choice.removeprefix(_CARD))
    return (Method(choice) if choice else None), None


def method_of(method: Method | None, card_id: int | None) -> str:
    """Return the choice that means a method and its card."""
    return f"{_CARD}{card_id}" if method is Method.JET_CARD else str(method or "")
