"""The list of accounts, as a table.

Source: KIU, "List of Accounts".
"""

from rich.table import Table

from skypurser.access.actors import operator
from skypurser.cli import console
from skypurser.cli.choosing import called, chosen_carrier
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.ledger.states import Status

_FIGURES = frozenset({"Credit Limit", "Balance"})
#: What only a wide terminal has room for.
_TERMS = {
    "agency": (
        "Credit\nCard",
        "Dom.\nCom. (%)",
        "Com. Int.\n(%)",
        "CC Dom.\nCom. (%)",
        "CC Int.\nCom. (%)",
        "Issue ID",
    ),
    "corporate": ("Dom.\nCom. (%)", "International\nCommission", "Agency"),
}


def print_list(filters: Filters, *, carrier_code: str | None, limit: int) -> None:
    """Print at most `limit` of the accounts that the filters leave, and say how many there are."""
    carrier = chosen_carrier(carrier_code)
    actor = operator(carrier.id)
    views: list[queries.AccountView] = []
    after = None
    while len(views) < limit:
        page = queries.accounts(filters, actor=actor, after=after, limit=min(limit - len(views), queries.LONGEST_PAGE))
        if not page:
            break
        after = page[-1].position
        views.extend(page)
    many = len(views) if len(views) < limit else queries.count(filters, actor=actor)
    if views:
        whole = _table(views, is_wide=True)
        console.show(whole if console.fits(whole) else _table(views, is_wide=False), "")
    noun = "travel agency" if filters.type == "agency" else "corporate client"
    more = f" (the first {len(views):,} are shown; --limit shows more)" if many > len(views) else ""
    console.show(console.cell(f"{called(carrier)}, {noun} accounts{_narrowed(filters)}: {many:,}{more}"))


def _table(views: list[queries.AccountView], *, is_wide: bool) -> Table:
    kind = views[0].type
    columns = ("City", "Office" if kind == "agency" else "Customer", "Name", "Currency", "Credit Limit", "Balance")
    terms = _TERMS[kind] if is_wide else ()
    made = console.table(*columns, "Status", *terms, right=_FIGURES)
    for view in views:
        has = view.standing
        made.add_row(
            view.city,
            view.code,
            console.cell(view.name),
            view.currency,
            console.amount(has.credit_limit, view.currency),
            console.amount(has.available, view.currency, is_bad=has.available < 0),
            has.status.value,
            *(_terms(view) if is_wide else ()),
        )
    return made


def _terms(view: queries.AccountView) -> tuple[str, ...]:
    rates = view.rates
    plain = (str(rates.domestic), str(rates.international))
    if view.type == "agency":
        by_card = (str(rates.domestic_card), str(rates.international_card))
        return "ON" if view.credit_card else "OFF", *plain, *by_card, console.printable(view.issue_id)
    return *plain, view.agency_involved


def _narrowed(filters: Filters) -> str:
    words = []
    if filters.statuses != frozenset(Status):
        words.append("/".join(sorted(filters.statuses)))
    if filters.has_credit_limit is not None:
        words.append("with a credit limit" if filters.has_credit_limit else "with credit limit 0")
    if filters.currency:
        words.append(f"in {filters.currency}")
    if filters.city or filters.country:
        words.append("at " + ", ".join(place for place in (filters.city, filters.country) if place))
    return f" ({', '.join(words)})" if words else ""
