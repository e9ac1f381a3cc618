"""What an import makes and what is wrong with a file, in the words of a page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from skypurser.importing import sentences
from skypurser.importing.flaws import flaws_in
from skypurser.importing.report import Report
from skypurser.web import figures


def language() -> str:
    """Return the language of templates and flaws: the page's."""
    return "es" if (get_language() or "").startswith("es") else "en"


@dataclass(frozen=True, slots=True)
class FlawLine:
    """A flaw as a line of a table; `row` is empty for a whole sheet."""

    sheet: str
    row: str
    column: str
    value: str
    sentence: str
    code: str


@dataclass(frozen=True, slots=True)
class Flawed:
    """What is wrong with a file: the first lines, and how many there are."""

    lines: list[FlawLine]
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are told."""
        return self.total > len(self.lines)


def flawed(facts: Any) -> Flawed:
    """Return what the facts of an `ImportRefused` tell."""
    here = language()
    lines = [
        FlawLine(
            sentences.sheet(flaw, here),
            figures.whole(flaw.row) if flaw.row else "",
            sentences.column(flaw, here),
            flaw.value,
            sentences.sentence(flaw, here),
            flaw.code,
        )
        for flaw in flaws_in(facts)
    ]
    return Flawed(lines, int((facts or {}).get("total", len(lines))))


def counts(report: Report) -> list[tuple[str, int]]:
    """Return what is made, as label and count; what is not there is left out."""
    told = (
        (_("Offices registered"), report.offices),
        (_("Clients registered"), report.clients),
        (_("Registered before, with the same data"), report.known),
        (_("Agencies' accounts opened"), report.agencies),
        (_("Corporate accounts opened"), report.corporates),
        (_("Of these, suspended or inhibited"), report.suspended),
        (_("E-mail addresses told of accounts"), report.recipients),
        (_("Opening balances"), report.balances),
        (_("Of these, beyond the credit limit"), report.over_limit),
        (_("Of these, at the threshold of approval"), report.above_threshold),
    )
    return [(label, count) for label, count in told if count]


def made(report: Report) -> str:
    """Return in one sentence what was made."""
    accounts = ngettext("%(count)s account was opened", "%(count)s accounts were opened", report.accounts)
    balances = ngettext(
        "%(count)s opening balance was posted", "%(count)s opening balances were posted", report.balances
    )
    parties = report.offices + report.clients
    registered = ngettext(
        "%(count)s office or client was registered", "%(count)s offices and clients were registered", parties
    )
    told = ((accounts, report.accounts), (balances, report.balances), (registered, parties))
    return "; ".join(words % {"count": figures.whole(count)} for words, count in told) + "."
