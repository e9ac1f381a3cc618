"""Refused attempts as a log tells them: the same on an account's tab and in the list over all accounts."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.access.actors import Actor
from skypurser.electronic import attempts
from skypurser.history.acts import RefusedView
from skypurser.history.attempts import AttemptFilters, AttemptPage
from skypurser.web import figures, logwording
from skypurser.web.accounts.links import sold_among
from skypurser.web.accounts.words import OPERATIONS, named
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.paging import LENGTH, Page
from skypurser.web.refusals import logged

#: Every code that the list of refused attempts can hold. A test compares them with the refusals that there are.
REASONS = (
    # sales, voids, refunds
    *("insufficient_funds", "account_suspended", "account_inhibited", "account_not_found", "account_ambiguous"),
    *("commission_not_allowed", "duplicate_document", "invalid_document_number", "sale_not_found", "already_voided"),
    *("already_refunded", "void_window_closed", "refund_exceeds_sale", "penalty_exceeds_refund", "currency_mismatch"),
    *("period_closed", "cut_off_in_future", "message_not_finished", "key_reused"),
    # holds and reversals
    *("hold_not_found", "hold_resolved", "hold_expired"),
    *("entry_not_found", "already_reversed", "reversal_exceeds_original"),
    # accounts and requests for approval
    *("account_exists", "party_differs", "account_in_use", "status_change_not_allowed", "changed_meanwhile"),
    *("nothing_to_change", "preview_outdated", "upload_not_found"),
    *("nothing_to_change", "nothing_to_cut_off", "preview_outdated"),
    *("approval_not_found", "approval_decided", "own_request", "reversal_waits"),
    # customers and jet cards
    *("customer_exists", "customer_not_found", "person_exists", "person_inactive", "person_not_found"),
    *("card_exists", "card_not_found", "card_not_for_person", "account_closed", "balance_owed", "hold_open"),
    "other_customers_card",
    # webhooks
    *("endpoint_not_found", "endpoint_not_allowed", "too_many_endpoints", "delivery_not_found"),
)

#: Of an attempt that tells no currency.
NO_CURRENCY = "none"

#: Nothing was sold or refused before, and nothing will be after; instants beyond exist in some zones only.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)

_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch


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
    """A list with dates, those of the carrier's calendar; `today` stays today in a saved address."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    day = forms.ChoiceField(
        label=_("Date"), choices=(("", ""), ("today", _("Today"))), required=False, widget=forms.HiddenInput
    )

    def __init__(self, query: QueryDict, *, now: datetime, zone: str, **named: Any) -> None:
        self._zone = zone
        self._today = figures.today(now, zone)
        super().__init__(query, **named)

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """The first and the last date."""
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if self.value("day") != "today":
            return first, last
        return max(first or self._today, self._today), min(last or self._today, self._today)


class AttemptBar(DatedBar):
    """Which refused attempts are listed; dates are those that the carrier's clocks showed."""

    quick = (
        Quick(_("Today"), (("day", "today"),), "calendar"),
        Quick(_("Short of funds"), (("reason", "insufficient_funds"),), "wallet"),
        Quick(_("Account suspended"), (("reason", "account_suspended"),), "player-pause"),
    )

    reason = forms.ChoiceField(
        label=_("Why it was refused"),
        required=False,
        choices=(("", _("All")), *((code, logwording.LOGGED[code]) for code in REASONS)),
    )
    operation = forms.ChoiceField(label=_("Attempt"), required=False, choices=(("", _("All")), *OPERATIONS.items()))
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, query: QueryDict, *, currencies: Collection[str], **named: Any) -> None:
        self._currencies = currencies
        super().__init__(query, **named)

    def prepare(self) -> None:
        """Offer the currencies of accounts, and the one that is asked for: attempts may name any."""
        asked = self.query.get("currency", "")
        offered = sorted({*self._currencies, *([asked] if _CURRENCY(asked) else [])})
        self.fields["currency"].choices = [  # type: ignore[attr-defined]  # as in the list of accounts
            ("", _("All")),
            *((one, one) for one in offered),
            (NO_CURRENCY, pgettext_lazy("currency", "None")),
        ]

    @property
    def filters(self) -> AttemptFilters:
        """The filters as the question takes them."""
        first, last = self.dates
        return AttemptFilters(
            code=self.value("reason"),
            operation=self.value("operation"),
            currency={"": None, NO_CURRENCY: ""}.get(self.value("currency"), self.value("currency")),
            since=self._midnight(first, days=0),
            until=self._midnight(last, days=1),
        )

    def _midnight(self, day: date | None, *, days: int) -> datetime | None:
        if day is None:
            return None
        shown = min(max(day, _FIRST_DAY), _LAST_DAY) + timedelta(days=days)
        return datetime.combine(shown, time(), ZoneInfo(self._zone))


def attempt_page(
    bar: AttemptBar,
    *,
    actor: Actor,
    account_ids: Collection[int] | None,
    after: int | None,
    account_type: str = "",
) -> Page[AttemptRow]:
    """Return a page of the attempts that the filters show, newest first.

    Args:
        account_ids: None for all accounts, and for attempts on none that exists.
        account_type: `agency` or `corporate`, or empty for both.

    Raises:
        PermissionDenied: The actor lacks QUERIES. Attempts outside a member's limits are left out.
    """
    found = AttemptPage([], None)
    if bar.is_readable:
        found = attempts.refused(
            bar.filters,
            actor=actor,
            account_ids=account_ids,
            account_type=account_type,
            after=after,
            limit=LENGTH,
        )
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
