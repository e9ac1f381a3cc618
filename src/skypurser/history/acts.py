"""Record what somebody did, in the transaction in which it was done."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skypurser.access.acting import reading_for
from skypurser.access.tables import insert_all
from skypurser.history.models import Act, RefusedAttempt

#: How many of an account's acts are looked through for those about one document.
LOOKED_THROUGH = 20_000

#: Old and new value by field.
type Changes = Mapping[str, list[Any]]


def record(
    *,
    carrier_id: int,
    action: str,
    actor: str,
    reference: str,
    now: datetime,
    account_id: int | None = None,
    customer_id: int | None = None,
    changes: Changes | None = None,
) -> None:
    """Add an act to the history; inside `acting_for`, so that it is there if and only if the act is.

    Args:
        action: Past tense, `subject.verb` (`account.opened`).
        customer_id: A charter customer's, where it is about the customer, its persons or what was sold to it; with
            `account_id` where a card pays for that.
        changes: Old and new value by field; amounts in minor units.
    """
    Act.objects.create(
        carrier_id=carrier_id,
        at=now,
        actor=actor,
        action=action,
        account_id=account_id,
        customer_id=customer_id,
        changes=None if changes is None else dict(changes),
        reference=reference,
    )


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act on an account, one of many that are recorded at once; `changes` as in `record`."""

    account_id: int
    action: str
    reference: str
    changes: Changes


def record_all(new: Sequence[NewAct], *, carrier_id: int, actor: str, now: datetime) -> None:
    """Add many acts to the history, in their order, as `record` adds one."""
    common = {"carrier_id": carrier_id, "at": now, "actor": actor}
    insert_all(
        Act,
        [
            {
                **common,
                "action": one.action,
                "account_id": one.account_id,
                "changes": dict(one.changes),
                "reference": one.reference,
            }
            for one in new
        ],
    )


def recording(each: str) -> str:
    """Return the statement that adds an act for each row of a SELECT: account and changes (jsonb), in this order.

    Values are named `carrier`, `action`, `actor`, `reference` and `at`, as the arguments of `record`.
    """
    return f"""INSERT INTO history_act (carrier_id, at, actor, action, reference, account_id, changes)
    SELECT %(carrier)s, %(at)s, %(actor)s, %(action)s, %(reference)s, each.* FROM ({each}) each"""  # noqa: S608 — our own text


_ON_DOCUMENT = """
SELECT * FROM (SELECT * FROM history_act WHERE carrier_id = %s AND account_id = %s ORDER BY id DESC LIMIT %s) newest
 WHERE document = %s ORDER BY id DESC
"""


@dataclass(frozen=True, slots=True)
class ActView:
    """One line of a history. `at` is UTC, shown as Zulu; `id` grows along the history and is what a page goes on by.

    Source: KIU, "Account History".
    """

    id: int
    at: datetime
    actor: str
    action: str
    document: str | None
    changes: dict[str, list[Any]] | None
    reference: str
    entry_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class RefusedView:
    """One refused attempt. Amounts are minor units of `currency`, and told only where there is one.

    Attributes:
        account_named: What the caller wrote, also where there is no such account.
        facts: What else explains the refusal; lists over many accounts tell them.
    """

    at: datetime
    actor: str
    operation: str
    code: str
    document: str | None
    currency: str
    available_minor: int | None
    shortfall_minor: int | None
    id: int
    key: str
    account_id: int | None
    account_named: str
    facts: dict[str, Any] | None = None


def of_account(*, carrier_id: int, account_id: int, before: int | None = None, limit: int = 50) -> list[ActView]:
    """Return the newest acts on an account, newest first.

    Args:
        before: The id of the last act of the page before.
    """
    with reading_for(carrier_id):
        rows = Act.objects.filter(carrier_id=carrier_id, account_id=account_id)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [_act(row) for row in rows.order_by("-id")[:limit]]


def last_of(action: str, accounts: Collection[tuple[int, int]]) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the changes of an action on accounts, given and told by carrier and id, as the newest such act has them.

    Inside `acting_for`, for carriers that it names.
    """
    rows = Act.objects.filter(
        action=action,
        carrier_id__in={carrier_id for carrier_id, _ in accounts},
        account_id__in={account_id for _, account_id in accounts},
    )
    return {(row.carrier_id, row.account_id or 0): row.changes or {} for row in rows.order_by("id")}


def on_document(*, carrier_id: int, account_id: int, document: str) -> list[ActView]:
    """Return the acts about a document on its account, newest first.

    Documents have no index: looked for among the newest `LOOKED_THROUGH` acts on the account.
    """
    with reading_for(carrier_id):
        rows = Act.objects.raw(_ON_DOCUMENT, [carrier_id, account_id, LOOKED_THROUGH, document])
        return [_act(row) for row in rows]


def of_carrier(*, carrier_id: int, before: int | None = None, limit: int = 50) -> list[ActView]:
    """Return the newest acts on the carrier itself, its members and its API keys, newest first.

    None on an account or a customer.

    Args:
        before: The id of the last act of the page before.
    """
    with reading_for(carrier_id):
        rows = Act.objects.filter(carrier_id=carrier_id, account_id__isnull=True, customer_id__isnull=True)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [_act(row) for row in rows.order_by("-id")[:limit]]


_OF_CUSTOMER = """
SELECT * FROM (
    (SELECT * FROM history_act WHERE carrier_id = %(carrier)s AND customer_id = %(customer)s AND id < %(before)s
      ORDER BY id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT act.* FROM unnest(%(accounts)s::bigint[]) AS own(account_id)
      CROSS JOIN LATERAL (SELECT * FROM history_act a WHERE a.carrier_id = %(carrier)s
                             AND a.account_id = own.account_id AND a.id < %(before)s
                             AND a.customer_id IS DISTINCT FROM %(customer)s
                           ORDER BY a.id DESC LIMIT %(limit)s) act)) every
 ORDER BY id DESC LIMIT %(limit)s
