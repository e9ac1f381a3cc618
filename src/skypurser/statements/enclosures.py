"""The documents of frozen statements that letters enclose: named in the letter, made when it is sent."""

from skypurser.mail.writing import Enclosure
from skypurser.statements import printing
from skypurser.statements.queries import shown
from skypurser.statements.views import StatementView

#: What their sources begin with.
KIND = "statement"


def enclosures_of(statement: StatementView) -> list[Enclosure]:
    """Return what a letter about a statement encloses."""
    wanted = [("pdf", printing.PDF)]
    if statement.movements <= printing.MOST_ROWS:
        wanted.append(("xlsx", printing.EXCEL))
    return [
        Enclosure(
            printing.file_name(statement, language=statement.language, suffix=suffix),
            content_type,
            f"{KIND}:{statement.account_id}/{statement.number}.{suffix}",
        )
        for suffix, content_type in wanted
    ]


def enclosed(what: str, carrier_id: int) -> bytes:
    """Make a document that `enclosures_of` named, without its kind."""
    name, _, suffix = what.partition(".")
    account_id, _, number = name.partition("/")
    statement = shown(int(account_id), int(number), carrier_id=carrier_id)
    make = {"pdf": printing.pdf, "xlsx": printing.workbook}[suffix]
    return make(statement, language=statement.language, carrier_id=carrier_id)
