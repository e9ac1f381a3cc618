"""Members on the administrator's pages."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from skypurser.access.actors import operator
from skypurser.access.members import MemberView, find_member, get_member, members
from skypurser.access.permissions import Permission
from skypurser.history import acts
from tests.web.newcomers import PASSWORD, Someone, browser, fresh_address, post, signed_in

NEW = "/administration/members/new"


def key_in(client: Client, path: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', client.get(path).content.decode())
    assert found
    return found[1]


def send(one: Someone, path: str, *, page: str = "", key: str = "", **fields: object) -> object:
    return post(one.browser, path, page=page or path, key=key or key_in(one.browser, page or path), **fields)


def get(one: Someone, email: str) -> MemberView:
    return get_member(email=email, actor=operator(one.carrier.id))


def test_a_member_is_added_and_joins_by_the_link_that_is_shown_once() -> None:
    one, email = signed_in(), fresh_address()

    answer = send(one, NEW, email=email, name="Bob", permissions=["queries", "issuance"], cities="nyc, bos")
    path = answer.headers["Location"]  # type: ignore[attr-defined]
    first, second = (one.browser.get(path) for _ in range(2))

    link = re.search(r">http://localhost(/account/invitation/[\w-]{43})</textarea>", first.content.decode())
    assert link
    assert link[1] not in second.content.decode()
    assert "no-store" in first.headers["Cache-Control"]
    added = get(one, email)
    assert added.powers.permissions == {Permission.QUERIES, Permission.ISSUANCE}
    assert added.powers.cities == {"NYC", "BOS"}
    bob = browser()
    post(bob, link[1], name="Bob", password=PASSWORD, again=PASSWORD)
    assert get(one, email).has_joined


def test_a_form_that_is_sent_twice_at_once_is_one_act() -> None:
    one, email = signed_in(), fresh_address()
    page = one.browser.get(NEW).content.decode()
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {"csrfmiddlewaretoken": token, "key": key_in(one.browser, NEW), "email": email, "name": "Bob"}

    def send_it(_: int) -> str:
        client = Client(SERVER_NAME="localhost")
        client.cookies.update(one.browser.cookies)
        try:
            return str(client.post(NEW, fields).headers.get("Location"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        led = set(pool.map(send_it, range(4)))

    assert led == {reverse("desk:member", args=[get(one, email).id])}
    actions = [act.action for act in acts.of_carrier(carrier_id=one.carrier.id)]
    assert actions.count("member.added") == 2
    assert actions.count("member.invited") == 1


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"email": "nobody", "name": "Bob"}, "email", "is no e-mail address"),
        ({"email": "ımran@example.org", "name": "Imran"}, "email", "is no e-mail address"),
        ({"email": "b@example.org", "name": "\u202e"}, "name", "printable"),
        ({"email": "b@example.org", "name": ""}, "name", "required"),
        ({"email": "b@example.org", "name": "B", "cities": "New York"}, "cities", "three capital letters"),
        ({"email": "b@example.org", "name": "B", "countries": "USA"}, "countries", "two capital letters"),
        ({"email": "b@example.org", "name": "B", "permissions": "fly"}, "permissions", "not one of the available"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    fields: dict[str, str], field: str, says: str
) -> None:
    one = signed_in()

    answer = send(one, NEW, **fields)

    assert answer.status_code == 200  # type: ignore[attr-defined]
    page = answer.content.decode()  # type: ignore[attr-defined]
    error = re.search(rf'id="id_{field}_error">(.*?)</p>', page, re.DOTALL)
    assert error
    assert says in error[1]
    assert fields["email"] in page
    assert len(members(actor=operator(one.carrier.id))) == 1


def test_an_address_that_is_a_member_already_is_refused_and_can_be_corrected_in_the_same_form() -> None:
    one, email = signed_in(), fresh_address()
    key = key_in(one.browser, NEW)

    refused = send(one, NEW, key=key, email=one.user.email, name="Bob")
    corrected = send(one, NEW, key=key, email=email, name="Bob")

    assert "There is a member with this e-mail address already" in refused.content.decode()  # type: ignore[attr-defined]
    assert corrected.status_code == 302  # type: ignore[attr-defined]
    assert get(one, email).name == "Bob"


def test_what_a_member_may_do_is_changed() -> None:
    one, email = signed_in(), fresh_address()
    send(one, NEW, email=email, name="Bob", permissions="queries", offices="NYC1AA")
    path = reverse("desk:member", args=[get(one, email).id])

    send(one, path, permissions=["issuance", "holds"], countries="us; co", offices="")

    changed = get(one, email)
    assert changed.powers.permissions == {Permission.ISSUANCE, Permission.HOLDS}
    assert changed.powers.countries == {"US", "CO"}
    assert not changed.powers.offices
    page = one.browser.get(path).content.decode()
    assert 'value="CO, US"' in page
    assert re.search(r'value="holds"[^>]*checked', page)
    act = acts.of_carrier(carrier_id=one.carrier.id)[0]
    assert (act.action, act.actor) == ("member.changed", one.user.email)


def test_a_member_is_deactivated_and_reactivated() -> None:
    one, email = signed_in(), fresh_address()
    send(one, NEW, email=email, name="Bob")
    number = get(one, email).id
    path = reverse("desk:member", args=[number])

    post(one.browser, f"{path}/deactivate", page=path)
    post(one.browser, f"{path}/deactivate", page=path)
    is_active = get(one, email).is_active
    post(one.browser, f"{path}/reactivate", page=path)

    assert not is_active
    assert find_member(carrier_id=one.carrier.id, email=email).member_id == number
    assert [act.action for act in acts.of_carrier(carrier_id=one.carrier.id)][:2] == [
        "member.reactivated",
        "member.deactivated",
    ]


def test_a_fresh_invitation_takes_the_old_ones_place() -> None:
    one, email = signed_in(), fresh_address()
    path = send(one, NEW, email=email, name="Bob").headers["Location"]  # type: ignore[attr-defined]
    links = [re.findall(r"/account/invitation/[\w-]{43}", one.browser.get(path).content.decode())[0]]

    key = re.findall(r'name="key" value="([^"]+)"', one.browser.get(path).content.decode())[-1]
    post(one.browser, f"{path}/invite", page=path, key=key)
    links += re.findall(r"/account/invitation/[\w-]{43}", one.browser.get(path).content.decode())

    assert [browser().get(link).status_code for link in links] == [410, 200]


def test_who_has_joined_is_not_invited_again() -> None:
    one = signed_in()
    path = reverse("desk:member", args=[one.actor.member_id])

    page = one.browser.get(path).content.decode()
    answer = post(one.browser, f"{path}/invite", page=path, key="mine")

    assert "/invite" not in page
    assert "has joined already" in answer.content.decode()


def test_the_list_shows_everybody_page_by_page_and_markup_as_text() -> None:
    one = signed_in()
    for number in range(51):
        send(one, NEW, email=f"m{number}-{fresh_address()}", name=f"<b>{number}</b>")

    first = one.browser.get(reverse("desk:members")).content.decode()
    following = re.search(r'href="(\?after=\d+)"', first)
    assert following
    second = one.browser.get(reverse("desk:members") + following[1]).content.decode()

    assert (first.count("<tr data-row>"), second.count("<tr data-row>")) == (50, 2)
    assert "&lt;b&gt;50&lt;/b&gt;" in second
    assert "Not joined yet" in first


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "٣", "\x00"])
def test_an_invented_page_is_the_first_one_or_none(after: str) -> None:
    one = signed_in()

    assert one.browser.get(reverse("desk:members"), {"after": after}).status_code == 200
