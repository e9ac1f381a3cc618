"""The rows of a quote's form: legs in local times, and lines of the price."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.charter import clocks
from skypurser.charter.itinerary import MOST_LEGS, LegData, Turn
from skypurser.charter.pricing import MOST_LINES, PriceLine
from skypurser.parties.airports import UnknownAirport, aerodrome
from skypurser.web.charter import words
from skypurser.web.charter.fields import AirportField, LocalTimeField, TurnField
from skypurser.web.charter.rows import Row, Rows, changed, typed
from skypurser.web.forms import AmountField, PercentField, QuantityField
from skypurser.web.managing.fields import PlainField


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
