"""Bring a file: it is tried out at once, and either kept to be confirmed or told what is wrong with it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.errors import Refusal
from skypurser.importing import uploads
from skypurser.importing import words as importing
from skypurser.importing.carrying_out import File
from skypurser.importing.flaws import FileTooLarge, FileUnreadable, ImportRefused
from skypurser.importing.raw import MOST_BYTES
from skypurser.importing.sheets import SHEETS
from skypurser.importing.uploads import IMPORTING
from skypurser.web.forms import DeskForm, ReferenceField
from skypurser.web.importing import words
from skypurser.web.pages import Request, page
from skypurser.web.refusals import reason
from skypurser.web.uploading import was_too_large


class BringForm(DeskForm):
    """A file, and why it is imported."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("Excel (.xlsx), or CSV in UTF-8."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What a CSV file holds"),
        required=False,
        help_text=gettext_lazy("Where its header does not tell. A workbook's sheets do."),
    )
    reference = ReferenceField(help_text=gettext_lazy("Why; it stays in the history of each account."))

    field_order = ("reference", "kind", "file")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        here = words.language()
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("By its header")),
            *((name, importing.said(importing.SHEETS[name], here)) for name in SHEETS),
        ]

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(reason("file_too_large"), code="file_too_large")
        return file


@page(IMPORTING, methods=("GET", "POST"))
def bring(request: Request) -> HttpResponse:
    """Ask for a file, try it out, and go on to what it would make; or show what is wrong with it."""
    form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
    context: dict[str, Any] = {"form": form}
    is_valid = form.is_valid()
    if was_too_large(request):
        form.errors.pop("file", None)
        form.add_error("file", reason("file_too_large"))
    elif is_valid:
        typed = form.cleaned_data
        file = File(name=typed["file"].name, content=typed["file"].read(), kind=typed["kind"])
        try:
            kept = uploads.upload(file, reference=typed["reference"], actor=request.actor, now=request.now)
        except ImportRefused as refusal:
            context["flawed"] = words.flawed(refusal.facts)
            context["file"] = file.name
        except (FileUnreadable, FileTooLarge) as refusal:
            form.add_error("file", reason(refusal.code))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("desk:import-upload", upload_id=kept.id)
    context["waiting"] = uploads.waiting(actor=request.actor, now=request.now)
    context["sheets"] = [(name, importing.said(importing.SHEETS[name], words.language())) for name in SHEETS]
    return render(request, "importing/bring.html", context)
