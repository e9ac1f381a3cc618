"""Place a hold by hand, extend it, give it back, or capture it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.electronic import holding
from skypurser.electronic.asking import LONGEST_DOCUMENT
from skypurser.electronic.queries import AccountView
from skypurser.errors import Refusal
from skypurser.ledger.queries import HoldView
from skypurser.money import Money
from skypurser.web import figures
from skypurser.web.accounts.naming import choose
from skypurser.web.accounts.reaching import account_for
from skypurser.web.forms import ActForm, AmountField, ReferenceField
from skypurser.web.pages import Request, page
from skypurser.web.tickets.steps import Shortage, shortage, stopped

#: What is offered for a new hold.
USUAL = timedelta(hours=24)
_SHAPE = "%Y-%m-%dT%H:%M"


class LocalTimeField(forms.DateTimeField):
    """A moment on the clocks of an account's office or client; cleaned, an aware instant.

    Attributes:
        zone: Those clocks' time zone (IANA).
        is_twice: Whether the clocks show what was typed twice, as they do when they are set back; the first is meant.
    """

    def __init__(self, **named: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, _SHAPE)
        super().__init__(**{"widget": widget, "input_formats": [_SHAPE, "%Y-%m-%dT%H:%M:%S"], **named})
        self.zone = ""
        self.is_twice = False

    def clean(self, value: Any) -> datetime | None:
        """Return the instant; there is none at the calendar's ends, nor where clocks are set forward."""
        at: datetime | None = super().clean(value)
        if at is None:
            return None
        if not 2000 <= at.year <= 9000:
            raise ValidationError(_("This is no date on which a hold could end."), code="date")
        shown = at.replace(tzinfo=ZoneInfo(self.zone), fold=0)
        there = shown.astimezone(UTC).astimezone(shown.tzinfo)
        if there.replace(tzinfo=None) != shown.replace(tzinfo=None):
            told = _("The clocks there are set forward over %(time)s on that day: there is no such time.")
            raise ValidationError(told % {"time": f"{shown:%H:%M}"}, code="gap")
        self.is_twice = shown.utcoffset() != shown.replace(fold=1).utcoffset()
        return shown

    def prepare_value(self, value: Any) -> Any:
        """Show an instant as the clocks there have it; what was typed stays as it is."""
        return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) if isinstance(value, datetime) else value


