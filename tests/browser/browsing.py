"""A real browser on the desk: Debian's Chromium, driven by Playwright, that fails on what a person would not see."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, Request

CHROMIUM = "/usr/bin/chromium"
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"

DESKTOP, TABLET, PHONE = (1440, 900), (820, 1180), (390, 844)

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def is_here() -> bool:
    """Whether there is a browser."""
    return Path(CHROMIUM).exists()


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """A browser with a profile of its own, gone with the block."""
    home = tempfile.mkdtemp(prefix="skypurser-chromium-")
    environment: dict[str, Any] = {**os.environ, "HOME": home}
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS), env=environment)
    try:
        yield browser
    finally:
        browser.close()
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class Tab:
    """A page that notes what went wrong behind the scenes: errors, and what the policy forbade."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    #: The browser complains of an answer that is no 200; a page that is meant to fail says so.
    expects_failure: bool = False

    def go(self, path: str, *, status: int = 200) -> Page:
        """Open a path of the desk."""
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        return self.page

    def note_failed(self, asked: Request) -> None:
        """Note a request that failed; one that a newer one has replaced was given up on purpose."""
        if asked.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {asked.url} {asked.failure}")

    def look(self) -> list[str]:
        """What axe finds on the page as it stands."""
        # By the debugger's way in, which the page's policy does not bind.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "() => axe.run(document, {preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
            " 'best-practice']})"
        )
        return [
            f"{one['id']}: {one['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@contextmanager
def tab(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = DESKTOP,
    theme: str = "light",
    language: str = "en",
    cookies: Collection[dict[str, str]] = (),
    has_scripts: bool = True,
) -> Iterator[Tab]:
    """A tab in a context of its own; nothing may go wrong in it while the block runs."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        locale={"en": "en-US", "es": "es-ES"}[language],
        reduced_motion="reduce",
        java_script_enabled=has_scripts,
        timezone_id="UTC",
    )
    context.add_cookies([{"url": address, **one} for one in cookies])  # type: ignore[typeddict-item]
    one = Tab(context.new_page(), address)
    one.page.on("pageerror", lambda error: one.wrong.append(f"error: {error}"))
    one.page.on(
        "console",
        lambda line: one.wrong.append(f"console: {line.text}") if line.type in {"error", "warning"} else None,
    )
    one.page.on("requestfailed", one.note_failed)
    try:
        yield one
        if one.expects_failure:
            one.wrong = [line for line in one.wrong if "Failed to load resource" not in line]
        assert not one.wrong, "\n".join(one.wrong)
    finally:
        context.close()
