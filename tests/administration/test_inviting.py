"""Inviting members, and who becomes them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from skypurser.access import invitations
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.carriers import CarrierView
from skypurser.access.invitations import InvitationInvalid
from skypurser.access.members import MemberNotFound, get_member
from skypurser.access.memberships import UserIsMember, acting_member, memberships
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.inviting import LASTS, MemberJoined, accept, invite, register_and_accept, release
from skypurser.administration.members import add_member, deactivate_member
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.identity.users import UserExists, UserView, find_user, register
from tests import cast
from tests.web.newcomers import PASSWORD, fresh_address


def member(of: CarrierView, email: str = "") -> str:
    address = email or fresh_address()
    add_member(email=address, name="Ann Lee", permissions=ALL, actor=operator(of.id), now=cast.NOON)
    return address


def token_for(of: CarrierView, email: str) -> str:
    return invite(email=email, actor=operator(of.id), now=cast.NOON).token


def user(email: str = "") -> UserView:
    return register(email=email or fresh_address(), name="Ann Lee", password=PASSWORD)


def test_an_invited_user_becomes_the_member_and_the_history_tells_it() -> None:
    of = cast.carrier()
    email, one = member(of), user()
    token = token_for(of, email)

    accept(token=token, user=one, now=cast.NOON)

    assert [found.carrier_id for found in memberships(user_id=one.id)] == [of.id]
    assert get_member(email=email, actor=operator(of.id)).has_joined
    joined, invited = acts.of_carrier(carrier_id=of.id)[:2]
    assert (joined.action, joined.actor, joined.changes) == ("member.joined", email, {"user": [None, one.email]})
    assert (invited.action, invited.actor, invited.reference) == ("member.invited", "operator", email)
    assert token not in f"{joined} {invited}"


def test_a_link_works_once() -> None:
    of = cast.carrier()
    token = token_for(of, member(of))
    accept(token=token, user=user(), now=cast.NOON)

    with pytest.raises(InvitationInvalid):
        accept(token=token, user=user(), now=cast.NOON)


def test_of_two_who_open_a_link_at_once_one_joins() -> None:
    of = cast.carrier()
    token = token_for(of, member(of))
    people = [user() for _ in range(4)]

    def join(one: UserView) -> bool:
        try:
            accept(token=token, user=one, now=cast.NOON)
        except InvitationInvalid:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(join, people)) == [False, False, False, True]
    assert sum(bool(memberships(user_id=one.id)) for one in people) == 1


def test_a_link_works_for_seven_days() -> None:
    of = cast.carrier()
    token = token_for(of, member(of))

    assert invitations.find(token=token, now=cast.NOON + LASTS - timedelta(seconds=1)).carrier_id == of.id
    with pytest.raises(InvitationInvalid):
        accept(token=token, user=user(), now=cast.NOON + LASTS)


def test_a_member_who_was_deactivated_joins_no_more() -> None:
    of = cast.carrier()
    email = member(of)
    token = token_for(of, email)
    member(of)  # another administrator, so that somebody is left
    deactivate_member(email=email, actor=operator(of.id), now=cast.NOON)

    with pytest.raises(InvitationInvalid):
        accept(token=token, user=user(), now=cast.NOON)
    with pytest.raises(MemberNotFound):
        token_for(of, email)


def test_who_has_joined_is_not_invited_again() -> None:
    of = cast.carrier()
    email = member(of)
    accept(token=token_for(of, email), user=user(), now=cast.NOON)

    with pytest.raises(MemberJoined):
        token_for(of, email)


def test_whoever_joined_wrongly_is_put_out_and_the_right_person_joins() -> None:
    of, wrong, right = cast.carrier(), user(), user()
    email = member(of)
    accept(token=token_for(of, email), user=wrong, now=cast.NOON)

    assert [release(email=email, actor=operator(of.id), now=cast.NOON) for _ in range(2)] == [True, False]

    assert not memberships(user_id=wrong.id)
    assert acts.of_carrier(carrier_id=of.id)[0].action == "member.released"
    accept(token=token_for(of, email), user=right, now=cast.NOON)
    assert get_member(email=email, actor=operator(of.id)).user_id == right.id


def test_nobody_puts_themselves_out() -> None:
    of, one = cast.carrier(), user()
    email = member(of)
    accept(token=token_for(of, email), user=one, now=cast.NOON)
    actor = acting_member(membership=memberships(user_id=one.id)[0], user_id=one.id)
    assert actor is not None

    with pytest.raises(PermissionDenied):
        release(email=email, actor=replace(actor, permissions=ALL), now=cast.NOON)

    assert get_member(email=email, actor=operator(of.id)).has_joined


def test_a_user_is_one_member_of_a_carrier() -> None:
    of, one = cast.carrier(), user()
    accept(token=token_for(of, member(of)), user=one, now=cast.NOON)
    second = token_for(of, member(of))

    with pytest.raises(UserIsMember):
        accept(token=second, user=one, now=cast.NOON)

    accept(token=second, user=user(), now=cast.NOON)


def test_a_new_user_has_the_address_that_was_invited() -> None:
    of = cast.carrier()
    email = member(of)

    made = register_and_accept(token=token_for(of, email), name="Ann", password=PASSWORD, now=cast.NOON)

    assert made.email == email
    assert len(memberships(user_id=made.id)) == 1


def test_a_password_that_will_not_do_makes_no_user_and_spares_the_link() -> None:
    of = cast.carrier()
    email = member(of)
    token = token_for(of, email)

    with pytest.raises(InvalidRequest):
        register_and_accept(token=token, name="Ann", password="short", now=cast.NOON)

    assert find_user(email=email) is None
    assert invitations.find(token=token, now=cast.NOON).email == email


def test_no_link_sets_the_password_of_somebody_who_signs_in_already() -> None:
    of, one = cast.carrier(), user()
    token = token_for(of, member(of, one.email))

    with pytest.raises(UserExists):
        register_and_accept(token=token, name="Mallory", password="mallory's own password", now=cast.NOON)

    assert find_user(email=one.email) == one
    assert not memberships(user_id=one.id)


def test_who_invites_an_address_first_gains_nothing_where_it_is_invited_later() -> None:
    """Mallory administers a carrier, invites Ann's address, and opens the link herself."""
    hers, another = cast.carrier(), cast.carrier()
    address = member(hers)
    squatter = register_and_accept(token=token_for(hers, address), name="M", password=PASSWORD, now=cast.NOON)

    member(another, address)
    token_for(another, address)

    assert [found.carrier_id for found in memberships(user_id=squatter.id)] == [hers.id]


@pytest.mark.parametrize("permissions", [frozenset[Permission](), ALL - {Permission.ADMINISTRATION}])
def test_it_takes_administration(permissions: frozenset[Permission]) -> None:
    of = cast.carrier()
    email = member(of)

    with pytest.raises(PermissionDenied):
        invite(email=email, actor=Actor(of.id, "ann", permissions), now=cast.NOON)
    with pytest.raises(PermissionDenied):
        invite(email=email, actor=Actor(of.id, "key:x", ALL, key_id=1), now=cast.NOON)


def test_another_carriers_member_is_nobody() -> None:
    email = member(cast.carrier())

    with pytest.raises(MemberNotFound):
        token_for(cast.outsider().carrier, email)
