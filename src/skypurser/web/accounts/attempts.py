"""Refused attempts as a log tells them: the same on an account's tab and in the list over all accounts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from skypurser.access.actors import Actor
from skypurser.electronic import attempts
from skypurser.history.acts import RefusedView
from skypurser.history.attempts import AttemptFilters
from skypurser.web import wording
from skypurser.web.accounts.links import sold_among
from skypurser.web.accounts.words import OPERATIONS, named
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.paging import LENGTH, Page
from skypurser.web.refusals import logged

#: Why sales, voids, refunds, holds, credits and debits are refused.
REASONS = (
    *("insufficient_funds", "account_suspended", "account_inhibited", "account_not_found", "commission_not_allowed"),
    *("duplicate_document", "invalid_document_number", "sale_not_found", "already_voided", "already_refunded"),
    *("void_window_closed", "refund_exceeds_sale", "penalty_exceeds_refund", "currency_mismatch"),
    *("hold_not_found", "hold_resolved", "hold_expired", "period_closed", "key_reused"),
)


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt.

    Attributes:
        why: What stands in columns of its own is not told again.
        amount: What was asked for, told where funds were short; minor units.
        has_sale: Whether the document is a sale that the member may see.
    """

    attempt: RefusedView
    operation: str
    why: str
    amount: int | None
    has_sale: bool


class DatedBar(FilterBar):
    """A list with dates; `today` stays today in a saved address."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    day = forms.ChoiceField(
        label=_("Date"), choices=(("", ""), ("today", _("Today"))), required=False, widget=forms.HiddenInput
    )

    def __init__(self, query: QueryDict, *, today: date, **named_: Any) -> None:
        self._today = today
        super().__init__(query, **named_)

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """The first and the last date."""
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if self.value("day") != "today":
            return first, last
        return max(first or self._today, self._today), min(last or self._today, self._today)


class AttemptBar(DatedBar):
    """Which refused attempts are listed; dates are those of their instants, which are UTC."""

    quick = (
        Quick(_("Today"), (("day", "today"),), "calendar"),
        Quick(_("Short of funds"), (("reason", "insufficient_funds"),), "wallet"),
        Quick(_("Account suspended"), (("reason", "account_suspended"),), "player-pause"),
    )

    reason = forms.ChoiceField(
        label=_("Why it was refused"),
        required=False,
        choices=(("", _("All")), *((code, wording.LOGGED[code]) for code in REASONS)),
    )
    operation = forms.ChoiceField(label=_("Attempt"), required=False, choices=(("", _("All")), *OPERATIONS.items()))

    @property
    def filters(self) -> AttemptFilters:
        """The filters as the question takes them."""
        first, last = self.dates
        return AttemptFilters(
            code=self.value("reason"),
            operation=self.value("operation"),
            since=None if first is None else datetime.combine(first, time(), UTC),
            # The calendar ends with the year 9999; nothing was refused there.
            until=None
            if last is None or last.year > 9_000
            else datetime.combine(last, time(), UTC) + timedelta(days=1),
        )


def attempt_page(
    bar: AttemptBar, *, actor: Actor, account_ids: Collection[int] | None, after: int | None
) -> Page[AttemptRow]:
    """Return a page of the attempts that the filters show, newest first.

    Args:
        account_ids: None for all accounts, and for attempts on none that exists.

    Raises:
        PermissionDenied: The actor lacks QUERIES. Attempts outside a member's limits are left out.
    """
    found = attempts.refused(bar.filters, actor=actor, account_ids=account_ids, after=after, limit=LENGTH)
    return Page(
        _rows(found.attempts, actor),
        first=bar.with_() if after is not None else "",
        following=bar.with_(after=str(found.after)) if found.after is not None else "",
    )


def _rows(found: Sequence[RefusedView], actor: Actor) -> list[AttemptRow]:
    sold = sold_among((one.document for one in found), actor=actor)
    return [_row(one, has_sale=one.document in sold) for one in found]


def _row(one: RefusedView, *, has_sale: bool) -> AttemptRow:
    available, shortfall = one.available_minor, one.shortfall_minor
    return AttemptRow(
        attempt=one,
        operation=named(OPERATIONS, one.operation),
        why=logged(one.code, one.facts if shortfall is None else None, currency=one.currency),
        amount=None if available is None or shortfall is None else available + shortfall,
        has_sale=has_sale,
    )
