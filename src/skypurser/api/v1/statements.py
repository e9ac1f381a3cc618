"""The account statement of a charter customer. Source: FL3XX, "Managing Balances"."""

from typing import Any, Literal

from ninja import Query as FromQuery
from ninja import Router
from pydantic import Field

from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.customers import READING
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Date, Id, Instant, PathId, Shown, instant, written, written_or_none
from skypurser.jetcards import statement
from skypurser.jetcards.statement import StatementLine
from skypurser.ledger.merging import Position
from skypurser.ledger.paging import Way

router = Router(tags=["customers"])


class StatementQuery(PageQuery):
    """Which movements; dates are business dates, both included."""

    card_id: Id | None = Field(None, description="Only this card; all of the customer's otherwise.")
    from_date: Date | None = None
    to_date: Date | None = None
    order: Literal["newest", "oldest"] = Field("newest", description="Which come first.")


class StatementMovement(Shown):
    """A movement; `net` is the card's after it, `total` that of all the statement's cards."""

    card_id: int
    card: str
    item: int
    entry_id: int
    kind: str
    business_date: Date
    occurred_at: Instant
    document: str | None
    debit: Amount
    credit: Amount
    net: Amount
    total: Amount
    other_card_id: int | None = Field(description="Of a transfer, where the money came from or went.")
    reference: str
    actor: str


class StatementPeriod(Shown):
    """What the whole period did. The sums are null where there are too many movements to add up at once."""

    opening: Amount
    closing: Amount
    count: int
    debits: Amount | None
    credits: Amount | None


class Statement(Shown):
    """One page of a statement, and what its whole period did."""

    currency: str
    period: StatementPeriod
    items: list[StatementMovement]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/customers/{customer_id}/statement",
    summary="Read the account statement of a customer",
    scopes=READING,
    result=Statement,
    refusals=("jet_cards_off", "customer_not_found", "card_not_found"),
)
def read_statement(request: Request, customer_id: PathId, query: FromQuery[StatementQuery]) -> Any:
    """Movements of all cards, closed ones too, or of one."""
    shown: dict[str, Any] = {
        "customer_id": customer_id,
        "actor": request.call.actor,
        "card_id": query.card_id,
        "first_date": query.from_date,
        "last_date": query.to_date,
    }
    found = statement.page(**shown, way=Way(query.order), after=after(query, Position), limit=query.limit + 1)
    period = statement.period(**shown)
    currency = period.currency
    return {
        "currency": currency,
        "period": {
            "opening": written(period.opening, currency),
            "closing": written(period.closing, currency),
            "count": period.count,
            "debits": written_or_none(period.debits, currency),
            "credits": written_or_none(period.credits, currency),
        },
        **page(query, found.lines, lambda line: line.position, lambda line: _shown(line, currency)),
    }


def _shown(line: StatementLine, currency: str) -> dict[str, Any]:
    movement = line.movement
    return {
        "card_id": line.card_id,
        "card": line.card_name,
        "item": movement.item,
        "entry_id": movement.entry_id,
        "kind": movement.kind,
        "business_date": movement.business_date.isoformat(),
        "occurred_at": instant(movement.occurred_at),
        "document": movement.document,
        "debit": written(movement.debit, currency),
        "credit": written(movement.credit, currency),
        "net": written(movement.net, currency),
        "total": written(line.total, currency),
        "other_card_id": line.other_card_id,
        "reference": movement.reference,
        "actor": movement.actor,
    }
