"""Close a card: what is left is paid back, and it takes and gives no money any more."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.charter import closing
from skypurser.charter.views import READING
from skypurser.electronic.awaiting import Requested, needs_approval
from skypurser.jetcards import queries
from skypurser.jetcards.adding import AccountClosed
from skypurser.jetcards.queries import CardView
from skypurser.web import figures
from skypurser.web.customers.customer import statement_address
from skypurser.web.customers.waiting import waiting_on
from skypurser.web.forms import ActForm, ReferenceField, TypedBackField
from skypurser.web.jetcards.funds import waits
from skypurser.web.pages import Request, page


class CloseForm(ActForm):
    """Why, and the card's name typed back."""

    reference = ReferenceField(help_text=gettext_lazy("Why; it is printed on the account statement."))

    def __init__(self, *arguments: Any, card: CardView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["typed"] = TypedBackField(
            expected=card.name, label=_("Type %(card)s to confirm") % {"card": card.name}, max_length=100
        )


@page(Permission.JET_CARDS, methods=("GET", "POST"))
def close(request: Request, card_id: int) -> HttpResponse:
    """Say what happens, then close."""
    account, card = queries.account_with(card_id, actor=request.actor)
    form = CloseForm(request.POST or None, card=card)
    if form.is_valid():
        typed = form.cleaned_data
        asked: Requested | None = form.accept(
            lambda: closing.request(
                card_id=card_id,
                reference=typed["reference"],
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=card.currency,
        )
        if asked is not None and asked.approval is not None:
            return waits(request, asked.approval)
        if asked is not None and asked.posted is not None:
            answer = asked.posted
            paid = answer.facts.get("debit") or 0
            told = _("%(card)s is closed; %(amount)s is paid back.") % {
                "card": card.name,
                "amount": figures.with_currency(paid, card.currency),
            }
            if paid:
                url = statement_address(card, entry_id=answer.facts.get("entry"))
                told = format_html('{} <a href="{}">{}</a>', told, url, _("Show the movement"))
            messages.success(request, told)
            return redirect("desk:customer", customer_id=card.customer_id)
    elif card.is_closed:
        raise AccountClosed
    standing = card.standing
    may_pay_back = standing.net <= 0 or Permission.CARD_FUNDS in request.actor.permissions
    bookings = closing.needed_by(card_id=card_id, carrier_id=request.actor.carrier_id, now=request.now)
    context = {
        "form": form,
        "customer": account.customer,
        "card": card,
        "heading": _("Close %(card)s") % {"card": card.name},
        "button": _("Close for good"),
        "is_final": True,
        "may_pay_back": may_pay_back,
        "is_hindered": bool(bookings or standing.held or standing.net < 0 or not may_pay_back),
        "bookings": bookings,
        "needs_approval": needs_approval(card.standing.net, card.currency, carrier_id=request.actor.carrier_id),
        "waiting": waiting_on([card.id], actor=request.actor).get(card.id),
        "may_see_bookings": bool(request.actor.permissions & {*READING}),
        "back": reverse("desk:customer", args=[card.customer_id]),
    }
    return render(request, "jetcards/close.html", context)
