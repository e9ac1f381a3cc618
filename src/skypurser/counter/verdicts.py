"""Availability: "could I sell this now?"."""

from skypurser.contract.accounts import Standing, Verdict
from skypurser.contract.amounts import read_amount
from skypurser.contract.response import Response, success
from skypurser.counter.desk import Call, Desk
from skypurser.counter.naming import id_in_path
from skypurser.ledger.accounts import AccountNotFound
from skypurser.money import format_amount


async def availability(call: Call, desk: Desk) -> Response:
    """Answer with a verdict, what is missing, and why.

    Raises:
        InvalidRequest, AccountNotFound.
    """
    carrier_id = call.caller.carrier_id
    account_id = id_in_path(call.variable, field="account_id")
    found = await desk.account_by_id(carrier_id, account_id)
    if found is None:
        raise AccountNotFound
    currency = found.name.currency
    amount = read_amount(call.query, currency, field="amount")
    verdict = await desk.verdict(carrier_id, account_id, amount)
    return success(
        call.operation.status,
        Verdict(
            verdict="refused" if verdict.reasons else "passes",
            amount=format_amount(amount, currency),
            currency=currency,
            available=format_amount(verdict.available, currency),
            shortfall=format_amount(verdict.shortfall, currency),
            reasons=list(verdict.reasons),
            account=Standing(
                account_id,
                format_amount(verdict.net, currency),
                format_amount(verdict.held, currency),
                format_amount(verdict.available, currency),
            ),
        ),
    )
