"""Coming in: the choice of the carrier, and what somebody sees who works for none."""

import re

import pytest
from django.test import Client

from skypurser.access.actors import operator
from skypurser.access.roles import roles
from skypurser.administration.members import deactivate_member
from skypurser.identity.users import register
from tests import cast
from tests.web.managing.sending import hidden
from tests.web.newcomers import PASSWORD, browser, fresh_address, post, sign_in, signed_in, someone


def chosen(client: Client) -> int | None:
    found: int | None = client.session.get("carrier_id")
    return found


def test_a_member_of_one_carrier_acts_for_it_without_being_asked() -> None:
    one = signed_in()

    assert one.browser.get("/").status_code == 200


def test_a_member_of_two_chooses_and_may_choose_again() -> None:
    one = signed_in()
    other = someone(user=one.user)

    asked = one.browser.get("/")
    listed = one.browser.get("/carriers").content.decode()
    post(one.browser, "/carriers", carrier=other.carrier.id)
    first = chosen(one.browser)
    post(one.browser, "/carriers", carrier=one.carrier.id)

    assert asked.headers["Location"] == "/carriers"
    assert one.carrier.code in listed
    assert other.carrier.code in listed
    assert (first, chosen(one.browser)) == (other.carrier.id, one.carrier.id)
    assert one.browser.get("/").status_code == 200


def test_a_form_that_was_drawn_for_one_carrier_does_nothing_at_another() -> None:
    one = signed_in()
    other = someone(user=one.user)
    post(one.browser, "/carriers", carrier=one.carrier.id)
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies = one.browser.cookies
    page = strict.get("/administration/roles/new").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    role = {**hidden(page), "csrfmiddlewaretoken": token[1], "name": "Clerks", "permissions": ["queries"]}
    strict.post("/carriers", {"carrier": other.carrier.id, "csrfmiddlewaretoken": token[1]})

    answer = strict.post("/administration/roles/new", role)

    assert answer.status_code == 403
    assert "Clerks" not in {role.name for role in roles(actor=operator(other.carrier.id))}


@pytest.mark.parametrize("carrier", ["", "0", "x", "٣", "9" * 5_000])
def test_what_is_no_carrier_of_ones_own_is_not_chosen(carrier: str) -> None:
    one = signed_in()

    answer = post(one.browser, "/carriers", carrier=carrier)

    assert answer.status_code == 200
    assert chosen(one.browser) is None


def test_another_carrier_is_not_chosen() -> None:
    one, stranger = signed_in(), cast.outsider()

    post(one.browser, "/carriers", carrier=stranger.carrier.id)

    assert chosen(one.browser) is None


def test_somebody_who_works_for_no_carrier_is_told_so() -> None:
    client = browser()
    user = register(email=fresh_address(), name="Ann", password=PASSWORD)
    sign_in(client, user.email)

    answer = client.get("/", follow=True)

    assert "No carrier yet" in answer.content.decode()


def test_a_member_who_is_deactivated_is_out_at_the_next_request() -> None:
    one = signed_in()
    someone(of=one.carrier)  # another administrator, so that somebody is left
    deactivate_member(email=one.user.email, actor=operator(one.carrier.id), now=cast.NOON)

    answer = one.browser.get("/", follow=True)

    assert "No carrier yet" in answer.content.decode()
