"""A statement as PDF and as a table for Excel and CSV: the same bytes each time, since all it says stays the same.

What is taken from elsewhere was frozen with it; the instant in a file's metadata is that at which it was made.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from skypurser.documents.pdf import Template, write_pdf
from skypurser.documents.table import Column, Kind, Table
from skypurser.documents.workbook import write_workbook
from skypurser.invoices.paper import Figures
from skypurser.ledger.queries import MovementView
from skypurser.statements.lines import lines
from skypurser.statements.views import Line, StatementView, Summary
from skypurser.statements.words import kind, words_of
from skypurser.tickets.documents import InvalidDocumentNumber, format_document, parse_document

#: More movements than these make no PDF that anybody reads; it then says so, and has the figures alone.
MOST_LINES = 5_000

#: More movements than these make a workbook that no mail server takes; a letter brings the PDF alone.
MOST_ROWS = 200_000

#: What sets each layout (`content.LAYOUT`); a template that statements were made with stays as it is.
_TEMPLATES: Mapping[int, Template] = {1: "account_statement"}

PDF, EXCEL = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(of: Summary, *, language: str, suffix: str) -> str:
    """Return a name for a document of a statement."""
    number = f"-{of.number}" if isinstance(of, StatementView) else ""
    return f"{of.names.code}-{of.currency}-{_words(of, language)['file']}{number}-{of.last_date.isoformat()}.{suffix}"


def pdf(of: Summary, *, language: str, carrier_id: int) -> bytes:
    """Return the statement as PDF."""
    return write_pdf(_TEMPLATES[of.names.layout], _said(of, language, carrier_id), made_at=of.told_at)


def workbook(of: Summary, *, language: str, carrier_id: int) -> bytes:
    """Return the statement as an Excel workbook."""
    target = io.BytesIO()
    write_workbook(target, table(of, language=language, carrier_id=carrier_id))
    return target.getvalue()


def table(of: Summary, *, language: str, carrier_id: int) -> Table:
    """Return the statement as a table: its lines between opening and closing balance, then what there was at its end.

    The rows are read while the table is written.
    """
    words = _words(of, language)
    money: dict[str, Any] = {"kind": Kind.AMOUNT, "currency": of.currency}
    columns = (
        Column(title=words["item"], kind=Kind.NUMBER),
        Column(title=words["date"], kind=Kind.DATE),
        Column(title=words["original_date"], kind=Kind.DATE),
        Column(title=words["kind"]),
        Column(title=words["document"]),
        Column(title=words["debit"], **money),
        Column(title=words["credit"], **money),
        Column(title=words["balance"], **money),
        Column(title=words["reference"]),
    )

    def figure(word: str, *amounts: int | None) -> list[Any]:
        return [None, None, None, words[word], None, *amounts, None]

    def rows() -> Iterator[list[Any]]:
        yield figure("opening", None, None, of.opening)
        for line in lines(of, carrier_id=carrier_id):
            one = line.movement
            yield [
                *(one.item, one.business_date, one.original_date, kind(one.kind, words), one.document),
                *(one.debit or None, one.credit or None, line.balance, one.reference),
            ]
        yield figure("total", of.debits, of.credits, None)
        for word in ("closing", "limit", "held", "available"):
            yield figure(word, None, None, _figures(of)[word])

    return Table(
        title=f"{_title(of, language)} · {of.names.code} {of.names.name} {of.currency}",
        columns=columns,
        rows=rows(),
        made_at=of.told_at,
        filters=f"{period(of, language)} · {as_of(of, language)}",
    )


def rows_of(of: Summary) -> int:
    """Return how many rows the table has: the movements, and the figures around them."""
    return of.movements + 2 + len(_figures(of))


def period(of: Summary, language: str) -> str:
    """Write from when to when a statement goes, in its language."""
    figures = Figures(of.currency, language)
    first = _words(of, language)["since_beginning"] if of.first_date is None else figures.day(of.first_date)
    return f"{first} – {figures.day(of.last_date)}"


def as_of(of: Summary, language: str) -> str:
    """Say as of when held, limit and available are told."""
    return _words(of, language)["as_of"].format(instant=f"{of.as_of:%Y-%m-%d %H:%M:%S}")


def _words(of: Summary, language: str) -> Mapping[str, str]:
    return words_of(of.names.layout, language)


def _figures(of: Summary) -> Mapping[str, int]:
    return {"closing": of.closing, "limit": of.credit_limit, "held": of.held, "available": of.available}


def _title(of: Summary, language: str) -> str:
    words = _words(of, language)
    return words["numbered"].format(number=of.number) if isinstance(of, StatementView) else words["statement"]


def _said(of: Summary, language: str, carrier_id: int) -> Mapping[str, Any]:
    """Return all that the document says, in words of its language."""
    words, figures, names = _words(of, language), Figures(of.currency, language), of.names
    is_listed = of.movements <= MOST_LINES
    listed = [_row(one, figures, words) for one in lines(of, carrier_id=carrier_id)] if is_listed else []
    note = "none" if not of.movements else "too_many" if of.movements <= MOST_ROWS else "far_too_many"
    to_pay = ("in_favour", of.closing) if of.closing > 0 else ("to_pay", of.total_to_pay)
    return {
        "language": language,
        "paper": names.paper,
        "title": f"{_title(of, language)} {names.code} {of.currency}",
        "seller": list(names.carrier),
        "customer": [names.name, f"{names.code} · {names.city}, {names.country}"],
        "period": period(of, language),
        "facts": _facts(of, language),
        "opening": figures.amount(of.opening),
        "debits": figures.amount(of.debits),
        "credits": figures.amount(of.credits),
        "closing": f"{figures.amount(of.closing)} {of.currency}",
        "lines": listed,
        "note": "" if listed else words[note].format(count=figures.whole(of.movements)),
        "after": [
            (words[word], f"{figures.amount(minor)} {of.currency}")
            for word, minor in (to_pay, ("limit", of.credit_limit), ("held", of.held), ("available", of.available))
        ],
        "as_of": as_of(of, language),
        "hash": f"{words['hash']}: {of.fingerprint}" if isinstance(of, StatementView) else "",
        "footer": f"{names.carrier[0]} · {names.code} {of.currency} · {_title(of, language)}",
        "words": {
            "title": _title(of, language),
            "columns": [words[name] for name in ("item", "date", "movement", "debit", "credit", "balance")],
            **{name: words[name] for name in ("opening", "closing", "total", "page")},
        },
    }


def _facts(of: Summary, language: str) -> list[tuple[str, str]]:
    words, names = _words(of, language), of.names
    facts = [(words[names.type], names.code), (words["city"], f"{names.city}, {names.country}")]
    facts += [
        (words[word], value)
        for word, value in (("issue_id", names.issue_id), ("agency_involved", names.agency_involved))
        if value
    ]
    facts.append((words["currency"], of.currency))
    if isinstance(of, StatementView):
        facts.append((words["reference"], of.reference))
    return facts


def _row(line: Line, figures: Figures, words: Mapping[str, str]) -> list[str]:
    one = line.movement
    late = ""
    if one.original_date is not None:
        late = words["original"].format(date=figures.day(one.original_date, form="medium"))
    told = " · ".join(filter(None, (kind(one.kind, words), _document(one), one.reference, late)))
    sides = (figures.amount(minor) if minor else "" for minor in (one.debit, one.credit))
    return [str(one.item), figures.day(one.business_date, form="medium"), told, *sides, figures.amount(line.balance)]


def _document(movement: MovementView) -> str:
    if not movement.document:
        return ""
    try:
        return format_document(parse_document(movement.document))
    except InvalidDocumentNumber:  # of a hold: something of the holder's own
        return movement.document
