"""Cut-offs of many accounts at once, and where the statements of each go. Source: KIU, "Summary and Cut-off"."""

from typing import Annotated, Any, Literal

from ninja import Query as FromQuery
from ninja import Router
from pydantic import AfterValidator, Field

from skypurser.access.callers import Scope
from skypurser.api.v1.cut_offs import said
from skypurser.api.v1.jobs import Job
from skypurser.api.v1.jobs import shown as job_shown
from skypurser.api.v1.letter_shapes import Email
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Body, City, Country, Currency, Date, PathId, Query, Shown, Text
from skypurser.statements import addresses, cutoff, mass, massasking
from skypurser.statements.addresses import AddressView
from skypurser.statements.mass import MassCutOff, Sample

router = Router(tags=["accounts"])

Obstacle = Literal["period_closed", "cut_off_in_future", "no_address"]
Language = Literal["en", "es"]


class CutOffsQuery(Query):
    """Which accounts, whatever their status, and up to which date."""

    type: Literal["agency", "corporate"]
    country: Country | None = None
    city: City | None = None
    currency: Currency | None = None
    through: Date


class AskedCutOffs(Body):
    """Which accounts, up to which date and why, and the preview's confirmation. Irreversible."""

    type: Literal["agency", "corporate"]
    country: Country | None = None
    city: City | None = None
    currency: Currency | None = None
    through: Date = Field(description="The cut-off date: where it is still to come, accounts are left out.")
    reference: Annotated[
        Text,
        AfterValidator(said),
        Field(min_length=1, max_length=cutoff.LONGEST_REFERENCE, description="Why; printed on each statement."),
    ]
    language: Language = Field("en", description="Of the file that tells what became of each account.")
    confirmation: Annotated[
        str, Field(min_length=1, max_length=64, pattern="^[0-9a-f]*$", description="That of the preview.")
    ]


class CutOffSample(Shown):
    """An account that is meant, and where its statement would go; null where nobody knows."""

    id: int
    code: str
    name: str
    city: str
    currency: str
    recipient: str | None
    language: str | None


class LeftOut(Shown):
    """Accounts that would not be cut off."""

    reason: Obstacle
    count: int
    samples: list[CutOffSample]


class CutOffsPreview(Shown):
    """What it would do now. Send `confirmation` back to have exactly this done."""

    count: int
    samples: list[CutOffSample]
    left_out: list[LeftOut]
    confirmation: str


class AddressRequest(Body):
    """Where statements go from now on."""

    recipient: Email
    language: Language = Field(description="Of the documents and the letters.")


class StatementAddress(Shown):
    """Where a mass cut-off sends the account's statements; nulls where nobody knows."""

    recipient: str | None
    language: str | None
    chosen: bool = Field(description="Set for the account; otherwise that of its last statement.")


@operation(
    router,
    "GET",
    "/cut-offs/preview",
    summary="Preview a cut-off of many accounts",
    scopes=(Scope.MONEY,),
    result=CutOffsPreview,
)
def preview_cut_offs(request: Request, query: FromQuery[CutOffsQuery]) -> Any:
    """How many accounts would be cut off, how many not and why; changes nothing."""
    shown = mass.preview(_wanted(query), actor=request.call.actor, now=request.call.now)
    return {
        "count": shown.count,
        "samples": [_sample(one) for one in shown.samples],
        "left_out": [
            {"reason": code, "count": count, "samples": [_sample(one) for one in shown.without[code]]}
            for code, count in shown.left_out.items()
        ],
        "confirmation": shown.confirmation,
    }


@operation(
    router,
    "POST",
    "/cut-offs",
    summary="Cut many accounts off, each sent to its own address",
    scopes=(Scope.MONEY,),
    status=202,
    needs_key=True,
    result=Job,
    refusals=("preview_outdated", "nothing_to_cut_off", "too_many_jobs", "mail_not_configured"),
)
def make_cut_offs(request: Request, body: AskedCutOffs) -> Any:
    """By a job, one account after the other: one that is refused stops no other, and its file tells of each."""
    call = request.call
    how = {name: getattr(body, name) for name in ("confirmation", "reference", "language")}
    answer = massasking.cut_off(_wanted(body), **how, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return job_shown(massasking.told(answer))


@operation(
    router,
    "GET",
    "/accounts/{account_id}/statement-address",
    summary="Read where statements of an account go",
    scopes=(Scope.MONEY,),
    result=StatementAddress,
    refusals=("account_not_found",),
)
def read_statement_address(request: Request, account_id: PathId) -> Any:
    """The address that a mass cut-off uses."""
    return _address(addresses.address(account_id, actor=request.call.actor))


@operation(
    router,
    "PUT",
    "/accounts/{account_id}/statement-address",
    summary="Set where statements of an account go",
    scopes=(Scope.MONEY,),
    needs_key=True,
    result=StatementAddress,
    refusals=("account_not_found",),
)
def set_statement_address(request: Request, account_id: PathId, body: AddressRequest) -> Any:
    """It stays until it is set again, wherever a single cut-off is sent."""
    call = request.call
    where = {"recipient": body.recipient, "language": body.language}
    answer = addresses.set_once(account_id=account_id, **where, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return _address(addresses.told(answer))


def _wanted(body: CutOffsQuery | AskedCutOffs) -> MassCutOff:
    return MassCutOff(
        type=body.type,
        country=body.country or "",
        city=body.city or "",
        currency=body.currency or "",
        through=body.through,
    )


def _sample(one: Sample) -> dict[str, Any]:
    return {
        "id": one.account_id,
        "code": one.code,
        "name": one.name,
        "city": one.city,
        "currency": one.currency,
        "recipient": one.email or None,
        "language": one.language or None,
    }


def _address(of: AddressView | None) -> dict[str, Any]:
    if of is None:
        return {"recipient": None, "language": None, "chosen": False}
    return {"recipient": of.email, "language": of.language, "chosen": of.is_chosen}
