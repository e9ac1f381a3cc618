"""Send a statement once more, to whom it went before or to somebody else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.acting import reading_for
from skypurser.access.permissions import Permission
from skypurser.mail import mailer
from skypurser.statements import queries
from skypurser.statements.sending import letters_of, send_again
from skypurser.web.accounts.reaching import account_for
from skypurser.web.customers.fields import EmailField
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.forms import ActForm
from skypurser.web.pages import Request, page


class AgainForm(ActForm):
    """To whom."""

    recipient = EmailField(label=gettext_lazy("E-mail address"), required=True)


@page(Permission.CUT_OFF, methods=("GET", "POST"))
def send(request: Request, account_id: int, number: int) -> HttpResponse:
    """Ask to whom, then write the letter."""
    account = account_for(Permission.CUT_OFF, account_id, actor=request.actor)
    with reading_for(request.actor.carrier_id):
        found = queries.shown(account_id, number, carrier_id=request.actor.carrier_id)
        written = letters_of([found], actor=request.actor)[number]
    may_read = Permission.QUERIES in request.actor.permissions
    back = reverse("desk:statement", args=[account_id, number]) if may_read else reverse("desk:home")
    form = AgainForm(request.POST or None, initial={"recipient": written[0].recipient if written else ""})
    if form.is_valid():
        letter = form.accept(
            lambda: send_again(
                account_id=account_id,
                number=number,
                recipient=form.cleaned_data["recipient"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            )
        )
        if letter is not None:
            messages.success(request, _("The letter to %(recipient)s is on its way.") % {"recipient": letter.recipient})
            return redirect(f"{back}#letters" if may_read else back)
    context = {
        "form": form,
        "account": account,
        "statement": found,
        "mail_language": LANGUAGES[found.language],
        "is_configured": mailer.is_configured(),
        "may_read": may_read,
        "back": back,
    }
    return render(request, "statements/send.html", context)
