"""Electronic accounts: open, list, read, manage, delete while unused.

Source: KIU, "New Account", "List of Accounts", "Account Management".
"""

from typing import Annotated, Any, Literal

from ninja import Query as FromQuery
from ninja import Router
from pydantic import Field

from skypurser.access.callers import Scope
from skypurser.api.v1.account_shapes import Account, AccountStatus, Commissions, read_rates, shown
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import (
    Amount,
    Body,
    City,
    Code,
    Country,
    Currency,
    PathId,
    Query,
    Reference,
    Shown,
    Switch,
    Text,
    amount,
)
from skypurser.electronic import once, queries
from skypurser.electronic.filtering import SUSPENDED, Filters, Position
from skypurser.errors import InvalidRequest
from skypurser.ledger.states import Status
from skypurser.parties.registering import ClientData, OfficeData

router = Router(tags=["accounts"])

_Short = Annotated[Text, Field(max_length=20)]
_Name = Annotated[Text, Field(min_length=1, max_length=200)]


class OpenAccount(Body):
    """A new account. An agency has an issue ID and four rates; a corporate client two and maybe an agency involved."""

    type: Literal["agency", "corporate"]
    code: Code = Field(description="Office ID of an agency, client code of a corporate client.")
    name: _Name
    issue_id: _Short = ""
    city: City
    airport: City = Field(description="IATA code; business dates follow its local time.", examples=["JFK"])
    country: Country
    agency_involved: _Short = ""
    currency: Currency
    credit_limit: Amount = Field(description="Zero makes the account prepaid.")
    credit_card: Switch = False
    commissions: Commissions
    opening_credit: Amount | None = Field(None, description="What the holder brings along; the first movement.")
    reference: Reference


class ManageAccount(Body):
    """What is to change; what is left out stays. The name and what goes with it are those of the office or client."""

    credit_limit: Amount | None = None
    credit_card: Switch | None = None
    commissions: Commissions | None = None
    name: _Name | None = None
    issue_id: _Short | None = None
    agency_involved: _Short | None = None
    reference: Reference


class AccountsQuery(PageQuery):
    """Which accounts a list shows; all without filters. `suspended` shows those that sell nothing, or those that do."""

    type: Literal["agency", "corporate"] | None = None
    country: Country | None = None
    city: City | None = None
    currency: Currency | None = None
    status: list[AccountStatus] = Field(default=[], description="Any of these.")
    suspended: Literal["true", "false"] | None = None
    credit_limit: Literal["zero", "above_zero"] | None = None
    code: Annotated[Text, Field(max_length=20)] = ""
    text: Annotated[Text, Field(max_length=200)] = Field("", description="Stands in the code or the name.")


class AccountPage(Shown):
    """One page of accounts, sorted by type, code and currency."""

    items: list[Account]
    next_cursor: str | None


class DeleteQuery(Query):
    """Why the account is deleted."""

    reference: Reference


@operation(
    router,
    "POST",
    "/accounts",
    summary="Open an electronic account",
    scopes=(Scope.MONEY,),
    status=201,
    needs_key=True,
    result=Account,
    refusals=("account_exists", "party_differs"),
)
def open_account(request: Request, body: OpenAccount) -> Any:
    """Register the office or client where it is new, and open its account in this currency."""
    if body.type == "agency":
        if body.agency_involved:
            raise InvalidRequest("Only a corporate client has an agency involved.", field="agency_involved")
        party: OfficeData | ClientData = OfficeData(
            code=body.code,
            name=body.name,
            issue_id=body.issue_id,
            city=body.city,
            airport=body.airport,
            country=body.country,
        )
    else:
        if body.issue_id:
            raise InvalidRequest("Only an agency has an issue ID.", field="issue_id")
        party = ClientData(
            code=body.code,
            name=body.name,
            city=body.city,
            airport=body.airport,
            country=body.country,
            agency_involved=body.agency_involved,
        )
    answer = once.open_account(
        party=party,
        currency=body.currency,
        credit_limit=amount(body.credit_limit, body.currency, field="credit_limit"),
        credit_card=body.credit_card,
        rates=read_rates(body.commissions),
        opening_credit=_opening_credit(body),
        reference=body.reference,
        key=request.call.key,
        actor=request.call.actor,
        now=request.call.now,
    )
    request.call.replayed = answer.replayed
    return shown(once.told(answer))


