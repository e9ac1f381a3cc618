"""Pages of a list behind a position, so that the millionth page costs what the first one does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

#: Rows of one page.
LENGTH = 50


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """A page of a list.

    Attributes:
        first: The address of the first page; empty on it.
        previous, following: Addresses of the pages beside; empty where there is none, or none that can be told.
    """

    rows: Sequence[Row]
    first: str = ""
    previous: str = ""
    following: str = ""


def paged[Row](
    rows: Sequence[Row],
    *,
    query: QueryDict,
    position: Callable[[Row], str],
    length: int = LENGTH,
    backwards: bool = False,
) -> Page[Row]:
    """Return the page that these rows are.

    Args:
        rows: One more than `length` where there are more, in the order in which they are shown. Asked for backwards,
            the one more is the first of them.
        position: What a row's address is, as the value of `after` or `before`.
        backwards: Whether the rows were asked for by `before`.
    """
    has_more = len(rows) > length
    shown = (rows[-length:] if backwards else rows[:length]) if has_more else rows
    has_following = backwards or has_more
    has_previous = has_more if backwards else "after" in query
    return Page(
        shown,
        first=_at(query) if has_previous else "",
        previous=_at(query, before=position(shown[0])) if has_previous and shown else "",
        following=_at(query, after=position(shown[-1])) if has_following and shown else "",
    )


def _at(query: QueryDict, **where: str) -> str:
    parameters = query.copy()
    for name in ("after", "before", "page"):
        parameters.pop(name, None)
    for name, value in where.items():
        parameters[name] = value
    return f"?{parameters.urlencode()}" if parameters else "?"
