"""The lists of quotes and bookings as files: all that is filtered, newest first."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from skypurser.charter import lists
from skypurser.charter.itinerary import route
from skypurser.charter.lists import LONGEST_PAGE
from skypurser.charter.views import BookingStatus, BookingView, QuoteStatus, QuoteView
from skypurser.documents.table import Column, Kind, Table
from skypurser.exports.lists import Asked, Exported
from skypurser.parties.clientele import CustomerView
from skypurser.web.charter import words
from skypurser.web.charter.listing import BookingBar, QuoteBar, SalesBar, departs, named_in
from skypurser.web.exporting import exported
from skypurser.web.shell.navigation import CHARTER_SALES
from skypurser.web.workbooks import Amounts, told

type _Cells[T] = Callable[[T, Amounts], Sequence[Any]]


@exported("quotes", CHARTER_SALES)
def quotes(asked: Asked) -> Exported:
    """Return the quotes as they are filtered."""
    bar = QuoteBar(asked.query)
    status = bar.value("status") if bar.is_readable else ""
    ask = partial(lists.quotes, now=asked.now, status=QuoteStatus(status) if status else None)

    def cells(one: QuoteView, amounts: Amounts) -> Sequence[Any]:
        return (
            *(str(words.QUOTES[one.status][0]), one.content.valid_until, one.saved_at, one.saved_by, one.currency),
            amounts.cell(one.price, one.currency),
        )

    columns = (
        Column(title=_("Status")),
        Column(title=_("Valid until"), kind=Kind.INSTANT),
        Column(title=_("Saved"), kind=Kind.INSTANT),
        Column(title=_("Saved by")),
        Column(title=_("Currency")),
    )
    return _read(asked, bar, ask, cells, columns=columns, prices=(_("Price"),), title=_("Quotes"), stem="quotes")


@exported("bookings", CHARTER_SALES)
def bookings(asked: Asked) -> Exported:
    """Return the bookings as they are filtered."""
    bar = BookingBar(asked.query)
    status = bar.value("status") if bar.is_readable else ""
    ask = partial(lists.bookings, status=BookingStatus(status) if status else None)

    def cells(one: BookingView, amounts: Amounts) -> Sequence[Any]:
        fee = None if one.fee is None else amounts.cell(one.fee, one.currency)
        return (
            *(str(words.BOOKINGS[one.status][0]), one.quote_id, one.booked_at, one.booked_by, one.currency),
            *(amounts.cell(one.price, one.currency), amounts.cell(one.paid, one.currency), fee),
        )

    columns = (
        Column(title=_("Status")),
        Column(title=_("Quote"), kind=Kind.NUMBER),
        Column(title=_("Booked (Zulu)"), kind=Kind.INSTANT),
        Column(title=_("Booked by")),
        Column(title=_("Currency")),
    )
    prices = (_("Price"), _("Paid by card"), _("Cancellation fee"))
    return _read(asked, bar, ask, cells, columns=columns, prices=prices, title=_("Bookings"), stem="bookings")


def _read[T: QuoteView | BookingView](
    asked: Asked,
    bar: SalesBar,
    ask: Callable[..., list[T]],
    cells: _Cells[T],
    *,
    columns: Sequence[Column],
    prices: Sequence[str],
    title: str,
    stem: str,
) -> Exported:
    """Return the list: what both lists begin with, the columns of the one, its amounts."""
    ask(actor=asked.actor, limit=0)  # refused at once, not while it is written
    amounts = Amounts({asked.currency})
    table = Table(
        title=title,
        columns=(
            Column(title=_("Number"), kind=Kind.NUMBER),
            Column(title=_("Customer")),
            Column(title=_("Name")),
            Column(title=_("Route")),
            Column(title=_("Departure, local")),
            Column(title=_("Aircraft")),
            Column(title=_("Payment method")),
            *columns,
            *map(amounts.column, prices),
        ),
        rows=_rows(asked, bar, ask, cells, amounts) if bar.is_readable else (),
        made_at=asked.now,
        filters=told(bar),
        totals=amounts.totals(_("Total")),
    )
    return Exported(table=table, stem=stem)


def _rows[T: QuoteView | BookingView](
    asked: Asked, bar: SalesBar, ask: Callable[..., list[T]], cells: _Cells[T], amounts: Amounts
) -> Iterator[Sequence[Any]]:
    wanted = {"actor": asked.actor, "text": bar.value("q"), "customer_id": bar.value("customer") or None}
    after = None
    while True:
        found = ask(**wanted, after=after, limit=LONGEST_PAGE)
        whose = named_in(found, carrier_id=asked.actor.carrier_id)
        for one in found:
            yield (*_common(one, whose.get(one.content.customer_id or 0)), *cells(one, amounts))
        if len(found) < LONGEST_PAGE:
            return
        after = found[-1].id


def _common(one: QuoteView | BookingView, customer: CustomerView | None) -> Sequence[Any]:
    method = one.content.method
    return (
        *(one.number, customer.code if customer else "", customer.name if customer else ""),
        *(route(one.content.legs), departs(one.content), one.content.aircraft),
        "" if method is None else str(words.METHODS[method]),
    )
