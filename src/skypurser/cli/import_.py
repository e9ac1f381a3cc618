"""The verb `import`."""

from pathlib import Path

import click

from skypurser.cli import options
from skypurser.cli.session import opened

_KINDS = click.Choice(["offices", "clients", "accounts", "balances"])


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.carrier
@click.option("--kind", type=_KINDS, default=None, help="What a CSV file holds, where its header does not tell.")
@click.option("--dry-run", is_flag=True, help="Do everything, take it back, and say what would be made.")
@click.option("--reference", default="", help="Why; in each account's history. Without one, the file's name.")
@click.option("--as", "name", default="operator", show_default=True, help="Who acts, as the history shows it.")
@click.option("--key", default="", help="Sent again, nothing is done twice. Without one, the file's content is it.")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Of what is told.")
@click.option("--template", is_flag=True, help="Write the template to fill in: all sheets, or with --kind one as CSV.")
def import_(
    file: Path,
    carrier: str | None,
    kind: str | None,
    reference: str,
    name: str,
    key: str,
    language: str,
    *,
    dry_run: bool,
    template: bool,
) -> None:
    """Import offices, clients, accounts and opening balances from a workbook (.xlsx) or CSV: all of FILE, or nothing.

    Whatever is wrong is told by sheet, row and column, all of it at once, and ends with exit code 1. The same file
    again is a replay: it says what was made the first time.
    """
    with opened():
        from skypurser.cli.importing import import_file, write_template  # noqa: PLC0415 — needs Django set up

        if template:
            write_template(file, kind=kind or "", language=language)
            return
        import_file(
            file,
            carrier_code=carrier,
            kind=kind or "",
            is_dry=dry_run,
            reference=reference or file.name,
            name=name,
            key=key,
            language=language,
        )
