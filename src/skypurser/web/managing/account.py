"""Account management: what an account is and has, what of it may be edited, and what may be done with it.

Source: KIU, "Account Management".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.acting import acting_for
from skypurser.access.permissions import Permission
from skypurser.electronic import once
from skypurser.electronic.queries import AccountView
from skypurser.errors import Refusal
from skypurser.ledger import queries as ledger
from skypurser.ledger.queries import Standing
from skypurser.ledger.states import ALLOWED, Purpose
from skypurser.tickets.queries import has_sales
from skypurser.web import figures
from skypurser.web.accounts import words
from skypurser.web.accounts.account import Action, account_actions
from skypurser.web.accounts.reaching import account_for, place_of
from skypurser.web.accounts.steps import steps_from
from skypurser.web.managing.terms import RATES, TermsForm, editable
from skypurser.web.pages import Request, page
from skypurser.web.templatetags.desk import money, rule


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the account's data.

    Attributes:
        name: Of what may be edited, and of the status; else empty.
        fields: The form's, while the row is being edited.
        is_last: Whether the reference and the buttons come after it.
    """

    label: str | Promise
    value: Any
    name: str = ""
    fields: tuple[BoundField, ...] = ()
    is_last: bool = False

    @property
    def may_edit(self) -> bool:
        """Whether it has a pencil."""
        return self.name not in {"", "status"}


@page(Permission.ACCOUNT_MANAGEMENT, methods=("GET", "POST"))
def manage(request: Request, account_id: int) -> HttpResponse:
    """Show the account; with `edit` in the address, some or `all` of it as a form."""
    view = account_for(Permission.ACCOUNT_MANAGEMENT, account_id, actor=request.actor)
    wanted = request.GET.get("edit", "all" if request.method == "POST" else "")
    names = editable(view) if wanted == "all" else tuple(name for name in editable(view) if name == wanted)
    form = TermsForm(request.POST or None, view=view, names=names) if names else None
    if form is not None and form.is_valid() and _is_meant(form, view.standing) and _save(form, request, view):
        messages.success(request, _("Saved."))
        return redirect("desk:account-manage", account_id=account_id)
    place = place_of(view)
    has = view.standing
    context = {
        "account": view,
        "has": has,
        "form": form,
        "rows": list(_rows(view, request, form)),
        "steps": steps_from(has.status, is_agency=view.type == "agency"),
        "is_unused": _is_unused(view, request.actor.carrier_id),
        "may_ask": request.actor.may(Permission.QUERIES, at=place),
        "may_move": request.actor.may(Permission.CREDIT_AND_DEBIT, at=place) and Purpose.MANUAL in ALLOWED[has.status],
        "over": max(0, -has.available),
        "acts": _elsewhere(request, view),
    }
    return render(request, "managing/manage.html", context)


@page(Permission.ACCOUNT_MANAGEMENT)
def limit_forecast(request: Request, account_id: int) -> HttpResponse:
    """Say what the account would have with another limit."""
    view = account_for(Permission.ACCOUNT_MANAGEMENT, account_id, actor=request.actor)
    context: dict[str, Any] = {"account": view}
    try:
        limit = figures.parse_amount(request.GET.get("credit_limit", "").strip(), view.currency)
        context["available"] = replace(view.standing, credit_limit=limit).available
        context["over"] = max(0, -context["available"])
    except Refusal:
        pass  # an unfinished amount; it is told when the form is sent
    return render(request, "managing/limit_forecast.html", context)


def _is_unused(view: AccountView, carrier_id: int) -> bool:
    """Tell whether the account may be deleted: it never had a movement, a hold or a sale."""
    if view.standing.movements:
        return False
    with acting_for(carrier_id):
        held = ledger.holds(carrier_id=carrier_id, account_id=view.account_id, limit=1)
        return not held and not has_sales(view.account_id, carrier_id=carrier_id)


def _elsewhere(request: Request, view: AccountView) -> list[Action]:
    """Return what the member may do on the account that is no button of this page, for the palette."""
    names = ("manage", "credit-debit", "enable")
    here = {reverse(f"desk:account-{name}", args=[view.account_id]) for name in names}
    return [action for action in account_actions(request, view) if action.url not in here]


def _save(form: TermsForm, request: Request, view: AccountView) -> bool:
    edited, typed = form.edited, form.cleaned_data
    try:
        once.manage(
            account_id=view.account_id,
            changes=edited.changes,
            expected=edited.expected,
            reference=typed["reference"],
            key=typed["key"],
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        if refusal.code == "changed_meanwhile":
            form.tell_conflict(refusal)
        else:
            form.refuse(refusal, currency=view.currency)
        return False
    return True


def _is_meant(form: TermsForm, has: Standing) -> bool:
    """Tell whether a limit that leaves the account over it was confirmed; else ask, once."""
    limit = form.cleaned_data.get("credit_limit")
    if limit is None or limit >= has.credit_limit or form.cleaned_data["cuts_to"] == str(limit):
        return True
    over = -replace(has, credit_limit=limit).available
    if over <= 0:
        return True
    told = _("The account would be over its limit by %(amount)s and sell nothing. Save again to cut it nevertheless.")
    form.add_error("credit_limit", told % {"amount": figures.with_currency(over, has.currency)})
    form.put(cuts_to=str(limit))
    return False


def _rows(view: AccountView, request: Request, form: TermsForm | None) -> Iterator[Row]:
    last = form.names[-1] if form is not None else ""
    for label, value, name in _data(view, request):
        if form is None or name not in form.names:
            yield Row(label, value, name)
        else:
            fields = tuple(form[one] for one in ((f"{name}_mode", f"{name}_percent") if name in RATES else (name,)))
            yield Row(label, value, name, fields, is_last=name == last)


def _data(view: AccountView, request: Request) -> Iterator[tuple[str | Promise, Any, str]]:
    """Yield label, value and name of what the page shows, in the order of the source."""
    is_agency, has, currency = view.type == "agency", view.standing, view.currency
    city = f"{view.city}, {view.country}"
    yield gettext_lazy("Electronic account"), view.code, ""
    yield gettext_lazy("Status"), has.status, "status"
    if is_agency:
        yield gettext_lazy("Carrier"), f"{request.membership.carrier_code} {request.membership.carrier_name}", ""
        yield gettext_lazy("Agency name"), view.name, "name"
        yield gettext_lazy("Issue ID"), view.issue_id, "issue_id"
        yield gettext_lazy("City"), city, ""
        yield gettext_lazy("Credit card"), words.ON[view.credit_card], "credit_card"
        yield gettext_lazy("Currency"), currency, ""
    else:
        yield gettext_lazy("Client name"), view.name, "name"
        yield gettext_lazy("City"), city, ""
        yield gettext_lazy("Currency"), currency, ""
        yield (
            gettext_lazy("Agency involved"),
            f"{view.agency_involved} {view.agency_involved_name}".strip(),
            "agency_involved",
        )
    yield gettext_lazy("Credit limit"), money(has.credit_limit, currency), "credit_limit"
    yield gettext_lazy("Balance"), _signed(has.available, currency), ""
    yield gettext_lazy("Total to pay"), money(has.total_to_pay, currency), ""
    for name, label in RATES.items():
        if name in editable(view):
            yield label, rule(getattr(view.rates, name)), name


def _signed(minor: int, currency: str) -> SafeString:
    return SafeString(f'<span class="is-signed">{money(minor, currency)}</span>')
