"""What was on a customer's cards over a period, as a line: steps, since a balance stays until it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: The drawing's size, in its own units.
WIDTH, HEIGHT = 600, 100


@dataclass(frozen=True, slots=True)
class BalanceChart:
    """A line from the first to the last date; amounts in minor units.

    Attributes:
        line, area: Paths of SVG.
        zero: How far down nothing lies, in units of the drawing; text, since templates write numbers by the locale.
        points: The dates on which the balance changed, with what it was then, and the first and last one.
    """

    currency: str
    line: str
    area: str
    zero: str
    least: int
    most: int
    points: tuple[tuple[date, int], ...]

    @property
    def first(self) -> date:
        """The first date."""
        return self.points[0][0]

    @property
    def last(self) -> date:
        """The last date."""
        return self.points[-1][0]


def balance_chart(course: Sequence[tuple[date, int]], *, currency: str) -> BalanceChart | None:
    """Return the drawing of a course, oldest first; None where there is nothing to be seen in it."""
    nets = [net for _day, net in course]
    if len(course) < 2 or not any(nets):
        return None
    low, high = min(0, *nets), max(0, *nets)

    def at(net: int) -> float:
        return round(HEIGHT - HEIGHT * (net - low) / (high - low), 1)

    length = (course[-1][0] - course[0][0]).days
    line = f"M0 {at(nets[0])}"
    for day, net in course[1:]:
        line += f"H{round(WIDTH * (day - course[0][0]).days / length, 1)}V{at(net)}"
    changed = [
        point
        for number, point in enumerate(course)
        if number in {0, len(course) - 1} or point[1] != course[number - 1][1]
    ]
    area = f"{line}V{at(0)}H0Z"
    return BalanceChart(currency, line, area, f"{at(0)}", min(nets), max(nets), tuple(changed))
