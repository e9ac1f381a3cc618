"""Acts in two steps: what was entered is shown with what will come of it, and done when that is confirmed.

Between the steps what was entered travels in the form, with a key of its own; so a second click is the same act, and
whoever goes back to change something makes another attempt.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.acting import acting_for
from skypurser.access.permissions import Permission
from skypurser.electronic.queries import AccountView
from skypurser.errors import Refusal
from skypurser.ledger.states import ALLOWED, Purpose, Status
from skypurser.web.accounts.reaching import place_of
from skypurser.web.accounts.steps import step_address
from skypurser.web.forms import ActForm
from skypurser.web.pages import Request
from skypurser.web.refusals import reason
from skypurser.web.templatetags.desk import page_url

#: The form's field at fault, by the code of the refusal.
AT_FAULT = {
    "duplicate_document": "document_number",
    "invalid_document_number": "document_number",
    "commission_not_allowed": "commission",
    "penalty_exceeds_refund": "penalty",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a refusal."""

    label: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why there is not enough; minor units. `ways` are what the member may do about it."""

    price: int
    available: int
    shortfall: int
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why an account takes no sales and no new holds now; `way` is what the member may do about it."""

    text: str
    way: Way | None


class StepsForm(ActForm):
    """A form whose act is shown before it is done."""

    def refuse_as(self, code: str, facts: Any, *, currency: str) -> None:
        """Tell what the ledger refused, or would refuse."""
        field = AT_FAULT.get(code, "")
        self.add_error(
            field if field in self.fields else None, ValidationError(reason(code, facts, currency=currency), code=code)
        )

    def refuse(self, refusal: Refusal, *, currency: str = "", **fields: str) -> None:
        """Tell a refusal, beside the field at fault where its code says which."""
        if refusal.code in AT_FAULT:
            self.refuse_as(refusal.code, refusal.facts, currency=currency)
            self.renew_key()
        else:
            super().refuse(refusal, currency=currency, **fields)


def step(request: Request) -> str:
    """Return the step that was asked for: `preview`, `change` or `confirm`."""
    asked = request.POST.get("step", "")
    return asked if asked in {"change", "confirm"} else "preview"


def reading(request: Request) -> AbstractContextManager[None]:
    """Return the transaction in which a step is prepared; whoever confirms opens one in the verb, which commits it."""
    return nullcontext() if step(request) == "confirm" else acting_for(request.actor.carrier_id)


def shortage(code: str, facts: Any, account_id: int, request: Request) -> Shortage | None:
    """Return what is missing and what the member may do about it; None where it is refused for something else."""
    if code != "insufficient_funds":
        return None
    available, shortfall = int(facts["available"]), int(facts["shortfall"])
    offered = (
        (Permission.CREDIT_AND_DEBIT, _("Load a credit"), "desk:account-credit-debit"),
        (Permission.ACCOUNT_MANAGEMENT, _("Raise the limit"), "desk:account-manage"),
    )
    ways = [
        Way(label, url)
        for permission, label, name in offered
        if permission in request.actor.permissions and (url := page_url(name, account_id))
    ]
    return Shortage(available + shortfall, available, shortfall, tuple(ways))


def stopped(account: AccountView, request: Request) -> Stopped | None:
    """Return why a sale or a new hold would be refused whatever it is; None where it would not."""
    status = account.standing.status
    if Purpose.SALE in ALLOWED[status]:
        return None
    label, after = (_("Enable"), Status.SUSPENDED) if status is Status.INHIBITED else (_("Activate"), Status.ACTIVE)
    url = step_address(account.account_id, was=status, now=after)
    may = request.actor.may(Permission.ACCOUNT_MANAGEMENT, at=place_of(account))
    return Stopped(reason(f"account_{status.lower()}"), Way(label, url) if may else None)
