"""The statement of any period, which nothing freezes: on the page, as PDF, Excel and CSV, and by mail."""

from datetime import date, timedelta
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from skypurser.access.acting import reading_for
from skypurser.access.permissions import Permission
from skypurser.electronic import queries as accounts
from skypurser.mail import mailer
from skypurser.statements import printing
from skypurser.statements.lines import lines
from skypurser.statements.periodletters import letters_of_periods, send_period, send_period_again
from skypurser.statements.periods import period_of, sums_of
from skypurser.web.accounts import words
from skypurser.web.customers.fields import EmailField
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.forms import ActForm
from skypurser.web.pages import Request, page
from skypurser.web.statements.papers import paper
from skypurser.web.statements.periodbar import bar_of
from skypurser.web.statements.statements import SHOWN, told

#: So many letters stand on the page, the newest.
_LETTERS = 20


class LetterForm(ActForm):
    """To whom, and in which language."""

    recipient = EmailField(label=gettext_lazy("E-mail address"), required=True)
    language = forms.ChoiceField(label=gettext_lazy("Language of the statement"), choices=tuple(LANGUAGES.items()))


@page(Permission.QUERIES)
def show(request: Request, account_id: int) -> HttpResponse:
    """Show the statement of a period."""
    view = accounts.get(account_id, actor=request.actor)
    bar = bar_of(request.GET, view=view, now=request.now)
    context: dict[str, Any] = {
        "account": view,
        "filters": bar,
        "back": reverse("desk:account", args=[account_id]),
    }
    if bar.is_readable:
        first, last = bar.dates
        of = sums_of(view, carrier_id=request.actor.carrier_id, now=request.now, first_date=first, last_date=last)
        shown = list(islice(lines(of, carrier_id=request.actor.carrier_id), SHOWN))
        context |= {
            "statement": of,
            "lines": [(one, words.named(words.KINDS, one.movement.kind)) for one in shown],
            "left": of.movements - len(shown),
            "query": bar.with_(),
            "month_before": _month_before(of.first_date or of.last_date),
        }
    return render(request, "statements/period.html", context)


@page(Permission.QUERIES)
def pdf(request: Request, account_id: int) -> HttpResponse:
    """Send the statement of a period as PDF, in the member's language."""
    view = accounts.get(account_id, actor=request.actor)
    bar = bar_of(request.GET, view=view, now=request.now)
    if not bar.is_readable:
        return redirect(f"{reverse('desk:account-period', args=[account_id])}{bar.with_()}")
    (first, last), language = bar.dates, _language()
    whose: dict[str, Any] = {"carrier_id": request.actor.carrier_id, "language": language}
    of = period_of(view, **whose, now=request.now, first_date=first, last_date=last)
    return paper(printing.pdf(of, **whose), printing.file_name(of, language=language, suffix="pdf"))


@page(Permission.QUERIES, methods=("GET", "POST"))
def send(request: Request, account_id: int) -> HttpResponse:
    """Ask to whom, then write the letter; and show what became of those before."""
    with reading_for(request.actor.carrier_id):
        view = accounts.get(account_id, actor=request.actor)
        written = letters_of_periods(account_id, actor=request.actor, limit=_LETTERS)
    bar = bar_of(request.GET, view=view, now=request.now)
    back = f"{reverse('desk:account-period', args=[account_id])}{bar.with_()}"
    if not bar.is_readable:
        return redirect(back)
    first, last = bar.dates
    form = LetterForm(request.POST or None, initial={"language": _language()})
    if form.is_valid():
        letter = form.accept(
            lambda: send_period(
                account_id,
                first_date=first,
                last_date=last,
                **{name: form.cleaned_data[name] for name in ("recipient", "language", "key")},
                actor=request.actor,
                now=request.now,
            )
        )
        if letter is not None:
            messages.success(request, _("The letter to %(recipient)s is on its way.") % {"recipient": letter.recipient})
            return redirect(f"{request.get_full_path()}#letters")
    context = {
        "form": form,
        "account": view,
        "first_date": first,
        "last_date": last,
        "is_configured": mailer.is_configured(),
        "back": back,
        "query": bar.with_(),
        "letters": [(*told(one), ActForm(auto_id=False)) for one in written],
    }
    return render(request, "statements/send_period.html", context)


@page(Permission.QUERIES, methods=("POST",))
def again(request: Request, account_id: int, message_id: int) -> HttpResponse:
    """Let a letter be sent once more, to whom and with what it was written."""
    with reading_for(request.actor.carrier_id):
        accounts.get(account_id, actor=request.actor)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    form = ActForm(request.POST)
    if form.is_valid():
        key = form.cleaned_data["key"]
        letter = send_period_again(
            account_id=account_id, message_id=message_id, key=key, actor=request.actor, now=request.now
        )
        messages.success(request, _("The letter to %(recipient)s is on its way.") % {"recipient": letter.recipient})
    return redirect(f"{reverse('desk:account-period-send', args=[account_id])}{query}#letters")


def _month_before(day: date) -> str:
    last = day.replace(day=1) - timedelta(days=1)
    return f"?since={last.replace(day=1).isoformat()}&until={last.isoformat()}"


def _language() -> str:
    return str(get_language())[:2]
