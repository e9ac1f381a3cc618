"""Pictures of each page on a desk and on a phone, from the day of sales in examples/.

    make screenshots

Those that the README shows go to docs/img, all others to docs/img/all, which is not kept. Not collected with the tests.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from skypurser.access.actors import operator
from skypurser.charter import lists
from skypurser.charter.views import BookingStatus, QuoteStatus
from skypurser.cli.demo_charter import charter_week
from skypurser.cli.replaying.aloud import replay_aloud
from skypurser.cli.replaying.files import open_files
from skypurser.config.database import database
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.invoices.queries import invoices
from skypurser.jetcards import queries as cards
from skypurser.tickets.queries import tickets
from tests.architecture.tree import ROOT
from tests.browser.browsing import DESKTOP, PHONE, tab
from tests.cast import Airline, known
from tests.web.people import cookies

_DAY = ROOT / "examples" / "sales-2013-01-02"
_IMAGES = ROOT / "docs" / "img"
_MOST_BYTES = 250_000


@pytest.fixture(scope="module")
def demo() -> tuple[dict[str, str], list[dict[str, str]]]:
    """The addresses of the pages, and the cookies of somebody who may see them."""
    with tempfile.TemporaryDirectory() as folder:
        written = {name: Path(folder) / name for name in ("results", "balances")}
        with (
            database() as found,
            open_files(accounts=_DAY / "accounts.csv", sales=_DAY / "sales.csv", **written) as files,
        ):
            opened, _ = replay_aloud(
                files,
                carrier_code="EX",
                carrier_name="Example Air",
                database=found,
            )
            charter_week(opened.carrier)
    carrier = opened.carrier
    acting = operator(carrier.id)
    busy = max(queries.accounts(actor=acting), key=lambda view: view.standing.movements)
    over = next(iter(queries.accounts(Filters(is_over_limit=True), actor=acting)))
    account = known(carrier.id, busy.account_id)
    sold = queries.get(busy.account_id, actor=acting)
    document = tickets(actor=acting, limit=1)[0].document_number
    now = datetime.now(UTC)
    card = max(cards.cards(actor=acting), key=lambda one: one.standing.movements)
    offer = next(iter(lists.quotes(actor=acting, now=now, status=QuoteStatus.QUOTED)))
    flown = next(iter(lists.bookings(actor=acting, status=BookingStatus.BOOKED)))
    bill = next(iter(invoices(actor=acting)))
    customer = f"/customers/{card.customer_id}"
    at, over_at = f"/accounts/{sold.account_id}", f"/accounts/{over.account_id}"
    return {
        "home": "/",
        "accounts": "/accounts",
        "account": at,
        "over-limit": f"{over_at}/refused",
        "history": f"{over_at}/history",
        "holds-of-account": f"{at}/holds",
        "management": f"{at}/manage?edit=all",
        "credit-and-debit": f"{at}/credit-debit",
        "suspension": f"{at}/status/suspend",
        "new-account": "/accounts/new",
        "find-account": "/accounts/find",
        "approvals": "/approvals",
        "tickets": "/tickets",
        "ticket": f"/tickets/{document}",
        "sale-by-hand": f"/tickets/new/{sold.account_id}",
        "refused": "/refusals",
        "holds": "/holds",
        "hold": f"/holds/new/{sold.account_id}",
        "search": "/search?q=agency",
        "carrier": "/administration/carrier",
        "members": "/administration/members",
        "new-member": "/administration/members/new",
        "roles": "/administration/roles",
        "thresholds": "/administration/approvals",
        "api-keys": "/administration/api-keys",
        "webhooks": "/administration/webhooks",
        "preferences": "/preferences",
        "mass-management": "/mass-management",
        "mass-cut-off": "/mass-cut-off",
        "cut-off": f"{at}/cut-off",
        "period": f"{at}/period",
        "alerts": f"{at}/alerts",
        "import": "/import",
        "jobs": "/jobs",
        "customers": "/customers",
        "customer": customer,
        "customer-statement": f"{customer}/statement",
        "cards": "/jet-cards",
        "add-funds": f"/jet-cards/{card.id}/add-funds",
        "quotes": "/quotes",
        "quote": f"/quotes/{offer.id}",
        "edit-quote": f"/quotes/{offer.id}/edit",
        "bookings": "/bookings",
        "booking": f"/bookings/{flown.id}",
        "cancel-booking": f"/bookings/{flown.id}/cancel",
        "invoices": "/invoices",
        "invoice": f"/invoices/{bill.id}",
        "payments": "/payments",
        "trial-balance": "/books/trial-balance",
    }, cookies(Airline(carrier, acting, account, account))


#: What the README shows.
SHOWN = frozenset({"home", "accounts", "account", "over-limit", "history", "booking", "quote"})

PAGES = (
    *("home", "accounts", "account", "over-limit", "history", "holds-of-account", "management", "credit-and-debit"),
    *("suspension", "new-account", "find-account", "approvals", "tickets", "ticket", "sale-by-hand", "refused"),
    *("holds", "hold", "search", "carrier", "members", "new-member", "roles", "thresholds", "api-keys", "webhooks"),
    *("preferences", "mass-management", "mass-cut-off", "cut-off", "period", "alerts", "import", "jobs", "customers"),
    *("customer", "customer-statement", "cards", "add-funds", "quotes", "quote", "edit-quote", "bookings", "booking"),
    *("cancel-booking", "invoices", "invoice", "payments", "trial-balance"),
)


@pytest.mark.parametrize(("size", "where"), [(DESKTOP, "desk"), (PHONE, "phone")], ids=["desk", "phone"])
@pytest.mark.parametrize(("name", "theme"), [*((name, "light") for name in PAGES), ("account", "dark")])
def test_draw(
    name: str,
    size: tuple[int, int],
    where: str,
    theme: str,
    browser: Browser,
    address: str,
    demo: tuple[dict[str, str], list[dict[str, str]]],
) -> None:
    addresses, member = demo
    folder = _IMAGES if name in SHOWN else _IMAGES / "all"
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"{name}-{where}{'-dark' if theme == 'dark' else ''}.png"

    with tab(browser, address, size=size, theme=theme, cookies=member) as one:
        one.go(addresses[name]).screenshot(path=picture)

    assert picture.stat().st_size < _MOST_BYTES
