"""The list of jobs: one's own, for administrators everybody's."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.access.permissions import Permission
from skypurser.backlog import queries
from skypurser.web.accounts.account import number_in
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.jobs import words
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH


class JobBar(FilterBar):
    """Which jobs are listed."""

    quick = (
        Quick(pgettext_lazy("a job", "Under way"), (("state", "running"),), "hourglass"),
        Quick(pgettext_lazy("a job", "Failed"), (("state", "failed"),), "alert-triangle"),
    )

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=(("", gettext_lazy("All")), *((code, told[0]) for code, told in words.STATES.items())),
    )


@page()
def jobs(request: Request) -> HttpResponse:
    """List them, the newest first."""
    bar, found = JobBar(request.GET), list[queries.JobView]()
    if bar.is_readable:
        state = bar.value("state")
        found = queries.jobs(
            actor=request.actor,
            states=[state] if state else (),
            before=number_in(request, "before"),
            limit=LENGTH + 1,
        )
    context = {
        "filters": bar,
        "is_filtered": bar.is_set,
        "is_everybodys": request.actor.may(Permission.ADMINISTRATION),
        "jobs": [(one, words.kind(one), words.STATES[one.state], words.error(one)) for one in found[:LENGTH]],
        "following": bar.with_(before=str(found[LENGTH - 1].id)) if len(found) > LENGTH else "",
    }
    return render(request, "jobs/list.html", context)
