"""Letters: in whose name they are written, what was written, and what has become of each."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.access.permissions import Permission
from skypurser.mail import mailer, queries, writing
from skypurser.mail.letterheads import in_full, letterhead, set_letterhead
from skypurser.web.accounts.account import Tab
from skypurser.web.administration.forms import ActForm
from skypurser.web.administration.words import LETTERS, PROBLEMS
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.once import Done
from skypurser.web.pages import Request, page

LENGTH = 50

_TABS = ((gettext_lazy("Letters"), "mail"), (gettext_lazy("Letterhead"), "letterhead"))


class LetterBar(FilterBar):
    """Which letters are listed."""

    quick = (
        Quick(pgettext_lazy("letters", "Waiting"), (("status", "pending"),), "clock"),
        Quick(pgettext_lazy("letters", "Failed"), (("status", "failed"),), "alert-triangle"),
    )

    status = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=(("", gettext_lazy("All")), *((code, words) for code, (words, _tone, _icon) in LETTERS.items())),
    )


class LetterheadForm(ActForm):
    """In whose name letters are written."""

    sender_name = forms.CharField(
        label=gettext_lazy("Sender's name"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Empty for the carrier's name."),
    )
    reply_to = forms.CharField(
        label=gettext_lazy("Answers go to"),
        required=False,
        max_length=254,
        widget=forms.EmailInput,
        help_text=gettext_lazy("An e-mail address that somebody reads."),
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Under each letter; empty for the sender's name."),
    )


@page(Permission.ADMINISTRATION)
def letters(request: Request) -> HttpResponse:
    """List what was written, the newest first."""
    bar, before = LetterBar(request.GET), request.GET.get("before", "")
    found = list[queries.MessageView]()
    if bar.is_readable:
        found = queries.messages(
            actor=request.actor,
            status=bar.value("status"),
            before=int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None,
            limit=LENGTH + 1,
        )
    context = {
        "tabs": _tabs("mail"),
        "is_configured": mailer.is_configured(),
        "filters": bar,
        "is_filtered": bar.is_set,
        "letters": [(one, LETTERS[one.status], PROBLEMS.get(one.problem, "")) for one in found[:LENGTH]],
        "following": bar.with_(before=str(found[LENGTH - 1].id)) if len(found) > LENGTH else "",
    }
    return render(request, "administration/mail.html", context)


@page(Permission.ADMINISTRATION)
def letter(request: Request, message_id: int) -> HttpResponse:
    """Show a letter as it is sent, and what has become of it."""
    found = queries.whole(message_id, actor=request.actor)
    context = {
        "letter": found.message,
        "text": found.text,
        "files": found.files,
        "status": LETTERS[found.message.status],
        "problem": PROBLEMS.get(found.message.problem, ""),
        "address": mailer.sender_address(),
        "is_configured": mailer.is_configured(),
        "may_send": mailer.is_configured() and found.message.status != "pending",
        "again": ActForm(auto_id=False),
    }
    return render(request, "administration/letter.html", context)


@page(Permission.ADMINISTRATION, methods=("POST",))
def send_again(request: Request, message_id: int) -> HttpResponse:
    """Send a letter once more."""
    back = reverse("desk:letter", args=[message_id])

    def act() -> Done:
        writing.send_again(message_id, actor=request.actor, now=request.now)
        messages.success(request, _("It is sent again."))
        return Done(back)

    return ActForm(request.POST).act(request, act, instead=back, is_told=False) or redirect(back)


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def head(request: Request) -> HttpResponse:
    """Change in whose name letters are written."""
    shown = letterhead(carrier_id=request.actor.carrier_id)
    initial = {name: getattr(shown, name) for name in ("sender_name", "reply_to", "signature")}
    form = LetterheadForm(request.POST or None, initial=initial)

    def act() -> Done:
        typed = {name: form.cleaned_data[name] for name in initial}
        set_letterhead(**typed, actor=request.actor, now=request.now)
        messages.success(request, _("Saved."))
        return Done(request.path)

    answer = form.act(request, act, instead=request.path) if request.method == "POST" else None
    context = {
        "tabs": _tabs("letterhead"),
        "is_configured": mailer.is_configured(),
        "form": form,
        "full": in_full(carrier_id=request.actor.carrier_id),
        "address": mailer.sender_address(),
    }
    return answer or render(request, "administration/letterhead.html", context)


def _tabs(name: str) -> list[Tab]:
    return [Tab(label, reverse(f"desk:{one}"), one == name) for label, one in _TABS]
