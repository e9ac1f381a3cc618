"""Questions about frozen statements."""

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.electronic.queries import require_reach
from skypurser.statements import content
from skypurser.statements.models import Statement
from skypurser.statements.views import StatementNotFound, StatementView, day_after

LONGEST_PAGE = 500


def statements(account_id: int, *, actor: Actor, before: int | None = None, limit: int = 50) -> list[StatementView]:
    """Return the statements of an account, the newest first.

    Args:
        before: The number of the last statement of the page before.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows.

    Raises:
        AccountNotFound: The actor's carrier has no such account.
        PermissionDenied: The actor lacks QUERIES, or the account lies outside a member's limits.
    """
    with reading_for(actor.carrier_id):
        require_reach(account_id, actor=actor)
        rows = Statement.objects.filter(carrier_id=actor.carrier_id, account_id=account_id)
        if before is not None:
            rows = rows.filter(number__lt=before)
        return [_view(row) for row in rows.order_by("-number")[: min(limit, LONGEST_PAGE + 1)]]


def statement(account_id: int, number: int, *, actor: Actor) -> StatementView:
    """Return one statement of an account.

    Raises:
        StatementNotFound: The account has none with this number.
        AccountNotFound, PermissionDenied: As `statements`.
    """
    with reading_for(actor.carrier_id):
        require_reach(account_id, actor=actor)
        return shown(account_id, number, carrier_id=actor.carrier_id)


def shown(account_id: int, number: int, *, carrier_id: int) -> StatementView:
    """Return one statement, whoever asks.

    Raises:
        StatementNotFound: There is none.
    """
    with reading_for(carrier_id):
        # A number that no column could hold is nobody's.
        row = Statement.objects.filter(carrier_id=carrier_id, account_id=account_id, number=min(number, 2**31 - 1))
        found = row.first()
    if found is None or found.number != number:
        raise StatementNotFound
    return _view(found)


def last(account_id: int, *, carrier_id: int) -> StatementView | None:
    """Return the newest statement of an account, whoever asks; None where there is none yet."""
    with reading_for(carrier_id):
        row = Statement.objects.filter(carrier_id=carrier_id, account_id=account_id).order_by("-number").first()
    return None if row is None else _view(row)


def _view(row: Statement) -> StatementView:
    return StatementView(
        account_id=row.account_id,
        currency=row.currency,
        first_date=day_after(row.opened_after),
        last_date=row.through,
        opening=row.opening,
        debits=row.debits,
        credits=row.credits,
        closing=row.closing,
        movements=row.movements,
        held=row.held,
        credit_limit=row.credit_limit,
        available=row.available,
        as_of=row.as_of,
        last_item=row.item,
        told_at=row.made_at,
        names=content.read(row.content),
        number=row.number,
        entry_id=row.entry_id,
        reference=row.reference,
        made_by=row.made_by,
        language=row.language,
        fingerprint=bytes(row.content_hash).hex(),
    )
