"""Below what an account is low, who is told by e-mail, and what they were told."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.alerts import settings
from skypurser.alerts.settings import AlertsView, Occasion
from skypurser.electronic.queries import AccountView
from skypurser.errors import Refusal
from skypurser.mail import mailer, queries
from skypurser.web.accounts.reaching import account_for
from skypurser.web.administration.words import LETTERS as STATES
from skypurser.web.administration.words import PROBLEMS
from skypurser.web.forms import AmountField, DeskForm
from skypurser.web.managing.fields import Segments
from skypurser.web.pages import Request, page

#: How many of the last letters are shown.
SHOWN = 10

OCCASIONS = (
    (Occasion.LOW, gettext_lazy("Low balance")),
    (Occasion.OVER_LIMIT, gettext_lazy("Over the limit")),
    (Occasion.STATUS, gettext_lazy("Change of status")),
)
LANGUAGES = (("en", "English"), ("es", "Español"))


class MarkForm(DeskForm):
    """Below what the account is low."""

    by = forms.ChoiceField(
        label=gettext_lazy("The balance is low below"),
        choices=(
            ("usual", gettext_lazy("A tenth of the limit")),
            ("percent", gettext_lazy("A part of the limit")),
            ("amount", gettext_lazy("An amount")),
        ),
        widget=Segments,
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Percent of the credit limit"), min_value=1, max_value=100, required=False
    )
    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True, required=False)

    def __init__(self, *arguments: Any, view: AccountView, alerts: AlertsView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["amount"].set_currency(view.currency)  # type: ignore[attr-defined]
        by = "percent" if alerts.percent else "amount" if alerts.amount else "usual"
        self.initial = {"by": by, "percent": alerts.percent, "amount": alerts.amount}

    def clean(self) -> dict[str, Any]:
        """Ask for the figure that was chosen, and for no other."""
        typed = super().clean() or {}
        by = typed.get("by")
        if by in {"percent", "amount"} and typed.get(by) is None and by not in self.errors:
            self.add_error(by, _("Write the figure, or choose a tenth."))
        return {name: typed.get(name) if name == by else None for name in ("percent", "amount")}


class RecipientForm(DeskForm):
    """Who is told, in which language, and of what."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    occasions = forms.MultipleChoiceField(
        label=gettext_lazy("Tell of"),
        choices=OCCASIONS,
        initial=[occasion for occasion, _name in OCCASIONS],
        widget=forms.CheckboxSelectMultiple,
    )

    def show(self, there: AlertsView, email: str) -> None:
        """Fill in the recipient who is to be changed, where there is one."""
        for one in there.recipients:
            if one.email == email:
                occasions = sorted(one.occasions)
                self.initial = {"email": one.email, "language": one.language, "occasions": occasions}


@page(Permission.ACCOUNT_MANAGEMENT, methods=("GET", "POST"))
def alerts(request: Request, account_id: int) -> HttpResponse:
    """Show how the account is watched; set the mark, add a recipient or change one, remove one."""
    view = account_for(Permission.ACCOUNT_MANAGEMENT, account_id, actor=request.actor)
    there = settings.alerts(account_id, actor=request.actor)
    who: dict[str, Any] = {"account_id": account_id, "actor": request.actor, "now": request.now}
    if "remove" in request.POST:
        settings.remove_recipient(email=request.POST["remove"], **who)
        return _done(request, account_id, _("%(email)s is told no more.") % {"email": request.POST["remove"]})
    sent = request.POST or None
    marking = sent if sent is not None and "by" in sent else None
    adding = sent if marking is None else None
    mark, recipient = MarkForm(marking, view=view, alerts=there), RecipientForm(adding)
    recipient.show(there, request.GET.get("edit", ""))
    if mark.is_valid() and kept(mark, lambda: settings.set_mark(**mark.cleaned_data, **who)):
        return _done(request, account_id, _("Saved."))
    if recipient.is_valid() and kept(recipient, lambda: settings.put_recipient(**read(recipient), **who)):
        return _done(
            request, account_id, _("%(email)s is told from now on.") % {"email": recipient.cleaned_data["email"]}
        )
    context = {
        "account": view,
        "alerts": there,
        "mark": mark,
        "recipient": recipient,
        **told(request, account_id, there, OCCASIONS),
    }
    return render(request, "managing/alerts.html", context)


def told(
    request: Request, account_id: int, there: AlertsView, occasions: Sequence[tuple[Occasion, str | Promise]]
) -> dict[str, Any]:
    """Return who is told, of what, and what they were told; for accounts and cards."""
    return {
        "recipients": [
            (one, dict(LANGUAGES)[one.language], [name for kind, name in occasions if kind in one.occasions])
            for one in there.recipients
        ],
        "letters": [
            (one, STATES[one.status], PROBLEMS.get(one.problem, ""))
            for one in queries.about(f"account:{account_id}", actor=request.actor, limit=SHOWN)
        ],
        "is_configured": mailer.is_configured(),
    }


def read(form: RecipientForm) -> dict[str, Any]:
    """Return what was typed, as `settings.put_recipient` takes it."""
    typed = form.cleaned_data
    return {**typed, "occasions": frozenset(map(Occasion, typed["occasions"]))}


def kept(form: DeskForm, act: Callable[[], object]) -> bool:
    """Act, and tell whether it was not refused; a refusal is told in the form."""
    try:
        act()
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _done(request: Request, account_id: int, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("desk:account-alerts", account_id=account_id)
