"""The filters of the list of sales and of refused attempts."""

import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.access.actors import Actor
from skypurser.history.attempts import AttemptFilters
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.paging import SaleFilters
from skypurser.web import figures, wording
from skypurser.web.accounts.naming import AccountBar
from skypurser.web.accounts.words import OPERATIONS
from skypurser.web.filters import Quick
from skypurser.web.tickets.words import FORMS, KEPT, STATUSES, typed_document

#: Every code that the list of refused attempts can hold. A test compares them with the refusals that there are.
REASONS = (
    # sales, voids, refunds
    *("insufficient_funds", "account_suspended", "account_inhibited", "account_not_found", "account_ambiguous"),
    *("commission_not_allowed", "duplicate_document", "invalid_document_number", "sale_not_found", "already_voided"),
    *("already_refunded", "void_window_closed", "refund_exceeds_sale", "penalty_exceeds_refund", "currency_mismatch"),
    *("period_closed", "cut_off_in_future", "key_reused"),
    # holds and reversals
    *("hold_not_found", "hold_resolved", "hold_expired"),
    *("entry_not_found", "already_reversed", "reversal_exceeds_original"),
    # accounts and requests for approval
    *("account_exists", "party_differs", "account_in_use", "status_change_not_allowed", "changed_meanwhile"),
    *("approval_not_found", "approval_decided", "own_request"),
    # webhooks
    *("endpoint_not_found", "endpoint_not_allowed", "too_many_endpoints", "delivery_not_found"),
)

#: Of an attempt that tells no currency.
NO_CURRENCY = "none"

#: Nothing was sold or refused before, and nothing will be after; instants beyond exist in some zones only.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)

_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch


class _DatedBar(AccountBar):
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


class TicketBar(_DatedBar):
    """Which sales are listed."""

    unsaid = frozenset({"document"})
    quick = (
        Quick(_("Today"), (("day", "today"),), "calendar"),
        Quick(pgettext_lazy("sales", "Voided"), (("status", "VOIDED"),), "circle-x"),
        Quick(pgettext_lazy("sales", "Refunded"), (("status", "REFUNDED"),), "refresh"),
    )

    document = forms.CharField(
        label=_("Document number"), required=False, max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    q = forms.CharField(
        label=_("Passenger or reference"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=(
            ("", _("All")),
            (KEPT, pgettext_lazy("sales", "Not voided")),
            *((code, words) for code, (words, _tone, _icon) in STATUSES.items()),
        ),
    )
    payment = forms.ChoiceField(label=_("Payment"), required=False, choices=(("", _("All")), *FORMS.items()))

    def clean_document(self) -> str:
        """Return 13 digits."""
        text = typed_document(self.cleaned_data["document"])
        try:
            return parse_document(text) if text else ""
        except InvalidDocumentNumber as refusal:
            raise ValidationError(str(wording.REFUSALS[refusal.code]), code=refusal.code) from refusal

    def filters(self, actor: Actor) -> SaleFilters:
        """Return the filters as the question takes them."""
        first, last = self.dates
        return SaleFilters(
            account_ids=self.account_ids(actor),
            account_type=self.account_type,
            first_date=first,
            last_date=last,
            status="" if self.value("status") == KEPT else self.value("status"),
            is_kept=self.value("status") == KEPT,
            form_of_payment=self.value("payment"),
            text=self.value("q").strip(),
        )


class AttemptBar(_DatedBar):
    """Which refused attempts are listed; dates are those that the carrier's clocks showed."""

    quick = (
        Quick(_("Today"), (("day", "today"),), "calendar"),
        Quick(_("Short of funds"), (("reason", "insufficient_funds"),), "wallet"),
        Quick(_("Account suspended"), (("reason", "account_suspended"),), "player-pause"),
    )

    reason = forms.ChoiceField(
        label=_("Why it was refused"),
        required=False,
        choices=(("", _("All")), *((code, wording.REFUSALS[code]) for code in REASONS)),
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
