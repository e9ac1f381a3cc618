"""Each page in a real browser: axe in both themes, on a desk and a phone; nothing in the console, nothing forbidden."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser

from skypurser.access.permissions import Permission
from tests.browser.browsing import DESKTOP, PHONE, Tab, tab
from tests.browser.stage import Stage, stage
from tests.web.people import cookies

#: A tab by theme and size.
type Tabs = Callable[[str, tuple[int, int]], Tab]

#: By the address that each has on the stage. These are looked at in every theme and width.
PAGES: dict[str, Callable[[Stage], str]] = {
    "home": lambda _: "/",
    "accounts": lambda _: "/accounts",
    "account": lambda on: f"/accounts/{on.agency.id}",
    "customer": lambda on: f"/customers/{on.customer}",
    "statement": lambda on: f"/customers/{on.customer}/statement?period=all",
}

#: These are looked at once in each theme: light on a desk, dark on a phone.
MORE: dict[str, Callable[[Stage], str]] = {
    "corporate": lambda _: "/accounts?type=corporate&status=all",
    "no-accounts": lambda _: "/accounts?q=nobody-is-called-that",
    "filtered": lambda on: f"/accounts/{on.agency.id}?kind=void&since=2026-01-01",
    "holds": lambda on: f"/accounts/{on.agency.id}/holds",
    "refused": lambda on: f"/accounts/{on.agency.id}/refused",
    "history": lambda on: f"/accounts/{on.agency.id}/history",
    "nothing-yet": lambda on: f"/accounts/{on.untouched.id}",
    "statements": lambda on: f"/accounts/{on.agency.id}/statements",
    "no-statements": lambda on: f"/accounts/{on.untouched.id}/statements",
    "statement-of-a-cut-off": lambda on: f"/accounts/{on.agency.id}/statements/1",
    "statement-of-nothing-moved": lambda on: f"/accounts/{on.agency.id}/statements/2",
    "send-statement": lambda on: f"/accounts/{on.agency.id}/statements/1/send",
    "period": lambda on: f"/accounts/{on.agency.id}/period?since=2026-01-01&until=2026-01-31",
    "period-that-is-none": lambda on: f"/accounts/{on.agency.id}/period?since=2999-01-01",
    "send-period": lambda on: f"/accounts/{on.agency.id}/period/send",
    "cut-off": lambda on: f"/accounts/{on.agency.id}/cut-off",
    "no-holds": lambda on: f"/accounts/{on.untouched.id}/holds",
    "enable": lambda on: f"/accounts/{on.inhibited.id}/enable",
    "find": lambda _: "/accounts/find",
    "not-found": lambda _: "/accounts/find?type=agency&code=XX",
    "new-account": lambda _: "/accounts/new",
    "new-client": lambda _: "/accounts/new?type=corporate",
    "manage": lambda on: f"/accounts/{on.agency.id}/manage",
    "edit": lambda on: f"/accounts/{on.agency.id}/manage?edit=all",
    "suspend": lambda on: f"/accounts/{on.agency.id}/status/suspend",
    "delete": lambda on: f"/accounts/{on.untouched.id}/delete",
    "alerts": lambda on: f"/accounts/{on.agency.id}/alerts",
    "credit-debit": lambda on: f"/accounts/{on.agency.id}/credit-debit",
    "approvals": lambda _: "/approvals",
    "jobs": lambda _: "/jobs",
    "job": lambda on: f"/jobs/{on.job}",
    "job-waiting": lambda on: f"/jobs/{on.job_waiting}",
    "mass-management": lambda _: "/mass-management",
    "mass-cut-off": lambda _: "/mass-cut-off",
    "statement-address": lambda on: f"/accounts/{on.agency.id}/statement-address",
    "mass-undo": lambda on: f"/mass-management/{on.job}/undo",
    "import": lambda _: "/import",
    "import-upload": lambda on: f"/import/{on.upload}",
    "thresholds": lambda _: "/administration/approvals",
    "tickets": lambda _: "/tickets",
    "ticket": lambda on: f"/tickets/{on.document}",
    "void": lambda on: f"/tickets/{on.document}/void",
    "refund": lambda on: f"/tickets/{on.document}/refund",
    "new-sale": lambda _: "/tickets/new",
    "sell": lambda on: f"/tickets/new/{on.agency.id}",
    "refusals": lambda _: "/refusals",
    "all-holds": lambda _: "/holds",
    "place-hold": lambda on: f"/holds/new/{on.agency.id}",
    "search": lambda _: "/search?q=NYC&all=1",
    "found-nothing": lambda _: "/search?q=nobody-is-called-that",
    "views": lambda _: "/views/accounts",
    "preferences": lambda _: "/preferences",
    "members": lambda _: "/administration/members",
    "new-member": lambda _: "/administration/members/new",
    "roles": lambda _: "/administration/roles",
    "new-role": lambda _: "/administration/roles/new",
    "api-keys": lambda _: "/administration/api-keys",
    "new-api-key": lambda _: "/administration/api-keys/new",
    "mail": lambda _: "/administration/mail",
    "letterhead": lambda _: "/administration/mail/letterhead",
    "letter": lambda on: f"/administration/mail/{on.letter}",
    "webhooks": lambda _: "/administration/webhooks",
    "new-webhook": lambda _: "/administration/webhooks/new",
    "carrier": lambda _: "/administration/carrier",
    "jet-cards-switch": lambda _: "/administration/carrier/jet-cards",
    "customers": lambda _: "/customers",
    "no-customers": lambda _: "/customers?q=nobody-is-called-that",
    "new-customer": lambda _: "/customers/new",
    "edit-customer": lambda on: f"/customers/{on.customer}/edit",
    "persons": lambda on: f"/customers/{on.customer}/persons",
    "new-person": lambda on: f"/customers/{on.customer}/persons/new",
    "edit-person": lambda on: f"/customers/{on.customer}/persons/{on.person}",
    "person-leaves": lambda on: f"/customers/{on.customer}/persons/{on.person}/deactivate",
    "customer-history": lambda on: f"/customers/{on.customer}/history",
    "statement-of-a-card": lambda on: f"/customers/{on.customer}/statement?card={on.card}&order=newest",
    "statement-of-a-kind": lambda on: f"/customers/{on.customer}/statement?kind=card_transfer",
    "statement-of-nothing": lambda on: f"/customers/{on.customer}/statement?until=2001-01-01",
    "customer-without-cards": lambda on: f"/customers/{on.newcomer}",
    "customer-without-persons": lambda on: f"/customers/{on.newcomer}/persons",
    "statement-without-cards": lambda on: f"/customers/{on.newcomer}/statement",
    "jet-cards": lambda _: "/jet-cards",
    "new-card": lambda on: f"/customers/{on.customer}/jet-cards/new",
    "edit-card": lambda on: f"/jet-cards/{on.card}/edit",
    "add-funds": lambda on: f"/jet-cards/{on.card}/add-funds",
    "remove-funds": lambda on: f"/jet-cards/{on.card}/remove-funds",
    "transfer": lambda on: f"/jet-cards/{on.card}/transfer",
    "card-alerts": lambda on: f"/jet-cards/{on.card}/alerts",
    "close-card": lambda on: f"/jet-cards/{on.card}/close",
    "quotes": lambda _: "/quotes",
    "no-quotes": lambda _: "/quotes?q=nobody-is-called-that",
    "new-quote": lambda _: "/quotes/new",
    "quote-of-a-customer": lambda on: f"/quotes/new?customer={on.customer}",
    "edit-quote": lambda on: f"/quotes/{on.quote}/edit",
    "quote": lambda on: f"/quotes/{on.quote}",
    "quote-versions": lambda on: f"/quotes/{on.quote}/versions",
    "quote-version": lambda on: f"/quotes/{on.quote}/versions/1",
    "quote-history": lambda on: f"/quotes/{on.quote}/history",
    "send-quote": lambda on: f"/quotes/{on.quote}/send",
    "book-quote": lambda on: f"/quotes/{on.quote}/book",
    "cancel-quote": lambda on: f"/quotes/{on.quote}/cancel",
    "bookings": lambda _: "/bookings",
    "booking": lambda on: f"/bookings/{on.booking}",
    "booking-price": lambda on: f"/bookings/{on.booking}/price",
    "cancel-booking": lambda on: f"/bookings/{on.booking}/cancel",
    "customer-sales": lambda on: f"/customers/{on.customer}/sales",
    "customer-without-sales": lambda on: f"/customers/{on.newcomer}/sales",
    "cancellation-fees": lambda _: "/administration/cancellation",
    "carriers": lambda _: "/carriers",
    "invoices": lambda _: "/invoices",
    "no-invoices": lambda _: "/invoices?q=nobody-is-called-that",
    "invoice": lambda on: f"/invoices/{on.invoice}",
    "draft": lambda on: f"/invoices/{on.draft}",
    "new-invoice": lambda _: "/invoices/new",
    "edit-draft": lambda on: f"/invoices/{on.draft}/edit",
    "delete-draft": lambda on: f"/invoices/{on.draft}/delete",
    "issue": lambda on: f"/invoices/{on.draft}/issue",
    "pay": lambda on: f"/invoices/{on.invoice}/pay",
    "link": lambda on: f"/invoices/{on.invoice}/link/{on.advance}",
    "credit": lambda on: f"/invoices/{on.invoice}/credit",
    "send-invoice": lambda on: f"/invoices/{on.invoice}/send",
    "customer-invoices": lambda on: f"/customers/{on.customer}/invoices",
    "no-invoices-yet": lambda on: f"/customers/{on.newcomer}/invoices",
    "payments": lambda _: "/payments",
    "new-advance": lambda on: f"/customers/{on.customer}/payments/new",
    "unlink": lambda on: f"/invoices/{on.invoice}/unlink/{on.linked}",
    "approval-of-card": lambda on: f"/approvals/{on.asked}",
    "link-advance": lambda on: f"/payments/{on.advance}/link",
    "give-back": lambda on: f"/payments/{on.advance}/give-back",
    "trial-balance": lambda _: "/books/trial-balance",
    "issuer": lambda _: "/administration/invoices",
    "webhook": lambda on: f"/administration/webhooks/{on.webhook}",
    "webhook-settings": lambda on: f"/administration/webhooks/{on.webhook}/settings",
    "delivery": lambda on: f"/administration/deliveries/{on.delivery}",
    "password": lambda _: "/account/password/change/",
    "sessions": lambda _: "/account/sessions/",
    "second-factors": lambda _: "/account/2fa/",
}


@pytest.fixture(scope="module")
def staged() -> Stage:
    return stage()


@pytest.fixture(scope="module")
def member(staged: Stage) -> list[dict[str, str]]:
    return cookies(
        staged.airline, name="María Fernanda Etcheverry-Villaseñor de la Concepción", password="a-horse-and-a-battery"
    )


@pytest.fixture(scope="module")
def tabs(browser: Browser, address: str, member: list[dict[str, str]]) -> Iterator[Tabs]:
    """Tabs of the member by theme and size, which stay open from page to page. Dark ones are Spanish."""
    with ExitStack() as opened:

        @cache
        def of(theme: str, size: tuple[int, int]) -> Tab:
            language = "es" if theme == "dark" else "en"
            one = tab(browser, address, size=size, theme=theme, language=language, cookies=member)
            return opened.enter_context(one)

        yield of


def _is_fit(one: Tab, path: str, width: int) -> None:
    one.wrong.clear()
    page = one.go(path)

    assert one.look() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not one.wrong


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_fit_for_everybody(name: str, size: tuple[int, int], theme: str, staged: Stage, tabs: Tabs) -> None:
    _is_fit(tabs(theme, size), PAGES[name](staged), size[0])


@pytest.mark.parametrize(("theme", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["light", "dark"])
@pytest.mark.parametrize("name", MORE)
def test_every_other_page_is_fit_too(name: str, size: tuple[int, int], theme: str, staged: Stage, tabs: Tabs) -> None:
    _is_fit(tabs(theme, size), MORE[name](staged), size[0])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_to_sign_in_by_is_fit(theme: str, browser: Browser, address: str) -> None:
    with tab(browser, address, theme=theme) as one:
        one.go("/account/login/")
        assert one.look() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_menus_and_the_list_of_keys_are_fit_for_everybody(
    theme: str, browser: Browser, address: str, staged: Stage, member: list[dict[str, str]]
) -> None:
    with tab(browser, address, size=PHONE, theme=theme, cookies=member) as one:
        page = one.go("/accounts")
        page.get_by_role("button", name="Open the menu").click()
        assert page.get_by_role("link", name="Find an account").is_visible()
        assert one.look() == []
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Your menu").click()
        assert one.look() == []
        page.get_by_role("button", name="Keyboard shortcuts", exact=True).click()
        assert page.get_by_role("dialog").is_visible()
        assert one.look() == []


def test_the_first_page_for_somebody_without_any_permission_is_fit_too(
    browser: Browser, address: str, staged: Stage
) -> None:
    with tab(browser, address, cookies=cookies(staged.airline, frozenset())) as one:
        one.go("/")
        assert one.look() == []


def test_what_is_refused_is_told_on_a_fit_page(browser: Browser, address: str, staged: Stage) -> None:
    with tab(browser, address, cookies=cookies(staged.airline, {Permission.QUERIES})) as one:
        one.expects_failure = True
        one.go("/accounts", status=403)
        assert one.look() == []
        one.go("/accounts/999999999", status=404)
        assert one.look() == []
        one.go("/nothing", status=404)
        assert one.look() == []
