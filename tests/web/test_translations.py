"""Both languages say everything."""

import re
from collections.abc import Sequence

import pytest
from tools.catalogues import LANGUAGES, said, translations

from tests.architecture.tree import PACKAGE

_PLACE = re.compile(r"%\(\w+\)s|%%")
_TAG = re.compile(r"<[^>]+>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_is_translated(language: str) -> None:
    known = {(one.id, one.context) for one in translations(language) if one.id and all(_texts(one.string))}

    missing = [one.id for one in said() if one.id and (one.id, one.context) not in known]

    assert missing == [], "collect with: python -m tools.catalogues, and fill in"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says_or_is_sure_of(language: str) -> None:
    spoken = {(one.id, one.context) for one in said()}

    assert [one.id for one in translations(language) if one.id and (one.id, one.context) not in spoken] == []
    assert [one.id for one in translations(language) if one.id and one.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_places_and_tags(language: str) -> None:
    broken = [
        one.id
        for one in translations(language)
        if one.id
        for spoken, text in zip(_texts(one.id), _texts(one.string), strict=True)
        if _parts(spoken) != _parts(text)
    ]

    assert broken == []


def test_templates_say_nothing_that_is_not_marked_for_translation() -> None:
    said_plainly = []
    for path in sorted((PACKAGE / "web" / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}", "", text, flags=re.DOTALL)
        text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->", "", text, flags=re.DOTALL)
        spoken = re.findall(r'\b(?:aria-label|title|placeholder|alt|data-label)="([^"]*[A-Za-z]{2,}[^"]*)"', text)
        spoken += re.sub(r"<kbd[^>]*>.*?</kbd>|<script.*?</script>|<[^>]*>", " ", text, flags=re.DOTALL).split("\n")
        said_plainly += [
            f"{path.name}: {one.strip()}"
            for one in spoken
            if re.search(r"[A-Za-z]{2,}", re.sub("Skypurser|sp_…|NYC|https?", "", one)) is not None
        ]

    assert said_plainly == []


def test_spanish_has_one_word_for_one_thing() -> None:
    """A carrier is an "aerolínea", what stays in a country "doméstico", who left for BSP "inhabilitada": everywhere."""
    said_otherwise = re.compile(r"\b(?:transportistas?|nacional(?:es)?|inhibid[ao]s?)\b", re.IGNORECASE)

    assert [text for one in translations("es") for text in _texts(one.string) if said_otherwise.search(text)] == []


def _texts(message: str | Sequence[str] | None) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message or ())


def _parts(text: str) -> tuple[list[str], list[str]]:
    return sorted(_PLACE.findall(text)), sorted(_TAG.findall(text))
