"""People at the desk: a browser, in Django's client, in which a member with given permissions has signed in."""

import itertools
from collections.abc import Collection
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.members import add_member
from skypurser.access.models import Member
from skypurser.access.permissions import ALL, Permission
from skypurser.web import pages
from tests.cast import NOON, Airline, CharterOperator

_numbers = itertools.count(1)

#: Known to every user of the tests; the tests' hasher is a fast one.
PASSWORD = "a-horse-and-a-battery"


def visitor(**headers: str) -> Client:
    """A browser in which nobody has signed in."""
    return Client(headers={"host": "localhost", **headers})


def user(*, name: str = "Ana Purser", email: str = "", password: str | None = None) -> Any:
    """A person who may sign in; a member of nothing yet."""
    address = email or f"person{next(_numbers)}-{id(object())}@example.com"
    return get_user_model().objects.create_user(address, password, name=name)


def join(
    person: Any, airline: Airline | CharterOperator, permissions: Collection[Permission] = ALL, **limits: Any
) -> Actor:
    """Make the person a member of the airline; `limits` are countries, cities, offices."""
    actor = add_member(
        email=person.email, name=person.name, permissions=permissions, actor=airline.actor, now=NOON, **limits
    )
    with acting_for(airline.carrier.id):
        Member.objects.filter(carrier_id=airline.carrier.id, email=person.email).update(user_id=person.pk)
    return actor


def signed_in(
    airline: Airline | CharterOperator,
    permissions: Collection[Permission] = ALL,
    *,
    name: str = "Ana Purser",
    password: str | None = None,
    **limits: Any,
) -> Client:
    """A browser of a new member of the airline, signed in; `limits` are countries, cities, offices."""
    person = user(name=name, password=password)
    join(person, airline, permissions, **limits)
    client = visitor()
    client.force_login(person)
    client.get("/carriers")  # notes the session, which is no matter of the pages asked for afterwards
    return client


def cookies(
    airline: Airline | CharterOperator, permissions: Collection[Permission] = ALL, **who: Any
) -> list[dict[str, str]]:
    """What a real browser needs to be that of a new member who has signed in; arguments as `signed_in`."""
    return [{"name": name, "value": one.value} for name, one in signed_in(airline, permissions, **who).cookies.items()]


def at(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    """Set the clock of the pages, and of nothing else."""
    monkeypatch.setattr(pages, "timezone", SimpleNamespace(now=lambda: instant))
