"""Summary and cut-off of an account, in two steps: what it would freeze is shown, and what can't be undone confirmed.

Source: KIU, "Summary and Cut-off".
"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.electronic.queries import AccountView
from skypurser.errors import InvalidRequest, Refusal
from skypurser.mail import mailer
from skypurser.parties import texts
from skypurser.statements import queries
from skypurser.statements.cutoff import LONGEST_REFERENCE, made
from skypurser.statements.cutoff import cut_off as make_cut_off
from skypurser.statements.previewing import preview
from skypurser.statements.sending import letters_of
from skypurser.statements.views import StatementView
from skypurser.web import figures
from skypurser.web.accounts.reaching import account_for
from skypurser.web.customers.fields import EmailField
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.forms import ReferenceField, TypedBackField
from skypurser.web.pages import Request, page
from skypurser.web.refusals import tell
from skypurser.web.tickets.steps import StepsForm, reading, step

#: What the ledger says about the date.
_OF_DATE = ("period_closed", "cut_off_in_future")


class CutOffForm(StepsForm):
    """What is closed, to whom the statement goes, and why; then the account's code, typed back."""

    through = forms.DateField(
        label=gettext_lazy("Cut-off date"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("The last date of the statement: today at the latest."),
    )
    recipient = EmailField(label=gettext_lazy("E-mail address"), required=True)
    recipient_again = EmailField(label=gettext_lazy("Confirm the e-mail address"), required=True)
    reference = ReferenceField(
        max_length=LONGEST_REFERENCE, help_text=gettext_lazy("Why; it is printed on the statement.")
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the statement"), choices=tuple(LANGUAGES.items()))

    def clean_recipient(self) -> str:
        """Refuse what is no address before anything is shown."""
        try:
            return texts.email(self.cleaned_data["recipient"], field="recipient")
        except InvalidRequest as refusal:
            raise ValidationError(tell(refusal).text, code="email") from refusal

    def clean(self) -> dict[str, Any] | None:
        """Refuse two addresses that are not the same."""
        found = super().clean()
        first, again = (self.cleaned_data.get(name) for name in ("recipient", "recipient_again"))
        if first and again and first != again:
            self.add_error("recipient_again", ValidationError(_("This is not the same address."), code="differs"))
        return found

    def refuse(self, refusal: Refusal, *, currency: str = "", **fields: str) -> None:
        """Tell a refusal; what concerns the date beside it."""
        if refusal.code in _OF_DATE:
            self.refuse_as(refusal.code, refusal.facts, currency=currency)
            self.renew_key()
        else:
            super().refuse(refusal, currency=currency, **fields)

    def refuse_as(self, code: str, facts: Any, *, currency: str) -> None:
        """Tell what the ledger refused, or would refuse."""
        super().refuse_as(code, facts, currency=currency)
        if code in _OF_DATE:
            told = self.errors.pop("__all__")
            self.add_error("through", ValidationError(list(told.as_data())))


class ConfirmForm(forms.Form):
    """The account's code, typed back."""

    use_required_attribute = False

    def __init__(self, *arguments: Any, code: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["typed"] = TypedBackField(
            expected=code, label=_("Type the account's code, %(code)s, to confirm") % {"code": code}
        )


@page(Permission.CUT_OFF, methods=("GET", "POST"))
def cut_off(request: Request, account_id: int) -> HttpResponse:
    """Ask what to close, show what it freezes, then close it."""
    with reading(request):
        return _cut_off(request, account_id)


def _cut_off(request: Request, account_id: int) -> HttpResponse:
    account = account_for(Permission.CUT_OFF, account_id, actor=request.actor)
    before = queries.last(account_id, carrier_id=request.actor.carrier_id)
    form = CutOffForm(request.POST or None, initial=_initial(request, account, before))
    context: dict[str, Any] = {
        "form": form,
        "account": account,
        "before": before,
        "sent_to": _sent_to(request, before),
        "is_configured": mailer.is_configured(),
        "back": reverse("desk:account", args=[account_id]),
    }
    if form.is_valid() and step(request) != "change":
        confirming = ConfirmForm(request.POST if step(request) == "confirm" else None, code=account.code)
        try:
            if confirming.is_bound and confirming.is_valid():
                return _made(request, form, account)
            context |= _previewed(request, form, account, confirming)
        except Refusal as refusal:
            form.refuse(refusal, currency=account.currency)
    return render(request, "statements/cut_off.html", context)


def _made(request: Request, form: CutOffForm, account: AccountView) -> HttpResponse:
    typed = form.cleaned_data
    answer = make_cut_off(
        account_id=account.account_id,
        **{name: typed[name] for name in ("through", "recipient", "recipient_again", "reference", "language", "key")},
        actor=request.actor,
        now=request.now,
    )
    statement = made(answer, carrier_id=request.actor.carrier_id)
    told = _("Statement %(number)s is made and on its way to %(recipient)s. The account is closed through %(date)s.")
    messages.success(
        request,
        told
        % {
            "number": statement.number,
            "recipient": typed["recipient"],
            "date": figures.day(statement.last_date),
        },
    )
    if Permission.QUERIES in request.actor.permissions:
        return redirect("desk:statement", account_id=account.account_id, number=statement.number)
    return redirect("desk:home")


def _previewed(request: Request, form: CutOffForm, account: AccountView, confirming: ConfirmForm) -> dict[str, Any]:
    """Return what the cut-off would freeze; what would be refused is told in the form."""
    asked = {name: form.cleaned_data[name] for name in ("through", "language")}
    found = preview(account.account_id, **asked, actor=request.actor, now=request.now)
    if not confirming.is_bound:
        form.renew_key()
    return {
        "preview": found,
        "typed": form.cleaned_data,
        "mail_language": LANGUAGES[form.cleaned_data["language"]],
        "confirming": confirming,
    }


def _initial(request: Request, account: AccountView, before: StatementView | None) -> dict[str, Any]:
    """Propose the end of last month where it is open, else today; the language is that of the statement before."""
    today = figures.today(request.now, account.time_zone)
    month_end, closed = today.replace(day=1) - timedelta(days=1), account.standing.closed_through or date.min
    language = before.language if before is not None else str(get_language())[:2]
    return {"through": month_end if month_end > closed else today, "language": language}


def _sent_to(request: Request, before: StatementView | None) -> str:
    """Return where the statement before went."""
    if before is None:
        return ""
    written = letters_of([before], actor=request.actor)[before.number]
    return written[0].recipient if written else ""
