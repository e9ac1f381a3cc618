"""Pages: so many items, and a cursor that leads to the next ones.

A cursor says behind which item to go on, so pages neither skip nor repeat what others insert meanwhile.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from pydantic import Field

from skypurser.api.v1.shapes import Query
from skypurser.errors import InvalidRequest

LONGEST_PAGE = 500


class PageQuery(Query):
    """Which page of a list."""

    cursor: Annotated[str, Field(max_length=500)] = Field("", description="next_cursor of the page before.")
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = Field(50, description="How many items at most.")


def after[T](query: PageQuery, position: type[T]) -> T | None:
    """Return the position that the cursor leads behind; None for the first page.

    Raises:
        InvalidRequest: It is no cursor of such a list.
    """
    if not query.cursor:
        return None
    try:
        text = urlsafe_b64decode(query.cursor.encode("ascii"))
        if b"\\" not in text:  # nothing in a position needs escaping; what does is not for the database
            return msgspec.json.decode(text, type=position, strict=True)
    except (ValueError, msgspec.MsgspecError):
        pass
    raise InvalidRequest("This is no cursor of this list.", field="cursor")


def page[T](
    query: PageQuery, found: Sequence[T], position: Callable[[T], Any], shown: Callable[[T], Any]
) -> dict[str, Any]:
    """Return a page of `found`, which has one item more than asked for where another page follows."""
    items = found[: query.limit]
    more = len(found) > query.limit
    return {"items": [shown(item) for item in items], "next_cursor": _cursor(position(items[-1])) if more else None}


def _cursor(position: Any) -> str:
    return urlsafe_b64encode(msgspec.json.encode(position)).decode()
