"""Which lists have saved views, and what of an address a view keeps."""

from dataclasses import dataclass

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.web.shell.navigation import CHARTER, CHARTER_SALES, INVOICES, address

#: Where in the list one was; no part of a view.
PAGING = ("after", "before", "page", "number")


@dataclass(frozen=True, slots=True)
class ViewedList:
    """A list with saved views.

    Attributes:
        page: The URL's name without `desk:`, and what the views are kept under.
        needs: Of these permissions, any one.
        is_charter: Whether it is there only where the carrier has jet cards switched on.
    """

    page: str
    label: str | Promise
    needs: frozenset[Permission]
    is_charter: bool = False

    @property
    def url(self) -> str:
        """The list's address."""
        return reverse(f"desk:{self.page}")

    @property
    def views_url(self) -> str:
        """The address of its saved views."""
        return reverse("desk:views", args=[self.page])


LISTS = {
    one.page: one
    for one in (
        ViewedList("accounts", _("Accounts"), frozenset({Permission.LIST_ACCOUNTS})),
        ViewedList("tickets", _("Tickets"), frozenset({Permission.ISSUANCE, Permission.QUERIES})),
        ViewedList("refusals", _("Refused attempts"), frozenset({Permission.QUERIES})),
        ViewedList("customers", _("Customers"), CHARTER, is_charter=True),
        ViewedList("cards", _("Jet cards"), CHARTER, is_charter=True),
        ViewedList("quotes", _("Quotes"), CHARTER_SALES, is_charter=True),
        ViewedList("bookings", _("Bookings"), CHARTER_SALES, is_charter=True),
        ViewedList("invoices", _("Invoices"), INVOICES, is_charter=True),
    )
}

#: What it takes to have views of any list.
SOME = frozenset[Permission]().union(*(one.needs for one in LISTS.values()))


def list_of(page: str, *, actor: Actor) -> ViewedList:
    """Return the list.

    Raises:
        Http404: There is none, none yet, or none that the member may see.
    """
    found = LISTS.get(page)
    if found is None or not address(page) or not found.needs & actor.permissions:
        raise Http404
    return found


def kept_of(query: str) -> str:
    """Return what a view keeps of a query string: the filters in one order, not the place in the list."""
    try:
        asked = QueryDict(query)
    except ValueError:  # more parameters than Django takes
        return ""
    kept = QueryDict(mutable=True)
    for name in sorted(asked):
        values = [value for value in asked.getlist(name) if value]
        if name not in PAGING and values:
            kept.setlist(name, values)
    return kept.urlencode()
