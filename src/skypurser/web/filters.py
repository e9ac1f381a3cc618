"""Filters of a list: their state is the address, and nothing else.

A list's filter bar is a form that is read from the query string. What is set shows as chips, each of which leads to
the same list without it; quick chips lead to filters that people ask for every day.

A filter that can't be read is a filter all the same: the list shows nothing, and a chip takes it away. A saved view of
a city in which the last account was deleted must not become the list of all cities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.web import figures
from skypurser.web.forms import DeskForm

#: So much is told of what can't be read.
_LONGEST_TOLD = 40


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set; `url` leads to the list without it.

    Attributes:
        flaw: Why nothing is like that; empty for a filter that can be read.
    """

    label: str
    value: str
    url: str
    flaw: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter that is one click away, by the parameters that it sets."""

    label: str | Promise
    parameters: tuple[tuple[str, str], ...]
    icon: str = ""


@dataclass(frozen=True, slots=True)
class QuickChip:
    """A quick filter as it is drawn; `url` switches it on, or off again."""

    label: str | Promise
    url: str
    icon: str
    is_on: bool


class FilterBar(DeskForm):
    """Filters of a list.

    Attributes:
        quick: The quick ones.
        unsaid: Fields that no chip tells, such as the one that is always visible.
        paging: Parameters of the address that go when a filter changes.
    """

    quick: ClassVar[tuple[Quick, ...]] = ()
    unsaid: ClassVar[frozenset[str]] = frozenset()
    paging: ClassVar[tuple[str, ...]] = ("after", "before", "page")

    def __init__(self, query: QueryDict, **named: Any) -> None:
        super().__init__(query, auto_id="filter_%s", **named)
        self.query = query
        for field in self.fields.values():
            field.is_long = type(field) is forms.CharField  # type: ignore[attr-defined]  # read where it is drawn
        self.prepare()
        self.is_valid()

    def prepare(self) -> None:
        """Set up what the fields offer, before the address is read."""

    @property
    def is_readable(self) -> bool:
        """Tell whether all that is filtered by can be read; where not, the list shows nothing."""
        return not self.errors

    def value(self, name: str) -> Any:
        """Return what is set; the field's empty value where nothing or nonsense is."""
        return self.cleaned_data.get(name) or self.fields[name].initial or ""

    @property
    def long_fields(self) -> list[forms.BoundField]:
        """Fields for free text: they come first, and are wider."""
        return [field for field in self if self._is_long(field)]

    @property
    def short_fields(self) -> list[forms.BoundField]:
        """The others; on a phone they are folded away."""
        return [field for field in self if not self._is_long(field)]

    @property
    def has_short_fields(self) -> bool:
        """Tell whether there is anything to fold away."""
        return any(not field.is_hidden for field in self.short_fields)

    @property
    def folded(self) -> int:
        """How many of those that a phone folds away are set."""
        folded = {field.name for field in self.short_fields if not field.is_hidden} - self.unsaid
        return sum(name in folded for name, _value in self._set())

    @property
    def is_set(self) -> bool:
        """Tell whether anything is filtered."""
        return any(True for _ in self.chips())

    def chips(self) -> Iterator[Chip]:
        """Yield what is set."""
        read = dict(self._set())
        for name, field in self.fields.items():
            if name in self.errors:
                yield Chip(str(field.label), self._as_written(name), self.without(name), _flaw(field))
            elif name in read:
                yield Chip(str(field.label), self._told(field, read[name]), self.without(name))

    def quick_chips(self) -> Iterator[QuickChip]:
        """Yield the quick ones."""
        for one in self.quick:
            is_on = all(self.query.get(name) == value for name, value in one.parameters)
            changes = {name: None if is_on else value for name, value in one.parameters}
            yield QuickChip(one.label, self.with_(**changes), one.icon, is_on)

    def without(self, *names: str) -> str:
        """Return the address without these parameters."""
        return self.with_(**dict.fromkeys(names))

    def with_(self, **changes: str | None) -> str:
        """Return the address with parameters set anew, from the first page on."""
        query = self.query.copy()
        for name, value in {**dict.fromkeys(self.paging), **changes}.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"?{query.urlencode()}" if query else "?"

    def _set(self) -> Iterator[tuple[str, Any]]:
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value not in {None, "", False} and name not in self.unsaid and value != field.initial:
                yield name, value

    @staticmethod
    def _is_long(field: forms.BoundField) -> bool:
        return type(field.field) is forms.CharField and not field.is_hidden

    def _as_written(self, name: str) -> str:
        written = str(self.query.get(name, ""))[:_LONGEST_TOLD]
        return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in written)

    def _told(self, field: forms.Field, value: Any) -> str:
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # our choices have no groups
        if isinstance(field, forms.BooleanField):
            return ""
        if isinstance(field, forms.DateField):
            return figures.day(value)
        return str(value)


def _flaw(field: forms.Field) -> Promise:
    return _("there is none") if isinstance(field, forms.ChoiceField) else _("can't be read")
