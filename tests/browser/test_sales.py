"""A sale from the quote to its cancellation: refused for funds, funded, saved, booked, deducted, given back."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from skypurser.charter import lists
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.charter.views import BookingStatus
from tests import cast
from tests.browser.browsing import tab
from tests.cast import charter_operator
from tests.web.people import cookies


def test_a_sale_from_the_quote_to_its_cancellation(browser: Browser, address: str) -> None:
    home = charter_operator(balance=150_000)
    now = datetime.now(UTC)
    set_tiers(tiers=[Tier(24 * 60, 2_500)], actor=home.actor, now=now)
    day = (now + timedelta(days=30)).strftime("%Y-%m-%d")

    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/quotes/new")
        page.get_by_label("Customer").select_option(label=f"Sky Holding · {home.customer.code}")
        expect(page.get_by_text("1,500.00 USD available")).to_be_visible()
        page.get_by_label("Contact").select_option("Ann")
        page.locator("#id_legs-0-origin").fill("TEB")
        page.get_by_label("Departure, local").fill(f"{day}T10:00")
        page.locator("#id_legs-0-destination").fill("OPF")
        page.get_by_label("Arrival, local").fill(f"{day}T13:00")
        page.get_by_label("Passengers").fill("4")
        page.get_by_role("button", name="Add a leg").click()
        expect(page.get_by_role("group", name="Leg 2")).to_be_visible()
        expect(page.locator("#id_legs-0-origin")).to_have_value("TEB")
        page.get_by_role("button", name="Remove leg 2").click()
        expect(page.get_by_role("group", name="Leg 2")).to_have_count(0)
        page.locator("#id_lines-0-text").fill("Flight")
        page.get_by_label("Unit price").fill("1,800.00")
        page.get_by_label("Tax").fill("10")
        expect(page.locator("#price")).to_contain_text("1,980.00")
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Save quote").last.click()

        alert = page.get_by_role("alert")
        for told in ("There is not enough on the card", "1,980.00", "1,500.00", "480.00"):
            expect(alert).to_contain_text(told)
        assert one.look() == []
        page.get_by_role("link", name="Add funds to the card").click()
        page.get_by_label("Amount").fill("1,000.00")
        expect(page.get_by_text("2,500.00 USD").first).to_be_visible()
        page.get_by_label("Reference").fill("Wire 42")
        page.get_by_role("button", name="Add funds").click()
        expect(page.get_by_text("2,500.00 USD available")).to_be_visible()
        expect(page.get_by_label("Unit price")).to_have_value("1,800.00")
        page.get_by_role("button", name="Save quote").last.click()
        expect(page.get_by_text("Quote 1 is saved.")).to_be_visible()

        page.get_by_role("link", name="Book", exact=True).click()
        expect(page.get_by_text("520.00 USD is left available on it then.")).to_be_visible()
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page.get_by_text("Booking 1 is made.")).to_be_visible()
        page.get_by_role("link", name="Show the movement").first.click()
        expect(page.get_by_role("table", name="Account statement")).to_contain_text("Booking 1")
        expect(page.get_by_role("table", name="Account statement")).to_contain_text("1,980.00")

        page.get_by_role("link", name="Quotes and bookings").click()
        page.get_by_role("link", name="Booking 1", exact=True).click()
        page.get_by_role("link", name="Cancel the booking", exact=True).click()
        expect(page.get_by_text("a cancellation costs 25.00% of the price")).to_be_visible()
        page.get_by_label("Another fee").fill("300.00")
        expect(page.get_by_text("1,680.00 USD goes back to")).to_be_visible()
        page.get_by_label("Reference").fill("Fog in Miami")
        page.get_by_role("button", name="Cancel the booking").click()
        expect(page.get_by_text("Booking 1 is cancelled; the fee is 300.00 USD.")).to_be_visible()
        assert one.look() == []

    [booking] = lists.bookings(actor=home.actor)
    assert (booking.status, booking.fee) == (BookingStatus.CANCELLED, 30_000)
    assert cast.standing(home.card, now=None).net == 250_000 - 30_000
