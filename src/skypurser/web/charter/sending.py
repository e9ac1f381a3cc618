"""A quote as PDF, and sent by e-mail."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.charter import printing, sending
from skypurser.errors import Refusal
from skypurser.mail import mailer
from skypurser.web.charter.deciding import VersionForm
from skypurser.web.customers.fields import EmailField, LinesField
from skypurser.web.managing.fields import PlainField
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER_SALES


class SendForm(VersionForm):
    """To whom, and in which words."""

    recipient = EmailField(label=gettext_lazy("To"), required=True)
    subject = PlainField(label=gettext_lazy("Subject"), max_length=200)
    words = LinesField(
        rows=9,
        label=gettext_lazy("Words"),
        required=True,
        max_length=10_000,
        help_text=gettext_lazy("In the customer's language. An empty line begins another paragraph."),
    )

    def clean_words(self) -> str:
        """Refuse an empty letter."""
        text = str(self.cleaned_data["words"])
        if not text.strip():
            raise forms.ValidationError(_("A letter says something."), code="required")
        return text


@page(CHARTER_SALES)
def pdf(request: Request, quote_id: int) -> HttpResponse:
    """Send the quote's document."""
    name, content = printing.quote_pdf(quote_id, actor=request.actor, now=request.now)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@page(Permission.SALES, methods=("GET", "POST"))
def send(request: Request, quote_id: int) -> HttpResponse:
    """Write the letter that brings the quote; its words are proposed in the customer's language."""
    proposed = sending.propose(quote_id, actor=request.actor, now=request.now)
    shown = {name: getattr(proposed, name) for name in ("version", "recipient", "subject", "words")}
    form = SendForm(request.POST or None, initial=shown)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            sending.send(
                quote_id=quote_id,
                expected_version=typed["version"],
                **{name: typed[name] for name in ("recipient", "subject", "words", "key")},
                actor=request.actor,
                now=request.now,
            )
        except Refusal as refusal:
            form.refuse(refusal)
            if refusal.code == "changed_meanwhile":
                form.put(version=str(proposed.version))
        else:
            told = _("Quote %(number)s is on its way to %(recipient)s.")
            messages.success(request, told % {"number": proposed.number, "recipient": typed["recipient"]})
            return redirect("desk:quote", quote_id=quote_id)
    context = {
        "form": form,
        "quote_id": quote_id,
        "number": proposed.number,
        "has_mail": mailer.is_configured(),
        "back": reverse("desk:quote", args=[quote_id]),
    }
    return render(request, "charter/send.html", context)
