"""Statements as Excel and CSV: a frozen one, the same bytes each time, and that of a period."""

from functools import partial
from typing import Any

from django.utils.translation import get_language

from skypurser.access.permissions import Permission
from skypurser.electronic import queries as accounts
from skypurser.errors import InvalidRequest
from skypurser.exports.lists import Asked, Exported
from skypurser.statements import printing, queries
from skypurser.statements.periods import period_of
from skypurser.statements.views import Summary
from skypurser.web.exporting import exported
from skypurser.web.statements.periodbar import bar_of


@exported("statement", Permission.QUERIES)
def statement(asked: Asked, account_id: int, number: int) -> Exported:
    """Return a frozen statement, in its own language."""
    found = queries.statement(account_id, number, actor=asked.actor)
    return _exported(found, found.language, asked)


@exported("account_period", Permission.QUERIES)
def period(asked: Asked, account_id: int) -> Exported:
    """Return the statement of a period, in the member's language.

    Raises:
        InvalidRequest: The dates can't be read, or are no period.
    """
    view = accounts.get(account_id, actor=asked.actor)
    bar = bar_of(asked.query, view=view, now=asked.now)
    if not bar.is_readable:
        raise InvalidRequest("this is no period", field=next(iter(bar.errors)))
    (first, last), language = bar.dates, str(get_language())[:2]
    whose: dict[str, Any] = {"carrier_id": asked.actor.carrier_id, "language": language}
    return _exported(period_of(view, **whose, now=asked.now, first_date=first, last_date=last), language, asked)


def _exported(of: Summary, language: str, asked: Asked) -> Exported:
    return Exported(
        table=printing.table(of, language=language, carrier_id=asked.actor.carrier_id),
        stem=printing.file_name(of, language=language, suffix="").rstrip("."),
        count=partial(printing.rows_of, of),
    )
