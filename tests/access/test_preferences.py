"""How a member likes the pages."""

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.members import add_member
from skypurser.access.preferences import Language, Preferences, Theme, preferences, set_preferences
from tests import cast
from tests.databases import unchanged


def member(of: Actor, email: str = "ann@example.org") -> Actor:
    return add_member(email=email, name="Ann", permissions=[], actor=of, now=cast.NOON)


def test_who_never_chose_has_the_usual() -> None:
    ann = member(operator(cast.carrier().id))

    assert preferences(actor=ann) == Preferences(None, Theme.AUTO, has_shortcuts=True)


def test_what_is_set_stays_and_the_rest_too() -> None:
    ann = member(operator(cast.carrier().id))

    set_preferences(actor=ann, language=Language.SPANISH, has_shortcuts=False)
    told = set_preferences(actor=ann, theme=Theme.DARK)

    assert told == preferences(actor=ann) == Preferences(Language.SPANISH, Theme.DARK, has_shortcuts=False)


def test_preferences_are_nobody_elses(superuser: psycopg.Connection) -> None:
    ours, theirs = operator(cast.carrier().id), operator(cast.outsider().carrier.id)
    ann, bob, outsider = member(ours), member(ours, "bob@example.org"), member(theirs)

    with unchanged(superuser, theirs.carrier_id, but=()):
        set_preferences(actor=ann, theme=Theme.LIGHT)

    assert [preferences(actor=one).theme for one in (ann, bob, outsider)] == [Theme.LIGHT, Theme.AUTO, Theme.AUTO]


def test_who_is_no_member_has_the_usual_and_sets_nothing(superuser: psycopg.Connection) -> None:
    chief = operator(cast.carrier().id)

    with unchanged(superuser, chief.carrier_id, but=()), pytest.raises(PermissionDenied):
        set_preferences(actor=chief, theme=Theme.DARK)

    assert preferences(actor=chief) == Preferences()
