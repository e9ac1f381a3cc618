"""Kinds of options that several verbs take."""

from enum import StrEnum
from typing import Any

import click


class Capitals(click.ParamType[str]):
    """A code of capitals and digits; small letters are taken for capitals."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the code in capitals."""
        return value.upper()


class Several(click.ParamType[frozenset[Any]]):
    """Words with commas between them: names of an enumeration, where `all` means every one, or else codes."""

    name = "a,b,…"

    def __init__(self, of: type[StrEnum] | None = None) -> None:
        self._of = of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[Any]:
        """Return the members of the enumeration, or the codes in capitals."""
        words = [word.strip() for word in str(value).split(",") if word.strip()]
        if self._of is None:
            return frozenset(word.upper() for word in words)
        if words == ["all"]:
            return frozenset(self._of)
        known = {str(one): one for one in self._of}
        if unknown := [word for word in words if word not in known]:
            self.fail(f"{unknown[0]!r} is none of: {', '.join(known)}.", param, ctx)
        return frozenset(known[word] for word in words)


CAPITALS = Capitals()

carrier = click.option(
    "--carrier", type=CAPITALS, metavar="CODE", help="Whose; may be left out when there is one carrier."
)
