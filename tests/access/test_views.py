"""A member's saved views."""

from typing import Any

import psycopg
import pytest

from skypurser.access import views as saved
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.members import add_member
from skypurser.access.views import (
    LONGEST_QUERY,
    MOST_VIEWS,
    TooManyViews,
    ViewExists,
    ViewNotFound,
    ViewOfList,
    add_view,
    delete_view,
    move_view,
    rename_view,
    views,
)
from skypurser.errors import InvalidRequest
from tests import cast
from tests.databases import at_once, this_database, unchanged

PAGE = "accounts"


def member(of: Actor, email: str = "ann@example.org") -> Actor:
    return add_member(email=email, name="Ann", permissions=[], actor=of, now=cast.NOON)


@pytest.fixture
def ann() -> Actor:
    """A member of a new carrier."""
    return member(operator(cast.carrier().id))


def save(actor: Actor, name: str, **differently: Any) -> ViewOfList:
    return add_view(**{"page": PAGE, "name": name, "query": "type=agency&city=NYC", "actor": actor, **differently})


def names(actor: Actor, page: str = PAGE) -> list[str]:
    return [view.name for view in views(page=page, actor=actor)]


def test_a_view_is_kept_renamed_and_deleted(ann: Actor) -> None:
    kept = save(ann, " New York ", query="?city=NYC")

    renamed = rename_view(view_id=kept.id, name="Big Apple", actor=ann)

    assert kept == ViewOfList(kept.id, PAGE, "New York", "city=NYC")
    assert views(page=PAGE, actor=ann) == [renamed] == [ViewOfList(kept.id, PAGE, "Big Apple", "city=NYC")]
    delete_view(view_id=kept.id, actor=ann)
    assert names(ann) == []


def test_views_stand_in_the_order_in_which_they_are_put(ann: Actor) -> None:
    first, _, third = (save(ann, name) for name in "abc")
    save(ann, "elsewhere", page="tickets")

    assert names(ann) == ["a", "b", "c"]
    move_view(view_id=third.id, position=1, actor=ann)
    assert names(ann) == ["c", "a", "b"]
    moved = move_view(view_id=first.id, position=99, actor=ann)
    assert names(ann) == ["c", "b", "a"] == [view.name for view in moved]
    save(ann, "d")
    assert names(ann) == ["c", "b", "a", "d"]


def test_a_name_stands_once_per_page_and_member(ann: Actor) -> None:
    bob = member(operator(ann.carrier_id), "bob@example.org")
    other = save(ann, "Other")
    save(ann, "New York")

    with pytest.raises(ViewExists):
        save(ann, "New York")
    with pytest.raises(ViewExists):
        rename_view(view_id=other.id, name="New York", actor=ann)

    save(ann, "New York", page="tickets")
    save(bob, "New York")
    assert names(ann) == ["Other", "New York"]


def test_views_are_nobody_elses(superuser: psycopg.Connection, ann: Actor) -> None:
    kept = save(ann, "Mine")
    strangers = [
        member(operator(ann.carrier_id), "bob@example.org"),
        member(operator(cast.outsider().carrier.id)),
    ]

    with unchanged(superuser, ann.carrier_id, but=()):
        for stranger in strangers:
            assert names(stranger) == []
            with pytest.raises(ViewNotFound):
                rename_view(view_id=kept.id, name="Theirs", actor=stranger)
            with pytest.raises(ViewNotFound):
                move_view(view_id=kept.id, position=1, actor=stranger)
            with pytest.raises(ViewNotFound):
                delete_view(view_id=kept.id, actor=stranger)


def test_a_member_has_so_many_views_and_no_more(ann: Actor) -> None:
    for number in range(MOST_VIEWS):
        save(ann, str(number), page=f"page{number % 3}")

    with pytest.raises(TooManyViews) as refusal:
        save(ann, "one more")

    assert refusal.value.facts == {"limit": MOST_VIEWS}


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_windows_that_save_the_last_view_at_once(
    ann: Actor, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    for number in range(MOST_VIEWS - 1):
        save(ann, str(number))
    if not is_locked:
        monkeypatch.setattr(saved, "_lock", lambda *_: None)

    results = at_once(
        this_database(),
        [lambda: save(ann, "this"), lambda: save(ann, "that")],
        writing="access_savedview",
    )

    assert [type(one) for one in results if isinstance(one, Exception)] == ([TooManyViews] if is_locked else [])
    assert len(names(ann)) == (MOST_VIEWS if is_locked else MOST_VIEWS + 1)


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"page": "Accounts"}, "page"),
        ({"page": ""}, "page"),
        ({"page": "x" * 41}, "page"),
        ({"query": "x" * (LONGEST_QUERY + 1)}, "query"),
        ({"query": "a=\r\nSet-Cookie"}, "query"),
        ({"query": "a=\0"}, "query"),
        ({"query": "city=Málaga"}, "query"),
    ],
)
def test_what_is_malformed_is_not_kept(
    superuser: psycopg.Connection, ann: Actor, differently: dict[str, Any], field: str
) -> None:
    with unchanged(superuser, ann.carrier_id, but=()), pytest.raises(InvalidRequest) as refusal:
        save(ann, **{"name": "x", **differently})

    assert refusal.value.field == field


def test_the_longest_query_fits(ann: Actor) -> None:
    save(ann, "long", query="x" * LONGEST_QUERY)

    assert len(views(page=PAGE, actor=ann)[0].query) == LONGEST_QUERY


def test_who_is_no_member_has_no_views(superuser: psycopg.Connection) -> None:
    chief = operator(cast.carrier().id)

    with unchanged(superuser, chief.carrier_id, but=()):
        assert names(chief) == []
        for verb in (
            lambda: save(chief, "x"),
            lambda: rename_view(view_id=1, name="x", actor=chief),
            lambda: move_view(view_id=1, position=1, actor=chief),
            lambda: delete_view(view_id=1, actor=chief),
        ):
            with pytest.raises(PermissionDenied):
                verb()
