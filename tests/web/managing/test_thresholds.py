"""From which amount a second member has to approve, by currency."""

import pytest

from skypurser.access import four_eyes
from skypurser.access.permissions import ALL, Permission
from tests.cast import airline, outsider
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries

PATH = "/administration/approvals"


def test_a_threshold_is_set_changed_and_taken_away() -> None:
    home = airline()
    browser = signed_in(home)

    browser.post(PATH, {"currency": "JPY", "amount": "500,000"})
    browser.post(PATH, {"currency": "USD", "amount": "5,000.50"})
    browser.post(PATH, {"currency": "USD", "amount": "6,000"})
    shown = words(browser.get(PATH))
    browser.post(PATH, {"remove": "JPY"})

    assert "JPY 500,000 JPY" in shown
    assert "USD 6,000.00 USD" in shown
    assert four_eyes.thresholds(carrier_id=home.carrier.id) == {"USD": 600_000}


def test_change_fills_in_what_there_is() -> None:
    browser = signed_in(airline())
    browser.post(PATH, {"currency": "KWD", "amount": "1.234"})

    page = browser.get(f"{PATH}?edit=KWD").text

    assert 'value="KWD" selected' in page
    assert 'name="amount" value="1.234"' in page


def test_without_thresholds_the_page_says_what_that_means() -> None:
    assert "Everything that is moved by hand is posted at once." in signed_in(airline()).get(PATH).text


@pytest.mark.parametrize(
    "form",
    [
        {"currency": "XXX", "amount": "5"},
        {"currency": "USD", "amount": "0"},
        {"currency": "USD", "amount": "1.234"},
        {"currency": "USD", "amount": ""},
        {"currency": "\x00", "amount": "9" * 60},
        {"remove": "NOPE"},
    ],
)
def test_nonsense_is_told_and_sets_nothing(form: dict[str, str]) -> None:
    home = airline()

    answer = signed_in(home).post(PATH, form)

    assert answer.status_code < 500
    assert answer.status_code != 302
    assert four_eyes.thresholds(carrier_id=home.carrier.id) == {}


def test_it_takes_the_permission_and_concerns_ones_own_carrier_only() -> None:
    home, other = airline(), outsider()

    assert signed_in(home, ALL - {Permission.ADMINISTRATION}).get(PATH).status_code == 403
    assert signed_in(home, ALL - {Permission.ADMINISTRATION}).post(PATH, {"remove": "USD"}).status_code == 403
    signed_in(home).post(PATH, {"currency": "USD", "amount": "5"})

    assert four_eyes.thresholds(carrier_id=other.carrier.id) == {}


def test_the_page_asks_the_database_little() -> None:
    browser = signed_in(airline())

    with few_queries():
        browser.get(PATH)
