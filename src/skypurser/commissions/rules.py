"""The commission rules of an account, and the rate that a sale earns under them.

A rule is a mode and a percentage of the fare without taxes. What the issuing agent may enter:

    FREE      anything from 0 to 100; nothing entered is 0
    FIXED x   exactly x, or nothing, which is x
    MAX x     0 to x; nothing entered is 0. Above x is refused, never clipped.

Percentages are in bps, hundredths of a percent. Source: KIU "New Account" and "Mass Management".
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from skypurser.errors import InvalidRequest, Refusal
from skypurser.money import MAX_BPS, format_percent, parse_percent


class Mode(StrEnum):
    """How an account's percentage binds the issuing agent."""

    FREE = "FREE"
    FIXED = "FIXED"
    MAX = "MAX"


class Scope(StrEnum):
    """Which rates a sale falls under: domestic when all its airports lie in one country."""

    DOMESTIC = "domestic"
    INTERNATIONAL = "international"


class CommissionNotAllowed(Refusal):
    """The commission entered is outside the account's rule.

    Facts: `mode`, and as strings with two decimals `percent` (the rule's) and `entered`.
    """

    code = "commission_not_allowed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One commission rule. `str(rule)` is what `Rule.parse` reads: "FREE", "FIXED 7.25", "MAX 6.00".

    Attributes:
        mode: How the percentage binds.
        percent_bps: 0 to 10,000; always 0 under FREE.

    Raises:
        TypeError: The mode as a plain string, or a percentage that is no int.
        InvalidRequest: A percentage out of bounds, or one under FREE.
    """

    mode: Mode
    percent_bps: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.mode, Mode):
            raise TypeError("The mode of a rule is a Mode, not its name.")
        if type(self.percent_bps) is not int:
            raise TypeError(f"A rule counts its percentage in int, not {type(self.percent_bps).__name__}.")
        if not 0 <= self.percent_bps <= MAX_BPS:
            raise InvalidRequest("A commission lies between 0.00 and 100.00 percent.", field="percent")
        if self.mode is Mode.FREE and self.percent_bps:
            raise InvalidRequest("A free commission has no percentage.", field="percent")

    @classmethod
    def parse(cls, text: str, *, field: str = "commission") -> Self:
        """Read a rule: the mode in capitals and, except after FREE, one blank and the percentage.

        Raises:
            InvalidRequest: Anything else, naming the field.
        """
        mode, blank, percent = text.partition(" ")
        if text == Mode.FREE:
            return cls(Mode.FREE)
        if mode in {Mode.FIXED, Mode.MAX} and blank:
            return cls(Mode(mode), parse_percent(percent, field=field))
        raise InvalidRequest("Not a commission; it is written FREE, FIXED 7.25 or MAX 6.00.", field=field)

    def __str__(self) -> str:
        if self.mode is Mode.FREE:
            return "FREE"
        return f"{self.mode} {format_percent(self.percent_bps)}"

    def rate_for(self, entered_bps: int | None) -> int:
        """Return the rate that a sale earns, in bps, given what the issuing agent entered (None: nothing).

        Raises:
            CommissionNotAllowed: Outside the rule.
        """
        mode = self.mode
        if entered_bps is None:
            return self.percent_bps if mode is Mode.FIXED else 0
        lowest = self.percent_bps if mode is Mode.FIXED else 0
        highest = MAX_BPS if mode is Mode.FREE else self.percent_bps
        if lowest <= entered_bps <= highest:
            return entered_bps
        raise self._refusal(entered_bps)

    def _refusal(self, entered_bps: int) -> CommissionNotAllowed:
        entered = format_percent(entered_bps)
        return CommissionNotAllowed(
            f"The account's commission is {self}; {entered} was entered.",
            mode=self.mode.value,
            percent=format_percent(self.percent_bps),
            entered=entered,
        )


@dataclass(frozen=True, slots=True)
class Rates:
    """The rules of one account: four for an agency, two for a corporate client, who has no card rates.

    Raises:
        InvalidRequest: One card rate without the other.
    """

    domestic: Rule
    international: Rule
    domestic_card: Rule | None = None
    international_card: Rule | None = None

    def __post_init__(self) -> None:
        if (self.domestic_card is None) != (self.international_card is None):
            raise InvalidRequest("Card rates are given for both scopes, or for none.", field="commissions")

    def rule_for(self, scope: Scope, *, by_card: bool) -> Rule:
        """Return the rule for a sale. Without card rates, a sale by card falls under the plain ones."""
        is_domestic = scope is Scope.DOMESTIC
        if by_card:
            by_card_rule = self.domestic_card if is_domestic else self.international_card
            if by_card_rule is not None:
                return by_card_rule
        return self.domestic if is_domestic else self.international