@operation(
    router,
    "GET",
    "/accounts",
    summary="List accounts with the filters of the desk",
    scopes=(Scope.ACCOUNTS,),
    result=AccountPage,
)
def list_accounts(request: Request, query: FromQuery[AccountsQuery]) -> Any:
    """Both types and every status are shown unless a filter says otherwise."""
    statuses = frozenset(map(Status, query.status or Status))
    if query.suspended is not None:
        statuses &= SUSPENDED if query.suspended == "true" else frozenset({Status.ACTIVE})
    filters = Filters(
        type=query.type,
        country=query.country or "",
        city=query.city or "",
        currency=query.currency or "",
        has_credit_limit=None if query.credit_limit is None else query.credit_limit == "above_zero",
        statuses=statuses,
        code=query.code,
        text=query.text,
    )
    found = queries.accounts(filters, actor=request.call.actor, after=after(query, Position), limit=query.limit + 1)
    return page(query, found, lambda view: view.position, shown)


@operation(
    router,
    "GET",
    "/accounts/{account_id}",
    summary="Read an account",
    scopes=(Scope.ACCOUNTS, Scope.SALES),
    result=Account,
    refusals=("account_not_found",),
)
def read_account(request: Request, account_id: PathId) -> Any:
    """What it is, on what terms it buys, and what it has now."""
    return shown(queries.get(account_id, actor=request.call.actor))


@operation(
    router,
    "PATCH",
    "/accounts/{account_id}",
    summary="Manage an account",
    scopes=(Scope.MONEY,),
    needs_key=True,
    result=Account,
    refusals=("account_not_found",),
)
def manage_account(request: Request, account_id: PathId, body: ManageAccount) -> Any:
    """All that is asked for changes, or nothing. A cut of the limit may leave the account over it."""
    limit = None
    if body.credit_limit is not None:
        limit = amount(body.credit_limit, currency_of(request, account_id), field="credit_limit")
    answer = once.manage(
        account_id=account_id,
        changes=once.Changes(
            credit_limit=limit,
            credit_card=body.credit_card,
            rates=None if body.commissions is None else read_rates(body.commissions),
            name=body.name,
            issue_id=body.issue_id,
            agency_involved=body.agency_involved,
        ),
        reference=body.reference,
        key=request.call.key,
        actor=request.call.actor,
        now=request.call.now,
    )
    request.call.replayed = answer.replayed
    return shown(once.told(answer))


@operation(
    router,
    "DELETE",
    "/accounts/{account_id}",
    summary="Delete an account that was never used",
    scopes=(Scope.MONEY,),
    status=204,
    needs_key=True,
    result=None,
    refusals=("account_not_found", "account_in_use"),
)
def delete_account(request: Request, account_id: PathId, query: FromQuery[DeleteQuery]) -> Any:
    """It has no movement, no hold and no sale; that it was deleted stays in the history."""
    answer = once.delete(
        account_id=account_id,
        reference=query.reference,
        key=request.call.key,
        actor=request.call.actor,
        now=request.call.now,
    )
    request.call.replayed = answer.replayed


def _opening_credit(body: OpenAccount) -> int:
    return 0 if body.opening_credit is None else amount(body.opening_credit, body.currency, field="opening_credit")


def currency_of(request: Request, account_id: int) -> str:
    """Return the account's currency; empty where there is none, which is for the ledger to say."""
    return queries.currency_of(account_id, carrier_id=request.call.caller.carrier_id)
