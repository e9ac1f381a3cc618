"""What the next statement of an account would say, and how it is frozen.

Inside `acting_for`, and under the account's lock where it is to stay true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from skypurser.electronic.queries import AccountView
from skypurser.ledger.queries import digest
from skypurser.statements import content
from skypurser.statements.models import Statement
from skypurser.statements.reckoning import reckon


@dataclass(frozen=True, slots=True)
class Next:
    """The next statement, before it is made: its figures by the names of the columns.

    Attributes:
        hash_before: Of the statement before; empty for the first.
    """

    figures: Mapping[str, Any]
    hash_before: bytes

    def __getitem__(self, name: str) -> Any:
        """Return a figure."""
        return self.figures[name]


def next_statement(view: AccountView, *, through: date, carrier_id: int, now: datetime) -> Next:
    """Reckon what the account's next statement says if its period ends with `through`, a date that is open."""
    rows = Statement.objects.filter(carrier_id=carrier_id, account_id=view.account_id)
    before = rows.order_by("-number").first()
    so_far = rows.aggregate(debits=Sum("debits"), credits=Sum("credits"), movements=Sum("movements"))
    number = 1 if before is None else before.number + 1
    at_end = reckon(carrier_id=carrier_id, standing=view.standing, through=through, time_zone=view.time_zone, now=now)
    # Each statement before has its mark among the movements.
    movements = at_end.movements - (number - 1) - int(so_far["movements"] or 0)
    figures = {
        "account_id": view.account_id,
        "number": number,
        "previous": None if before is None else before.number,
        "opened_after": None if before is None else before.through,
        "through": through,
        "currency": view.currency,
        "opening": 0 if before is None else before.closing,
        "debits": at_end.debits - int(so_far["debits"] or 0),
        "credits": at_end.credits - int(so_far["credits"] or 0),
        "closing": at_end.net,
        "movements": movements,
        "held": at_end.held,
        "credit_limit": at_end.credit_limit,
        "available": at_end.available,
        "as_of": at_end.as_of,
    }
    return Next(figures, b"" if before is None else bytes(before.content_hash))


def freeze(
    of: Next,
    view: AccountView,
    *,
    entry_id: int,
    item: int,
    reference: str,
    language: str,
    actor: str,
    carrier_id: int,
    now: datetime,
) -> None:
    """Keep the statement for ever; `entry_id` and `item` are those of the movement that marks its cut-off."""
    said = {
        **of.figures,
        "entry_id": entry_id,
        "item": item,
        "reference": reference,
        "made_at": now,
        "made_by": actor,
        "language": language,
        "content": content.as_kept(content.names_of(view, carrier_id=carrier_id, language=language)),
    }
    marker = digest(carrier_id=carrier_id, account_id=view.account_id, item=item)
    hashed = content.content_hash(said, before=of.hash_before, marker=marker)
    Statement(carrier_id=carrier_id, **said, content_hash=hashed).save(force_insert=True)
