"""What a file would make, and the confirmation that has a worker make it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.importing import asking, uploads
from skypurser.importing.uploads import IMPORTING
from skypurser.web import figures
from skypurser.web.forms import ActForm
from skypurser.web.importing import words
from skypurser.web.pages import Request, page


class ConfirmForm(ActForm):
    """The number of rows, typed back."""

    typed = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *arguments: Any, rows: int, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.rows = rows
        self.fields["typed"].label = _("Type the number of rows, %(count)s") % {"count": figures.whole(rows)}

    def clean_typed(self) -> str:
        """Refuse another number; separators of thousands may be there or not."""
        digits = "".join(sign for sign in self.cleaned_data["typed"] if sign.isdecimal())
        if not digits.isascii() or digits != str(self.rows):
            raise forms.ValidationError(_("Type %(expected)s.") % {"expected": figures.whole(self.rows)})
        return digits


@page(IMPORTING, methods=("GET", "POST"))
def confirm(request: Request, upload_id: int) -> HttpResponse:
    """Show what the file would make, then have it made."""
    shown = uploads.shown(upload_id, actor=request.actor, now=request.now)
    form = ConfirmForm(request.POST or None, rows=shown.report.rows)
    if form.is_valid():
        try:
            answer = asking.confirm(upload_id, key=form.cleaned_data["key"], actor=request.actor, now=request.now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("desk:job", job_id=answer.facts["job"])
    context = {
        "form": form,
        "upload": shown,
        "counts": words.counts(shown.report),
        "needs_another": shown.needs_another(request.actor),
        "may_approve": request.actor.may(Permission.APPROVALS),
    }
    return render(request, "importing/upload.html", context)


@page(IMPORTING, methods=("POST",))
def discard(request: Request, upload_id: int) -> HttpResponse:
    """Forget the file."""
    uploads.discard(upload_id, actor=request.actor, now=request.now)
    messages.success(request, _("The file is discarded. Nothing of it was imported."))
    return redirect("desk:import")
