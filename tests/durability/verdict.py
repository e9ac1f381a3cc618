"""Compare what was told with what is there, and name every difference.

`lost_or_doubled` may be asked at any time after a crash, while some orders are still in doubt; `differences` when
everything was answered.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.durability.model import Model, modelled
from tests.durability.recording import Recording
from tests.durability.rows import Rows
from tests.durability.wire import Account, Answered, Order

_ENTRY_KINDS = {"issue": "ticket", "void": "void", "refund": "refund", "credit": "credit", "capture": "capture"}


def lost_or_doubled(recording: Recording, rows: Rows) -> list[str]:
    """What was acknowledged and is not there as acknowledged; and what is there twice, acknowledged or in doubt."""
    found = [*_told_otherwise(recording), *_doubled(rows)]
    for key in recording.answers:
        found.extend(_lost(recording.orders[key], recording.first(key), rows))
    return found


def differences(recording: Recording, rows: Rows, accounts: Sequence[Account]) -> list[str]:
    """All that is lost or doubled, was never asked for, or does not add up to what was acknowledged."""
    model = modelled(
        [
            (order, recording.first(key).facts.get("hold"))
            for key, order in recording.orders.items()
            if key in recording.answers and recording.first(key).outcome != "refused"
        ]
    )
    return [
        *lost_or_doubled(recording, rows),
        *_unanswered(recording),
        *_never_asked(recording, rows),
        *_miscalculated(recording, model),
        *_unjustly_refused(recording),
        *_broken_items(rows, accounts),
        *_wrong_sums(rows, model, accounts),
        *_wrong_tickets(rows, model),
    ]


def _told_otherwise(recording: Recording) -> Iterator[str]:
    for key, (first, *later) in recording.answers.items():
        if first.replayed and recording.sent[key] == 1:
            yield f"{key}: replayed at once"
        for answer in later:
            if answer.content != first.content:
                yield f"{key}: told {first.content} first and {answer.content} later"
            if not answer.replayed:
                yield f"{key}: told again, and not as a replay"


def _doubled(rows: Rows) -> Iterator[str]:
    for what, counted in (("entry", rows.entries), ("act", rows.acts), ("refusal", rows.refusals)):
        for reference, times in counted.items():
            if times > 1 and reference != "by contract":  # the opening of every account
                yield f"{reference}: applied twice: {times} times an {what}"


def _lost(order: Order, told: Answered, rows: Rows) -> Iterator[str]:
    key = rows.keys.get(order.key)
    if key is None:
        yield f"{order.key}: acknowledged and lost: {told.content}"
        return
    if (key.outcome, key.code, key.facts) != told.content:
        yield f"{order.key}: told {told.content}, kept as {key}"
    counts = (rows.entries[order.key], rows.acts[order.key], rows.refusals[order.key])
    due = {"posted": (1, 1, 0), "recorded": (0, 1, 0), "refused": (0, 0, 1)}[told.outcome]
    if counts != due:
        yield f"{order.key}: {told.outcome}, but there are {counts} entries, acts and refusals"
    moved = [
        (key.entry_id, order.account, one.kind, *one[4:])
        for one in rows.movements.get(order.key, [])
        if (one.entry, one.account) == (key.entry_id, order.account)
    ]
    if told.outcome == "posted":
        facts = tuple(told.facts[name] for name in ("item", "debit", "credit", "net", "available"))
        if moved != [(told.facts["entry"], order.account, _ENTRY_KINDS[order.kind], *facts)]:
            yield f"{order.key}: told {told.facts}, moved {moved}"
        if order.kind == "issue":
            ticket = rows.tickets.get(order.document)
            if ticket is None or (ticket.account_id, ticket.entry_id) != (order.account, told.facts["entry"]):
                yield f"{order.key}: its ticket is {ticket}"
    if order.kind == "hold" and told.outcome == "recorded":
        hold = rows.holds.get(told.facts["hold"])
        if hold is None or (hold.account_id, hold.amount, hold.reference) != (order.account, order.amount, order.key):
            yield f"{order.key}: its hold is {hold}"


def _unanswered(recording: Recording) -> Iterator[str]:
    for key in recording.in_doubt:
        yield f"{key}: still in doubt"


def _never_asked(recording: Recording, rows: Rows) -> Iterator[str]:
    for key in rows.keys.keys() - recording.orders.keys():
        yield f"{key}: never sent, and yet bound"
    for reference in (rows.entries.keys() | rows.refusals.keys()) - recording.orders.keys():
        yield f"{reference}: never sent, and yet there"


def _miscalculated(recording: Recording, model: Model) -> Iterator[str]:
    for key, (debit, credit) in model.moved.items():
        facts = recording.first(key).facts
        if (facts["debit"], facts["credit"]) != (debit, credit):
            yield f"{key}: told {facts}, expected debit {debit}, credit {credit}"


def _unjustly_refused(recording: Recording) -> Iterator[str]:
    for key in recording.first_with("refused"):
        order, answer = recording.orders[key], recording.first(key)
        asked = order.amount if order.kind == "hold" else modelled([(order, None)]).moved[key][0]
        if (answer.code, answer.facts["available"] + answer.facts["shortfall"]) != ("insufficient_funds", asked):
            yield f"{key}: asked for {asked}, refused as {answer.content}"


def _broken_items(rows: Rows, accounts: Sequence[Account]) -> Iterator[str]:
    limits = {account.id: account.credit_limit for account in accounts}
    last: Counter[int] = Counter()
    nets: Counter[int] = Counter()
    for one in sorted((one for many in rows.movements.values() for one in many), key=lambda one: one.item):
        last[one.account] += 1
        nets[one.account] += one.credit - one.debit
        if (one.item, one.net) != (last[one.account], nets[one.account]):
            yield f"{one.reference}: {one} is not item {last[one.account]} with net {nets[one.account]}"
        if one.kind == "ticket" and not 0 <= one.available <= one.net + limits[one.account]:
            yield f"{one.reference}: {one} was sold without funds"


def _wrong_sums(rows: Rows, model: Model, accounts: Sequence[Account]) -> Iterator[str]:
    for account in accounts:
        at = account.id
        due = (at, model.debits[at], model.credits[at], model.held[at], model.items[at])
        if tuple(rows.accounts[at]) != due:
            yield f"account {at}: {rows.accounts[at]}, expected {due}"
    for name, control in (("lines", rows.control), ("sums", rows.totals)):
        if control != model.control:
            yield f"control accounts by their {name}: {control}, expected {dict(model.control)}"


def _wrong_tickets(rows: Rows, model: Model) -> Iterator[str]:
    for document in rows.tickets.keys() ^ model.tickets.keys():
        yield f"ticket {document}: sold or there, not both"
    for document in rows.tickets.keys() & model.tickets.keys():
        row, ticket = rows.tickets[document], model.tickets[document]
        there = (row.fare, row.taxes, row.status, row.refunded_fare, row.refunded_taxes)
        due = (ticket.order.fare, ticket.order.taxes, ticket.status, ticket.refunded_fare, ticket.refunded_taxes)
        if there != due:
            yield f"ticket {document}: {row}, expected {due}"
