"""One browser and one server for each worker of the run."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.browsing import CHROMIUM, is_here, launched
from tests.browser.serving import served


@pytest.fixture(scope="session", autouse=True)
def _browser_is_here() -> None:
    if is_here():
        return
    if os.environ.get("CI"):
        pytest.fail(f"no {CHROMIUM}; the run on every change needs one (apt-get install chromium)")
    pytest.skip(f"no {CHROMIUM}: apt-get install chromium")


@pytest.fixture(scope="session")
def browser(_browser_is_here: None) -> Iterator[Browser]:
    """Chromium."""
    # Playwright keeps a loop of its own in this thread, and Django takes that for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright, launched(playwright) as one:
        yield one
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def address(_browser_is_here: None) -> Iterator[str]:
    """Where the desk is served."""
    with served() as one:
        yield one
