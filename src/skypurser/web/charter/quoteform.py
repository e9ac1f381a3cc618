"""The form of a quote: for whom, which legs at which price, and how it is to be paid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.charter import clocks
from skypurser.charter.content import Content, Method, QuoteData, content_of
from skypurser.charter.itinerary import MOST_LEGS, LegData, Turn, instant_of
from skypurser.charter.pricing import MOST_LINES, PriceLine
from skypurser.errors import InvalidRequest
from skypurser.jetcards.assigning import PaymentMethod
from skypurser.parties.airports import UnknownAirport, aerodrome
from skypurser.parties.clientele import CustomerView, PersonView
from skypurser.web.charter import words
from skypurser.web.charter.fields import AirportField, LocalTimeField, QuantityField, TurnField
from skypurser.web.charter.rows import Row, Rows, changed, typed
from skypurser.web.customers.fields import LinesField
from skypurser.web.forms import ActForm, AmountField, PercentField
from skypurser.web.managing.fields import PlainField

#: What the fields of a quote are called that the business calls otherwise.
_CALLED = {"card_id": "method"}

_CARD = "card-"


class LegRow(Row):
    """One leg, in local times."""

    blank_by = ("origin", "destination", "departure", "arrival")

    origin = AirportField(label=gettext_lazy("From"))
    departure = LocalTimeField(label=gettext_lazy("Departure, local"), required=False)
    departure_turn = TurnField()
    destination = AirportField(label=gettext_lazy("To"))
    arrival = LocalTimeField(label=gettext_lazy("Arrival, local"), required=False)
    arrival_turn = TurnField()
    passengers = forms.IntegerField(
        label=gettext_lazy("Passengers"), min_value=0, max_value=1_000, required=False, widget=forms.TextInput
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["passengers"].widget.attrs["inputmode"] = "numeric"
        self._asked: set[str] = set()

    @property
    def asks(self) -> dict[str, bool]:
        """Of which end it is asked which of two equal times is meant."""
        return {end: end in self._asked or bool(self[f"{end}_turn"].value()) for end in ("departure", "arrival")}

    def clean(self) -> dict[str, Any]:
        """Ask for all of it, and look at the clocks."""
        found = super().clean() or self.cleaned_data
        for name in ("origin", "destination", "departure", "arrival", "passengers"):
            if found.get(name) in {None, ""} and name not in self.errors:
                self.add_error(name, _("A leg needs this."))
        for airport, time in (("origin", "departure"), ("destination", "arrival")):
            if found.get(airport) and airport not in self.errors:
                self._look(airport, time)
        return found

    @property
    def leg(self) -> LegData:
        """What was typed, once it is valid."""
        return LegData(**{name: self.cleaned_data[name] for name in LegData.__dataclass_fields__})

    def _look(self, airport: str, time: str) -> None:
        try:
            zone = aerodrome(self.cleaned_data[airport]).time_zone
        except UnknownAirport:
            self.add_error(airport, str(words.WRONG["origin"]))
            return
        local = self.cleaned_data.get(time)
        if local is None:
            return
        problem, asks = look_at_clocks(local, zone, self.cleaned_data.get(f"{time}_turn"))
        if asks:
            self._asked.add(time)
        if problem:
            self.add_error(time, problem)


class LineRow(Row):
    """One line of the price."""

    blank_by = ("text", "unit_price")

    text = PlainField(label=pgettext_lazy("a price line", "For"), max_length=200, required=False)
    quantity = QuantityField(label=gettext_lazy("Quantity"), initial=1_000, required=False)
    unit_price = AmountField(label=gettext_lazy("Unit price"), required=False)
    tax = PercentField(label=gettext_lazy("Tax"), initial=0, required=False)

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["unit_price"].set_currency(currency)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what it is for and what it costs."""
        found = super().clean() or self.cleaned_data
        for name in ("text", "quantity", "unit_price"):
            if found.get(name) in {None, ""} and name not in self.errors:
                self.add_error(name, _("A line needs this."))
        return found

    @property
    def line(self) -> PriceLine:
        """What was typed, once it is valid."""
        found = self.cleaned_data
        return PriceLine(
            text=found["text"],
            quantity_milli=found["quantity"],
            unit_price=found["unit_price"],
            tax_bps=found["tax"] or 0,
        )


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


def look_at_clocks(local: datetime, zone: str, turn: Turn | None) -> tuple[str, bool]:
    """Return what is wrong with a local time in a zone, empty for nothing; and whether it is there twice."""
    found = clocks.told(local, zone)
    if found is clocks.Told.NEVER:
        return _("The clocks in %(zone)s skip this time: they are put forward then.") % {"zone": zone}, False
    if found is clocks.Told.TWICE:
        if turn is None:
            told = _("This time comes twice in %(zone)s: the clocks are put back then. Say which of the two is meant.")
            return told % {"zone": zone}, True
        return "", True
    return "", False


def read_method(choice: str) -> tuple[Method | None, int | None]:
    """Return the method and the card that a choice means; nothing where nothing is chosen."""
    if choice.startswith(_CARD):
        return Method.JET_CARD, int(choice.removeprefix(_CARD))
    return (Method(choice) if choice else None), None


def method_of(method: Method | None, card_id: int | None) -> str:
    """Return the choice that means a method and its card."""
    return f"{_CARD}{card_id}" if method is Method.JET_CARD else str(method or "")


def sent_rows(data: QueryDict, step: str = "") -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return legs and lines as they were typed, after a step that adds or removes one."""
    legs = typed(data, LegRow, name="legs", most=MOST_LEGS)
    return changed(legs, step, name="legs", most=MOST_LEGS), sent_lines(data, step)


def sent_lines(data: QueryDict, step: str = "") -> list[dict[str, str]]:
    """Return the lines of a price as they were typed, after a step that adds or removes one."""
    lines = typed(data, LineRow, name="lines", most=MOST_LINES)
    return changed(lines, step, name="lines", most=MOST_LINES)


def leg_rows(
    *, shown: Sequence[Mapping[str, Any]] = (), sent: Sequence[Mapping[str, str]] | None = None
) -> Rows[LegRow]:
    """Return the rows of legs."""
    return Rows(LegRow, name="legs", shown=shown, sent=sent)


def line_rows(
    currency: str, *, shown: Sequence[Mapping[str, Any]] = (), sent: Sequence[Mapping[str, str]] | None = None
) -> Rows[LineRow]:
    """Return the rows of lines."""
    return Rows(LineRow, name="lines", shown=shown, sent=sent, currency=currency)


def shown_legs(legs: Collection[LegData]) -> list[dict[str, Any]]:
    """Return what rows show of legs."""
    names = LegData.__dataclass_fields__
    return [{name: getattr(leg, name) for name in names} for leg in legs]


def shown_lines(lines: Collection[PriceLine]) -> list[dict[str, Any]]:
    """Return what rows show of lines."""
    return [
        {"text": one.text, "quantity": one.quantity_milli, "unit_price": one.unit_price, "tax": one.tax_bps}
        for one in lines
    ]
