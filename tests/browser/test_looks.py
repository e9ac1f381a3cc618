"""How the pages look where it can be measured: what is ticked, what stays in view, what is beside what."""

import re
from collections.abc import Collection

import pytest
from playwright.sync_api import Browser, FloatRect, Locator

from tests.browser.browsing import DESKTOP, PHONE, tab
from tests.browser.stage import Stage, stage
from tests.web.people import cookies


@pytest.fixture(scope="module")
def staged() -> Stage:
    return stage()


@pytest.fixture(scope="module")
def member(staged: Stage) -> list[dict[str, str]]:
    return cookies(staged.airline)


def _box(one: Locator) -> FloatRect:
    box = one.bounding_box()
    assert box is not None, "it is not drawn"
    return box


def _right(box: FloatRect) -> float:
    return box["x"] + box["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_ticked_box_looks_ticked_and_keeps_clear_of_its_label(
    theme: str, browser: Browser, address: str, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, theme=theme, cookies=member) as one:
        page = one.go("/administration/roles/new")
        box = page.get_by_label("Credit and debit")
        page.mouse.move(0, 0)
        empty = box.screenshot()

        box.check()
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")

        assert box.screenshot() != empty
        assert _box(box.locator("+ span"))["x"] - _right(_box(box)) >= 6


@pytest.mark.parametrize("size", [DESKTOP, (1024, 768), PHONE], ids=["desk", "tablet", "phone"])
def test_bar_and_side_and_the_head_of_a_table_stay_in_view_however_long_the_page(
    size: tuple[int, int], browser: Browser, address: str, staged: Stage, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, size=size, cookies=member) as one:
        page = one.go(f"/accounts/{staged.agency.id}")
        page.evaluate("scrollTo({top: document.documentElement.scrollHeight - innerHeight - 40, behavior: 'instant'})")
        assert page.evaluate("scrollY") > size[1]

        bar = _box(page.locator("header.bar"))
        assert bar["y"] == 0
        if size[0] > 900:
            assert _box(page.locator(".side"))["y"] == 0
        if size == DESKTOP:
            assert _box(page.locator(".rows thead th").first)["y"] == pytest.approx(bar["height"], abs=1)


def test_what_is_edited_on_the_page_of_management_is_dressed_and_has_its_unit_within(
    browser: Browser, address: str, staged: Stage, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, cookies=member) as one:
        page = one.go(f"/accounts/{staged.agency.id}/manage?edit=all")
        amount = page.get_by_label("Credit limit")
        field, unit = _box(amount), _box(page.locator(".with-unit", has=amount).locator(".unit"))

        assert amount.input_value() == "15,000.00"
        assert amount.evaluate("one => getComputedStyle(one).textAlign") == "right"
        assert _right(unit) < _right(field)
        assert {
            one.evaluate("one => getComputedStyle(one).borderTopLeftRadius")
            for one in page.locator("main input:visible:not([type=radio]), main select").all()
        } == {"6px"}


def test_in_the_movements_the_figures_stand_side_by_side_in_the_order_one_reads_them(
    browser: Browser, address: str, staged: Stage, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, cookies=member) as one:
        page = one.go(f"/accounts/{staged.agency.id}")
        heads = page.locator(".rows thead th")

        assert [" ".join(head.inner_text().split()) for head in heads.all()] == [
            *("Item", "Date", "Kind", "Reference"),
            *("Debit (USD)", "Credit (USD)", "Net (USD)"),
        ]
        debit, net = _box(heads.nth(4)), _box(heads.nth(6))
        assert _right(net) - debit["x"] < 400
        item, date = page.locator(".rows tbody tr:first-child > *").nth(0), page.locator(".rows tbody td time").first
        assert _box(date)["x"] - _right(_box(item)) >= 16


def test_the_rows_of_the_list_of_accounts_are_of_one_height(
    browser: Browser, address: str, member: Collection[dict[str, str]]
) -> None:
    for size in (DESKTOP, (1024, 768)):
        with tab(browser, address, size=size, cookies=member) as one:
            page = one.go("/accounts?type=all&status=all")
            assert page.get_by_text("SUSPENDED").count()

            heights = [_box(row)["height"] for row in page.locator(".rows tbody tr:not(:last-child)").all()]

            assert max(heights) - min(heights) < 1


def test_on_a_tablet_the_table_scrolls_within_the_page_and_what_a_row_is_of_stays(
    browser: Browser, address: str, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, size=(1024, 768), cookies=member) as one:
        page = one.go("/accounts?type=all&status=all")
        wrap = page.locator(".table-wrap")

        wrap.evaluate("one => one.scrollLeft = 400")

        left = _box(wrap)["x"]
        for sticks in (page.locator(".rows tbody th").first, page.locator(".rows thead th").nth(1)):
            assert _box(sticks)["x"] == pytest.approx(left, abs=2)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1024


