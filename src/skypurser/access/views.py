"""Saved views: a member's own filters of a list, under a name. Nobody else sees them, and no act records them."""

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.models import Member, SavedView
from skypurser.errors import InvalidRequest, Refusal

MOST_VIEWS = 50
LONGEST_QUERY = 2_000

_LONGEST_NAME = 100
_PAGE = re.compile(r"[a-z][a-z0-9_.-]{0,39}")


class ViewExists(Refusal):
    """The member has a view of this name for the page already."""

    code = "view_exists"


class ViewNotFound(Refusal):
    """The member has no such view."""

    code = "view_not_found"


class TooManyViews(Refusal):
    """The member has as many saved views as may be; delete one first."""

    code = "too_many_views"


@dataclass(frozen=True, slots=True)
class ViewOfList:
    """A saved view.

    Attributes:
        page: Which list it is of.
        query: The query string, without the question mark; what the page makes of it is checked when it is opened.
    """

    id: int
    page: str
    name: str
    query: str


def add_view(*, page: str, name: str, query: str, actor: Actor) -> ViewOfList:
    """Keep a query string under a name, behind the actor's other views of the page, and return it.

    Args:
        page: What the pages call the list: small letters, digits and `_.-`, at most 40.
        name: Once per page; at most 100 printable characters.
        query: At most `LONGEST_QUERY` ASCII characters, as in a URL; a question mark before it is dropped.

    Raises:
        PermissionDenied: The actor is no member.
        InvalidRequest, ViewExists, TooManyViews: Nothing is written.
    """
    member_id, called = _member(actor), _name(name)
    asked = query.removeprefix("?")
    if not _PAGE.fullmatch(page):
        raise InvalidRequest("no page of ours is called so", field="page")
    if len(asked) > LONGEST_QUERY or not asked.isascii() or not asked.isprintable():
        raise InvalidRequest(f"a query string has at most {LONGEST_QUERY} characters", field="query")
    with acting_for(actor.carrier_id):
        _lock(actor, member_id)
        if _own(actor).count() >= MOST_VIEWS:
            raise TooManyViews(f"a member has at most {MOST_VIEWS} saved views", limit=MOST_VIEWS)
        last = _own(actor).filter(page=page).aggregate(last=Max("position"))["last"] or 0
        try:
            with transaction.atomic():
                row = SavedView.objects.create(
                    carrier_id=actor.carrier_id,
                    member_id=member_id,
                    page=page,
                    name=called,
                    query=asked,
                    position=last + 1,
                )
        except IntegrityError as error:
            raise _taken(called, error) from error
    return _view(row)


def rename_view(*, view_id: int, name: str, actor: Actor) -> ViewOfList:
    """Give a view another name.

    Raises:
        PermissionDenied: The actor is no member.
        InvalidRequest, ViewNotFound, ViewExists: Nothing is written.
    """
    called = _name(name)
    with acting_for(actor.carrier_id):
        row = _get(view_id, actor)
        try:
            with transaction.atomic():
                _own(actor).filter(id=view_id).update(name=called)
        except IntegrityError as error:
            raise _taken(called, error) from error
    return ViewOfList(row.id, row.page, called, row.query)


def move_view(*, view_id: int, position: int, actor: Actor) -> list[ViewOfList]:
    """Put a view at a place among the views of its page, the first being 1, and return them all in their new order.

    A place beyond the last is the last, one before the first the first.

    Raises:
        PermissionDenied: The actor is no member.
        ViewNotFound: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        _lock(actor, _member(actor))
        moved = _get(view_id, actor)
        order = [row for row in _ordered(actor, moved.page) if row.id != view_id]
        order.insert(min(max(position, 1), len(order) + 1) - 1, moved)
        for place, row in enumerate(order, start=1):
            if row.position != place:
                _own(actor).filter(id=row.id).update(position=place)
    return [_view(row) for row in order]


def delete_view(*, view_id: int, actor: Actor) -> None:
    """Delete a view.

    Raises:
        PermissionDenied: The actor is no member.
        ViewNotFound: There is none, or no longer.
    """
    with acting_for(actor.carrier_id):
        deleted, _ = _own(actor).filter(id=view_id).delete()
    if not deleted:
        raise ViewNotFound(f"there is no saved view {view_id}")


def views(*, page: str, actor: Actor) -> list[ViewOfList]:
    """Return the actor's views of a page in their order; none for who is no member."""
    if actor.member_id is None:
        return []
    with reading_for(actor.carrier_id):
        return [_view(row) for row in _ordered(actor, page)]


def _member(actor: Actor) -> int:
    if actor.member_id is None:
        raise PermissionDenied(f"{actor.name} is no member and has no saved views")
    return actor.member_id


def _own(actor: Actor) -> QuerySet[SavedView]:
    return SavedView.objects.filter(carrier_id=actor.carrier_id, member_id=_member(actor))


def _ordered(actor: Actor, page: str) -> list[SavedView]:
    return list(_own(actor).filter(page=page).order_by("position", "id"))


def _get(view_id: int, actor: Actor) -> SavedView:
    row = _own(actor).filter(id=view_id).first()
    if row is None:
        raise ViewNotFound(f"there is no saved view {view_id}")
    return row


def _lock(actor: Actor, member_id: int) -> None:
    """Wait until nobody else adds or moves views of the member: the same person in two windows."""
    Member.objects.select_for_update(no_key=True).filter(carrier_id=actor.carrier_id, id=member_id).values_list("id")[0]


def _name(name: str) -> str:
    called = name.strip()
    if not called or len(called) > _LONGEST_NAME or not called.isprintable():
        raise InvalidRequest(f"a saved view has a name of at most {_LONGEST_NAME} printable characters", field="name")
    return called


def _taken(name: str, error: IntegrityError) -> Exception:
    is_taken = "savedview_name_once_per_page" in str(error)
    return ViewExists(f"there is a view {name} already") if is_taken else error


def _view(row: SavedView) -> ViewOfList:
    return ViewOfList(row.id, row.page, row.name, row.query)
