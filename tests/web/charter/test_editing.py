"""The form of a quote: what it offers, saves, refuses and keeps."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.charter import lists, queries
from skypurser.charter.content import Method
from skypurser.charter.quoting import save
from skypurser.charter.views import QuoteStatus, QuoteView
from skypurser.parties import persons
from skypurser.parties.clientele import PersonChanges
from tests import cast
from tests.cast import charter_operator
from tests.web.charter.forms import quote_form
from tests.web.managing.sending import hidden, words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def send(browser: Client, path: str, form: dict[str, Any], **how: Any) -> Any:
    page = browser.get(path)
    assert page.status_code == 200
    own = {name: value for name, value in hidden(page.text).items() if name in {"key", "version"}}
    return browser.post(path, {**form, **own}, **how)


def way_to_funds(answer: Any) -> str:
    """Where the link leads that adds funds."""
    [found] = re.findall(r'href="(/jet-cards/[^"]+/add-funds[^"]*)"', answer.text)
    return html.unescape(found)


def offered(page: Any) -> list[int]:
    """The cards among the payment methods."""
    return [int(one) for one in re.findall(r'name="method" value="card-([0-9]+)"', page.text)]


def quotes_of(of: cast.CharterOperator) -> list[QuoteView]:
    return lists.quotes(actor=of.actor, now=datetime.now(UTC))


def test_a_quote_is_saved_with_legs_lines_and_the_card_that_pays() -> None:
    home = charter_operator()
    browser = signed_in(home)

    answer = send(browser, "/quotes/new", quote_form(home, **{"lines-0-tax": "7.5", "lines-0-quantity": "1.5"}))

    (quote,) = quotes_of(home)
    assert answer.headers["location"] == f"/quotes/{quote.id}"
    assert (quote.status, quote.price) == (QuoteStatus.QUOTED, 322_500)
    assert (quote.content.method, quote.content.card_id) == (Method.JET_CARD, home.card.id)
    (leg,) = quote.content.legs
    assert (leg.origin, leg.departs_at) == ("TEB", datetime(2088, 2, 1, 15, tzinfo=UTC))
    page = words(browser.get(f"/quotes/{quote.id}"))
    for told in (
        "Quote 1",
        "QUOTED",
        "Sky Holding",
        "TEB–OPF",
        "3,225.00 USD",
        "Feb 1, 2088 10:00",
        "America/New_York",
    ):
        assert told in page
    assert "Tax 7.50% of 3,000.00 USD" in page


def test_a_double_click_saves_one_quote() -> None:
    home = charter_operator()
    browser = signed_in(home)
    form = {**quote_form(home), "key": hidden(browser.get("/quotes/new").text)["key"]}

    answers = [browser.post("/quotes/new", form) for _ in range(2)]

    assert {one.headers["location"] for one in answers} == {f"/quotes/{quotes_of(home)[0].id}"}
    assert len(quotes_of(home)) == 1


def test_a_draft_may_be_for_nobody_yet_and_a_quote_says_what_it_lacks() -> None:
    home = charter_operator()
    browser = signed_in(home)
    nothing = quote_form(
        home, customer_id="", method="", **dict.fromkeys(_LEG, ""), **{"lines-0-text": "", "lines-0-unit_price": ""}
    )

    refused = words(send(browser, "/quotes/new", nothing))
    drafted = send(browser, "/quotes/new", {**nothing, "do": "draft"}, follow=True)

    for told in (
        "A quote is for a customer.",
        "at least one leg",
        "a price above zero",
        "Choose how the customer pays.",
    ):
        assert told in refused
    assert "Draft 1 is saved." in words(drafted)
    assert "For nobody yet" in words(drafted)
    (quote,) = quotes_of(home)
    assert quote.status is QuoteStatus.DRAFT
    assert "Quote 1 is saved." in words(send(browser, f"/quotes/{quote.id}/edit", quote_form(home), follow=True))


_LEG = tuple(f"legs-0-{name}" for name in ("origin", "destination", "departure", "arrival", "passengers"))


def test_above_the_balance_the_figures_and_both_ways_out_are_shown_and_what_was_typed_comes_back() -> None:
    home = charter_operator(balance=150_000)
    browser = signed_in(home)

    answer = send(browser, "/quotes/new", quote_form(home, notes="Catering for four"))

    page = words(answer)
    for told in ("not enough on the card", "2,000.00 USD", "1,500.00 USD", "500.00 USD", "Add funds to the card"):
        assert told in page
    assert "Choose another method" in page
    assert 'href="#payment"' in answer.text
    assert quotes_of(home) == []
    way = way_to_funds(answer)
    funds = browser.get(way)
    added = browser.post(way, {"amount": "500.00", "reference": "Wire", "key": hidden(funds.text)["key"]})
    assert added.headers["location"].startswith("/quotes/new?typed=")
    back = browser.get(added.headers["location"])
    assert "Catering for four" in back.text
    assert "2,000.00 USD available" in words(back)
    own = hidden(back.text)["key"]
    saved = browser.post(added.headers["location"], {**quote_form(home), "key": own})
    assert saved.status_code == 302
    assert len(quotes_of(home)) == 1


def test_what_came_back_and_is_saved_twice_is_one_quote() -> None:
    home = charter_operator(balance=150_000)
    browser = signed_in(home)
    way = way_to_funds(send(browser, "/quotes/new", quote_form(home)))
    funds = browser.get(way)
    there = browser.post(way, {"amount": "500.00", "reference": "Wire", "key": hidden(funds.text)["key"]})
    kept = there.headers["location"]

    answers = [browser.post(kept, {**quote_form(home), "key": hidden(browser.get(kept).text)["key"]}) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(quotes_of(home)) == 1


def test_what_was_typed_is_nobody_elses() -> None:
    home = charter_operator(balance=100)
    answer = send(signed_in(home), "/quotes/new", quote_form(home, notes="Between us"))
    token = way_to_funds(answer).partition("typed%3D")[2]
    assert len(token) == 32

    assert "Between us" not in signed_in(home).get(f"/quotes/new?typed={token}").text


def test_funds_lead_back_to_quotes_and_bookings_only() -> None:
    home = charter_operator()
    browser = signed_in(home)

    for next_ in (
        "https://evil.example/quotes/",
        "//evil.example/quotes/1",
        "/accounts",
        "javascript:alert(1)",
        "/quotes/\x00",
    ):
        page = browser.get(f"/jet-cards/{home.card.id}/add-funds", {"next": next_})
        assert f'class="back" href="/customers/{home.customer.id}"' in page.text
    ours = browser.get(f"/jet-cards/{home.card.id}/add-funds", {"next": "/quotes/7/book"})
    assert 'class="back" href="/quotes/7/book"' in ours.text


def test_the_methods_are_those_of_the_customer_and_the_person_with_what_each_card_has() -> None:
    home = charter_operator()
    own = cast.card(home.carrier, home.customer, name="For Bob", balance=12_345, person_ids={home.bob.id})
    browser = signed_in(home)
    form = {**quote_form(home), "do": "draw"}

    nobody, ann, bob = (
        browser.post("/quotes/new", {**form, "person_id": who}) for who in ("", home.ann.id, home.bob.id)
    )

    for page in (nobody, ann):
        assert offered(page) == [home.card.id]
    assert sorted(offered(bob)) == [home.card.id, own.id]
    assert "123.45 USD available" in words(bob)
    assert "Bank transfer" in words(nobody)
    refused = send(browser, "/quotes/new", quote_form(home, person_id=home.ann.id, method=f"card-{own.id}"))
    assert "This customer or person can't pay by the card." in words(refused)
    assert quotes_of(home) == []


def test_a_person_who_left_is_offered_no_more_and_refused() -> None:
    home = charter_operator()
    persons.change_person(
        customer_id=home.customer.id,
        person_id=home.bob.id,
        changes=PersonChanges(is_active=False),
        actor=home.actor,
        now=cast.NOON,
    )

    page = send(signed_in(home), "/quotes/new", quote_form(home, person_id=home.bob.id))

    assert "The customer has no such person." in words(page)


def test_rows_are_added_and_removed_without_a_script_and_nothing_typed_is_lost() -> None:
    home = charter_operator()
    browser = signed_in(home)
    form = quote_form(home, **{"legs-0-origin": "zz", "lines-0-unit_price": "a lot"})

    more = browser.post("/quotes/new", {**form, "do": "add-legs"})
    fewer = browser.post("/quotes/new", {**form, "do": "remove-lines-0"})

    assert more.text.count('class="leg-row"') == 2
    assert 'value="zz"' in more.text
    assert 'value="a lot"' in more.text
    assert "data-errors" not in more.text
    assert fewer.text.count('class="line-row"') == 0
    assert "legs-49" not in browser.post("/quotes/new", {**form, "legs": "99999999999999"}).text


def test_totals_follow_what_is_typed() -> None:
    home = charter_operator()
    form = quote_form(home, **{"lines-0-tax": "10", "lines-0-text": ""})

    page = signed_in(home).post("/quotes/new", {**form, "do": "draw"})

    assert "2,200.00 USD" in words(page)


def test_a_time_that_the_clocks_skip_or_show_twice_is_told_beside_its_field_with_the_choice() -> None:
    home = charter_operator()
    browser = signed_in(home)
    gap = {"legs-0-departure": "2088-03-14T02:30", "legs-0-arrival": "2088-03-14T06:00"}
    twice = {"legs-0-departure": "2088-11-07T01:30", "legs-0-arrival": "2088-11-07T04:00"}

    skipped = send(browser, "/quotes/new", quote_form(home, **gap))
    asked = send(browser, "/quotes/new", quote_form(home, **twice))

    assert "The clocks in America/New_York skip this time" in words(skipped)
    assert "departure_turn" not in skipped.text
    assert "This time comes twice in America/New_York" in words(asked)
    assert 'name="legs-0-departure_turn"' in asked.text
    assert 'name="legs-0-arrival_turn"' not in asked.text
    assert quotes_of(home) == []
    saved = send(browser, "/quotes/new", quote_form(home, **twice, **{"legs-0-departure_turn": "second"}))
    assert saved.status_code == 302
    assert quotes_of(home)[0].content.legs[0].departs_at == datetime(2088, 11, 7, 6, 30, tzinfo=UTC)


def test_what_is_wrong_stands_beside_its_row() -> None:
    home = charter_operator()
    browser = signed_in(home)

    for changes, told in (
        ({"legs-0-origin": "QQQQ"}, "There is no such airport."),
        ({"legs-0-arrival": "2088-02-01T09:00"}, "The arrival is after the departure"),
        ({"legs-0-passengers": "1001"}, "1000"),
        ({"legs-0-passengers": ""}, "A leg needs this."),
        ({"lines-0-quantity": "0"}, "Write a quantity above zero"),
        ({"lines-0-quantity": "1.2345"}, "Write a quantity above zero with at most three decimals, like 1.5."),
        ({"lines-0-unit_price": "1.234"}, "USD has at most 2 decimals."),
        ({"lines-0-text": "a\x07b"}, "Only printable"),
        ({"aircraft": "a\x00b"}, "Null characters are not allowed."),
        ({"lines-0-unit_price": "9,000,000,000.00", "lines-0-quantity": "1,000,000"}, "beyond all bounds"),
        ({"hold_until": "2088-02-01"}, "This is no date and time."),
        ({"hold_until": "2088-02-01T10:00", "method": "invoice"}, "Money is held on a jet card only."),
        ({"valid_until": "2020-02-01T10:00"}, "valid until an instant in the future"),
        ({"hold_until": "2020-02-01T10:00"}, "The end of the hold lies in the future."),
        ({"hold_until": "2088-02-02T10:00", "valid_until": "2088-02-01T10:00"}, "no longer than the quote is valid"),
        ({"customer_id": "99999999999999999999"}, "Select a valid choice"),
        ({"method": "card-9999999999999999999999"}, "can't pay by the card"),
    ):
        page = send(browser, "/quotes/new", quote_form(home, **changes))
        assert page.status_code == 200, changes
        assert told in words(page), (changes, words(page))
    assert quotes_of(home) == []


def test_a_conflict_tells_who_changed_what_and_overwrites_only_when_saved_again() -> None:
    home = charter_operator()
    quote = cast.quote(home, 200_000, now=datetime.now(UTC), legs=(_leg(),))
    browser = signed_in(home)
    form = {**quote_form(home, "1,800.00"), "key": cast.fresh_key("desk"), "version": "1"}
    save(
        data=cast.quote_data(home, 230_000, legs=(_leg(),)),
        quoted=True,
        quote_id=quote.id,
        expected_version=1,
        key="other",
        actor=home.actor,
        now=datetime.now(UTC),
    )

    told = browser.post(f"/quotes/{quote.id}/edit", form)

    page = words(told)
    assert "desk has changed the quote meanwhile" in page
    assert "2,000.00" in page
    assert "2,300.00" in page
    assert queries.quote(quote.id, actor=home.actor, now=datetime.now(UTC)).price == 230_000
    again = browser.post(
        f"/quotes/{quote.id}/edit", {**form, "key": hidden(told.text)["key"], "version": hidden(told.text)["version"]}
    )
    assert again.status_code == 302
    assert queries.quote(quote.id, actor=home.actor, now=datetime.now(UTC)).price == 180_000


def _leg() -> Any:
    return cast.leg(departs="2088-02-01T10:00", arrives="2088-02-01T13:00")


def test_an_edited_quote_shows_what_it_says_and_an_hour_that_comes_twice_stays_the_one() -> None:
    home = charter_operator()
    ends = datetime(2088, 11, 7, 6, 30, tzinfo=UTC)  # 01:30 in New York, the second time
    quote = cast.quote(home, 200_000, now=datetime.now(UTC), hold_until=ends - timedelta(days=1), valid_until=ends)
    browser = signed_in(home)

    page = browser.get(f"/quotes/{quote.id}/edit")

    assert 'value="2088-11-07T01:30"' in page.text
    assert re.search('name="valid_until_turn".*?value="second" selected', page.text, re.DOTALL)
    shown = {
        "do": "quote",
        **quote_form(home),
        "hold_until": "2088-11-06T02:30",
        "valid_until": "2088-11-07T01:30",
        "valid_until_turn": "second",
    }
    assert send(browser, f"/quotes/{quote.id}/edit", shown).status_code == 302
    now = queries.quote(quote.id, actor=home.actor, now=datetime.now(UTC))
    assert (now.content.valid_until, now.version) == (ends, 2)


def test_who_has_no_sales_permission_edits_nothing_and_other_carriers_are_not_found() -> None:
    home, other = charter_operator(), charter_operator()
    quote = cast.quote(home, 1_000)
    reader = signed_in(home, {Permission.INVOICES})

    assert reader.get(f"/quotes/{quote.id}").status_code == 200
    assert reader.get(f"/quotes/{quote.id}/edit").status_code == 403
    assert reader.get("/quotes/new").status_code == 403
    assert "/edit" not in reader.get(f"/quotes/{quote.id}").text
    for path in ("", "/edit", "/versions", "/history", "/quote.pdf", "/send", "/book", "/cancel"):
        assert signed_in(other).get(f"/quotes/{quote.id}{path}").status_code == 404
    foreign = quote_form(other, customer_id=home.customer.id, method=f"card-{home.card.id}")
    assert "Sky Holding" not in words(send(signed_in(other), "/quotes/new", foreign)).replace("Sky Holding ·", "")


def test_the_form_asks_the_database_seldom() -> None:
    home = charter_operator()
    quote = cast.quote(home, 1_000, person_id=home.ann.id)
    browser = signed_in(home)

    browser.get("/quotes/new")  # notes the token of forms in the session

    with few_queries():
        browser.get(f"/quotes/{quote.id}/edit")


def test_what_a_quote_holds_is_offered_to_it_and_to_no_other() -> None:
    home = charter_operator()  # its card has 5,000.00
    until = datetime.now(UTC) + timedelta(days=1)
    quote = cast.quote(home, 200_000, now=datetime.now(UTC), hold_until=until, valid_until=until)
    browser = signed_in(home)

    assert "3,000.00 USD available" in words(browser.get(f"/quotes/new?customer={home.customer.id}"))
    own = browser.get(f"/quotes/{quote.id}/edit")
    assert "5,000.00 USD available" in words(own)
    assert "method-has is-bad" not in own.text
