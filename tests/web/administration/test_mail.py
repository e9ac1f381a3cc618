"""Letters on the administrator's pages."""

import re
from typing import Any

from django.test import Client

from skypurser.mail import queries
from skypurser.mail.delivering import deliver
from tests import cast
from tests.mail.letters import written
from tests.mail.postoffice import handed_to, post_office
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries

SOMEWHERE = "smtp://mail.example.org"


def send(browser: Client, path: str, source: str, **fields: Any) -> Any:
    key = re.findall(r'name="key" value="([^"]+)"', browser.get(source).text)
    return browser.post(path, {"key": key[0], **fields})


def test_without_a_mail_server_the_pages_say_so() -> None:
    browser = signed_in(cast.airline())

    for path in ("/administration/mail", "/administration/mail/letterhead"):
        assert "No mail server is set up here" in words(browser.get(path))
    with handed_to(SOMEWHERE):
        page = words(browser.get("/administration/mail"))
    assert "No mail server" not in page
    assert "Nothing was written yet" in page


def test_letters_are_listed_with_what_became_of_them() -> None:
    home = cast.airline()
    with post_office() as office:
        office.to_recipient = {"gone@example.org": "550 no such user"}
        for who in ("gone", "fine"):
            written(home, recipient=f"{who}@example.org", subject=f"Quote for {who}")
        deliver(carrier_ids=[home.carrier.id], now=cast.NOON)
        written(home, subject="Quote <b>late</b>")
        browser = signed_in(home)
        with few_queries():
            page = browser.get("/administration/mail")
        failed = words(browser.get("/administration/mail?status=failed"))

    told = words(page)
    assert told.index("Quote <b>late") < told.index("Quote for fine") < told.index("Quote for gone")
    assert "Failed The mail server does not take it" in told
    assert "Quote for gone" in failed
    assert "Quote for fine" not in failed
    assert "Nothing" not in words(browser.get("/administration/mail?status=nonsense"))


def test_a_letter_is_shown_as_it_is_sent_and_sent_again_once() -> None:
    home = cast.airline()
    with post_office() as office:
        office.to_recipient = {"gone@example.org": "550 no such user"}
        view = written(home, recipient="gone@example.org")
        deliver(carrier_ids=[home.carrier.id], now=cast.NOON)
        browser, path = signed_in(home), f"/administration/mail/{view.id}"
        page = words(browser.get(path))
        office.to_recipient = {}
        key = re.findall(r'name="key" value="([^"]+)"', browser.get(path).text)[0]

        answers = [browser.post(f"{path}/send-again", {"key": key}) for _ in range(2)]
        assert [answer.headers["Location"] for answer in answers] == [path, path]
        assert queries.whole(view.id, actor=home.actor).message.status == "pending"
        deliver(carrier_ids=[home.carrier.id])

    assert "550 no such user" in page
    assert "Dear Ana, the quote is attached." in page
    assert len(office.taken) == 1
    assert "Sent" in words(browser.get(path))


def test_a_letter_on_its_way_offers_no_second_sending() -> None:
    home = cast.airline()
    with handed_to(SOMEWHERE):
        view = written(home)
        browser = signed_in(home)
        page = browser.get(f"/administration/mail/{view.id}").text
    assert "send-again" not in page


def test_the_letterhead_is_set_and_told_in_the_history() -> None:
    home = cast.airline()
    browser, path = signed_in(home), "/administration/mail/letterhead"

    answer = send(browser, path, path, sender_name="Sales", reply_to="sales@example.org", signature="Ana\nSales")

    assert answer.headers["Location"] == path
    with handed_to(SOMEWHERE):
        page = browser.get(path).text
    assert 'value="sales@example.org"' in page
    assert "Letters come from Sales &lt;" in page
    assert "Letterhead set" in words(browser.get("/administration/carrier"))


def test_a_letterhead_that_is_no_address_is_told_beside_its_field() -> None:
    browser, path = signed_in(cast.airline()), "/administration/mail/letterhead"

    answer = send(browser, path, path, reply_to="sales at example")

    assert answer.status_code == 200
    assert "This is no e-mail address." in words(answer)


def test_letters_of_others_are_not_there() -> None:
    home, other = cast.airline(), cast.outsider()
    with handed_to(SOMEWHERE):
        view = written(home)
    browser = signed_in(other)
    assert browser.get(f"/administration/mail/{view.id}").status_code == 404
    assert "Your quote 17" not in browser.get("/administration/mail").text
