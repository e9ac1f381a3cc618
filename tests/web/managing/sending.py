"""Send a form as a browser does: with what the page has put into it."""

import html
import re
from typing import Any

from django.test import Client

_HIDDEN = re.compile(r'<input type="hidden" name="(key|shown|cuts_to|version)"(?: value="([^"]*)")?')


def hidden(page: str) -> dict[str, str]:
    """What the form carries unseen."""
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}


def send(browser: Client, path: str, **typed: Any) -> Any:
    """Open the page and send its form."""
    return browser.post(path, {**hidden(browser.get(path).text), **typed})


def words(answer: Any) -> str:
    """The page's text, blanks made one."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text)).strip()
