"""Imports on the command line."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from skypurser.access.actors import Actor, operator
from skypurser.cli import console
from skypurser.cli.choosing import called, chosen_carrier
from skypurser.cli.failures import Failed
from skypurser.importing import sentences
from skypurser.importing.asking import IMPORT
from skypurser.importing.carrying_out import File, carry_out, try_out
from skypurser.importing.flaws import FileTooLarge, ImportRefused, flaws_in
from skypurser.importing.raw import MOST_BYTES
from skypurser.importing.report import Report, as_facts, report_in
from skypurser.importing.template import csv_template, workbook_template
from skypurser.ledger.keys import answer_under_key


def import_file(
    path: Path,
    *,
    carrier_code: str | None,
    kind: str,
    is_dry: bool,
    reference: str,
    name: str,
    key: str,
    language: str,
) -> None:
    """Import a file, or try it out, and print what was made or what is wrong with it.

    Raises:
        Failed: The file has flaws, which are printed.
    """
    carrier = chosen_carrier(carrier_code)
    actor, now = operator(carrier.id, name=name), datetime.now(UTC)
    with path.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    file = File(name=path.name, content=content, kind=kind)
    try:
        if is_dry:
            report, replayed = try_out(file, reference=reference, actor=actor, now=now), False
        else:
            report, replayed = _kept(file, reference, key, actor, now)
    except ImportRefused as refused:
        raise _refused(refused, language) from refused
    _print(report)
    told = (
        "would be made; nothing is" if is_dry else "was made before; nothing is done twice" if replayed else "is made"
    )
    console.show(console.cell(f"{called(carrier)}: {report.rows:,} rows of {file.name}. This {told}."))


def write_template(path: Path, *, kind: str, language: str) -> None:
    """Write the template, a workbook or one sheet as CSV."""
    content = csv_template(kind, language) if kind else workbook_template(language)
    path.write_bytes(content)
    click.echo(f"{path}: {len(content):,} bytes.")


def _kept(file: File, reference: str, key: str, actor: Actor, now: datetime) -> tuple[Report, bool]:
    """Import the file under a key; the file's content and kind are one."""
    digest = sha256(file.content).hexdigest()

    def act() -> Mapping[str, Any]:
        return {"report": as_facts(carry_out(file, reference=reference, actor=actor, now=now))}

    answer = answer_under_key(
        IMPORT,
        act,
        payload=(digest, file.kind, reference),
        key=key or f"import-{sha256(f'{digest} {file.kind} {reference}'.encode()).hexdigest()}",
        actor=actor,
        now=now,
        named=f"file {file.name}",
    )
    return report_in(answer.facts["report"]), answer.replayed


def _refused(refused: ImportRefused, language: str) -> Failed:
    flaws, total = flaws_in(refused.facts), int(refused.facts["total"])
    shown = console.table("Sheet", "Row", "Column", "Value", "Code", "What is wrong", right=frozenset({"Row"}))
    for flaw in flaws:
        shown.add_row(
            console.cell(sentences.sheet(flaw, language)),
            str(flaw.row or ""),
            console.cell(sentences.column(flaw, language)),
            console.cell(flaw.value),
            flaw.code,
            console.cell(sentences.sentence(flaw, language)),
        )
    console.show(shown, "")
    more = f" The first {len(flaws):,} are shown." if total > len(flaws) else ""
    return Failed(f"The file has {total:,} {'flaw' if total == 1 else 'flaws'}; nothing was imported.{more}")


def _print(report: Report) -> None:
    shown = console.table("", "Count", right=frozenset({"Count"}))
    for label, count in (
        ("Offices registered", report.offices),
        ("Clients registered", report.clients),
        ("Registered before", report.known),
        ("Agencies' accounts", report.agencies),
        ("Corporate accounts", report.corporates),
        ("  opened suspended or inhibited", report.suspended),
        ("Alerts by e-mail", report.recipients),
        ("Opening balances", report.balances),
        ("  beyond the credit limit", report.over_limit),
        ("  at the threshold of approval", report.above_threshold),
    ):
        if count:
            shown.add_row(label, f"{count:,}")
    console.show(shown, "")
    if report.totals:
        figures = frozenset({"Accounts", "Credit limits", "Balances", "In favour", "Owed"})
        totals = console.table("Currency", "Accounts", "Credit limits", "Balances", "In favour", "Owed", right=figures)
        for one in report.totals:
            totals.add_row(
                one.currency,
                f"{one.accounts:,}",
                console.amount(one.credit_limits, one.currency),
                f"{one.balances:,}",
                console.amount(one.credits, one.currency),
                console.amount(one.debits, one.currency),
            )
        console.show(totals, "")
