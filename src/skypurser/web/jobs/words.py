"""Jobs in words: their kinds, what each was asked to do, what came of it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from skypurser.backlog.queries import JobView
from skypurser.importing.report import report_in
from skypurser.statements.masstelling import Standing
from skypurser.web import figures, rules
from skypurser.web.accounts import words
from skypurser.web.importing import words as importing
from skypurser.web.refusals import reason

KINDS: Mapping[str, Promise] = {
    "mass_change": gettext_lazy("Mass management"),
    "mass_undo": gettext_lazy("Undoing of a mass change"),
    "export": gettext_lazy("Export"),
    "import": pgettext_lazy("a noun", "Import"),
    "mass_cut_off": gettext_lazy("Mass cut-off"),
}

#: Words, tone and icon.
STATES: Mapping[str, tuple[Promise, str, str]] = {
    "waiting": (pgettext_lazy("a job", "Waiting"), "quiet", "clock"),
    "running": (pgettext_lazy("a job", "Under way"), "accent", "hourglass"),
    "done": (pgettext_lazy("a job", "Done"), "ok", "circle-check"),
    "failed": (pgettext_lazy("a job", "Failed"), "bad", "alert-triangle"),
    "cancelled": (pgettext_lazy("a job", "Cancelled"), "quiet", "ban"),
}

#: What a file is.
FORMATS: Mapping[str, Promise] = {"xlsx": gettext_lazy("Excel"), "csv": gettext_lazy("CSV")}

#: Why a job failed, where the sentence for what a person has just sent would not be true of it.
ERRORS: Mapping[str, Promise] = {
    "unavailable": gettext_lazy("The database did not answer at any attempt, and the job has ended."),
    "internal_error": gettext_lazy(
        "Something went wrong on our side, and the job has ended. Ask for it once more; if it fails again, tell whoever"
        " runs Skypurser for you."
    ),
}

#: Why its last attempt failed, where it is tried again.
PASSING: Mapping[str, Promise] = {
    "unavailable": gettext_lazy("The database did not answer. The job goes on by itself.")
}

#: What was asked for, as label and value.
type Asked = Iterator[tuple[str, str]]


def _where(job: JobView) -> Asked:
    told = job.parameters
    yield _("Accounts"), str(words.TYPES.get(told["type"], told["type"]))
    for field, label in (("country", _("Country")), ("city", _("City")), ("currency", _("Currency"))):
        if told[field]:
            yield label, told[field]


def _mass_change(job: JobView) -> Asked:
    told = job.parameters
    yield from _where(job)
    for name, text in told["rates"].items():
        yield str(words.FIELDS[f"commission.{name}"]), rules.written(text)
    yield _("Reference"), told["reference"]


def _mass_undo(job: JobView) -> Asked:
    yield _("Undoes job"), str(job.parameters["undoes"])
    yield _("Reference"), job.parameters["reference"]


def _export(job: JobView) -> Asked:
    told = job.parameters
    yield _("List"), told["title"]
    if told["filters"]:
        yield _("Filters"), told["filters"]
    yield _("File"), str(FORMATS[told["format"]])


def _import(job: JobView) -> Asked:
    told = job.parameters
    yield _("File"), told["file"]
    yield _("Brought by"), told["uploaded_by"]
    yield _("Reference"), told["reference"]


def _mass_cut_off(job: JobView) -> Asked:
    yield from _where(job)
    yield _("Cut-off date"), figures.day(date.fromisoformat(job.parameters["through"]))
    yield _("Reference"), job.parameters["reference"]


_ASKED: Mapping[str, Callable[[JobView], Asked]] = {
    "mass_change": _mass_change,
    "mass_undo": _mass_undo,
    "export": _export,
    "import": _import,
    "mass_cut_off": _mass_cut_off,
}


def _accounts_changed(job: JobView) -> str:
    count = int((job.facts or {}).get("changed", 0))
    told = ngettext("%(count)s account was changed.", "%(count)s accounts were changed.", count)
    return told % {"count": figures.whole(count)}


def _rows_written(job: JobView) -> str:
    count = int((job.facts or {}).get("rows", 0))
    told = ngettext("The file has %(count)s row.", "The file has %(count)s rows.", count)
    return told % {"count": figures.whole(count)}


def _imported(job: JobView) -> str:
    return importing.made(report_in(job.facts))


def _accounts_cut_off(job: JobView) -> str:
    counts = {name: int((job.facts or {}).get(name, 0)) for name in ("made", "refused", "left_out")}
    made = ngettext("%(count)s account was cut off.", "%(count)s accounts were cut off.", counts["made"])
    refused = ngettext("%(count)s was refused.", "%(count)s were refused.", counts["refused"])
    left_out = ngettext("%(count)s was left out.", "%(count)s were left out.", counts["left_out"])
    told = ((made, counts["made"]), (refused, counts["refused"]), (left_out, counts["left_out"]))
    return " ".join(text % {"count": figures.whole(count)} for text, count in told if count or text is made)


def reached(standing: Standing) -> str:
    """Return how far a mass cut-off has come that did not come to its end."""
    many = {"count": figures.whole(standing.made), "total": figures.whole(standing.meant)}
    made = ngettext(
        "%(count)s of %(total)s account was cut off.", "%(count)s of %(total)s accounts were cut off.", standing.meant
    )
    others = (
        (ngettext("%(count)s was refused.", "%(count)s were refused.", standing.refused), standing.refused),
        (ngettext("%(count)s was not reached.", "%(count)s were not reached.", standing.waiting), standing.waiting),
    )
    return " ".join([made % many, *(text % {"count": figures.whole(count)} for text, count in others if count)])


def letters(standing: Standing) -> str:
    """Return how the letters of a mass cut-off stand; empty where none was written."""
    if not standing.letters:
        return ""
    sent, pending, failed = (standing.letters.get(status, 0) for status in ("sent", "pending", "failed"))
    counted = (
        (ngettext("%(count)s letter was sent.", "%(count)s letters were sent.", sent), sent),
        (ngettext("%(count)s is on its way.", "%(count)s are on their way.", pending), pending),
        (ngettext("%(count)s could not be delivered.", "%(count)s could not be delivered.", failed), failed),
    )
    return " ".join(text % {"count": figures.whole(count)} for text, count in counted if count or text is counted[0][0])


_CAME: Mapping[str, Callable[[JobView], str]] = {
    "mass_change": _accounts_changed,
    "mass_undo": _accounts_changed,
    "export": _rows_written,
    "import": _imported,
    "mass_cut_off": _accounts_cut_off,
}


def kind(job: JobView) -> str:
    """Return what kind of job it is."""
    return str(KINDS.get(job.kind, job.kind))


def asked(job: JobView) -> list[tuple[str, str]]:
    """Return what was asked for."""
    tell = _ASKED.get(job.kind)
    return [] if tell is None else list(tell(job))


def error(job: JobView) -> str:
    """Return why it failed or, while it waits to be tried again, why its last attempt did; empty where none did."""
    if not job.error_code:
        return ""
    own = (ERRORS if job.has_ended else PASSING).get(job.error_code)
    return reason(job.error_code, job.error_facts) if own is None else str(own)


def came(job: JobView) -> str:
    """Return what came of a job that is done."""
    tell = _CAME.get(job.kind)
    return "" if tell is None or not job.is_done else tell(job)
