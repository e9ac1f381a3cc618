"""Mass changes for tests."""

from typing import Any

from skypurser.access.actors import Actor
from skypurser.backlog.queries import JobView, job
from skypurser.backlog.running import run
from skypurser.commissions.rules import Rule
from skypurser.electronic import mass, massasking, queries
from skypurser.electronic.mass import MassChange
from skypurser.jobs.asked import KINDS
from tests import cast


def wanted(kind: str = "agency", **where_and_rates: str) -> MassChange:
    """What is to change: rates by their names, as text, beside where."""
    where = {name: where_and_rates.pop(name) for name in ("country", "city", "currency") if name in where_and_rates}
    return MassChange(type=kind, rates={name: Rule.parse(text) for name, text in where_and_rates.items()}, **where)


def asked(actor: Actor, change: MassChange, **differently: Any) -> int:
    """The job of a change that was previewed and confirmed."""
    how: dict[str, Any] = {
        "confirmation": differently.pop("confirmation", None) or mass.preview(change, actor=actor).confirmation,
        "reference": "circular 7",
        "key": cast.fresh_key("mass"),
        "actor": actor,
        "now": cast.NOON,
    }
    return int(massasking.change(change, **{**how, **differently}).facts["job"])


def asked_to_undo(actor: Actor, job_id: int, *, language: str = "") -> int:
    """The job that undoes a mass change."""
    return int(
        massasking.undo(
            job_id,
            confirmation=mass.preview_undoing(job_id, actor=actor).confirmation,
            reference="a mistake",
            key=cast.fresh_key("undo"),
            actor=actor,
            now=cast.NOON,
            language=language,
        ).facts["job"]
    )


def done(job_id: int, actor: Actor) -> JobView:
    """The job after an attempt."""
    run(carrier_id=actor.carrier_id, job_id=job_id, kinds=KINDS)
    return job(job_id, actor=actor)


def changed(actor: Actor, **where_and_rates: str) -> JobView:
    """A mass change that was made."""
    return done(asked(actor, wanted(**where_and_rates)), actor)


def rates(account: cast.Account) -> tuple[str, ...]:
    """The account's rates as they are now; two of a corporate client."""
    now = queries.shown(account.id, carrier_id=account.carrier.id).rates
    return tuple(
        str(rule) for rule in (now.domestic, now.international, now.domestic_card, now.international_card) if rule
    )
