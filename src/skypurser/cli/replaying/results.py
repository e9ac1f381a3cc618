"""The results file: one line per row, written as soon as the row is committed, and counted."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from skypurser.cli.replaying.rows import Row
from skypurser.errors import InvalidRequest
from skypurser.ledger.requests import Answer
from skypurser.ledger.states import Outcome
from skypurser.money import digits, format_amount

COLUMNS = ("line", "key", "outcome", "code", "debit", "credit")

#: How many malformed rows are explained at the end.
EXPLAINED = 10


@dataclass(slots=True)
class Tally:
    """What became of the rows so far.

    Attributes:
        outcomes: Rows by outcome and code.
        moved: Debits and credits posted by this run, in minor units, by currency.
        malformed: The first few malformed rows: line and reason.
        seconds: How long the rows took.
    """

    rows: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: dict[str, tuple[int, int]] = field(default_factory=dict)
    malformed: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0


class Results:
    """Writes and counts what became of each row."""

    def __init__(self, file: TextIO, tally: Tally) -> None:
        self._file = file
        self._writer = csv.writer(file)
        self._writer.writerow(COLUMNS)
        self._nothing: dict[str, str] = {}
        self.tally = tally

    def add(self, row: Row, answer: Answer | None) -> None:
        """Write one row's line; without an answer it is malformed."""
        tally = self.tally
        tally.rows += 1
        zero = self._zero(row.currency)
        if answer is None:
            if len(tally.malformed) < EXPLAINED:
                tally.malformed.append((row.line, row.flaw))
            outcome, code = Outcome.REFUSED.value, InvalidRequest.code
        else:
            outcome, code = "replayed" if answer.replayed else answer.outcome.value, answer.code or ""
        debit = credit = zero
        if answer is not None and outcome == "posted":
            debit, credit = self._moved(row.currency, answer, zero)
        tally.outcomes[outcome, code] += 1
        self._writer.writerow((row.line, row.key, outcome, code, debit, credit))

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        self._file.flush()

    def _moved(self, currency: str, answer: Answer, zero: str) -> tuple[str, str]:
        debit, credit = answer.facts["debit"], answer.facts["credit"]
        debits, credits_ = self.tally.moved.get(currency, (0, 0))
        self.tally.moved[currency] = (debits + debit, credits_ + credit)
        return (
            format_amount(debit, currency) if debit else zero,
            format_amount(credit, currency) if credit else zero,
        )

    def _zero(self, currency: str) -> str:
        """Return nothing, in the currency's digits; what is no currency has two."""
        zero = self._nothing.get(currency)
        if zero is None:
            try:
                digits(currency)
                zero = self._nothing[currency] = format_amount(0, currency)
            except InvalidRequest:
                zero = "0.00"  # not remembered: anything may stand there
        return zero
