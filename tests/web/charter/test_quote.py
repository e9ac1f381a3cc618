"""The page of a quote, its versions and history; booking and cancelling it; its document and its letters."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import psycopg
import pytest
from pypdf import PdfReader

from skypurser.access.permissions import Permission
from skypurser.charter import lists, queries
from skypurser.charter.content import Method
from skypurser.charter.pricing import PriceLine
from skypurser.charter.quoting import cancel, save, told_quote
from skypurser.charter.views import BookingView, QuoteStatus, QuoteView
from skypurser.mail import queries as letters
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerChanges
from tests import cast
from tests.cast import CharterOperator, charter_operator
from tests.databases import unchanged
from tests.mail.postoffice import handed_to
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def made(home: CharterOperator, price: int = 200_000, **differently: Any) -> QuoteView:
    """A quote that flies far ahead."""
    return cast.quote(home, price, **{"now": datetime.now(UTC), "legs": (leg(),), **differently})


def leg() -> Any:
    """A leg far ahead."""
    return cast.leg(departs="2088-02-01T10:00", arrives="2088-02-01T13:00")


def changed(home: CharterOperator, quote: QuoteView, price: int, **differently: Any) -> QuoteView:
    """The quote, saved anew."""
    data = cast.quote_data(home, price, **{"legs": (leg(),), **differently})
    how: dict[str, Any] = {"actor": home.actor, "now": datetime.now(UTC), "key": cast.fresh_key("change")}
    return told_quote(save(data=data, quoted=True, quote_id=quote.id, expected_version=quote.version, **how))


def test_the_page_tells_legs_in_both_zones_lines_tax_by_rate_hold_and_its_end() -> None:
    home = charter_operator()
    lines = (
        PriceLine(text="Flight", quantity_milli=3_500, unit_price=50_000, tax_bps=750),
        PriceLine(text="Catering", quantity_milli=1_000, unit_price=10_000),
    )
    until = datetime.now(UTC) + timedelta(days=2)
    quote = made(home, lines=lines, hold_until=until, person_id=home.ann.id, notes="Vegetarian\nNo nuts")

    page = signed_in(home).get(f"/quotes/{quote.id}")

    told = words(page)
    for one in (
        *("QUOTED", "Sky Holding", "Ann", "Citation CJ3", "Jet card", "3.5", "500.00", "7.50%", "1,750.00"),
        *("Tax 7.50% of 1,750.00 USD 131.25 USD", "Tax 0.00% of 100.00 USD 0.00 USD", "Price 1,981.25 USD"),
        *("Feb 1, 2088 10:00 America/New_York", "Feb 1, 2088 15:00:00Z", "Vegetarian", "No nuts", "until"),
    ):
        assert one in told, one
    assert f'href="/quotes/{quote.id}/book"' in page.text


def test_versions_are_kept_as_they_were_with_what_changed() -> None:
    home = charter_operator()
    first = made(home, 200_000)
    changed(home, first, 210_000, aircraft="Falcon 900")
    browser = signed_in(home)

    every = words(browser.get(f"/quotes/{first.id}/versions"))
    was = words(browser.get(f"/quotes/{first.id}/versions/1"))

    assert "Version 2 as it is now" in every
    for told in ("Citation CJ3, N123SP", "Falcon 900", "2,000.00", "2,100.00"):
        assert told in every
    assert "Price 2,000.00 USD" in was
    assert "Version 1, as desk saved it" in was
    assert browser.get(f"/quotes/{first.id}/versions/2").status_code == 404
    assert browser.get(f"/quotes/{first.id}/versions/99999999999999999999").status_code == 404


def test_the_history_tells_what_was_done_with_this_quote_alone() -> None:
    home = charter_operator()
    quote, _other = made(home, 100_000), made(home, 150_000)
    changed(home, quote, 120_000)

    told = words(signed_in(home).get(f"/quotes/{quote.id}/history"))

    assert "Quote made" in told
    assert "1,000.00 USD → to 1,200.00 USD" in told
    assert "1,500.00" not in told


def booked(home: CharterOperator, quote: QuoteView) -> BookingView | None:
    now = queries.quote(quote.id, actor=home.actor, now=datetime.now(UTC))
    return lists.booking_of(now, actor=home.actor)


def test_booking_says_what_is_deducted_and_what_is_left_then_does_it_once() -> None:
    """Source: FL3XX, "Automatic Deduction"."""
    home = charter_operator(balance=500_000)
    quote = made(home, 200_000)
    browser = signed_in(home)
    path = f"/quotes/{quote.id}/book"

    page = browser.get(path)
    told = words(page)
    assert f"2,000.00 USD is deducted from {home.card.code} at once." in told
    assert "3,000.00 USD is left available on it then." in told
    assert cast.standing(home.card).net == 500_000
    answers = [browser.post(path, hidden(page.text)) for _ in range(2)]

    booking = booked(home, quote)
    assert booking is not None
    assert {one.headers["Location"] for one in answers} == {f"/bookings/{booking.id}"}
    assert cast.standing(home.card).net == 300_000
    receipt = words(browser.get(f"/bookings/{booking.id}"))
    assert (
        f"2,000.00 USD is deducted from {home.card.code}; it has 3,000.00 USD available now. Show the movement"
        in receipt
    )
    assert "It became booking 1 ." in words(browser.get(f"/quotes/{quote.id}"))
    back = browser.get(path)
    assert back.status_code == 409
    assert "The quote is booked already." in words(back)
    assert f'href="/quotes/{quote.id}"' in back.text


def test_a_booking_above_what_is_left_tells_the_shortfall_and_the_quote_stays_one(
    superuser: psycopg.Connection[Any],
) -> None:
    home = charter_operator(balance=500_000)
    quote, rival = made(home, 300_000), made(home, 300_000)
    browser = signed_in(home)
    page = browser.get(f"/quotes/{quote.id}/book")
    send(browser, f"/quotes/{rival.id}/book")

    with unchanged(superuser, home.carrier.id):
        answer = browser.post(f"/quotes/{quote.id}/book", hidden(page.text))

    told = words(answer)
    for one in ("not enough on the card", "3,000.00 USD", "2,000.00 USD", "1,000.00 USD", "the quote stays a quote"):
        assert one in told
    assert f'href="/jet-cards/{home.card.id}/add-funds?next=/quotes/{quote.id}/book"' in answer.text
    assert f'href="/quotes/{quote.id}/edit#payment"' in answer.text
    assert queries.quote(quote.id, actor=home.actor, now=datetime.now(UTC)).status is QuoteStatus.QUOTED


def test_a_price_that_was_never_seen_is_not_booked() -> None:
    home = charter_operator()
    quote = made(home, 100_000)
    browser = signed_in(home)
    page = browser.get(f"/quotes/{quote.id}/book")
    changed(home, quote, 400_000)

    answer = browser.post(f"/quotes/{quote.id}/book", hidden(page.text))

    assert "Somebody else has changed this meanwhile" in words(answer)
    assert booked(home, quote) is None
    assert browser.post(f"/quotes/{quote.id}/book", hidden(answer.text)).status_code == 302


def test_with_another_method_nothing_is_deducted() -> None:
    home = charter_operator()
    quote = made(home, method=Method.INVOICE, card_id=None)
    browser = signed_in(home)

    assert "Nothing is deducted; the price is invoiced." in words(browser.get(f"/quotes/{quote.id}/book"))
    send(browser, f"/quotes/{quote.id}/book")

    assert cast.standing(home.card).net == 500_000
    assert booked(home, quote) is not None


def test_cancelling_gives_back_what_is_held_and_ends_the_quote() -> None:
    home = charter_operator()
    quote = made(home, hold_until=datetime.now(UTC) + timedelta(days=1))
    browser = signed_in(home)
    path = f"/quotes/{quote.id}/cancel"
    assert "The 2,000.00 USD that it holds is available again at once." in words(browser.get(path))

    answer = send(browser, path, reference="Flew with others")

    assert answer.status_code == 302
    assert cast.standing(home.card, now=None).held == 0
    assert "CANCELLED" in words(browser.get(f"/quotes/{quote.id}"))
    assert "Flew with others" in words(browser.get(f"/quotes/{quote.id}/history"))
    assert browser.get(path).status_code == 409


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_document_is_in_the_customers_language_and_the_same_each_time(language: str) -> None:
    home = charter_operator()
    customers.change_customer(
        customer_id=home.customer.id,
        changes=CustomerChanges(language=language, name='#image("/etc/passwd") *bold* <b>'),
        actor=home.actor,
        now=cast.NOON,
    )
    quote = made(home, aircraft="#panic() [x] $y$", person_id=home.ann.id, valid_until=datetime(2088, 1, 1, tzinfo=UTC))
    browser = signed_in(home)

    answers = [browser.get(f"/quotes/{quote.id}/quote.pdf") for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert answers[0].content.startswith(b"%PDF-")
    assert answers[0].headers["Content-Type"] == "application/pdf"
    name = {"en": "quote-1.pdf", "es": "cotizacion-1.pdf"}[language]
    assert answers[0].headers["Content-Disposition"] == f'inline; filename="{name}"'


def test_a_draft_has_no_document() -> None:
    home = charter_operator()
    data = cast.quote_data(home, legs=(leg(),))
    draft = told_quote(save(data=data, quoted=False, key="draft", actor=home.actor, now=cast.NOON))

    browser = signed_in(home)

    assert browser.get(f"/quotes/{draft.id}/quote.pdf").status_code == 409
    assert "quote.pdf" not in browser.get(f"/quotes/{draft.id}").text


def test_the_papers_of_two_versions_are_told_apart_and_a_cancelled_quote_has_none() -> None:
    home = charter_operator()
    browser = signed_in(home)
    quote = made(home)

    now = changed(home, quote, 190_000)
    paper = browser.get(f"/quotes/{quote.id}/quote.pdf")

    assert paper.headers["Content-Disposition"] == 'inline; filename="quote-1-v2.pdf"'
    assert re.search(r"Version\s+2", PdfReader(BytesIO(paper.content)).pages[0].extract_text())
    cancel(quote_id=quote.id, expected_version=now.version, key="c", actor=home.actor, now=datetime.now(UTC))
    assert browser.get(f"/quotes/{quote.id}/quote.pdf").status_code == 409
    assert "quote.pdf" not in browser.get(f"/quotes/{quote.id}").text


def test_it_is_sent_with_words_in_the_customers_language_once_and_the_page_lists_the_letter() -> None:
    home = charter_operator()
    customers.change_customer(
        customer_id=home.customer.id,
        changes=CustomerChanges(language="es", email="vuelos@example.org"),
        actor=home.actor,
        now=cast.NOON,
    )
    quote = made(home)
    browser = signed_in(home)
    path = f"/quotes/{quote.id}/send"
    with handed_to("smtp://mail.example.org"):
        page = browser.get(path)
        assert 'value="vuelos@example.org"' in page.text
        assert "Nuestra cotización 1" in page.text
        assert "TEB–OPF" in page.text
        form = {
            **hidden(page.text),
            "recipient": "ana@example.org",
            "subject": "Su vuelo",
            "words": "Hola.\r\n\r\nAdiós.",
        }
        wrong = browser.post(path, {**form, "recipient": "nobody"})
        assert "This is no e-mail address." in words(wrong)
        form["key"] = hidden(wrong.text)["key"]
        answers = [browser.post(path, form) for _ in range(2)]
        told = words(browser.get(f"/quotes/{quote.id}"))

    assert [one.status_code for one in answers] == [302, 302]
    [letter] = letters.about(f"quote:{quote.id}", actor=home.actor)
    assert (letter.recipient, letter.subject, letter.language) == ("ana@example.org", "Su vuelo", "es")
    assert letter.cause.startswith(f"quote:{quote.id}/")
    whole = letters.whole(letter.id, actor=home.actor)
    assert whole.files[0][0] == "cotizacion-1.pdf"
    assert "Hola." in whole.text
    for one in ("ana@example.org", "Su vuelo", "On its way"):
        assert one in told
    assert "Quote sent by e-mail" in words(browser.get(f"/quotes/{quote.id}/history"))


def test_where_no_mail_server_is_set_up_the_pages_say_so_and_nothing_is_sent() -> None:
    home = charter_operator()
    quote = made(home)
    browser = signed_in(home)

    page = browser.get(f"/quotes/{quote.id}/send")
    sent = browser.post(
        f"/quotes/{quote.id}/send", {**hidden(page.text), "recipient": "a@example.org", "subject": "S", "words": "W"}
    )

    for one in (page, sent, browser.get(f"/quotes/{quote.id}")):
        assert "No mail server is set up here" in words(one)
    assert letters.about(f"quote:{quote.id}", actor=home.actor) == []


def test_what_has_departed_is_booked_after_a_warning_and_a_tick() -> None:
    home = charter_operator()
    quote = cast.quote(home)
    browser = signed_in(home)
    path = f"/quotes/{quote.id}/book"

    page = browser.get(path)
    silent = browser.post(path, hidden(page.text))
    meant = browser.post(path, {**hidden(silent.text), "departed": "on"})

    assert "The first leg has departed." in words(browser.get(f"/quotes/{cast.quote(home).id}"))
    assert "The first leg departed on Feb 1, 2026" in words(page)
    assert silent.status_code == 200
    assert "Say that it is meant, or give the quote another departure." in words(silent)
    assert meant.status_code == 302
    assert "departed" not in browser.get(f"/quotes/{made(home).id}/book").text


def test_a_quote_that_is_valid_beyond_its_departure_says_so() -> None:
    home = charter_operator()
    quote = made(home, valid_until=datetime(2089, 1, 1, tzinfo=UTC))

    assert "valid beyond the departure" in words(signed_in(home).get(f"/quotes/{quote.id}"))


def test_an_expired_quote_says_so_and_offers_no_booking() -> None:
    home = charter_operator()
    quote = cast.quote(home, 1_000, valid_until=cast.NOON + timedelta(hours=1))
    browser = signed_in(home)

    page = browser.get(f"/quotes/{quote.id}")

    assert "EXPIRED" in words(page)
    assert f"/quotes/{quote.id}/book" not in page.text
    assert "The quote is expired." in words(browser.get(f"/quotes/{quote.id}/book"))


def test_a_member_who_is_limited_to_other_countries_finds_no_quote_of_the_customer() -> None:
    home = charter_operator()
    quote = made(home)
    browser = signed_in(home, {Permission.SALES}, countries={"AR"})

    assert browser.get(f"/quotes/{quote.id}").status_code == 404
    assert browser.get(f"/quotes/{quote.id}/book").status_code == 404
    assert "Sky Holding" not in browser.get("/quotes").text


@pytest.mark.parametrize("path", ["", "/versions", "/versions/1", "/history", "/book", "/cancel", "/send"])
def test_the_pages_ask_the_database_seldom(path: str) -> None:
    home = charter_operator()
    quote = made(home, person_id=home.ann.id, hold_until=datetime.now(UTC) + timedelta(days=1))
    changed(home, quote, 210_000, person_id=home.ann.id)
    browser = signed_in(home)
    browser.get("/quotes/new")

    with few_queries():
        assert browser.get(f"/quotes/{quote.id}{path}").status_code == 200
