"""Mass management: set commission rates of many accounts at once, and undo it."""

from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import Field

from skypurser.access.callers import Scope
from skypurser.api.v1.account_shapes import CommissionRule, read_rule
from skypurser.api.v1.jobs import Job
from skypurser.api.v1.jobs import shown as job_shown
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Body, City, Country, Currency, PathId, Reference, Shown, Switch
from skypurser.electronic import mass, massasking
from skypurser.electronic.mass import RATES, MassChange, Preview
from skypurser.ledger.requests import Answer

router = Router(tags=["commission changes"])

Confirmation = Annotated[
    str, Field(max_length=64, pattern="^[0-9a-f]*$", description="That of the dry run; not needed for one.")
]
_REFUSALS = ("preview_outdated", "nothing_to_change", "too_many_jobs")


class SomeCommissions(Body):
    """The rates to set; those that are left out stay. Those by card are an agency's."""

    domestic: CommissionRule | None = None
    international: CommissionRule | None = None
    domestic_card: CommissionRule | None = None
    international_card: CommissionRule | None = None


class AskedChange(Body):
    """Which ACTIVE accounts, and which rates."""

    type: Literal["agency", "corporate"]
    country: Country | None = None
    city: City | None = None
    currency: Currency | None = None
    commissions: SomeCommissions
    reference: Reference
    dry_run: Switch = False
    confirmation: Confirmation = ""


class AskedUndoing(Body):
    """Why a change is undone."""

    reference: Reference
    dry_run: Switch = False
    confirmation: Confirmation = ""


class ChangedRate(Shown):
    """A rate before and after, as the history writes it: FREE, FIXED 7.25, MAX 6.00; empty for none."""

    old: str
    new: str


class ChangedAccount(Shown):
    """An account that would change, with the rates that differ."""

    id: int
    code: str
    name: str
    city: str
    currency: str
    commissions: dict[str, ChangedRate]


class CommissionChangePreview(Shown):
    """What a change would do. Send `confirmation` back to have exactly this done."""

    count: int
    unchanged: Annotated[int, Field(description="Accounts that are meant and have these rates already.")]
    left_out: Annotated[int, Field(description="Of an undoing: changed since, gone, or out of reach.")]
    samples: list[ChangedAccount]
    confirmation: str


class CommissionChange(Shown):
    """A dry run has a preview, a change that was asked for a job."""

    preview: CommissionChangePreview | None
    job: Job | None


@operation(
    router,
    "POST",
    "/commission-changes",
    summary="Set commission rates of many accounts",
    scopes=(Scope.MASS,),
    status=202,
    needs_key=True,
    result=CommissionChange,
    refusals=_REFUSALS,
)
def change_commissions(request: Request, body: AskedChange) -> Any:
    """All accounts that the dry run has counted, or none, by a job; a dry run changes nothing and binds no key."""
    call, change = request.call, _change(body)
    if body.dry_run:
        return {"preview": _preview(mass.preview(change, actor=call.actor)), "job": None}
    how: dict[str, Any] = {"confirmation": body.confirmation, "reference": body.reference}
    return _asked(request, massasking.change(change, **how, key=call.key, actor=call.actor, now=call.now))


@operation(
    router,
    "POST",
    "/commission-changes/{job_id}/undo",
    summary="Undo a change of many accounts' rates",
    scopes=(Scope.MASS,),
    status=202,
    needs_key=True,
    result=CommissionChange,
    refusals=("job_not_found", *_REFUSALS),
)
def undo_commission_change(request: Request, job_id: PathId, body: AskedUndoing) -> Any:
    """Wherever the rates are still what the change made them; it is a change like any other."""
    call = request.call
    if body.dry_run:
        return {"preview": _preview(mass.preview_undoing(job_id, actor=call.actor)), "job": None}
    how: dict[str, Any] = {"confirmation": body.confirmation, "reference": body.reference}
    return _asked(request, massasking.undo(job_id, **how, key=call.key, actor=call.actor, now=call.now))


def _asked(request: Request, answer: Answer) -> dict[str, Any]:
    request.call.replayed = answer.replayed
    return {"preview": None, "job": job_shown(massasking.told(answer))}


def _change(body: AskedChange) -> MassChange:
    given = {name: getattr(body.commissions, name) for name in RATES}
    return MassChange(
        type=body.type,
        country=body.country or "",
        city=body.city or "",
        currency=body.currency or "",
        rates={name: read_rule(rule, name) for name, rule in given.items() if rule is not None},
    )


def _preview(shown: Preview) -> dict[str, Any]:
    return {
        "count": shown.count,
        "unchanged": shown.unchanged,
        "left_out": shown.left_out,
        "samples": [
            {
                "id": one.account_id,
                "code": one.code,
                "name": one.name,
                "city": one.city,
                "currency": one.currency,
                "commissions": {name: {"old": old, "new": new} for name, (old, new) in one.rates.items()},
            }
            for one in shown.samples
        ],
        "confirmation": shown.confirmation,
    }
