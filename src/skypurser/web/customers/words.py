"""Customers, persons and cards in words: what they are, and what their history tells."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skypurser.web import figures
from skypurser.web.accounts import words

KINDS: dict[str, Promise] = {"company": _("Company"), "person": pgettext_lazy("a customer", "Person")}

#: Each in its own words, as people look for them.
LANGUAGES: dict[str, str] = {"en": "English", "es": "Español"}

FIELDS: dict[str, Promise] = {
    **words.FIELDS,
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "language": _("Language"),
    "legal_name": _("Legal name"),
    "address_lines": _("Address"),
    "postal_code": _("Postal code"),
    "country": _("Country"),
    "tax_number": _("Tax number"),
    "notes": _("Notes"),
    "is_active": _("Active"),
    "person_ids": _("Persons"),
    "from_card": _("From the card"),
    "to_card": _("To the card"),
}

_YES: dict[bool, Promise] = {True: _("Yes"), False: _("No")}

#: Whose name stands in the row already.
_UNTOLD = frozenset({"person", "customer"})


def country(code: str) -> str:
    """Return a country's name in the person's language; the code where it has none there."""
    return str(figures.locale().territories.get(code, code))


def changes(
    told: Mapping[str, Any] | None, *, currency: str, persons: Mapping[int, str], cards: Mapping[int, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield field, old and new value of an act; an old one only where it was another.

    Args:
        persons, cards: Names by id.
    """
    for field, content in (told or {}).items():
        if field in _UNTOLD:
            continue
        old, new = content if isinstance(content, list) and len(content) == 2 else (None, content)
        before, after = (value(field, one, currency, persons, cards) for one in (old, new))
        if before or after:
            yield words.named(FIELDS, field), before if old != new else "", after


def value(
    field: str,
    content: Any,
    currency: str,
    persons: Mapping[int, str] = MappingProxyType({}),
    cards: Mapping[int, str] = MappingProxyType({}),
) -> str:
    """Return a field's content as people read it; empty for nothing."""
    if content is None or content == "":
        return ""
    if field == "person_ids":
        return ", ".join(persons.get(one, str(one)) for one in content) or str(_("everyone on this account"))
    if field in {"from_card", "to_card"}:
        return cards.get(content, str(content))
    if field == "address_lines":
        return ", ".join(map(str, content))
    if field == "is_active":
        return str(_YES[bool(content)])
    if field == "kind":
        return str(KINDS.get(str(content)) or words.named(words.ASKED, str(content)))
    if field == "language":
        return LANGUAGES.get(str(content), str(content))
    if field == "country":
        return country(str(content))
    return words.value(field, content, currency)
