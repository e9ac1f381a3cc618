"""Imports on the command line."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from skypurser.access.actors import Actor, operator
from skypurser.cli import console, importwords
from skypurser.cli.choosing import called, chosen_carrier
from skypurser.cli.failures import Failed
from skypurser.importing import sentences
from skypurser.importing.asking import IMPORT
from skypurser.importing.carrying_out import File, carry_out, try_out
from skypurser.importing.flaws import FileTooLarge, ImportRefused, flaws_in
from skypurser.importing.raw import MOST_BYTES
from skypurser.importing.report import Report, as_facts, report_in
from skypurser.importing.template import csv_template, workbook_template
from skypurser.importing.words import said
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
    _print(report, language)
    told = importwords.ended(
        carrier=called(carrier),
        rows=report.rows,
        file=file.name,
        is_dry=is_dry,
        is_replayed=replayed,
        language=language,
    )
    console.show(console.cell(told))


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
    heads = importwords.heads(importwords.FLAWS, language)
    shown = console.table(*heads, right=frozenset({heads[1]}))
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
    return Failed(importwords.refused(total=total, shown=len(flaws), language=language))


def _print(report: Report, language: str) -> None:
    count_head = said(importwords.COUNT, language)
    shown = console.table("", count_head, right=frozenset({count_head}))
    for label, count in importwords.made(report, language):
        shown.add_row(label, f"{count:,}")
    console.show(shown, "")
    if report.totals:
        heads = importwords.heads(importwords.TOTALS, language)
        totals = console.table(*heads, right=frozenset(heads[1:]))
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
