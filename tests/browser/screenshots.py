"""The pictures in docs/img: each page on a desk and on a phone, from the day of sales in examples/.

    make screenshots

Not collected with the tests. Every picture stays below 200 kB.
"""

import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from skypurser.access.actors import operator
from skypurser.cli.replaying.aloud import replay_aloud
from skypurser.cli.replaying.files import open_files
from skypurser.config.database import database
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
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
    carrier = opened.carrier
    acting = operator(carrier.id)
    busy = max(queries.accounts(actor=acting), key=lambda view: view.standing.movements)
    over = next(iter(queries.accounts(Filters(is_over_limit=True), actor=acting)))
    account = known(carrier.id, busy.account_id)
    return {
        "accounts": "/accounts",
        "account": f"/accounts/{busy.account_id}",
        "over-limit": f"/accounts/{over.account_id}/refused",
        "history": f"/accounts/{over.account_id}/history",
    }, cookies(Airline(carrier, acting, account, account))


@pytest.mark.parametrize(("size", "where"), [(DESKTOP, "desk"), (PHONE, "phone")], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("name", "theme"),
    [("accounts", "light"), ("account", "light"), ("account", "dark"), ("over-limit", "light"), ("history", "light")],
)
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
    picture = _IMAGES / f"{name}-{where}{'-dark' if theme == 'dark' else ''}.png"
    _IMAGES.mkdir(parents=True, exist_ok=True)

    with tab(browser, address, size=size, theme=theme, cookies=member) as one:
        one.go(addresses[name]).screenshot(path=picture)

    assert picture.stat().st_size < _MOST_BYTES
