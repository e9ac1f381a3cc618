"""The page on which one says below what an account is low, and who is told."""

from typing import Any

import pytest

from skypurser.access.permissions import ALL, Permission
from skypurser.alerts import settings
from skypurser.alerts.settings import Occasion
from skypurser.mail.writing import Letter, write
from tests.cast import NOON, Airline, airline, outsider
from tests.mail.postoffice import handed_to
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries

ANA = {"email": "ana@example.org", "language": "es", "occasions": ["low", "status"]}


def path(of: Airline) -> str:
    return f"/accounts/{of.agency.id}/alerts"


def there(of: Airline) -> settings.AlertsView:
    return settings.alerts(of.agency.id, actor=of.actor)


def test_the_management_page_leads_here_and_nobody_is_told_yet() -> None:
    home = airline()
    browser = signed_in(home)

    assert f'href="{path(home)}"' in browser.get(f"/accounts/{home.agency.id}/manage").text
    shown = words(browser.get(path(home)))
    assert "Nobody is told yet" in shown
    assert "The account is low when less than 1,000.00 USD is available; now it is 10,000.00 USD" in shown


def test_without_a_mail_server_the_page_says_so() -> None:
    home = airline()
    warning = "No mail server is set up here, so nothing can be sent by e-mail."
    browser = signed_in(home)

    with handed_to(""):
        assert warning in words(browser.get(path(home)))
    with handed_to("smtp://mail.example.org"):
        assert warning not in words(browser.get(path(home)))


def test_a_recipient_is_added_changed_and_removed() -> None:
    home = airline()
    browser = signed_in(home)

    browser.post(path(home), ANA)
    shown = words(browser.get(path(home)))
    added = there(home).recipients
    form = browser.get(f"{path(home)}?edit=ana%40example.org").text
    browser.post(path(home), {**ANA, "language": "en", "occasions": ["over_limit"]})
    changed = there(home).recipients
    browser.post(path(home), {"remove": "ana@example.org"})

    assert "ana@example.org Español Low balance, Change of status" in shown
    assert [set(one.occasions) for one in added] == [{Occasion.LOW, Occasion.STATUS}]
    assert 'value="ana@example.org"' in form
    assert [(one.language, set(one.occasions)) for one in changed] == [("en", {Occasion.OVER_LIMIT})]
    assert there(home).recipients == ()


def test_the_mark_is_set_in_percent_as_an_amount_and_taken_away() -> None:
    home = airline()
    browser = signed_in(home)
    seen = []

    for form in (
        {"by": "percent", "percent": "25"},
        {"by": "amount", "amount": "1,234.50", "percent": "7"},
        {"by": "usual"},
    ):
        browser.post(path(home), form)
        seen.append((there(home).percent, there(home).amount))

    assert seen == [(25, None), (None, 123_450), (None, None)]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"by": "percent"}, "Write the figure, or choose a tenth."),
        ({"by": "percent", "percent": "101"}, "Ensure this value is less than or equal to 100."),
        ({"by": "amount", "amount": "0"}, "above zero"),
        ({**ANA, "email": "ana"}, "Enter a valid email address."),
        ({**ANA, "occasions": []}, "This field is required."),
        ({"by": "amount", "amount": "\x00" + "9" * 60}, ""),
    ],
)
def test_nonsense_is_told_and_sets_nothing(form: dict[str, Any], told: str) -> None:
    home = airline()

    answer = signed_in(home).post(path(home), form)

    assert answer.status_code == 200
    assert told in answer.text
    assert (there(home).percent, there(home).amount, there(home).recipients) == (None, None, ())


def test_the_last_letters_are_shown() -> None:
    home = airline()
    letter = Letter(
        cause="event:1/ana@example.org",
        about=f"account:{home.agency.id}",
        recipient="ana@example.org",
        language="en",
        subject="NYC1 USD is suspended",
        paragraphs=("It was.",),
    )
    with handed_to("smtp://mail.example.org"):
        write(letter, actor=home.actor, now=NOON)

    assert "NYC1 USD is suspended ana@example.org" in words(signed_in(home).get(path(home)))


def test_only_who_manages_accounts_and_of_this_carrier_comes_here() -> None:
    home = airline()

    assert signed_in(home, ALL - {Permission.ACCOUNT_MANAGEMENT}).get(path(home)).status_code == 403
    assert signed_in(outsider()).get(path(home)).status_code == 404
    browser = signed_in(home)
    with few_queries():
        assert browser.get(path(home)).status_code == 200
