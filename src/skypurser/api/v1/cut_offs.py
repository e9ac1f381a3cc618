"""Cut-offs of an account and the statements that they freeze. Source: KIU, "Summary and Cut-off"."""

from typing import Annotated, Any, Literal

from ninja import Path, Router
from ninja import Query as FromQuery
from pydantic import AfterValidator, Field

from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.files import attached
from skypurser.api.v1.letter_shapes import Email, Letter, shown_letter
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Body, Date, Instant, PathId, Shown, Text, instant, written
from skypurser.statements import cutoff, printing, queries
from skypurser.statements.sending import letters_of
from skypurser.statements.views import StatementView

router = Router(tags=["accounts"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def said(text: str) -> str:
    """Refuse a reference of blanks."""
    if not text.strip():
        raise ValueError("A reference is mandatory.")
    return text


class CutOffRequest(Body):
    """What is closed, and to whom its statement goes. Irreversible."""

    through: Date = Field(description="The cut-off date: today at the office or client at the latest.")
    recipient: Email = Field(description="Where the statement is sent.")
    recipient_again: Email = Field(description="The same address again.")
    reference: Annotated[
        Text,
        AfterValidator(said),
        Field(min_length=1, max_length=cutoff.LONGEST_REFERENCE, description="Why; printed on the statement."),
    ]
    language: Literal["en", "es"] = Field("en", description="Of the documents and the letter.")


class StatementParty(Shown):
    """Whose account it is, as it was called when the statement was made."""

    type: Literal["agency", "corporate"]
    code: str
    name: str
    city: str
    country: str


class AccountStatement(Shown):
    """A frozen statement. `opening` is the `closing` of the one before, 0 for the first."""

    account_id: int
    number: int
    first_date: Date | None = Field(description="Null from the beginning on.")
    last_date: Date
    currency: str
    opening: Amount
    debits: Amount
    credits: Amount
    closing: Amount
    total_to_pay: Amount
    movements: int
    held: Amount
    credit_limit: Amount
    available: Amount
    as_of: Instant = Field(description="Of what was held, the limit, and what was available.")
    item: int = Field(description="The movement that marks the cut-off.")
    reference: str
    made_at: Instant
    made_by: str
    language: str
    account: StatementParty
    content_hash: str = Field(description="SHA-256 over all it says and the movements up to it.")


class SentStatement(AccountStatement):
    """A frozen statement and its letters, the newest first."""

    letters: list[Letter]


class AccountStatementPage(Shown):
    """One page of statements, newest first."""

    items: list[AccountStatement]
    next_cursor: str | None


@operation(
    router,
    "POST",
    "/accounts/{account_id}/statements",
    summary="Cut an account off and freeze its statement",
    scopes=(Scope.MONEY,),
    status=201,
    needs_key=True,
    result=AccountStatement,
    refusals=("account_not_found", "period_closed", "cut_off_in_future", "mail_not_configured"),
)
def make_statement(request: Request, account_id: PathId, body: CutOffRequest) -> Any:
    """Close the account through a date, for ever, freeze the statement and send it as PDF and Excel."""
    call = request.call
    answer = cutoff.cut_off(account_id=account_id, **body.model_dump(), key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return _shown(cutoff.made(answer, carrier_id=call.caller.carrier_id))


@operation(
    router,
    "GET",
    "/accounts/{account_id}/statements",
    summary="List the statements of an account, newest first",
    scopes=(Scope.ACCOUNTS,),
    result=AccountStatementPage,
    refusals=("account_not_found",),
)
def list_statements(request: Request, account_id: PathId, query: FromQuery[PageQuery]) -> Any:
    """Numbers have no gap."""
    before = after(query, int)
    found = queries.statements(account_id, actor=request.call.actor, before=before, limit=query.limit + 1)
    return page(query, found, lambda one: one.number, _shown)


@operation(
    router,
    "GET",
    "/accounts/{account_id}/statements/{number}",
    summary="Read a statement of an account",
    scopes=(Scope.ACCOUNTS,),
    result=SentStatement,
    refusals=("account_not_found", "statement_not_found"),
)
def read_account_statement(request: Request, account_id: PathId, number: Number) -> Any:
    """With its letters and what became of them."""
    actor = request.call.actor
    found = queries.statement(account_id, number, actor=actor)
    return {**_shown(found), "letters": [shown_letter(one) for one in letters_of([found], actor=actor)[number]]}


@operation(
    router,
    "GET",
    "/accounts/{account_id}/statements/{number}/pdf",
    summary="Print a statement of an account",
    scopes=(Scope.ACCOUNTS,),
    result=None,
    media_type="application/pdf",
    refusals=("account_not_found", "statement_not_found"),
)
def print_account_statement(request: Request, account_id: PathId, number: Number) -> Any:
    """The same bytes each time."""
    found = queries.statement(account_id, number, actor=request.call.actor)
    content = printing.pdf(found, language=found.language, carrier_id=request.call.caller.carrier_id)
    name = printing.file_name(found, language=found.language, suffix="pdf")
    return attached(name, content, media_type="application/pdf")


def _shown(of: StatementView) -> dict[str, Any]:
    amounts = ("opening", "debits", "credits", "closing", "total_to_pay", "held", "credit_limit", "available")
    return {
        "account_id": of.account_id,
        "number": of.number,
        "first_date": of.first_date and of.first_date.isoformat(),
        "last_date": of.last_date.isoformat(),
        "currency": of.currency,
        **{name: written(getattr(of, name), of.currency) for name in amounts},
        "movements": of.movements,
        "as_of": instant(of.as_of),
        "item": of.last_item,
        "reference": of.reference,
        "made_at": instant(of.told_at),
        "made_by": of.made_by,
        "language": of.language,
        "account": {name: getattr(of.names, name) for name in ("type", "code", "name", "city", "country")},
        "content_hash": of.fingerprint,
    }
