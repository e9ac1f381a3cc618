"""The account statement of a customer: movements of all cards or of one, with what was there after each.

What all cards had together is derived, page by page, from the nets that the ledger stores per card (`ledger.merging`).

Source: FL3XX, "Managing Balances".
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.errors import InvalidRequest
from skypurser.jetcards.directory import CardNotFound
from skypurser.jetcards.models import CardTransfer, JetCard
from skypurser.jetcards.requests import TransferOut
from skypurser.ledger import merging
from skypurser.ledger.merging import Position
from skypurser.ledger.paging import Way
from skypurser.ledger.queries import MovementView
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerView

LONGEST_PAGE = 500
#: Movements of one kind are looked for among so many, so many at a time.
LOOKED_THROUGH, _STEP = 5_000, 1_000
#: How many points a course has at most.
MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class NamedCard:
    """A card that the customer has or had; instants are UTC, `closed_at` None while it is open."""

    id: int
    name: str
    added_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Of what there is a statement: a customer, and all its cards in the order in which they were added."""

    customer: CustomerView
    cards: list[NamedCard]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement. Amounts are minor units of the customer's currency.

    Attributes:
        movement: `net` is what the card had after it; `business_date` the carrier's local date.
        total: What all the statement's cards had together after it.
        other_card_id: Of a transfer, the card where the money came from or went.
        position: Where a page goes on.
    """

    card_id: int
    card_name: str
    movement: MovementView
    total: int
    other_card_id: int | None
    other_card_name: str
    position: Position


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One page; `after` leads to the one that follows, `before` to the one that precedes, None where there is none."""

    lines: list[StatementLine]
    after: Position | None
    before: Position | None


@dataclass(frozen=True, slots=True)
class StatementPeriod:
    """What a period did: the balance before and after it, and what moved in it, in minor units.

    Attributes:
        debits, credits: None where there are too many movements to add up while somebody waits.
    """

    currency: str
    opening: int
    closing: int
    count: int
    debits: int | None
    credits: int | None


def page(
    *,
    customer_id: int,
    actor: Actor,
    card_id: int | None = None,
    first_date: date | None = None,
    last_date: date | None = None,
    way: Way = Way.NEWEST,
    after: Position | None = None,
    before: Position | None = None,
    limit: int = 50,
) -> StatementPage:
    """Return one page of the statement. However far one pages, and whatever the cards have moved, it costs the same.

    Args:
        card_id: Only this card, closed or not; None for all that the customer has or had.
        first_date, last_date: Business dates, both included; None for no bound.
        after, before: As a page tells them; one of them at most.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied: As `parties.customers.get`.
        CardNotFound: The customer has no such card.
        InvalidRequest: Both `after` and `before`.
    """
    if after is not None and before is not None:
        raise InvalidRequest("a page follows one or precedes one", field="before")
    with reading_for(actor.carrier_id):
        _, names, ids = _asked(customer_id, card_id, actor)
        found = merging.page(
            carrier_id=actor.carrier_id,
            account_ids=ids,
            first_date=first_date,
            last_date=last_date,
            way=way,
            after=after,
            before=before,
            limit=min(limit, LONGEST_PAGE + 1),
        )
        return _told(found, names, carrier_id=actor.carrier_id)


def subject(customer_id: int, *, actor: Actor) -> Subject:
    """Return of what there is a statement; errors are those of `parties.customers.get`."""
    with reading_for(actor.carrier_id):
        customer = customers.get(customer_id, actor=actor)
        rows = JetCard.objects.filter(carrier_id=actor.carrier_id, customer_id=customer_id).order_by("account_id")
        columns = rows.values_list("account_id", "name", "added_at", "closed_at")
        return Subject(customer, [NamedCard(*row) for row in columns])


def overview(
    of: Subject,
    *,
    actor: Actor,
    card_id: int | None = None,
    kind: str = "",
    first_date: date | None = None,
    last_date: date | None = None,
    way: Way = Way.NEWEST,
    after: Position | None = None,
    before: Position | None = None,
    limit: int = 50,
    days: Sequence[date] = (),
) -> tuple[StatementPage, StatementPeriod, list[int]]:
    """Return one page of a statement that the actor has been given, its period, and what was there after each day.

    Args:
        kind: Of the entries; empty for all. One kind is looked for among `LOOKED_THROUGH` movements, forwards only
            (`before` counts for nothing), so a page may have fewer lines than there are; `after` leads to the next. The
            period is that of all kinds.
        days: Business dates.

    Other arguments are those of `page`.

    Raises:
        CardNotFound: The customer has no such card.
    """
    names = {one.id: one.name for one in of.cards}
    if card_id is not None and card_id not in names:
        raise CardNotFound(f"the customer has no card {card_id}")
    whose: dict[str, Any] = {
        "carrier_id": actor.carrier_id,
        "account_ids": list(names) if card_id is None else [card_id],
        "first_date": first_date,
        "last_date": last_date,
    }
    where: dict[str, Any] = {} if kind else {"after": after, "before": before, "limit": limit}
    with reading_for(actor.carrier_id):
        found, period_, nets = merging.overview(**whose, way=way, days=days, **where)
        if kind:
            found = _of_kind(kind, whose, way=way, after=after, limit=limit)
        told = _told(found, names, carrier_id=actor.carrier_id)
    amounts = (period_.opening, period_.closing, period_.count, period_.debits, period_.credits)
    return told, StatementPeriod(of.customer.currency, *amounts), nets


