"""Using the desk: keys, theme without a flash, a double click, phone menu, filters."""

from playwright.sync_api import Browser, expect

from skypurser.electronic import queries
from skypurser.ledger.states import Status
from tests.browser.browsing import PHONE, tab
from tests.cast import Airline, agency, airline, post, status
from tests.web.people import cookies


def _airline() -> Airline:
    home = airline()
    for _ in range(3):
        agency(home.carrier)
    return home


def test_rows_are_walked_by_keys_and_opened(browser: Browser, address: str) -> None:
    home = _airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/accounts")
        links = page.locator("a[data-open]")

        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(links.nth(1)).to_be_focused()
        page.keyboard.press("k")
        expect(links.nth(0)).to_be_focused()
        page.keyboard.press("Enter")

        page.wait_for_url("**/accounts/*")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Agency")


def test_the_way_back_from_an_account_leads_to_the_list_as_it_was_left(browser: Browser, address: str) -> None:
    home = _airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/accounts?q=agency&status=all&city=NYC")
        left = page.url

        page.locator("a[data-open]").first.click()
        page.wait_for_url("**/accounts/*")
        page.locator("main").get_by_role("link", name="Holds").click()
        page.wait_for_url("**/holds")
        page.locator("a.back").click()

        page.wait_for_url("**/accounts?**")
        assert page.url == left


def test_g_and_a_letter_go_there_and_a_question_mark_tells_the_keys(browser: Browser, address: str) -> None:
    home = _airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/")

        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("g")
        page.keyboard.press("a")

        page.wait_for_url("**/accounts")


def test_keys_are_inert_while_one_types_and_when_switched_off(browser: Browser, address: str) -> None:
    home = _airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/accounts")
        page.get_by_label("Code or name").click()
        page.keyboard.type("j?ga")
        expect(page.get_by_label("Code or name")).to_have_value("j?ga")
        expect(page.get_by_role("dialog")).to_have_count(0)

        page.get_by_role("button", name="Your menu").click()
        page.get_by_role("button", name="Switch keyboard shortcuts off").click()
        page.wait_for_load_state()
        page.keyboard.press("?")
        page.keyboard.press("j")

        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_the_dark_theme_is_there_before_anything_is_painted(browser: Browser, address: str) -> None:
    home = _airline()
    with tab(browser, address, theme="dark", cookies=cookies(home)) as one:
        page = one.go("/")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"

        page.get_by_role("button", name="Your menu").click()
        page.get_by_role("button", name="Light").click()
        page.wait_for_load_state()

        assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_a_double_click_is_one_act(browser: Browser, address: str) -> None:
    home = airline()
    for to in (Status.SUSPENDED, Status.INHIBITED):
        post(status(home.agency, to))
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go(f"/accounts/{home.agency.id}/enable")
        page.get_by_label("Reference").fill("back from BSP")
        page.get_by_role("button", name="Enable").dblclick()
        page.wait_for_url(f"**/accounts/{home.agency.id}")

        expect(page.get_by_role("status")).to_contain_text("is enabled")
        one.go(f"/accounts/{home.agency.id}/history")
        expect(page.get_by_text("back from BSP")).to_have_count(1)
    assert queries.get(home.agency.id, actor=home.actor).standing.status is Status.SUSPENDED


def test_what_is_wrong_takes_the_focus_and_leads_to_the_field(browser: Browser, address: str) -> None:
    home = airline()
    for to in (Status.SUSPENDED, Status.INHIBITED):
        post(status(home.agency, to))
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go(f"/accounts/{home.agency.id}/enable")
        page.get_by_role("button", name="Enable").click()
        page.wait_for_load_state()

        expect(page.get_by_role("alert")).to_be_focused()
        page.get_by_role("alert").get_by_role("link").click()
        expect(page.get_by_label("Reference")).to_be_focused()


def test_on_a_phone_the_menu_opens_over_the_page_and_closes(browser: Browser, address: str) -> None:
    home = _airline()
    with tab(browser, address, size=PHONE, cookies=cookies(home)) as one:
        page = one.go("/accounts")
        link = page.get_by_role("link", name="Find an account")
        expect(link).to_be_hidden()
        expect(page.get_by_label("Type")).to_be_hidden()

        page.get_by_role("button", name="Open the menu").click()
        expect(link).to_be_visible()
        page.keyboard.press("Escape")

        expect(link).to_be_hidden()
        page.get_by_text("More filters").click()
        expect(page.get_by_label("Type")).to_be_visible()


def test_a_filter_leaves_nothing_empty_in_the_address(browser: Browser, address: str) -> None:
    home = _airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/accounts")
        page.get_by_label("City").select_option("NYC")
        page.get_by_role("button", name="Search").click()

        page.wait_for_url("**/accounts?type=agency&city=NYC")
        page.get_by_role("link", name="City: NYC").click()
        page.wait_for_url("**/accounts?type=agency")
