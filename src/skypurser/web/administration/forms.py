"""What the administrator's forms have in common."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse

from skypurser.access.actors import PermissionDenied
from skypurser.errors import Refusal
from skypurser.web import forms as desk
from skypurser.web.once import Done, once
from skypurser.web.pages import Request
from skypurser.web.refusals import add_to


class ActForm(desk.ActForm):
    """A form that changes something; its key makes it one act, however often it is sent."""

    def act(
        self, request: Request, act: Callable[[], Done], *, instead: str, is_told: bool = True, **fields: str
    ) -> HttpResponse | None:
        """Do it once and lead on; None, and the form says why, when it is refused or not filled in.

        Args:
            is_told: Whether a refusal is told in the form; else it is the page's, and raised.
            fields: What the form calls a field that the packages of the business call otherwise.
        """
        if not self.is_valid():
            return None
        try:
            return once(request, key=self.cleaned_data["key"], act=act, instead=instead)
        except PermissionDenied:
            raise
        except Refusal as no:
            if not is_told:
                raise
            add_to(self, no, **fields)
            return None


class GroupedChecks(forms.CheckboxSelectMultiple):
    """Boxes under heads, in columns."""

    template_name = "administration/checks.html"
    is_grouped = True


class CodesField(forms.CharField):
    """Codes with commas or blanks between them; small letters are taken for capitals."""

    def clean(self, value: Any) -> frozenset[str]:
        """Return the codes."""
        return frozenset(word for word in re.split(r"[\s,;]+", str(super().clean(value)).upper()) if word)

    def prepare_value(self, value: Any) -> Any:
        """Write codes as one would type them."""
        return ", ".join(sorted(value)) if isinstance(value, frozenset) else value