"""


def of_customer(
    *, carrier_id: int, customer_id: int, account_ids: Collection[int] = (), before: int | None = None, limit: int = 50
) -> list[ActView]:
    """Return the newest acts on a charter customer and its persons, newest first.

    Args:
        account_ids: Acts on these accounts too, which are the customer's.
        before: The id of the last act of the page before.
    """
    asked = {
        "carrier": carrier_id,
        "customer": customer_id,
        "accounts": list(account_ids),
        "before": before or 2**62,
        "limit": limit,
    }
    with reading_for(carrier_id):
        return [_act(row) for row in Act.objects.raw(_OF_CUSTOMER, asked)]


_OF_SALE = """
SELECT * FROM (
    (SELECT act.* FROM unnest(%(customers)s::bigint[]) AS of(customer_id)
      CROSS JOIN LATERAL (SELECT * FROM history_act a WHERE a.carrier_id = %(carrier)s
                             AND a.customer_id = of.customer_id ORDER BY a.id DESC LIMIT %(through)s) act)
    UNION ALL
    (SELECT * FROM history_act WHERE carrier_id = %(carrier)s AND customer_id IS NULL AND account_id IS NULL
      ORDER BY id DESC LIMIT %(through)s)) every
 WHERE changes -> %(field)s ->> 1 = %(number)s ORDER BY id DESC LIMIT %(limit)s
"""


def of_sale(
    *, carrier_id: int, field: str, number: int, customer_ids: Collection[int], limit: int = 50
) -> list[ActView]:
    """Return the newest acts on a quote or booking, newest first.

    They have no index: looked for among the newest `LOOKED_THROUGH` acts on each customer, and on the carrier itself,
    where those on a draft for nobody stand.

    Args:
        field: `quote` or `booking`, as the acts' changes name it.
        customer_ids: Whose it is and was.
    """
    asked = {
        "carrier": carrier_id,
        "customers": list(customer_ids),
        "field": field,
        "number": str(number),
        "through": LOOKED_THROUGH,
        "limit": limit,
    }
    with reading_for(carrier_id):
        return [_act(row) for row in Act.objects.raw(_OF_SALE, asked)]


def first_since(*, carrier_id: int, account_id: int, action: str, at: datetime) -> ActView | None:
    """Return the first act of a kind on an account at an instant or later; None where there has been none.

    What it says of the value before tells what held at the instant. Only `account.limit_changed` has an index.
    """
    with reading_for(carrier_id):
        rows = Act.objects.filter(carrier_id=carrier_id, account_id=account_id, action=action, at__gte=at)
        row = rows.order_by("id").first()
    return None if row is None else _act(row)


def refused_on_account(
    *, carrier_id: int, account_id: int, before: int | None = None, limit: int = 50
) -> list[RefusedView]:
    """Return the newest refused attempts on an account, newest first; `before` as in `refused`."""
    return refused(carrier_id=carrier_id, account_id=account_id, before=before, limit=limit)


def refused(
    *,
    carrier_id: int,
    account_id: int | None = None,
    code: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[RefusedView]:
    """Return the newest refused attempts, newest first: the answer to "why couldn't the agency issue?".

    Args:
        account_id: None for all accounts, and for attempts on none that exists.
        code: Why they were refused; empty for all.
        since, until: Between these instants, the second excluded.
        before: The id of the last attempt of the page before.
    """
    wanted = {
        "account_id": account_id,
        "code": code or None,
        "at__gte": since,
        "at__lt": until,
        "id__lt": before,
    }
    with reading_for(carrier_id):
        given = {name: value for name, value in wanted.items() if value is not None}
        rows = RefusedAttempt.objects.filter(carrier_id=carrier_id, **given)
        return list(_refused(rows.order_by("-id")[:limit]))


def _act(row: Act) -> ActView:
    return ActView(
        row.id, row.at, row.actor, row.action, row.document, row.changes, row.reference, row.entry_id, row.account_id
    )


def _refused(rows: Any) -> Iterator[RefusedView]:
    for row in rows:
        yield RefusedView(
            row.at,
            row.actor,
            row.operation,
            row.code,
            row.document,
            row.currency,
            row.available_minor,
            row.shortfall_minor,
            row.id,
            row.key,
            row.account_id,
            row.account_named,
        )
