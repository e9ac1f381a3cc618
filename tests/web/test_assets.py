"""Static files: their addresses, how they are cached, what others made."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from skypurser.web import assets
from tests.architecture.tree import PACKAGE, ROOT
from tests.web.people import visitor

_VENDORED = (PACKAGE / "web" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")


def _at(name: str) -> str:
    return assets.Storage().url(name)


def test_a_static_file_is_kept_for_ever_because_its_address_changes_with_it() -> None:
    answer = visitor().get(_at("web/tokens.css"))
    answer.close()

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert re.fullmatch(r"/static/[0-9a-f]{12}/web/tokens\.css", _at("web/tokens.css"))


def test_whoever_takes_gzip_gets_it() -> None:
    answer = visitor().get(_at("vendor/tabler-1.6.1/tabler.min.css"), headers={"accept-encoding": "gzip, br"})

    content = b"".join(answer)
    answer.close()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(content) < 120_000
    assert hashlib.sha256(gzip.decompress(content)).hexdigest() in (_VENDORED[0] / "VENDORED.md").read_text()


def test_a_page_from_before_an_upgrade_gets_the_present_file_and_keeps_it_not() -> None:
    answer = visitor().get("/static/000000000000/web/tokens.css")
    answer.close()

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["web/../../settings.py", "web/nothing.css", "..%2f..%2fsettings.py", ""])
def test_nothing_else_is_served(name: str) -> None:
    assert visitor().get(_at(name)).status_code == 404


def test_every_file_that_a_template_or_a_style_sheet_names_exists() -> None:
    web = PACKAGE / "web"
    named = [
        (path, web / "static" / name)
        for path in web.rglob("*.html")
        for name in re.findall(r'{% static "([^"]+)" %}', path.read_text(encoding="utf-8"))
    ]
    named += [
        (path, path.parent / name)
        for path in (web / "static" / "web").glob("*.css")
        for name in re.findall(r'url\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    ]

    assert len(named) > 15
    assert [(path.name, str(file)) for path, file in named if not file.exists()] == []


def test_every_icon_that_is_drawn_is_in_the_sprite() -> None:
    web = PACKAGE / "web"
    there = set(re.findall(r'<symbol id="([^"]+)"', (web / "static" / "web" / "icons.svg").read_text()))

    drawn = {
        name
        for path in web.rglob("*.html")
        for name in re.findall(r'{% (?:icon|empty) "([^"]+)"', path.read_text(encoding="utf-8"))
    }

    assert len(drawn) > 20
    assert drawn <= there


@pytest.mark.parametrize("folder", _VENDORED, ids=lambda folder: folder.parent.name)
def test_what_others_made_is_unchanged_and_has_its_licence(folder: Path) -> None:
    listed = dict(re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", (folder / "VENDORED.md").read_text()))

    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VENDORED.md"
    }

    assert there == listed
    assert {name.split("/")[0] for name in there} == {name.split("/")[0] for name in there if "LICENSE" in name}
