"""Send an issued document by e-mail: to whom, in which words; the PDF is attached."""

import re

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.carriers import get_carrier
from skypurser.access.permissions import Permission
from skypurser.invoices import queries
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.invoices.sending import send_invoice
from skypurser.mail import mailer
from skypurser.web import figures
from skypurser.web.customers.fields import EmailField, LinesField
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.forms import ActForm
from skypurser.web.invoices import words
from skypurser.web.invoices.invoice import customer_of
from skypurser.web.managing.fields import PlainField
from skypurser.web.pages import Request, page


class LetterForm(ActForm):
    """A letter to one address."""

    recipient = EmailField(label=gettext_lazy("Recipient"), required=True)
    subject = PlainField(label=gettext_lazy("Subject"), max_length=200)
    text = LinesField(
        rows=8,
        label=gettext_lazy("Text"),
        required=True,
        max_length=5_000,
        help_text=gettext_lazy("An empty line begins a new paragraph. The carrier's signature stands beneath it."),
    )

    @property
    def paragraphs(self) -> list[str]:
        """The text, once the form is valid."""
        return [one.strip() for one in re.split(r"\n\s*\n", self.cleaned_data["text"]) if one.strip()]

    def clean_text(self) -> str:
        """Refuse a letter without words."""
        text = str(self.cleaned_data["text"])
        if not text.strip():
            raise forms.ValidationError(_("This field is required."), code="required")
        return text


@page(Permission.INVOICES, methods=("GET", "POST"))
def send(request: Request, invoice_id: int) -> HttpResponse:
    """Offer a letter in the document's language, then write it; it is sent at once, or when the mail server answers."""
    found = queries.invoice(invoice_id, actor=request.actor)
    if not found.is_issued:
        raise NotIssued
    customer = customer_of(request, found)
    form = LetterForm(request.POST or None, initial={"recipient": customer.email, **_words(request, found)})
    if form.is_valid():
        typed = form.cleaned_data
        letter = form.accept(
            lambda: send_invoice(
                invoice_id=invoice_id,
                recipient=typed["recipient"],
                subject=typed["subject"],
                paragraphs=form.paragraphs,
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            )
        )
        if letter is not None:
            messages.success(request, _("The letter to %(recipient)s is on its way.") % {"recipient": letter.recipient})
            return redirect(f"{reverse('desk:invoice', args=[invoice_id])}#letters")
    context = {
        "form": form,
        "invoice": found,
        "customer": customer,
        "title": words.title(found),
        "is_configured": mailer.is_configured(),
        "mail_language": LANGUAGES.get(found.language, found.language),
        "back": reverse("desk:invoice", args=[invoice_id]),
    }
    return render(request, "invoices/send.html", context)


def _words(request: Request, found: InvoiceView) -> dict[str, str]:
    """Return subject and text in the document's language, whichever is the member's."""
    with translation.override(found.language):
        facts = {
            "name": "" if found.buyer is None else found.buyer.legal_name,
            "number": found.number,
            "corrects": "" if found.corrects is None else found.corrects.number,
            "total": figures.with_currency(found.total, found.currency),
            "open": figures.with_currency(found.open_amount, found.currency),
            "due": "" if found.due_date is None else figures.day(found.due_date),
            "carrier": get_carrier(request.actor.carrier_id).name,
        }
        if found.kind is Kind.CREDIT_NOTE:
            subject = _("Credit note %(number)s from %(carrier)s")
            body = _("Attached is our credit note %(number)s over %(total)s. It corrects invoice %(corrects)s.")
        elif found.open_amount:
            subject = _("Invoice %(number)s from %(carrier)s")
            body = _(
                "Attached is our invoice %(number)s over %(total)s. Please pay the open amount of %(open)s by %(due)s."
            )
        else:
            subject = _("Invoice %(number)s from %(carrier)s")
            body = _("Attached is our invoice %(number)s over %(total)s. It is settled: you need not pay anything.")
        greeting, thanks = _("Dear %(name)s,"), _("Thank you for flying with us.")
        return {
            "subject": subject % facts,
            "text": "\n\n".join((greeting % facts, body % facts, thanks)),
        }
