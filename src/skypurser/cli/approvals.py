"""Approvals on the command line."""

from datetime import UTC, datetime

import click

from skypurser.access import four_eyes
from skypurser.access.actors import operator
from skypurser.administration.approvals import set_approval_threshold
from skypurser.cli import console
from skypurser.cli.choosing import called, chosen_carrier
from skypurser.electronic import approvals
from skypurser.electronic.approvals import ApprovalView
from skypurser.money import digits, parse_amount


def print_approvals(*, carrier_code: str | None, decided: bool, limit: int) -> None:
    """Print what waits for approval, or what was decided, as a table."""
    carrier = chosen_carrier(carrier_code)
    actor = operator(carrier.id)
    found: list[ApprovalView] = []
    while len(found) < limit:
        most = min(limit - len(found), approvals.LONGEST_PAGE)
        if decided:
            page = approvals.decided(actor=actor, before=found[-1].id if found else None, limit=most)
        else:
            page = approvals.pending(actor=actor, after=found[-1].id if found else 0, limit=most)
        if not page:
            break
        found += page
    shown = console.table(
        "Id", "Asked (Zulu)", "Account", "Kind", "Amount", "By", "Reference", "State", right=frozenset({"Amount"})
    )
    for one in found:
        shown.add_row(
            str(one.id),
            f"{one.requested_at:%Y-%m-%d %H:%M}",
            console.cell(one.called),
            one.kind.value,
            console.amount(one.amount, one.account.currency),
            console.cell(one.requested_by),
            console.cell(one.reference),
            console.cell(f"{one.status.value} by {one.decided_by}" if one.decided_by else one.status.value),
        )
    if found:
        console.show(shown, "")
    console.show(console.cell(f"{called(carrier)}, {'decided' if decided else 'waiting'}: {len(found):,}"))


def set_or_say_threshold(*, carrier_code: str | None, currency: str, amount: str | None, is_none: bool) -> None:
    """Set a currency's threshold where there is one to set, and say what it is."""
    carrier = chosen_carrier(carrier_code)
    digits(currency)
    if amount is not None or is_none:
        set_approval_threshold(
            currency=currency,
            amount=None if amount is None else parse_amount(amount, currency),
            actor=operator(carrier.id),
            now=datetime.now(UTC),
        )
    now = four_eyes.threshold(currency, carrier_id=carrier.id)
    if now is None:
        click.echo(f"{carrier.code}: no credit or debit in {currency} needs approval.")
    else:
        click.echo(
            f"{carrier.code}: from {console.grouped(now, currency)} {currency} on a credit or debit needs approval."
        )
