"""What the documents say of the code is true of the code."""

import configparser
import importlib
import os
import re

import pytest
from tests.architecture.tree import PACKAGE, ROOT

from skypurser.config.schema import schema

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md", "docs/operations.md")

#: Files that the user has or gets; the repository has none of these names.
THEIRS = {"accounts.csv", "sales.csv", "results.csv", "balances.csv"}


def test_the_schema_file_is_what_the_migrations_make() -> None:
    made = schema(os.environ["DATABASE_OWNER_URL"])

    written = (ROOT / "docs" / "schema.sql").read_text(encoding="utf-8")

    assert written == made, "write it anew: .venv/bin/python -m skypurser.config.schema > docs/schema.sql"


def test_the_layers_in_the_document_are_those_that_are_enforced() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    enforced = contracts["importlinter:contract:layers"]["layers"].split("\n")
    document = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    block = document.partition("<!-- layers -->")[2].split("```")[1]

    assert [line.partition("  ")[0].strip() for line in block.strip().splitlines()[1:]] == enforced[1:]


def test_the_folders_in_the_document_are_those_that_exist() -> None:
    document = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    there = {path.name for path in PACKAGE.iterdir() if path.name not in {"__init__.py", "__pycache__"}}

    block = document.partition("<!-- folders -->")[2].split("```")[1]

    listed = re.findall(r"^  ([\w.]+)/? ", block.partition("src/skypurser/")[2], re.MULTILINE)
    assert sorted(listed) == sorted(there)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_files_that_a_document_names_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./-]+\.(?:py|md|sql|txt|toml|csv))`", text)) - THEIRS
    linked = set(re.findall(r"\]\((?!https?:|#)([^)#]+)", text))

    missing = [name for name in named if not _is_file(name)]
    broken = [name for name in linked if not (ROOT / document).parent.joinpath(name).exists()]

    assert (missing, broken) == ([], [])


def test_the_names_in_the_glossary_exist() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"`((?:access|administration|commissions|electronic|history|ledger|money|parties|tickets)\.[\w.]+)`", text
        )
    )
    named |= set(re.findall(r"`(errors\.\w+)`", text))

    assert len(named) > 40
    assert [name for name in sorted(named) if not _exists(name)] == []


def _is_file(name: str) -> bool:
    """Whether the file is there: from the root, in the package, or, named without a folder, anywhere in the package."""
    return (ROOT / name).exists() or (PACKAGE / name).exists() or ("/" not in name and any(PACKAGE.rglob(name)))


def _exists(name: str) -> bool:
    """Whether `package.module.Name.attribute` is there; a file name is left to the test above."""
    if name.endswith((".py", ".md")):
        return True
    parts = name.split(".")
    for depth in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(("skypurser", *parts[:depth])))
        except ModuleNotFoundError:
            continue
        for attribute in parts[depth:]:
            fields = getattr(found, "__annotations__", {})
            if not hasattr(found, attribute) and attribute not in fields:
                return False
            found = getattr(found, attribute, None)
        return True
    return False
