"""A mass cut-off from the form to the job, in a real browser on a desk and a phone."""

import pytest
from playwright.sync_api import Browser

from tests import cast
from tests.browser.browsing import DESKTOP, PHONE, tab
from tests.browser.serving import served
from tests.statements.masses import addressed
from tests.web.people import cookies


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_what_a_mass_cut_off_will_do_is_shown_on_a_fit_page_and_asked_for(
    size: tuple[int, int], theme: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    airline = cast.airline()
    for account in (airline.agency, cast.agency(airline.carrier)):
        addressed(account, f"accounts-payable.{account.code.lower()}@travel-agency.example.org")
    cast.agency(airline.carrier)
    monkeypatch.setenv("SKYPURSER_MAIL_URL", "smtp+plain://127.0.0.1:9")
    monkeypatch.setenv("SKYPURSER_MAIL_FROM", "desk@skypurser.example.org")

    with (
        served() as address,
        tab(browser, address, size=size, theme=theme, cookies=cookies(airline)) as one,
    ):
        page = one.go("/mass-cut-off")
        assert one.look() == []
        page.get_by_label("Reference").fill("October statements")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="Check the cut-off").wait_for()
        assert one.look() == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.get_by_label("Type the number of accounts").fill("2")
        page.get_by_role("button", name="Make the cut-offs").click()
        page.get_by_role("heading", name="Mass cut-off").wait_for()

        assert "/jobs/" in page.url
        assert not one.wrong
