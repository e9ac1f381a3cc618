"""The source tree as its own rules see it."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "skypurser"

#: Packages of the business: they get the clock, the actor and the database's session from whoever calls.
DOMAIN = (
    "access",
    "administration",
    "backlog",
    "charter",
    "commissions",
    "documents",
    "electronic",
    "events",
    "exports",
    "finding",
    "history",
    "importing",
    "invoices",
    "jetcards",
    "ledger",
    "overview",
    "parties",
    "tickets",
    "webhooks",
)

_MADE_BY_TOOLS = {".git", ".venv", "__pycache__", "out", "results", "node_modules", "build", "dist"}


@dataclass(frozen=True)
class Module:
    """One Python file; `where` is its path in the repository."""

    path: Path

    @property
    def where(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        """The package of the business, or the module at the top, that it belongs to."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @property
    def is_migration(self) -> bool:
        return self.path.parent.name == "migrations"

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


def modules(*packages: str) -> list[Module]:
    """The modules of these packages, of all without a name; migrations included."""
    return [module for module in _modules() if not packages or module.package in packages]


@cache
def _modules() -> list[Module]:
    return [Module(path) for path in sorted(PACKAGE.rglob("*.py"))]


def text_files() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository that people wrote, with its content."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in _MADE_BY_TOOLS and not name.endswith((".egg-info", "_cache")) and name != ".hypothesis"
        ]
        for name in names:
            path = Path(folder, name)
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