def _of_kind(kind: str, whose: dict[str, Any], *, way: Way, after: Position | None, limit: int) -> merging.Page:
    kept: list[merging.Line] = []
    start = after
    for _ in range(LOOKED_THROUGH // _STEP):
        found = merging.page(**whose, way=way, after=start, limit=_STEP)
        kept += [line for line in found.lines if line.movement.kind == kind]
        start = found.after
        if len(kept) > limit:
            kept, start = kept[:limit], kept[limit - 1].position
            break
        if start is None:
            break
    return merging.Page(kept, start, None)


def _told(found: merging.Page, names: dict[int, str], *, carrier_id: int) -> StatementPage:
    transferred = [line.movement.entry_id for line in found.lines if line.movement.kind == TransferOut.operation]
    others = _others(transferred, carrier_id=carrier_id) if transferred else {}
    lines = []
    for line in found.lines:
        other = others.get(line.movement.entry_id)
        named = "" if other is None else names[other]
        lines.append(
            StatementLine(
                line.account_id, names[line.account_id], line.movement, line.total, other, named, line.position
            )
        )
    return StatementPage(lines, found.after, found.before)


def period(
    *,
    customer_id: int,
    actor: Actor,
    card_id: int | None = None,
    first_date: date | None = None,
    last_date: date | None = None,
) -> StatementPeriod:
    """Return the opening and closing balance of a period and its totals; arguments and errors are those of `page`."""
    with reading_for(actor.carrier_id):
        customer, _, ids = _asked(customer_id, card_id, actor)
        found = merging.period(carrier_id=actor.carrier_id, account_ids=ids, first_date=first_date, last_date=last_date)
    return StatementPeriod(customer.currency, found.opening, found.closing, found.count, found.debits, found.credits)


def days_of(first_date: date, last_date: date, *, most: int = MOST_POINTS) -> list[date]:
    """Return the days of a period, or as many of them, evenly apart, as `most` allows; the last one is there."""
    length = (last_date - first_date).days
    step = length // most + 1
    return [last_date - timedelta(days=back) for back in range(0, length + 1, step)][::-1]


def every_line(
    *,
    customer_id: int,
    actor: Actor,
    card_id: int | None = None,
    first_date: date | None = None,
    last_date: date | None = None,
) -> Iterator[StatementLine]:
    """Yield all lines of a period, oldest first, a page at a time; arguments and errors are those of `page`."""
    after = None
    while True:
        found = page(
            customer_id=customer_id,
            actor=actor,
            card_id=card_id,
            first_date=first_date,
            last_date=last_date,
            way=Way.OLDEST,
            after=after,
            limit=LONGEST_PAGE,
        )
        yield from found.lines
        after = found.after
        if after is None:
            return


def _asked(customer_id: int, card_id: int | None, actor: Actor) -> tuple[CustomerView, dict[int, str], list[int]]:
    """Return the customer, the names of all its cards by id, and the ids of those that are asked for."""
    customer = customers.get(customer_id, actor=actor)
    rows = JetCard.objects.filter(carrier_id=actor.carrier_id, customer_id=customer_id)
    names = dict(rows.order_by("account_id").values_list("account_id", "name"))
    if card_id is None:
        return customer, names, list(names)
    if card_id not in names:
        raise CardNotFound(f"the customer has no card {card_id}")
    return customer, names, [card_id]


def _others(entry_ids: Collection[int], *, carrier_id: int) -> dict[int, int]:
    """Return the card on the other side, by the entry of a transfer."""
    found: dict[int, int] = {}
    either = Q(from_entry_id__in=entry_ids) | Q(to_entry_id__in=entry_ids)
    for row in CardTransfer.objects.filter(either, carrier_id=carrier_id):
        found[row.from_entry_id] = row.to_account_id
        found[row.to_entry_id] = row.from_account_id
    return found
