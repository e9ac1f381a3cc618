"""The statement of any period, summed up now and kept nowhere: opening, lines, closing, what there was at its end."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.electronic.queries import AccountView, require_reach
from skypurser.errors import InvalidRequest
from skypurser.ledger import paging
from skypurser.ledger.queries import MovementFilters
from skypurser.parties.airports import local_date
from skypurser.statements.content import names_of
from skypurser.statements.reckoning import end_of, now_of, reckon, younger_than
from skypurser.statements.views import Summary, Sums


def period(
    account_id: int,
    *,
    language: str,
    actor: Actor,
    now: datetime,
    first_date: date | None = None,
    last_date: date | None = None,
) -> Summary:
    """Return what an account did in a period, business dates included on both ends. Writes nothing.

    What was held, the limit and what was available are those at the end of the last date, or now where it is not over;
    `as_of` says which. What is available now is what a sale would be judged by, whatever date it would bear.

    Args:
        language: `en` or `es`; of the document that is made of it.
        first_date: None from the beginning on.
        last_date: At the latest, and if it is None, `latest_end`.

    Raises:
        AccountNotFound: The actor's carrier has no such account.
        PermissionDenied: The actor lacks QUERIES, or the account lies outside a member's limits.
        InvalidRequest: The period ends before it begins, or after `latest_end`.
    """
    with reading_for(actor.carrier_id):
        require_reach(account_id, actor=actor)
        view = now_of(account_id, carrier_id=actor.carrier_id, now=now)
        return period_of(
            view,
            language=language,
            carrier_id=actor.carrier_id,
            now=now,
            first_date=first_date,
            last_date=last_date,
        )


def period_of(
    view: AccountView,
    *,
    language: str,
    carrier_id: int,
    now: datetime,
    first_date: date | None = None,
    last_date: date | None = None,
) -> Summary:
    """Return the statement of an account that whoever asks has been given, with what it had then; see `period`.

    Raises:
        InvalidRequest: As `period`.
    """
    with reading_for(carrier_id):
        of = sums_of(view, carrier_id=carrier_id, now=now, first_date=first_date, last_date=last_date)
        names = names_of(view, carrier_id=carrier_id, language=language)
    return Summary(**{field.name: getattr(of, field.name) for field in fields(of)}, names=names)


def sums_of(
    view: AccountView,
    *,
    carrier_id: int,
    now: datetime,
    first_date: date | None = None,
    last_date: date | None = None,
) -> Sums:
    """Return the figures of `period_of`.

    Raises:
        InvalidRequest: As `period`.
    """
    has = view.standing
    latest = latest_end(view, now=now)
    through = latest if last_date is None else last_date
    if through > latest:
        raise InvalidRequest(f"a period ends on {latest} at the latest", field="last_date")
    if first_date is not None and first_date > through:
        raise InvalidRequest("the period ends before it begins", field="last_date")
    with reading_for(carrier_id):
        whose: dict[str, Any] = {"carrier_id": carrier_id, "standing": has}
        period_filter = MovementFilters(first_date=first_date, last_date=through)
        younger, moved = paging.summed(**whose, filters=[younger_than(through), period_filter])
        at_end = reckon(**whose, through=through, time_zone=view.time_zone, now=now, younger=younger)
    # What moved since a cut-off through today bears tomorrow's date, and can't be spent again for that.
    is_now = end_of(through, view.time_zone) > now
    return Sums(
        account_id=view.account_id,
        currency=view.currency,
        first_date=first_date,
        last_date=through,
        opening=at_end.net - moved.credits + moved.debits,
        debits=moved.debits,
        credits=moved.credits,
        closing=at_end.net,
        movements=moved.count - moved.marks,
        held=at_end.held,
        credit_limit=at_end.credit_limit,
        available=has.available if is_now else at_end.available,
        as_of=at_end.as_of,
        last_item=has.movements,
        told_at=now.astimezone(UTC),
    )


def latest_end(view: AccountView, *, now: datetime) -> date:
    """Return the last date that a period may end with: today at the office or client.

    Where the account is closed through today it is tomorrow, the date that everything bears since.
    """
    today, closed = local_date(now, view.time_zone), view.standing.closed_through
    return today if closed is None or closed < today else closed + timedelta(days=1)
