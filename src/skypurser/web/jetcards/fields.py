"""Fields of the forms of cards."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.parties.clientele import PersonView
from skypurser.web.forms import AmountField
from skypurser.web.managing.fields import PlainField


class PersonsField(forms.MultipleChoiceField):
    """Who may use a card: some of the customer's persons, or nobody chosen for everyone on the account."""

    def __init__(self, **named: Any) -> None:
        how = {
            "label": gettext_lazy("Persons"),
            "required": False,
            "widget": forms.CheckboxSelectMultiple,
            "help_text": gettext_lazy(
                "Who may pay by it. Nobody chosen: everyone on this account. Some chosen: hidden from all others."
            ),
        }
        super().__init__(**{**how, **named})

    def offer(self, persons: Collection[PersonView], *, chosen: Collection[int] = ()) -> None:
        """Offer those who are active, and those who are chosen already."""
        self.choices = [
            (str(one.id), one.name if one.is_active else _("%(person)s (inactive)") % {"person": one.name})
            for one in persons
            if one.is_active or one.id in chosen
        ]

    def clean(self, value: Any) -> frozenset[int]:
        """Return ids."""
        return frozenset(int(one) for one in super().clean(value))


class CardNameField(PlainField):
    """What a card is called."""

    def __init__(self, **named: Any) -> None:
        how = {
            "label": gettext_lazy("Name of the card"),
            "max_length": 100,
            "help_text": gettext_lazy("As it appears among the payment methods and on the statement."),
        }
        super().__init__(**{**how, **named})


class LowMarkField(AmountField):
    """Below how much available somebody wants to know."""

    def __init__(self, **named: Any) -> None:
        how = {
            "label": gettext_lazy("Low mark"),
            "required": False,
            "help_text": gettext_lazy("Below so much available the card counts as running low; empty for never."),
        }
        super().__init__(**{**how, **named})
