"""How the pages look where it can be measured: what is ticked, what stays in view, what is beside what."""

from collections.abc import Collection

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.browsing import DESKTOP, PHONE, tab
from tests.browser.stage import Stage, stage
from tests.web.people import cookies

Box = dict[str, float]


@pytest.fixture(scope="module")
def staged() -> Stage:
    return stage()


@pytest.fixture(scope="module")
def member(staged: Stage) -> list[dict[str, str]]:
    return cookies(staged.airline)


def _box(one: Locator) -> Box:
    box = one.bounding_box()
    assert box is not None, "it is not drawn"
    return dict(box)


def _right(box: Box) -> float:
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
