"""The page of who is told of a jet card."""

from skypurser.access.permissions import ALL, Permission
from skypurser.alerts import settings
from skypurser.alerts.settings import Occasion, RecipientView
from tests import cast
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def test_who_is_told_of_a_card_is_added_changed_and_removed() -> None:
    charter = cast.charter_operator()
    browser, path = signed_in(charter), f"/jet-cards/{charter.card.id}/alerts"

    empty = browser.get(path)
    browser.post(path, {"email": "Carla@example.org", "language": "es", "occasions": ["low"]})
    added = settings.alerts(charter.card.id, actor=charter.actor, is_card=True).recipients
    with few_queries():
        shown = browser.get(f"{path}?edit=carla@example.org")
    browser.post(path, {"remove": "carla@example.org"})

    assert "Nobody is told yet" in words(empty)
    assert "Change of status" not in words(empty)
    assert added == (RecipientView("carla@example.org", "es", frozenset({Occasion.LOW})),)
    assert "carla@example.org Español Low balance" in words(shown)
    assert settings.alerts(charter.card.id, actor=charter.actor, is_card=True).recipients == ()


def test_what_is_wrong_is_told_in_the_form() -> None:
    charter = cast.charter_operator()
    browser, path = signed_in(charter), f"/jet-cards/{charter.card.id}/alerts"

    for typed in (
        {"email": "nobody", "language": "en", "occasions": ["low"]},
        {"email": "a@example.org", "language": "en"},
        {"email": "a@example.org", "language": "en", "occasions": ["status"]},
    ):
        assert browser.post(path, typed).status_code == 200
    assert settings.alerts(charter.card.id, actor=charter.actor, is_card=True).recipients == ()


def test_it_takes_the_permission_for_cards_and_a_card_of_ones_own() -> None:
    charter, other = cast.charter_operator(), cast.charter_operator()
    path = f"/jet-cards/{charter.card.id}/alerts"

    assert signed_in(charter, ALL - {Permission.JET_CARDS}).get(path).status_code == 403
    assert signed_in(other).get(path).status_code == 404
    customer = signed_in(charter).get(f"/customers/{charter.customer.id}").text
    assert f'href="{path}"' in customer
