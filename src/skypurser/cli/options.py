"""Kinds of options that several verbs take."""

import click


class Capitals(click.ParamType[str]):
    """A code of capitals and digits; small letters are taken for capitals."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the code in capitals."""
        return value.upper()


CAPITALS = Capitals()

carrier = click.option(
    "--carrier", type=CAPITALS, metavar="CODE", help="Whose; may be left out when there is one carrier."
)
