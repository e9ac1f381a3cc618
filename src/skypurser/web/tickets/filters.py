"""The filters of the list of sales and of refused attempts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.access.actors import Actor
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.paging import SaleFilters
from skypurser.web import wording
from skypurser.web.accounts.attempts import AttemptBar, DatedBar
from skypurser.web.accounts.naming import AccountBar
from skypurser.web.filters import Quick
from skypurser.web.tickets.words import FORMS, KEPT, STATUSES, typed_document


class TicketBar(DatedBar, AccountBar):
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

    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, query: QueryDict, *, currencies: Sequence[str], **named: Any) -> None:
        self._currencies = currencies
        super().__init__(query, **named)

    def prepare(self) -> None:
        """Offer the currencies that there are."""
        super().prepare()
        offered = [("", _("All")), *((code, code) for code in self._currencies)]
        self.fields["currency"].choices = offered  # type: ignore[attr-defined]

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
            currency=self.value("currency"),
            first_date=first,
            last_date=last,
            status="" if self.value("status") == KEPT else self.value("status"),
            is_kept=self.value("status") == KEPT,
            form_of_payment=self.value("payment"),
            text=self.value("q").strip(),
        )


class AttemptsBar(AttemptBar, AccountBar):
    """Which refused attempts are listed over all accounts."""
