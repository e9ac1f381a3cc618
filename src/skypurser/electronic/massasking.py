"""Ask for a mass change that was previewed, or for the one that undoes it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.backlog.asking import ask
from skypurser.backlog.queries import JobView
from skypurser.electronic import mass
from skypurser.electronic.mass import CHANGE, UNDO, MassChange, NothingToChange, Preview, PreviewOutdated
from skypurser.errors import InvalidRequest
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer, plain_text
from skypurser.parties import texts


def change(
    change: MassChange,
    *,
    confirmation: str,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    language: str = "",
) -> Answer:
    """Have the rates set by a worker, on all accounts that were previewed or on none.

    Args:
        confirmation: The preview's.
        reference: Why; it stands in each account's history.
        language: `en` or `es`, of the file that lists the accounts; without one its words are for programs.

    Returns:
        The answer; its fact `job` is the job's number, which names the change from then on.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is asked for, the key is not bound.
        RequestRefused: `key_reused`, `preview_outdated`, `nothing_to_change`, `too_many_jobs`. Nothing is asked for;
            the attempt is recorded.
    """
    told = mass.parameters(change)
    how = (confirmation, reference, language, key, actor, now)
    return _ask(CHANGE, told, lambda: mass.preview(change, actor=actor), *how)


def undo(
    job_id: int,
    *,
    confirmation: str,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    language: str = "",
) -> Answer:
    """Have a worker set the rates back to what they were, wherever they are still what the change made them.

    It is a change like any other, and may be undone. Arguments, answer and errors are those of `change`; besides:

    Raises:
        RequestRefused: `job_not_found`: there is no such mass change.
    """
    told = {"undoes": job_id}
    how = (confirmation, reference, language, key, actor, now)
    return _ask(UNDO, told, lambda: mass.preview_undoing(job_id, actor=actor), *how)


def told(answer: Answer) -> JobView:
    """Return the job as it was when it was asked for."""
    return msgspec.convert(answer.facts["asked"], JobView)


def _ask(
    kind: str,
    told: dict[str, Any],
    preview: Callable[[], Preview],
    confirmation: str,
    reference: str,
    language: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    actor.require(Permission.MASS_MANAGEMENT)
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    plain_text(reference, field="reference")
    if language:
        texts.language(language)

    def act() -> Mapping[str, Any]:
        shown = preview()
        if shown.confirmation != confirmation:
            raise PreviewOutdated(count=shown.count)
        if not shown.count:
            raise NothingToChange
        parameters = {**told, "reference": reference, "confirmation": confirmation, "language": language}
        job = ask(kind=kind, parameters=parameters, actor=actor, now=now, total=shown.count)
        return {"job": job.id, "asked": msgspec.to_builtins(job)}

    payload = (told, confirmation, reference, language)
    return answer_under_key(kind, act, payload=payload, key=key, actor=actor, now=now)
