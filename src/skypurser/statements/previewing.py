"""What a cut-off would do, before it is made. It binds nobody; the cut-off itself is judged again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.ledger.decide import decide
from skypurser.ledger.intents import AccountState, ClosePeriod, Refused
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.states import Outcome
from skypurser.parties.airports import local_date
from skypurser.statements.content import names_of
from skypurser.statements.freezing import next_statement
from skypurser.statements.reckoning import now_of
from skypurser.statements.views import Summary, day_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview(Summary):
    """What the next statement would say; `number` is the one that it would bear."""

    number: int


def preview(account_id: int, *, through: date, language: str, actor: Actor, now: datetime) -> Preview:
    """Return what a cut-off through a date would freeze now. Writes nothing.

    Args:
        language: `en` or `es`; of the statement.

    Raises:
        AccountNotFound: The actor's carrier has no such account.
        PermissionDenied: The actor lacks CUT_OFF, or the account lies outside a member's limits.
        RequestRefused: `period_closed`, `cut_off_in_future`; as `cut_off` would, and not recorded.
    """
    actor.require(Permission.CUT_OFF)
    with reading_for(actor.carrier_id):
        found = directory.get(account_id, carrier_id=actor.carrier_id)
        actor.require(Permission.CUT_OFF, at=found.place)
        view = now_of(account_id, carrier_id=actor.carrier_id, now=now)
        has = view.standing
        state = AccountState(
            id=account_id,
            carrier_id=actor.carrier_id,
            currency=has.currency,
            status=has.status,
            credit_limit=has.credit_limit,
            debits=has.debits,
            credits=has.credits,
            held=has.held,
            last_item=has.movements,
            closed_through=has.closed_through,
        )
        verdict = decide(state, ClosePeriod(through, local_date(now, view.time_zone)), now)
        if isinstance(verdict, Refused):
            raise RequestRefused(Answer(Outcome.REFUSED, verdict.code, verdict.facts))
        of = next_statement(view, through=through, carrier_id=actor.carrier_id, now=now)
        return Preview(
            account_id=account_id,
            currency=view.currency,
            first_date=day_after(of["opened_after"]),
            last_date=through,
            **{
                name: of[name]
                for name in ("opening", "debits", "credits", "closing", "movements", "held", "credit_limit")
            },
            available=of["available"],
            as_of=of["as_of"],
            last_item=has.movements,
            told_at=now.astimezone(UTC),
            names=names_of(view, carrier_id=actor.carrier_id, language=language),
            number=of["number"],
        )
