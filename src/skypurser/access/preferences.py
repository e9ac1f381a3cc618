"""How a member likes the pages: language, theme, keyboard shortcuts. The member's own matter, so no act records it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import QuerySet

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.members import as_actor, member_row
from skypurser.access.models import Member


class Language(StrEnum):
    """What the pages, and mails to the member, are written in."""

    ENGLISH = "en"
    SPANISH = "es"


class Theme(StrEnum):
    """How bright the pages are; AUTO follows the member's device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Briefings(StrEnum):
    """How often the member is told by e-mail what the desk has to tell; weekly is on Mondays."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a member has chosen, or what counts for who never chose; no language is the browser's."""

    language: Language | None = None
    theme: Theme = Theme.AUTO
    has_shortcuts: bool = True
    briefings: Briefings = Briefings.OFF


@dataclass(frozen=True, slots=True)
class Reader:
    """A member who wants briefings, as somebody who acts now. `language` is the mails': the chosen one, or English."""

    actor: Actor
    wants: Briefings
    language: str


def preferences(*, actor: Actor) -> Preferences:
    """Return the actor's preferences; the usual ones for who is no member.

    A program and the operator at the console see no pages.
    """
    if actor.member_id is None:
        return Preferences()
    with reading_for(actor.carrier_id):
        return _read(_own(actor, actor.member_id))


def set_preferences(
    *,
    actor: Actor,
    language: Language | None = None,
    theme: Theme | None = None,
    has_shortcuts: bool | None = None,
    briefings: Briefings | None = None,
) -> Preferences:
    """Set what the actor likes, and return all of it; what is None stays.

    Raises:
        PermissionDenied: The actor is no member. Nothing is written.
    """
    if actor.member_id is None:
        raise PermissionDenied(f"{actor.name} is no member and has no preferences")
    given = {"language": language, "theme": theme, "has_shortcuts": has_shortcuts, "briefings": briefings}
    wanted = {name: value for name, value in given.items() if value is not None}
    with acting_for(actor.carrier_id):
        row = _own(actor, actor.member_id)
        if wanted:
            row.update(**wanted)
        return replace(_read(row), **wanted)  # type: ignore[arg-type]  # each under its own name


def _own(actor: Actor, member_id: int) -> QuerySet[Member]:
    return Member.objects.filter(carrier_id=actor.carrier_id, id=member_id)


def _read(rows: QuerySet[Member]) -> Preferences:
    language, theme, has_shortcuts, briefings = rows.values_list(
        "language", "theme", "has_shortcuts", "briefings"
    ).get()
    return Preferences(Language(language) if language else None, Theme(theme), has_shortcuts, Briefings(briefings))


def readers(*, carrier_id: int) -> list[Reader]:
    """Return the carrier's active members who have joined and want briefings, with what they may do now."""
    with reading_for(carrier_id):
        rows = Member.objects.filter(carrier_id=carrier_id, is_active=True, user_id__isnull=False)
        found = rows.exclude(briefings=Briefings.OFF).order_by("id").values_list("id", "briefings", "language")
        return [
            Reader(
                as_actor(member_row(carrier_id=carrier_id, member_id=member_id)),
                Briefings(wants),
                language or Language.ENGLISH.value,
            )
            for member_id, wants, language in found
        ]
