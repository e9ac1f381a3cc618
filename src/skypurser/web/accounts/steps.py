"""From one status of an account to another: which steps there are, and the way back from each.

Source: KIU, "Account Management", action buttons.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.ledger.states import Status


@dataclass(frozen=True, slots=True)
class Step:
    """A step from one status to another.

    Attributes:
        name: In the address; `enable` has a page of its own, and takes the same step as to suspend what is inhibited.
        before: From where; a form goes on from the status that it showed only.
        consequence: What it means.
        done: What is told afterwards, with a place for the account.
    """

    name: str
    before: frozenset[Status]
    after: Status
    label: Promise
    icon: str
    heading: Promise
    consequence: Promise
    done: Promise
    is_for_agencies: bool = False


STEPS = (
    Step(
        "suspend",
        frozenset({Status.ACTIVE, Status.INHIBITED}),
        Status.SUSPENDED,
        gettext_lazy("Suspend"),
        "player-pause",
        gettext_lazy("Suspend the account"),
        gettext_lazy(
            "It sells nothing and takes no new holds until it is activated. Voids, refunds, captures of holds, credits"
            " and debits stay possible."
        ),
        gettext_lazy("%(account)s is suspended."),
    ),
    Step(
        "activate",
        frozenset({Status.SUSPENDED}),
        Status.ACTIVE,
        gettext_lazy("Activate"),
        "player-play",
        gettext_lazy("Activate the account"),
        gettext_lazy("It sells again, up to its balance."),
        gettext_lazy("%(account)s is active."),
    ),
    Step(
        "inhibit",
        frozenset({Status.SUSPENDED}),
        Status.INHIBITED,
        gettext_lazy("Inhibit"),
        "lock",
        gettext_lazy("Inhibit the account"),
        gettext_lazy(
            "For an agency that has moved to BSP. Besides sales, credits and debits end too; voids and refunds of what"
            " was sold stay possible. It is enabled again by way of suspended."
        ),
        gettext_lazy("%(account)s is inhibited."),
        is_for_agencies=True,
    ),
)


def steps_from(status: Status, *, is_agency: bool) -> list[Step]:
    """Return the steps that an account of this type and status may take, enabling apart."""
    return [step for step in STEPS if status in step.before and (is_agency or not step.is_for_agencies)]


def step_address(account_id: int, *, was: Status, now: Status) -> str:
    """Return the address of the page that takes an account from one status to another; empty where none does."""
    if was is Status.INHIBITED:
        return reverse("desk:account-enable", args=[account_id]) if now is Status.SUSPENDED else ""
    found = next((step for step in STEPS if was in step.before and step.after is now), None)
    return reverse("desk:account-status", args=[account_id, found.name]) if found else ""


def with_way_back(told: str, account_id: int, *, was: Status, now: Status) -> SafeString:
    """Return what was done to an account's status, with a link to what undoes it."""
    back = step_address(account_id, was=now, now=was)
    return format_html('{} <a href="{}">{}</a>', told, back, _("Undo"))
