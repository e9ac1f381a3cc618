"""Rows in a form: as many as one adds, by a button that draws the form again, with a script or without."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from skypurser.web.forms import DeskForm

_STEP = re.compile(r"(add|remove)-([a-z]+)(?:-([0-9]{1,4}))?", re.ASCII)


class Row(DeskForm):
    """One row. It is left out where nothing stands in the fields that `blank_by` names."""

    blank_by: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was typed that matters."""
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.blank_by)


class Rows[R: Row]:
    """All rows of one kind.

    Args:
        name: What their fields begin with, and the hidden field that says how many there are.
        shown: What each row shows, as `initial`; for a form that was not sent, or is drawn again.
        sent: What was typed, row by row, for a form that was sent and is to be read.
        named: For each row's form.
    """

    def __init__(
        self,
        row: type[R],
        *,
        name: str,
        shown: Sequence[Mapping[str, Any]] = (),
        sent: Sequence[Mapping[str, str]] | None = None,
        **named: Any,
    ) -> None:
        self.name = name
        self.is_sent = sent is not None
        self.forms: list[R] = [
            row(_data(name, place, one), prefix=f"{name}-{place}", **named)
            if sent is not None
            else row(initial=dict(one), prefix=f"{name}-{place}", **named)
            for place, one in enumerate(shown if sent is None else sent)
        ]

    def __iter__(self) -> Iterator[R]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    @property
    def filled(self) -> list[R]:
        """Those in which something stands."""
        return [one for one in self.forms if not one.is_blank]

    def are_valid(self) -> bool:
        """Tell whether all that stands in them can be read."""
        valid = [one.is_valid() for one in self.filled]  # a list, so that each is looked at
        return all(valid)


def typed(data: QueryDict, row: type[Row], *, name: str, most: int) -> list[dict[str, str]]:
    """Return what was typed in each row; no more rows than `most`, whatever the form says."""
    count = data.get(name, "")
    rows = int(count) if count.isascii() and count.isdecimal() and len(count) <= 4 else 0
    return [
        {field: data.get(f"{name}-{place}-{field}", "") for field in row.base_fields}
        for place in range(min(rows, most))
    ]


def changed(rows: Sequence[dict[str, str]], step: str, *, name: str, most: int) -> list[dict[str, str]]:
    """Return the rows after a step: `add-legs` adds one, `remove-legs-2` takes the third away."""
    match = _STEP.fullmatch(step)
    found = list(rows)
    if match is None or match[2] != name:
        return found
    if match[1] == "add" and len(found) < most:
        found.append({})
    elif match[1] == "remove" and match[3] is not None and int(match[3]) < len(found):
        del found[int(match[3])]
    return found


def _data(name: str, place: int, one: Mapping[str, str]) -> MultiValueDict[str, str]:
    return MultiValueDict({f"{name}-{place}-{field}": [value] for field, value in one.items()})
