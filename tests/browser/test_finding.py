"""The search, the command palette and the list of keys, by the keyboard alone, in a real browser."""

from playwright.sync_api import Browser, expect

from tests.browser.browsing import tab
from tests.cast import airline
from tests.web.people import cookies


def test_the_palette_goes_where_one_says_and_gives_the_focus_back(browser: Browser, address: str) -> None:
    with tab(browser, address, cookies=cookies(airline())) as one:
        page = one.go("/")
        button = page.locator("[data-palette]")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#palette [role=option]").first).to_be_visible()
        assert not one.look()

        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()
        expect(button).to_be_focused()

        page.keyboard.press("Control+k")
        with page.expect_response("**/palette/found*"):
            page.keyboard.type("find an")
        expect(page.locator("#palette [role=option]")).to_have_count(1)
        page.keyboard.press("Enter")
        page.wait_for_url("**/accounts/find")


def test_the_palette_acts_on_the_record_in_view_and_finds_others(browser: Browser, address: str) -> None:
    home = airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go(f"/accounts/{home.agency.id}")
        page.keyboard.press("Control+k")
        with page.expect_response("**/palette/found*"):
            page.keyboard.type("history")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/accounts/{home.agency.id}/history")

        page.keyboard.press("Control+k")
        with page.expect_response("**/palette/found*"):
            page.keyboard.type(home.client.code)
        expect(page.locator("#palette .hit-figure")).to_have_count(1)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/accounts/{home.client.id}")


def test_the_palette_suspends_the_account_in_view_and_names_each_step_once(browser: Browser, address: str) -> None:
    home = airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go(f"/accounts/{home.agency.id}")
        page.keyboard.press("Control+k")
        names = page.locator("#palette [role=group]").first.locator("[role=option] strong").all_inner_texts()
        assert len(names) == len(set(names))
        assert {"Manage", "Credit and debit", "New sale", "Place a hold", "Suspend", "Delete"} <= set(names)
        with page.expect_response("**/palette/found?q=susp"):
            page.keyboard.type("susp")
        expect(page.locator("#palette [role=option]").first).to_contain_text("Suspend")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/accounts/{home.agency.id}/status/suspend")


def test_suggestions_are_walked_closed_and_opened(browser: Browser, address: str) -> None:
    home = airline()
    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/")
        field = page.locator("[data-search]")
        page.keyboard.press("/")
        expect(field).to_be_focused()
        page.keyboard.type(home.agency.code)
        expect(field).to_have_attribute("aria-expanded", "true")
        assert not one.look()

        page.keyboard.press("ArrowDown")
        expect(page.locator("#suggestions [aria-selected=true]")).to_contain_text(home.agency.code)
        page.keyboard.press("Escape")
        expect(page.locator("#suggestions")).to_be_hidden()
        expect(field).to_have_value(home.agency.code)

        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/accounts/{home.agency.id}")


def test_switched_off_the_keys_do_nothing_and_the_button_still_works(browser: Browser, address: str) -> None:
    with tab(browser, address, cookies=cookies(airline())) as one:
        page = one.go("/preferences")
        page.locator("input[name=keyboard][value=off]").check(force=True)
        page.locator("main form button.btn-primary").click()
        page.wait_for_load_state()

        page.keyboard.press("Control+k")
        page.keyboard.press("?")
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.locator("[data-palette]").click()
        expect(page.locator("#palette")).to_be_visible()


def test_the_list_of_keys_says_what_is_true_of_the_page(browser: Browser, address: str) -> None:
    with tab(browser, address, cookies=cookies(airline())) as one:
        page = one.go("/preferences")
        page.keyboard.press("?")
        expect(page.locator("#shortcuts")).to_be_visible()
        expect(page.locator("#shortcuts [data-when='tr[data-row]']").first).to_be_hidden()
        page.keyboard.press("Escape")

        page = one.go("/accounts")
        page.keyboard.press("?")
        expect(page.locator("#shortcuts [data-when='tr[data-row]']").first).to_be_visible()
