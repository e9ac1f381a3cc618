"""The letters that bring statements, in the statement's language."""

from skypurser.invoices.paper import Figures
from skypurser.mail.writing import Letter
from skypurser.statements.enclosures import enclosures_of
from skypurser.statements.printing import period
from skypurser.statements.views import StatementView
from skypurser.statements.words import WORDS


def about(account_id: int, number: int) -> str:
    """Return what letters about a statement are found by."""
    return f"statement:{account_id}/{number}"


def first(statement: StatementView, *, recipient: str) -> Letter:
    """Return the letter that is written with the cut-off; there is one for ever."""
    return letter(statement, recipient=recipient, cause=about(statement.account_id, statement.number))


def letter(statement: StatementView, *, recipient: str, cause: str) -> Letter:
    """Return a letter that brings a statement to somebody, once per cause."""
    words, figures = WORDS[statement.language], Figures(statement.currency, statement.language)
    names = {
        "number": statement.number,
        "code": statement.names.code,
        "name": statement.names.name,
        "currency": statement.currency,
        "through": figures.day(statement.last_date),
    }
    in_favour = statement.closing > 0
    to_pay = statement.closing if in_favour else statement.total_to_pay
    told = (("opening", statement.opening), ("closing", statement.closing), ("available", statement.available))
    return Letter(
        cause=cause,
        about=about(statement.account_id, statement.number),
        recipient=recipient,
        language=statement.language,
        subject=words["subject"].format(**names),
        paragraphs=(words["greeting"], words["letter"].format(**names), words["letter_frozen"]),
        facts=[
            (words["period"], period(statement, statement.language)),
            *((words[word], f"{figures.amount(minor)} {statement.currency}") for word, minor in told),
            (words["in_favour" if in_favour else "to_pay"], f"{figures.amount(to_pay)} {statement.currency}"),
            (words["reference"], statement.reference),
        ],
        files=enclosures_of(statement),
    )
