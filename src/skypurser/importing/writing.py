"""Write what holds true, in sets: offices and clients, accounts, who is told, what they begin with, statuses."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from skypurser.access.actors import Actor
from skypurser.alerts.enrolling import Watched, watch
from skypurser.alerts.settings import Occasion
from skypurser.electronic import openings
from skypurser.electronic.openings import Opening, OpeningBalance
from skypurser.importing.content import AccountRow
from skypurser.importing.plan import AccountKey, Holder, Plan
from skypurser.importing.report import Report, Total
from skypurser.ledger.states import Status
from skypurser.parties import enrolling
from skypurser.parties.registering import OfficeData, Party
from skypurser.statements.enrolling import Addressed, address_all


@dataclass(frozen=True, slots=True)
class By:
    """Who imports, when and why; `progress` is told how many rows are written, now and then."""

    actor: Actor
    now: datetime
    reference: str
    progress: Callable[[int], None]


def write(plan: Plan, *, by: By) -> Report:
    """Write it all and return what was made. Inside `acting_for`; whoever calls rolls back what an error leaves."""
    enrolling.enrol(plan.parties, actor=by.actor)
    done = len(plan.parties) + plan.known
    by.progress(done)
    opened = _open(plan, by)
    done += len(opened)
    by.progress(done)
    ids = {**plan.there, **{key: account_id for key, (account_id, _, _) in opened.items()}}
    if plan.balances:
        balances = [
            OpeningBalance(
                account_id=ids[key],
                currency=row.currency,
                credit=row.credit,
                debit=row.debit,
                reference=row.reference or by.reference,
            )
            for row, key in plan.balances
        ]
        openings.bring_balances(
            balances, actor=by.actor, now=by.now, progress=lambda posted: by.progress(done + posted)
        )
    stopped = [
        (account_id, opening, row.status)
        for account_id, opening, row in opened.values()
        if row.status is not Status.ACTIVE
    ]
    if stopped:
        openings.set_first_statuses(stopped, actor=by.actor, now=by.now)
    return _report(plan)


def _open(plan: Plan, by: By) -> dict[AccountKey, tuple[int, Opening, AccountRow]]:
    """Open the accounts, and say who is told of them and where their statements go."""
    if not plan.accounts:
        return {}
    parties = _parties(plan, by.actor.carrier_id)
    wanted = [
        Opening(
            is_agency=row.is_agency,
            party=parties[holder],
            currency=row.currency,
            credit_limit=row.credit_limit,
            credit_card=row.credit_card,
            rates=row.rates,
            low_mark=row.low_mark,
            reference=row.reference or by.reference,
        )
        for row, holder in plan.accounts
    ]
    ids = openings.open_all(wanted, actor=by.actor, now=by.now)
    watched = [
        Watched(
            account_id=account_id,
            low_mark=row.low_mark,
            emails=row.emails,
            language=row.language,
            occasions=frozenset(map(Occasion, row.occasions)),
        )
        for account_id, (row, _) in zip(ids, plan.accounts, strict=True)
        if row.emails or row.low_mark is not None
    ]
    if watched:
        watch(watched, actor=by.actor, now=by.now)
    addressed = [
        Addressed(account_id, row.statement_email, row.statement_language)
        for account_id, (row, _) in zip(ids, plan.accounts, strict=True)
        if row.statement_email
    ]
    if addressed:
        address_all(addressed, actor=by.actor, now=by.now)
    return {
        (holder, row.currency): (account_id, opening, row)
        for account_id, opening, (row, holder) in zip(ids, wanted, plan.accounts, strict=True)
    }


def _parties(plan: Plan, carrier_id: int) -> dict[Holder, Party]:
    """Return whose the accounts are, those that were just registered too."""
    offices = enrolling.offices([row.code for row, holder in plan.accounts if holder[0]], carrier_id=carrier_id)
    clients = enrolling.clients([row.code for row, holder in plan.accounts if not holder[0]], carrier_id=carrier_id)
    return {
        **{(True, code, ""): party for code, (party, _) in offices.items()},
        **{(False, code, city): party for (code, city), (party, _) in clients.items()},
    }


def _report(plan: Plan) -> Report:
    totals: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for row, _ in plan.accounts:
        total = totals[row.currency]
        total[0] += 1
        total[1] += row.credit_limit
    for balance, _ in plan.balances:
        total = totals[balance.currency]
        total[2] += 1
        total[3] += balance.credit
        total[4] += balance.debit
    offices = sum(isinstance(data, OfficeData) for data in plan.parties)
    agencies = sum(row.is_agency for row, _ in plan.accounts)
    return Report(
        offices=offices,
        clients=len(plan.parties) - offices,
        known=plan.known,
        agencies=agencies,
        corporates=len(plan.accounts) - agencies,
        balances=len(plan.balances),
        over_limit=sum(row.debit > plan.limits[key] for row, key in plan.balances),
        suspended=sum(row.status is not Status.ACTIVE for row, _ in plan.accounts),
        recipients=sum(len(row.emails) for row, _ in plan.accounts),
        above_threshold=plan.above_threshold,
        totals=tuple(Total(currency, *totals[currency]) for currency in sorted(totals)),
    )
