"""The carrier's page."""

from django.urls import reverse

from skypurser.access.actors import operator
from skypurser.access.permissions import Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.administration.inviting import invite
from skypurser.administration.members import add_member
from tests import cast
from tests.web.newcomers import fresh_address, signed_in


def test_the_carrier_is_shown_with_what_was_done_lately_by_whom() -> None:
    one, stranger = signed_in(), cast.outsider()
    email = fresh_address()
    add_member(email=email, name="<i>Bob</i>", permissions=[], actor=operator(one.carrier.id), now=cast.NOON)

    page = one.browser.get(reverse("desk:carrier")).content.decode()

    assert one.carrier.code in page
    assert "America/New_York" in page
    assert "Carrier set up" in page
    assert "Member added" in page
    assert email in page
    assert "&lt;i&gt;Bob&lt;/i&gt;" in page
    assert stranger.carrier.code not in page


def test_older_history_is_a_page_further() -> None:
    one = signed_in()
    for _ in range(51):
        add_member(email=fresh_address(), name="Bob", permissions=[], actor=operator(one.carrier.id), now=cast.NOON)

    first = one.browser.get(reverse("desk:carrier")).content.decode()
    where = first.split('rel="next" href="')[1].split('"')[0]
    second = one.browser.get(reverse("desk:carrier") + where).content.decode()

    assert "Carrier set up" not in first
    assert "Carrier set up" in second


def test_the_history_of_the_carrier_is_told_in_words_and_money() -> None:
    one = signed_in()
    actor = operator(one.carrier.id)
    set_approval_threshold(currency="JPY", amount=50_000, actor=actor, now=cast.NOON)
    email = fresh_address()
    add_member(email=email, name="Bob", permissions=[Permission.ACCOUNT_MANAGEMENT], actor=actor, now=cast.NOON)
    invite(email=email, actor=actor, now=cast.NOON)

    page = one.browser.get(reverse("desk:carrier"), headers={"accept-language": "es"}).content.decode()

    assert "50.000\N{NO-BREAK SPACE}JPY" in page
    assert "Gestión de cuentas" in page
    assert "account_management" not in page
    assert "expires_at" not in page