class _HoldForm(ActForm):
    """A form about a hold on an account, in its currency and on its clocks."""

    def __init__(self, *arguments: Any, account: AccountView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for field in self.fields.values():
            if isinstance(field, AmountField):
                field.set_currency(account.currency)
            if isinstance(field, LocalTimeField):
                field.zone = account.time_zone
                field.help_text = _("Local time at %(place)s (%(zone)s).") % {
                    "place": account.city,
                    "zone": account.time_zone,
                }


class PlaceForm(_HoldForm):
    """How much, until when, what for."""

    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True)
    expires_at = LocalTimeField(label=gettext_lazy("Expires"))
    document = forms.CharField(
        label=gettext_lazy("Document or booking"),
        required=False,
        max_length=LONGEST_DOCUMENT,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reference = ReferenceField()


class ExtendForm(_HoldForm):
    """Until when."""

    expires_at = LocalTimeField(label=gettext_lazy("Expires"))
    reference = ReferenceField()


class CaptureForm(_HoldForm):
    """How much."""

    amount = AmountField(
        label=gettext_lazy("Amount"),
        above_zero=True,
        help_text=gettext_lazy("Less than is held gives the rest back; more must be available."),
    )
    reference = ReferenceField()


class ReleaseForm(_HoldForm):
    """Why."""

    reference = ReferenceField()


@page(Permission.HOLDS)
def new(request: Request) -> HttpResponse:
    """Ask on which account."""
    back = {"back": reverse("desk:holds"), "back_label": gettext_lazy("Holds")}
    heading = gettext_lazy("Place a hold")
    return choose(request, Permission.HOLDS, then="desk:hold-place", heading=heading, context=back)


@page(Permission.HOLDS, methods=("GET", "POST"))
def place(request: Request, account_id: int) -> HttpResponse:
    """Set money aside."""
    account = account_for(Permission.HOLDS, account_id, actor=request.actor)
    until = (request.now + USUAL).replace(second=0, microsecond=0)
    form = PlaceForm(request.POST or None, account=account, initial={"expires_at": until})
    missing = None
    if form.is_valid():
        entered = form.cleaned_data
        try:
            answer = holding.place(
                account_id=account_id,
                amount=Money(entered["amount"], account.currency),
                expires_at=entered["expires_at"],
                reference=entered["reference"],
                document=entered["document"] or None,
                key=entered["key"],
                actor=request.actor,
                now=request.now,
            )
        except Refusal as refusal:
            missing = _refuse(form, refusal, account, request)
        else:
            messages.success(request, _("The hold is placed."))
            _tell_first(request, form)
            return redirect("desk:hold", hold_id=answer.facts["hold"])
    context = {
        "form": form,
        "account": account,
        "shortage": missing,
        "stopped": stopped(account, request),
        "heading": gettext_lazy("Place a hold"),
        "button": gettext_lazy("Place the hold"),
        "back": reverse("desk:holds"),
    }
    return render(request, "holds/place.html", context)


@page(Permission.HOLDS, methods=("GET", "POST"))
def extend(request: Request, hold_id: int) -> HttpResponse:
    """Move the expiry."""
    hold, account = _hold(request, hold_id)
    later = hold.expires_at.replace(second=0, microsecond=0) + USUAL
    form = ExtendForm(request.POST or None, account=account, initial={"expires_at": later})
    words = (_("Extend the hold"), _("Extend"), _("The hold is extended."))
    return _change(request, form, hold, account, words, "extend")


@page(Permission.HOLDS, methods=("GET", "POST"))
def release(request: Request, hold_id: int) -> HttpResponse:
    """Give the held money back."""
    hold, account = _hold(request, hold_id)
    form = ReleaseForm(request.POST or None, account=account)
    words = (_("Release the hold"), _("Release"), _("The hold is released."))
    return _change(request, form, hold, account, words, "release")


@page(Permission.HOLDS, methods=("GET", "POST"))
def capture(request: Request, hold_id: int) -> HttpResponse:
    """Turn the hold into a debit."""
    hold, account = _hold(request, hold_id)
    form = CaptureForm(request.POST or None, account=account, initial={"amount": hold.amount})
    words = (_("Capture the hold"), _("Capture"), _("The hold is captured."))
    return _change(request, form, hold, account, words, "capture")


_VERBS = {"extend": holding.extend, "release": holding.release, "capture": holding.capture}


def _change(
    request: Request, form: _HoldForm, hold: HoldView, account: AccountView, words: tuple[str, str, str], verb: str
) -> HttpResponse:
    """Do what the form says; whether the hold is still open is for the ledger to say, after it looked at the key."""
    heading, button, done = words
    missing = None
    if form.is_valid():
        entered = dict(form.cleaned_data)
        if "amount" in entered:
            entered["amount"] = Money(entered["amount"], account.currency)
        try:
            _VERBS[verb](  # type: ignore[operator]  # each takes what its form has
                account_id=hold.account_id, hold_id=hold.id, **entered, actor=request.actor, now=request.now
            )
        except Refusal as refusal:
            missing = _refuse(form, refusal, account, request)
        else:
            messages.success(request, done)
            _tell_first(request, form)
            return redirect("desk:hold", hold_id=hold.id)
    context = {
        "form": form,
        "hold": hold,
        "account": account,
        "verb": verb,
        "shortage": missing,
        "heading": heading,
        "button": button,
        "back": reverse("desk:hold", args=[hold.id]),
        "is_final": verb != "extend",
    }
    return render(request, "holds/change.html", context)


def _tell_first(request: Request, form: _HoldForm) -> None:
    """Say which of two moments was taken, where the clocks show what was typed twice."""
    for name, field in form.fields.items():
        if isinstance(field, LocalTimeField) and field.is_twice:
            at = form.cleaned_data[name]
            told = _("The clocks there show %(time)s twice on that day: the first is meant, %(zulu)s.")
            messages.info(request, told % {"time": f"{at:%H:%M}", "zulu": figures.zulu(at)})


def _refuse(form: ActForm, refusal: Refusal, account: AccountView, request: Request) -> Shortage | None:
    form.refuse(refusal, currency=account.currency)
    return shortage(refusal.code, refusal.facts, account.account_id, request)


def _hold(request: Request, hold_id: int) -> tuple[HoldView, AccountView]:
    found, _currency = holding.find(hold_id, actor=request.actor)
    return found, account_for(Permission.HOLDS, found.account_id, actor=request.actor)
