"""The trial balance: what every control account and all customers' accounts stand at, which together is nothing.

It takes INVOICES, not ADMINISTRATION: the books are read by whoever keeps them, who need not manage members and keys;
and nobody who is limited to places, because it tells of all of them.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.documents.table import Column, Kind, Table
from skypurser.invoices.trial import trial_balance_by_kind
from skypurser.ledger.trial_balance import BalanceLine, TrialBalance
from skypurser.money import Money
from skypurser.web.invoices.words import CONTROLS
from skypurser.web.pages import Request, page
from skypurser.web.workbooks import send


@page(Permission.INVOICES)
def trial_balance(request: Request) -> HttpResponse:
    """Show it as it is now, by currency."""
    found = trial_balance_by_kind(actor=request.actor)
    context = {
        "balances": [_shown(one) for one in found],
        "made_at": request.now,
        "zone": request.membership.time_zone,
    }
    return render(request, "invoices/trial_balance.html", context)


@page(Permission.INVOICES)
def workbook(request: Request) -> HttpResponse:
    """Send it as it is now."""
    found = trial_balance_by_kind(actor=request.actor)
    table = Table(
        title=_("Trial balance"),
        columns=(
            Column(title=_("Currency")),
            Column(title=_("Account")),
            Column(title=_("Debit"), kind=Kind.AMOUNT),
            Column(title=_("Credit"), kind=Kind.AMOUNT),
        ),
        rows=[row for one in found for row in _cells(one)],
        made_at=request.now,
        filters=_("As of now"),
        totals="",
    )
    return send(table, "trial-balance.xlsx")


def _shown(of: TrialBalance) -> dict[str, Any]:
    rows = [(name_of(line), *_sides(line)) for line in of.lines]
    debits, credits_ = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return {
        "currency": of.currency,
        "rows": rows,
        "debits": debits,
        "credits": credits_,
        "is_equal": debits == credits_ and of.debits == of.credits,
    }


def _cells(of: TrialBalance) -> list[list[Any]]:
    shown = _shown(of)
    sums = [of.currency, _("Total"), *(Money(shown[side], of.currency) for side in ("debits", "credits"))]
    rows = [
        [of.currency, str(name), *(Money(minor, of.currency) if minor else None for minor in (debit, credit))]
        for name, debit, credit in shown["rows"]
    ]
    return [*rows, sums]


def _sides(line: BalanceLine) -> tuple[int, int]:
    """Return what stands on the debit and on the credit side; one of them is nothing."""
    return max(0, line.balance), max(0, -line.balance)


def name_of(line: BalanceLine) -> str:
    """Return what an account is called in the books."""
    if line.control is not None:
        return str(CONTROLS[line.control])
    return _("Customers: jet cards") if line.is_apart else _("Customers: electronic accounts")
