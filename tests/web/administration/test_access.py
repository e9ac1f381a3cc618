"""Who may open the administrator's pages, and whose things are there."""

import pytest
from django.urls import reverse

from skypurser.access.actors import operator
from skypurser.access.members import change_member
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.members import add_member
from skypurser.webhooks import endpoints
from tests import cast
from tests.web.newcomers import Someone, browser, fresh_address, post, signed_in

ADMINISTRATION = ["carrier", "members", "member-new", "roles", "role-new", "api-keys", "api-key-new"]
WEBHOOKS = ["webhooks", "webhook-new"]
CHANGES = [
    ("member", "member_id"),
    ("member-invite", "member_id"),
    ("member-deactivate", "member_id"),
    ("member-reactivate", "member_id"),
    ("api-key", "key_id"),
    ("api-key-revoke", "key_id"),
    ("webhook", "endpoint_id"),
    ("webhook-pause", "endpoint_id"),
    ("webhook-resume", "endpoint_id"),
    ("webhook-secret", "endpoint_id"),
    ("delivery", "delivery_id"),
    ("delivery-replay", "delivery_id"),
]


@pytest.mark.parametrize("name", ADMINISTRATION + WEBHOOKS)
def test_the_pages_open_for_who_may(name: str) -> None:
    needed = Permission.WEBHOOKS if name in WEBHOOKS else Permission.ADMINISTRATION
    one = signed_in(permissions=[needed])

    assert one.browser.get(reverse(f"desk:{name}")).status_code == 200


@pytest.mark.parametrize("name", ADMINISTRATION + WEBHOOKS)
def test_the_pages_stay_shut_for_all_others(name: str) -> None:
    needed = Permission.WEBHOOKS if name in WEBHOOKS else Permission.ADMINISTRATION
    one = signed_in(permissions=ALL - {needed})

    assert one.browser.get(reverse(f"desk:{name}")).status_code == 403
    assert browser().get(reverse(f"desk:{name}")).headers["Location"].startswith("/account/login/?next=/administration")


@pytest.mark.parametrize(("name", "number"), CHANGES)
def test_nothing_is_changed_by_who_may_not(name: str, number: str) -> None:
    one = signed_in(permissions=ALL - {Permission.ADMINISTRATION, Permission.WEBHOOKS})
    path = reverse(f"desk:{name}", kwargs={number: 1})

    answer = post(one.browser, path, page="/account/password/change/", key="k")

    assert answer.status_code in {403, 405}


def test_webhooks_tell_of_every_account_so_a_limit_to_places_shuts_them() -> None:
    one = signed_in()
    change_member(email=one.user.email, cities=["NYC"], actor=operator(one.carrier.id))

    assert one.browser.get(reverse("desk:webhooks")).status_code == 403


@pytest.fixture(scope="module")
def strangers() -> dict[str, int]:
    """Numbers of things that another carrier has."""
    airline = cast.outsider()
    member = add_member(
        email=fresh_address(), name="Eve", permissions=ALL, actor=airline.actor, now=cast.NOON
    ).member_id
    key = cast.api_key(airline.carrier).view.id
    endpoint, _ = endpoints.create(url="https://example.com/hook", actor=airline.actor, now=cast.NOON)
    return {"member_id": member or 0, "key_id": key, "endpoint_id": endpoint.id, "delivery_id": 1}


@pytest.fixture(scope="module")
def administrator() -> Someone:
    return signed_in()


@pytest.mark.parametrize(("name", "number"), CHANGES)
@pytest.mark.parametrize("which", ["another carrier's", "none"])
def test_what_is_another_carriers_is_not_there(
    name: str, number: str, which: str, strangers: dict[str, int], administrator: Someone
) -> None:
    path = reverse(f"desk:{name}", kwargs={number: strangers[number] if which != "none" else 9_223_372_036_854_775_808})
    client = administrator.browser

    got = client.get(path)
    sent = post(client, path, page="/account/password/change/", key="k", url="https://example.com/x")

    assert got.status_code in {404, 405}
    assert sent.status_code in {404, 405}
    assert 404 in {got.status_code, sent.status_code}
