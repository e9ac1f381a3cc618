"""Members who sign in, and the browsers in front of them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, operator
from skypurser.access.carriers import CarrierView
from skypurser.access.memberships import bind_user
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.members import add_member
from skypurser.identity.users import UserView, register
from tests import cast

PASSWORD = "correct horse battery staple"

_numbers = count(1)


@dataclass(frozen=True)
class Someone:
    """A person who works for a carrier, with a browser in which nobody has signed in yet."""

    user: UserView
    carrier: CarrierView
    actor: Actor
    browser: Client


def browser(**headers: str) -> Client:
    """A browser of one's own, from an address of its own, that checks CSRF like a real server does."""
    number = next(_numbers)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return Client(enforce_csrf_checks=True, SERVER_NAME="localhost", REMOTE_ADDR=address, headers=headers)


def fresh_address() -> str:
    """An e-mail address that nobody has."""
    return f"{cast.fresh_code().lower()}@example.org"


def someone(
    of: CarrierView | None = None, permissions: Collection[Permission] = ALL, *, user: UserView | None = None
) -> Someone:
    """A member who can sign in, of a new carrier without one; a second membership of `user` when given."""
    carrier = of or cast.carrier()
    user = user or register(email=fresh_address(), name="Ann Lee", password=PASSWORD)
    member = add_member(
        email=user.email, name="Ann Lee", permissions=permissions, actor=operator(carrier.id), now=cast.NOON
    )
    assert member.member_id is not None
    with acting_for(carrier.id):
        bind_user(carrier_id=carrier.id, member_id=member.member_id, user_id=user.id)
    return Someone(user, carrier, member, browser())


def signed_in(
    of: CarrierView | None = None, permissions: Collection[Permission] = ALL, *, user: UserView | None = None
) -> Someone:
    """The same, and signed in."""
    one = someone(of, permissions, user=user)
    sign_in(one.browser, one.user.email)
    return one


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    """Type address and password into the page; return the answer."""
    return post(client, reverse("account_login"), login=email, password=password, **more)


def post(client: Client, path: str, /, *, page: str | None = None, **fields: Any) -> Any:
    """Open the page, and send its form to the path with the token that stands in it."""
    shown = client.get(page or path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content.decode())
    assert token, (shown.status_code, shown.headers, shown.content[:500])
    return client.post(path, {"csrfmiddlewaretoken": token[1], **fields})