def test_on_a_phone_a_card_has_its_figure_beside_its_title_and_the_first_one_is_in_view(
    browser: Browser, address: str, staged: Stage, member: Collection[dict[str, str]]
) -> None:
    width, height = PHONE
    with tab(browser, address, size=PHONE, cookies=member) as one:
        page = one.go("/accounts?type=all&status=all&city=NYC")
        card = page.locator(".rows tbody tr").first
        code, figure = _box(card.locator(".row-title")), _box(card.locator(".row-figure"))

        assert code["y"] == pytest.approx(figure["y"], abs=3)
        assert _right(figure) == pytest.approx(_right(_box(card)) - 15, abs=2)
        assert card.locator(".row-figure").inner_text().endswith("USD")
        assert _box(card)["height"] < 140
        assert _box(card)["y"] < height / 2
        assert page.get_by_label("Country").is_hidden()
        assert page.get_by_text("More filters 2").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

        page = one.go(f"/accounts/{staged.agency.id}?kind=ticket")
        card = page.locator(".rows tbody tr").first
        assert card.locator(".row-title").inner_text().startswith("Sale")
        assert card.locator(".row-figure:visible").inner_text().startswith("−")
        assert _box(card)["height"] < 130


def test_on_paper_a_list_lies_on_its_side_and_is_whole_and_an_account_is_a_statement_of_account(
    browser: Browser, address: str, staged: Stage, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, size=(1016, 680), cookies=member) as one:
        page = one.go("/accounts?type=all&status=all")
        assert re.search(rb"/MediaBox \[0 0 8[34]\d", page.pdf(format="A4", prefer_css_page_size=True))
        page.emulate_media(media="print")
        assert _right(_box(page.locator(".rows"))) <= 1016
        for clicked in (".actions", ".views", ".chips", ".side", "header.bar"):
            assert page.locator(clicked).first.is_hidden()
        head = page.locator(".print-head")
        assert staged.airline.carrier.code in head.inner_text()
        assert "Ana Purser" in head.inner_text()

    with tab(browser, address, size=(687, 980), theme="dark", cookies=member) as one:
        page = one.go(f"/accounts/{staged.agency.id}")
        assert re.search(rb"/MediaBox \[0 0 59\d", page.pdf(format="A4", prefer_css_page_size=True))
        page.emulate_media(media="print")
        assert page.get_by_text("Statement of account").is_visible()
        assert _right(_box(page.locator(".rows"))) <= 687
        assert page.locator(".back").is_hidden()
        assert page.locator(".spark").is_hidden()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("size", [DESKTOP, (1024, 768), PHONE], ids=["desk", "tablet", "phone"])
def test_the_figures_above_a_page_fill_their_lines(
    size: tuple[int, int], browser: Browser, address: str, staged: Stage, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, size=size, cookies=member) as one:
        for path in (f"/accounts/{staged.agency.id}", f"/tickets/{staged.document}"):
            page = one.go(path)
            strip = _box(page.locator(".strip"))
            ends: dict[float, float] = {}
            for cell in page.locator(".strip > div").all():
                box = _box(cell)
                ends[round(box["y"])] = max(ends.get(round(box["y"]), 0), _right(box))
            assert all(end == pytest.approx(_right(strip), abs=3) for end in ends.values())


def test_a_shortage_is_told_once_with_its_three_figures_in_a_line(
    browser: Browser, address: str, staged: Stage, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, cookies=member) as one:
        page = one.go(f"/holds/new/{staged.agency.id}")
        page.get_by_label("Amount").fill("99,999.00")
        page.get_by_label("Reference").fill("a charter")
        page.get_by_role("main").locator("form .btn-primary").click()
        page.wait_for_load_state()

        assert page.get_by_role("alert").count() == 1
        assert page.locator(".consequence").count() == 1
        assert page.get_by_role("alert").evaluate("one => one === document.activeElement")
        assert len({_box(figure)["y"] for figure in page.locator(".consequence .facts > div").all()}) == 1


def test_with_a_role_no_permissions_are_offered_besides_without_a_script_too(
    browser: Browser, address: str, member: Collection[dict[str, str]]
) -> None:
    with tab(browser, address, cookies=member) as one:
        page = one.go("/administration/roles/new")
        page.get_by_label("Name").fill("Night desk")
        page.get_by_label("Holds").check()
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/administration/roles/*")
    with tab(browser, address, cookies=member, has_scripts=False) as one:
        page = one.go("/administration/members/new")
        boxes = page.get_by_role("group", name="May, without a role")
        assert boxes.is_visible()
        columns = {_box(head)["x"] for head in boxes.locator(".checks-head").all()}
        assert len(columns) == 2

        page.get_by_label("Role").select_option("Night desk")

        assert boxes.is_hidden()


def test_what_is_shown_once_is_shown_whole_and_copied(
    browser: Browser, address: str, member: Collection[dict[str, str]]
) -> None:
    for size in (DESKTOP, PHONE):
        with tab(browser, address, size=size, cookies=member) as one:
            one.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            page = one.go("/administration/members/new")
            page.get_by_label("E-mail").fill(f"night{size[0]}@example.com")
            page.get_by_label("Name").fill("Night")
            page.get_by_role("button", name="Add, and show the invitation").click()
            page.wait_for_url("**/administration/members/*")
            link = page.get_by_label("Invitation", exact=True)
            page.get_by_role("button", name="Copy").click()

            page.get_by_role("button", name="Copied").wait_for()
            assert page.evaluate("navigator.clipboard.readText()") == link.input_value()
            assert link.evaluate(
                "one => one.scrollHeight <= one.clientHeight + 1 && one.scrollWidth <= one.clientWidth"
            )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_fields_to_sign_in_by_keep_clear_of_one_another(theme: str, browser: Browser, address: str) -> None:
    with tab(browser, address, theme=theme) as one:
        page = one.go("/account/login/")
        email, label = _box(page.get_by_label("E-mail")), _box(page.get_by_text("Password", exact=True))
        assert label["y"] - email["y"] - email["height"] >= 12
