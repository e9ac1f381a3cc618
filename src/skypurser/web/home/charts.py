"""Sales by day as bars: one chart for each currency, since amounts are never added across currencies."""

from dataclasses import dataclass
from datetime import date, timedelta

from skypurser.overview.questions import DaySales, RecentSales
from skypurser.web import figures

#: The drawing's height, in its own units; a bar takes `STEP` of its width, gap included.
HEIGHT = 80
STEP = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One day; `height` and `top` in the drawing's units. A day without sales has no height.

    Attributes:
        told: The day, what was sold and how many documents, in words.
    """

    day: date
    left: int
    top: int
    height: int
    amount: int
    tickets: int
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Sales in one currency, in its minor units.

    Attributes:
        best: The day with most; None where no day had any.
    """

    currency: str
    amount: int
    tickets: int
    bars: tuple[Bar, ...]
    best: DaySales | None

    @property
    def width(self) -> int:
        """The drawing's width."""
        return STEP * len(self.bars)


def charts(sales: RecentSales, *, main: str) -> list[Chart]:
    """Return a chart for each currency that sold, the carrier's main one first, then by how many were sold."""
    by_currency: dict[str, dict[date, DaySales]] = {}
    for one in sales.days:
        by_currency.setdefault(one.currency, {})[one.issue_date] = one
    # An office further east may have sold tomorrow.
    last = max([sales.last_date, *(one.issue_date for one in sales.days)])
    every = [sales.first_date + timedelta(days=at) for at in range((last - sales.first_date).days + 1)]
    found = [_chart(currency, days, every) for currency, days in by_currency.items()]
    return sorted(found, key=lambda chart: (chart.currency != main, -chart.tickets, chart.currency))


def _chart(currency: str, days: dict[date, DaySales], every: list[date]) -> Chart:
    best = max(days.values(), key=lambda one: one.amount)
    most = max(best.amount, 1)
    bars = []
    for at, day in enumerate(every):
        sold = days.get(day)
        amount, tickets = (sold.amount, sold.tickets) if sold else (0, 0)
        # A day with sales is seen, however small they are beside the best.
        height = max(2, round(HEIGHT * max(amount, 0) / most)) if sold else 0
        told = f"{figures.day(day)}: {figures.with_currency(amount, currency)}"
        if tickets:
            told += f" · {figures.whole(tickets)}"
        bars.append(Bar(day, at * STEP, HEIGHT - height, height, amount, tickets, told))
    return Chart(
        currency,
        sum(one.amount for one in days.values()),
        sum(one.tickets for one in days.values()),
        tuple(bars),
        best,
    )
