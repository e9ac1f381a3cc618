"""The filters of the list of sales and of refused attempts."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.access.actors import Actor
from skypurser.history.attempts import AttemptFilters
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.paging import SaleFilters
from skypurser.web import wording
from skypurser.web.accounts.naming import AccountBar
from skypurser.web.accounts.words import OPERATIONS
from skypurser.web.filters import Quick
from skypurser.web.tickets.words import FORMS, STATUSES, typed_document

#: Why sales, voids, refunds, holds, credits and debits are refused.
REASONS = (
    *("insufficient_funds", "account_suspended", "account_inhibited", "account_not_found", "commission_not_allowed"),
    *("duplicate_document", "invalid_document_number", "sale_not_found", "already_voided", "already_refunded"),
    *("void_window_closed", "refund_exceeds_sale", "penalty_exceeds_refund", "currency_mismatch"),
    *("hold_not_found", "hold_resolved", "hold_expired", "period_closed", "key_reused"),
)


class _DatedBar(AccountBar):
    """A list with dates; `today` stays today in a saved address."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    day = forms.ChoiceField(
        label=_("Date"), choices=(("", ""), ("today", _("Today"))), required=False, widget=forms.HiddenInput
    )

    def __init__(self, query: QueryDict, *, today: date, **named: Any) -> None:
        self._today = today
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
        choices=(("", _("All")), *((code, words) for code, (words, _tone, _icon) in STATUSES.items())),
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
            first_date=first,
            last_date=last,
            status=self.value("status"),
            form_of_payment=self.value("payment"),
            text=self.value("q").strip(),
        )


class AttemptBar(_DatedBar):
    """Which refused attempts are listed; dates are those of their instants, which are UTC."""

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
