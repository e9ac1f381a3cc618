"""The catalogues of translations: what is said in the templates and in the code, and how it is said elsewhere.

    .venv/bin/python -m tools.catalogues            # after a change of words: add what is new, drop what is gone
    .venv/bin/python -m tools.catalogues compile    # what the build does: .po to .mo

Needs Babel and Django, no GNU gettext.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parents[1] / "src" / "skypurser" / "web"
LOCALE = WEB / "locale"
LANGUAGES = ("es",)

_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_": None,
}


def said() -> Catalog:
    """Return every message of the templates and the code, sorted, without the places where they are said."""
    catalog = Catalog(fuzzy=False)
    for path in sorted((*WEB.rglob("*.py"), *WEB.rglob("*.html"))):
        for message, context in _messages(path):
            catalog.add(message, context=context)
    return catalog


def translations(language: str) -> Catalog:
    """Return the catalogue of a language."""
    with _po(language).open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring the catalogues up to what is said; new messages are left empty, and a test fails until they are not."""
    for language in LANGUAGES:
        catalog = translations(language) if _po(language).exists() else Catalog(locale=language, fuzzy=False)
        catalog.update(said(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _po(language).parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(written, catalog, sort_output=True, no_location=True, omit_header=True, width=0)
        head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        head += f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
        _po(language).write_text(head + written.getvalue().decode().lstrip(), encoding="utf-8")


def compile_all() -> list[Path]:
    """Write the compiled catalogues that are missing or old; all that there are."""
    compiled = []
    for language in LANGUAGES:
        target = _po(language).with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < _po(language).stat().st_mtime:
            content = io.BytesIO()
            write_mo(content, translations(language))
            target.write_bytes(content.getvalue())
        compiled.append(target)
    return compiled


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _messages(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        from django.utils.translation.template import templatize  # noqa: PLC0415 — the build needs no Django

        # Templates become calls with rubbish between them; without indentation they pass for Python.
        text = re.sub(r"^[ \t]+", "", templatize(text), flags=re.MULTILINE)
    for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=_KEYWORDS):
        yield message, context


if __name__ == "__main__":
    if "compile" in sys.argv[1:]:
        compile_all()
    else:
        update()
        compile_all()
