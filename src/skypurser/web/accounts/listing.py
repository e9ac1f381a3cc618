"""The list of accounts. Source: KIU, "List of Accounts"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.electronic.filtering import Position
from skypurser.electronic.queries import AccountView
from skypurser.ledger.states import Status
from skypurser.web.accounts.filters import AccountFilters, title
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import address

#: Beyond so many, the list only says that there are more; with a text, sooner: it has no index to count by.
COUNTED, COUNTED_WITH_TEXT = 1_000, 100


@page(Permission.LIST_ACCOUNTS)
def accounts(request: Request) -> HttpResponse:
    """Show the list."""
    bar = AccountFilters(request.GET, choices=queries.choices(actor=request.actor))
    filters = bar.filters
    before, after = position_in(request, "before"), position_in(request, "after")
    most = COUNTED_WITH_TEXT if filters.text else COUNTED
    found, number = list[AccountView](), 0
    if bar.is_readable and before is None and after is None:
        found, number = queries.first_page(filters, actor=request.actor, limit=LENGTH + 1, most=most)
    elif bar.is_readable:
        found = queries.accounts(filters, actor=request.actor, after=after, before=before, limit=LENGTH + 1)
        number = queries.count(filters, actor=request.actor, most=most)
    context = {
        "filters": bar,
        "has_agencies": filters.type != "corporate",
        "has_clients": filters.type != "agency",
        "has_statuses": filters.statuses != {Status.ACTIVE},
        "title": title(filters.type),
        "page": paged(found, query=request.GET, position=as_text, backwards=before is not None),
        "count": min(number, most),
        "has_more": number > most,
        "may_open": Permission.QUERIES in request.actor.permissions,
        "new_account": address("account-new") if Permission.NEW_ACCOUNT in request.actor.permissions else "",
    }
    return render(request, "accounts/list.html", context)


def as_text(view: AccountView) -> str:
    """Return an account's position in the list, for an address."""
    where = view.position
    return "~".join((where.type, where.code, where.currency, str(where.account_id), where.city))


def position_in(request: HttpRequest, parameter: str) -> Position | None:
    """Return the position that the address names; None for none, and for what is no position."""
    parts = request.GET.get(parameter, "").split("~")
    if len(parts) != len(Position.__dataclass_fields__) or not parts[3].isascii() or not parts[3].isdecimal():
        return None
    if len(parts[3]) > 18 or not all(part.isprintable() for part in parts):
        return None
    return Position(parts[0], parts[1], parts[2], int(parts[3]), parts[4])
