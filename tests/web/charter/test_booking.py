"""The page of a booking, another price, its cancellation, and the fees that are agreed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.charter import lists, queries
from skypurser.charter.tiers import Tier, current_fee_tax, current_tiers, set_tiers
from skypurser.charter.views import BookingStatus, BookingView
from tests import cast
from tests.cast import CharterOperator, charter_operator
from tests.web.managing.sending import hidden, words
from tests.web.people import signed_in
from tests.web.queries import few_queries

DEPARTS = datetime.now(UTC) + timedelta(days=10)


def booked(home: CharterOperator, price: int = 200_000, *, days: int = 10) -> BookingView:
    """A booking that departs in so many days."""
    departs = (datetime.now(UTC) + timedelta(days=days)).replace(tzinfo=None, second=0, microsecond=0)
    leg = cast.leg(departs=departs.isoformat(), arrives=(departs + timedelta(hours=3)).isoformat())
    return cast.booking(home, price, now=datetime.now(UTC), legs=(leg,))


def now(home: CharterOperator, booking: BookingView) -> BookingView:
    """The booking as it is by now."""
    return queries.booking(booking.id, actor=home.actor)


def price_form(browser: Client, booking: BookingView, price: str, **differently: Any) -> dict[str, Any]:
    return {
        **hidden(browser.get(f"/bookings/{booking.id}/price").text),
        "do": "save",
        "lines": 1,
        "lines-0-text": "Flight",
        "lines-0-quantity": "1",
        "lines-0-unit_price": price,
        "lines-0-tax": "0",
        "reference": "De-icing",
        **differently,
    }


def test_a_supplement_says_what_it_takes_and_stands_among_the_steps_with_its_movement() -> None:
    home = charter_operator(balance=500_000)
    booking = booked(home)
    browser = signed_in(home)
    form = price_form(browser, booking, "2,500.00")

    drawn = words(browser.post(f"/bookings/{booking.id}/price", {**form, "do": "draw"}))
    answer = browser.post(f"/bookings/{booking.id}/price", form, follow=True)

    assert f"A supplement of 500.00 USD is deducted from {home.card.code}. It has 2,500.00 USD available then." in drawn
    told = words(answer)
    assert f"The price is 2,500.00 USD now. 500.00 USD is deducted from {home.card.code}. Show the movement" in told
    assert "Supplement" in told
    assert "De-icing" in told
    movement = cast.statement(home.card)[-1]
    assert f"#m-{movement.entry_id}" in answer.text
    assert cast.standing(home.card).net == 250_000


def test_a_lower_price_goes_back_to_the_card() -> None:
    home = charter_operator(balance=500_000)
    booking = booked(home)
    browser = signed_in(home)

    told = words(browser.post(f"/bookings/{booking.id}/price", price_form(browser, booking, "1,500.00"), follow=True))

    assert f"500.00 USD goes back to {home.card.code}." in told
    assert "Part refund" in told
    assert cast.standing(home.card).net == 350_000


def test_a_supplement_above_what_is_left_tells_the_shortfall() -> None:
    home = charter_operator(balance=200_000)
    booking = booked(home)
    browser = signed_in(home)

    answer = browser.post(f"/bookings/{booking.id}/price", price_form(browser, booking, "2,000.01"))

    told = words(answer)
    assert "Supplement 0.01 USD Available 0.00 USD Missing 0.01 USD" in told
    assert f'add-funds?next=/bookings/{booking.id}/price"' in answer.text
    assert now(home, booking).price == 200_000


def test_another_price_needs_a_reason_lines_that_can_be_read_and_the_version_that_was_shown() -> None:
    home = charter_operator()
    booking = booked(home)
    browser = signed_in(home)
    path = f"/bookings/{booking.id}/price"

    for changes, told in (
        ({"reference": ""}, "This field is required."),
        ({"lines-0-unit_price": "free"}, "Write the amount like"),
        ({"lines-0-quantity": "0"}, "Write a quantity above zero"),
        ({"version": "7"}, "Somebody else has changed this meanwhile"),
    ):
        assert told in words(browser.post(path, price_form(browser, booking, "2,500.00", **changes))), changes
    assert now(home, booking).price == 200_000


def test_cancelling_says_which_tier_applies_then_gives_back_what_the_fee_leaves() -> None:
    home = charter_operator(balance=500_000)
    set_tiers(tiers=[Tier(72, 5_000), Tier(24 * 30, 1_000)], actor=home.actor, now=datetime.now(UTC))
    booking = booked(home)
    browser = signed_in(home)
    path = f"/bookings/{booking.id}/cancel"

    page = browser.get(path)
    told = words(page)
    assert "Less than 720 hours before the departure a cancellation costs 10.00% of the price." in told
    assert f"Cancellation fee 200.00 USD Back to {home.card.code} 1,800.00 USD" in told
    answers = [browser.post(path, {**hidden(page.text), "fee": "", "reference": ""}) for _ in range(2)]

    assert {one.headers["Location"] for one in answers} == {f"/bookings/{booking.id}"}
    assert cast.standing(home.card).net == 480_000
    assert now(home, booking).status is BookingStatus.CANCELLED
    receipt = words(browser.get(f"/bookings/{booking.id}"))
    assert "Booking 1 is cancelled; the fee is 200.00 USD. 1,800.00 USD goes back to" in receipt
    back = browser.get(path)
    assert back.status_code == 409
    assert "The booking is cancelled." in words(back)
    assert f'href="/bookings/{booking.id}"' in back.text


def test_another_fee_needs_a_reason_and_is_no_more_than_was_paid() -> None:
    home = charter_operator(balance=500_000)
    booking = booked(home)
    browser = signed_in(home)
    path = f"/bookings/{booking.id}/cancel"
    how = hidden(browser.get(path).text)

    without = browser.post(path, {**how, "fee": "100", "reference": ""})
    above = browser.post(path, {**how, "fee": "2,000.01", "reference": "Weather"})
    forecast = [words(browser.get(f"{path}/forecast", {"fee": fee})) for fee in ("500", "2,000.01", "x")]

    assert "Say why it is another fee." in words(without)
    assert "The fee is above what was paid, 2,000.00 USD." in words(above)
    assert forecast[0].startswith("1,500.00 USD goes back to")
    assert "above what was paid" in forecast[1]
    assert forecast[2] == ""
    assert now(home, booking).status is BookingStatus.BOOKED
    form = {**hidden(above.text), "fee": "500.00", "reference": "Weather"}
    assert browser.post(path, form).status_code == 302
    assert cast.standing(home.card).net == 450_000


def test_lists_are_filtered_by_text_status_and_customer_and_paged_both_ways() -> None:
    home = charter_operator(balance=10_000_000)
    other = cast.customer(home.carrier, name="Blue Charter")
    first = booked(home)
    for number in range(52):
        cast.quote(home, 1_000 + number)
    browser = signed_in(home)

    assert "No quote is like that" in words(browser.get("/quotes", {"q": "nobody-is-called-that"}))
    for asked, is_there in (
        ({"q": "1"}, True),
        ({"q": "#1"}, True),
        ({"q": "sky hold", "status": "booked"}, True),
        ({"q": "opf", "status": "booked"}, True),
        ({"status": "booked"}, True),
        ({"status": "cancelled"}, False),
        ({"customer": str(other.id)}, False),
        ({"q": "a\x00"}, False),
        ({"q": "99999999999999999999"}, False),
    ):
        page = browser.get("/quotes", asked)
        assert (f'href="/quotes/{first.quote_id}"' in page.text) is is_there, asked
    assert "Customer: Blue Charter" in words(browser.get("/quotes", {"customer": str(other.id)}))
    newest = lists.quotes(actor=home.actor, now=cast.NOON, limit=53)
    older = browser.get("/quotes", {"after": newest[49].id})
    assert older.text.count("<tr data-row>") == 3
    assert browser.get("/quotes", {"before": newest[50].id}).text.count("<tr data-row>") == 50
    assert f'href="/bookings/{first.id}"' in browser.get("/bookings", {"q": "Sky"}).text
    assert browser.get("/quotes", {"customer": "9" * 18}).status_code == 404
    assert f'href="/bookings/{first.id}"' in browser.get(f"/customers/{home.customer.id}/sales").text


def test_the_search_and_the_palette_find_quotes_and_bookings_by_number() -> None:
    home, other = charter_operator(), charter_operator()
    booking = booked(home)
    browser = signed_in(home)

    for text in ("1", "#1"):
        page = browser.get("/search", {"q": text, "all": "1"})
        assert f'href="/quotes/{booking.quote_id}"' in page.text
        assert f'href="/bookings/{booking.id}"' in page.text
    spanish = browser.get("/search", {"q": "reserva 1", "all": "1"}).text
    assert f'href="/bookings/{booking.id}"' in spanish
    assert f'href="/quotes/{booking.quote_id}"' not in spanish
    assert "/bookings/" not in signed_in(other).get("/search", {"q": "1", "all": "1"}).text.replace(
        'href="/bookings"', ""
    )
    limited = signed_in(home, {Permission.SALES}, countries={"AR"})
    assert f'href="/bookings/{booking.id}"' not in limited.get("/search", {"q": "1", "all": "1"}).text


def test_cancellation_fees_are_set_in_rows_and_what_they_were_stays() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = "/administration/cancellation"
    form = {
        **hidden(browser.get(path).text),
        "do": "save",
        "tiers": 2,
        "tiers-0-hours": "72",
        "tiers-0-percent": "50",
        "tiers-1-hours": "720",
        "tiers-1-percent": "10",
    }

    assert browser.post(path, form).status_code == 302
    assert current_tiers(carrier_id=home.carrier.id) == (Tier(720, 1_000), Tier(72, 5_000))
    assert "under 720 h: 10.00%, under 72 h: 50.00%" in words(browser.get(path))
    for changes, told in (
        ({}, "Nothing is changed yet."),
        ({"tiers-0-percent": "5"}, "nearer to the departure it costs no less"),
        ({"tiers-0-hours": "720"}, "Each tier has other hours"),
        ({"tiers-0-hours": ""}, "A tier needs this."),
        ({"tiers-0-percent": "101"}, "Write a percentage"),
    ):
        assert told in words(browser.post(path, {**form, **changes})), changes
    assert browser.post(path, {**form, "fee_tax": "19"}).status_code == 302
    assert current_fee_tax(carrier_id=home.carrier.id) == 1_900
    assert "19.00%" in words(browser.get(path))
    assert "Write a percentage" in words(browser.post(path, {**form, "fee_tax": "101"}))
    more = browser.post(path, {**form, "do": "add-tiers", "fee_tax": "7"})
    assert 'value="7"' in more.text
    assert more.text.count('class="tier-row"') == 3
    assert browser.post(path, {**form, "tiers": 0}).status_code == 302
    assert current_tiers(carrier_id=home.carrier.id) == ()
    assert signed_in(home, {Permission.SALES}).get(path).status_code == 403


def test_another_carriers_bookings_are_not_found() -> None:
    home, other = charter_operator(), charter_operator()
    booking = booked(home)

    for path in ("", "/price", "/cancel", "/cancel/forecast"):
        assert signed_in(other).get(f"/bookings/{booking.id}{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/bookings/{id}", "/bookings/{id}/price", "/bookings/{id}/cancel", "/bookings/{id}/cancel/forecast?fee=1"),
        *(
            "/bookings?q=Sky",
            "/quotes?customer={customer}",
            "/customers/{customer}/sales",
            "/administration/cancellation",
        ),
    ],
)
def test_the_pages_ask_the_database_seldom(path: str) -> None:
    home = charter_operator()
    booking = booked(home)
    browser = signed_in(home)
    browser.get("/quotes/new")

    with few_queries():
        assert browser.get(path.format(id=booking.id, customer=home.customer.id)).status_code == 200
