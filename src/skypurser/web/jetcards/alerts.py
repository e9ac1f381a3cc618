"""Who is told by e-mail that a jet card is low or overdrawn, and what they were told."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.alerts import settings
from skypurser.alerts.settings import Occasion
from skypurser.jetcards import directory
from skypurser.web.managing.alerts import RecipientForm, kept, read, told
from skypurser.web.pages import Request, page

OCCASIONS = (
    (Occasion.LOW, gettext_lazy("Low balance")),
    (Occasion.OVER_LIMIT, gettext_lazy("Overdrawn")),
)


class CardRecipientForm(RecipientForm):
    """Who is told of a card, in which language, and of what."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["occasions"].choices = OCCASIONS  # type: ignore[attr-defined]
        self.fields["occasions"].initial = [occasion for occasion, _name in OCCASIONS]


@page(Permission.JET_CARDS, methods=("GET", "POST"))
def alerts(request: Request, card_id: int) -> HttpResponse:
    """Show how the card is watched; add a recipient or change one, remove one."""
    card = directory.allowed(card_id, Permission.JET_CARDS, actor=request.actor)
    there = settings.shown(card_id, carrier_id=request.actor.carrier_id)
    who: dict[str, Any] = {"account_id": card_id, "actor": request.actor, "now": request.now, "is_card": True}
    if "remove" in request.POST:
        settings.remove_recipient(email=request.POST["remove"], **who)
        return _done(request, card_id, _("%(email)s is told no more.") % {"email": request.POST["remove"]})
    form = CardRecipientForm(request.POST or None)
    form.show(there, request.GET.get("edit", ""))
    if form.is_valid() and kept(form, lambda: settings.put_recipient(**read(form), **who)):
        return _done(request, card_id, _("%(email)s is told from now on.") % {"email": form.cleaned_data["email"]})
    context = {
        "card": card,
        "customer": card.customer,
        "alerts": there,
        "recipient": form,
        **told(request, card_id, there, OCCASIONS),
    }
    return render(request, "jetcards/alerts.html", context)


def _done(request: Request, card_id: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("desk:card-alerts", card_id=card_id)
