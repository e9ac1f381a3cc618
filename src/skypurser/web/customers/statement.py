"""The account statement of a customer: all cards or one, a period, with what was there before and after.

Source: FL3XX, "Managing Balances".
"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.exports.lists import Asked, Exported
from skypurser.jetcards import sheet
from skypurser.jetcards import statement as statements
from skypurser.jetcards.statement import Subject
from skypurser.ledger.merging import Position
from skypurser.ledger.paging import Way
from skypurser.web import documents, figures
from skypurser.web.accounts.words import KINDS, named
from skypurser.web.customers.charts import balance_chart
from skypurser.web.customers.customer import show
from skypurser.web.exporting import exported
from skypurser.web.filters import FilterBar
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH
from skypurser.web.shell.navigation import CHARTER
from skypurser.web.workbooks import told

#: What can move on a card.
CARD_KINDS = (
    *("card_opening", "card_funds_added", "card_funds_removed", "card_transfer", "card_payment", "capture"),
    *("flown_supplement", "booking_refund", "card_refund", "card_closed"),
)

#: So many points the picture has at most.
_POINTS = 92

#: Nothing moves on a card then.
_NEVER = date(9000, 1, 1)


class StatementBar(FilterBar):
    """What of the statement is shown; this month's unless it is asked for otherwise. Dates go before the period."""

    card = forms.ChoiceField(label=gettext_lazy("Card"), required=False)
    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=(
            ("month", gettext_lazy("This month")),
            ("last", gettext_lazy("Last month")),
            ("year", gettext_lazy("This year")),
            ("all", gettext_lazy("Since the beginning")),
        ),
        initial="month",
        required=False,
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=(("", gettext_lazy("All")), *((kind, KINDS[kind]) for kind in CARD_KINDS)),
        required=False,
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=(("", gettext_lazy("Oldest first")), ("newest", gettext_lazy("Newest first"))),
        required=False,
    )

    unsaid = frozenset({"order"})

    def __init__(self, query: QueryDict, *, account: Subject, today: date, **named: Any) -> None:
        self._account, self._today = account, today
        super().__init__(query, **named)

    def prepare(self) -> None:
        """Offer the customer's cards, closed ones too."""
        cards = [
            (str(one.id), _("%(card)s (closed)") % {"card": one.name} if one.closed_at else one.name)
            for one in self._account.cards
        ]
        self.fields["card"].choices = [("", _("All")), *cards]  # type: ignore[attr-defined]

    @property
    def card_id(self) -> int | None:
        """The card that is asked for; None for all."""
        return int(self.value("card")) if self.value("card") else None

    @property
    def way(self) -> Way:
        """Which comes first."""
        return Way.NEWEST if self.value("order") == "newest" else Way.OLDEST

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """The first and the last date, of the carrier's calendar; None for no bound."""
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        if since or until:
            return since, until
        month = self._today.replace(day=1)
        period = self.value("period")
        if period == "last":
            last = month - timedelta(days=1)
            return last.replace(day=1), last
        if period == "year":
            return month.replace(month=1), self._today
        return (None, None) if period == "all" else (month, self._today)


@page(CHARTER)
def statement(request: Request, customer_id: int) -> HttpResponse:
    """Show the statement, a page of it."""
    account = statements.subject(customer_id, actor=request.actor)
    today = figures.today(request.now, request.membership.time_zone)
    bar = StatementBar(request.GET, account=account, today=today)
    context: dict[str, Any] = {"filters": bar, "is_readable": bar.is_readable}
    if bar.is_readable:
        context |= _page(request, account, bar, today)
    return show(request, account, "customer-statement", context)


@exported("customer_statement", CHARTER)
def as_file(asked: Asked, customer_id: int) -> Exported:
    """Return the statement as it is filtered, oldest first."""
    account = statements.subject(customer_id, actor=asked.actor)
    today = figures.today(asked.now, asked.time_zone)
    bar = StatementBar(asked.query, account=account, today=today)
    first, last = bar.dates if bar.is_readable else (_NEVER, _NEVER)
    table = sheet.statement_table(
        customer_id=customer_id,
        actor=asked.actor,
        words=_words(told(bar)),
        made_at=asked.now,
        card_id=bar.card_id if bar.is_readable else None,
        kind=bar.value("kind"),
        first_date=first,
        last_date=last,
    )
    return Exported(table=table, stem=f"{account.customer.code}-{account.customer.currency}")


def _page(request: Request, account: Subject, bar: StatementBar, today: date) -> dict[str, Any]:
    first, last = bar.dates
    before = _position(request, "before")
    days = _days(request, account, bar, today)
    found, period, nets = statements.overview(
        account,
        actor=request.actor,
        card_id=bar.card_id,
        kind=bar.value("kind"),
        first_date=first,
        last_date=last,
        way=bar.way,
        after=None if before is not None else _position(request, "after"),
        before=before,
        limit=LENGTH,
        days=days,
    )
    is_newest, has_kind = bar.way is Way.NEWEST, bool(bar.value("kind"))
    is_begun, is_ended = found.before is None and "after" not in request.GET, found.after is None
    return {
        "lines": [(line, named(KINDS, line.movement.kind)) for line in found.lines],
        "period": period,
        "chart": balance_chart(list(zip(days, nets, strict=True)), currency=account.customer.currency),
        "first_date": first,
        "last_date": last,
        "cards": account.cards,
        "card": next((one for one in account.cards if one.id == bar.card_id), None),
        "is_newest": is_newest,
        "has_kind": has_kind,
        # The lines before and after all movements, on the page that has that end.
        "shows_opening": not has_kind and (is_ended if is_newest else is_begun),
        "shows_closing": not has_kind and (is_begun if is_newest else is_ended),
        "page": {
            "first": bar.with_() if "after" in request.GET or "before" in request.GET else "",
            "previous": bar.with_(before=_as_text(found.before)) if found.before is not None and not has_kind else "",
            "following": bar.with_(after=_as_text(found.after)) if found.after is not None else "",
        },
    }


def _days(request: Request, account: Subject, bar: StatementBar, today: date) -> list[date]:
    """Return the days of the picture: from the first card on, until today; none where there is nothing to draw."""
    if not account.cards:
        return []
    first, last = bar.dates
    opened = figures.today(min(one.added_at for one in account.cards), request.membership.time_zone)
    first, last = max(first or opened, opened - timedelta(days=1)), min(last or today, today)
    return statements.days_of(first, last, most=_POINTS) if first < last else []


def _as_text(position: Position) -> str:
    return f"{position.business_date.isoformat()}~{position.entry_id}"


def _position(request: Request, parameter: str) -> Position | None:
    """Return the place that the address names; None for none, and for what is no place."""
    day, _tilde, number = request.GET.get(parameter, "").partition("~")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18 or len(day) != 10:
        return None
    try:
        return Position(date.fromisoformat(day), int(number))
    except ValueError:
        return None


def _words(filters: str) -> sheet.Words:
    return sheet.Words(
        title=_("Account statement"),
        filters=filters,
        date=_("Date"),
        card=_("Card"),
        kind=_("Kind"),
        document=_("Document"),
        other_card=_("Other card"),
        debit=_("Debit"),
        credit=_("Credit"),
        card_balance=_("Balance of the card"),
        balance=_("Balance"),
        reference=_("Reference"),
        actor=_("Changed by"),
        instant=_("Date/Time (Zulu)"),
        opening=_("Opening balance"),
        closing=_("Closing balance"),
        total=_("Total"),
        kinds={kind: str(words) for kind, words in KINDS.items()},
        named=documents.named,
    )
