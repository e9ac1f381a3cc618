"""Find the account that a request names, or say so to the ledger that there is none: it looks at the key first."""

from skypurser.contract import accounts
from skypurser.counter.desk import Accounts, Call, Desk
from skypurser.electronic.asking import Named, Sender
from skypurser.electronic.directory import AccountAmbiguous, AccountName, Found
from skypurser.errors import InvalidRequest
from skypurser.ledger.intents import Refused
from skypurser.money import digits


def sender(call: Call, key: str = "") -> Sender:
    """Return who asks; the clock is the database's."""
    return Sender(call.caller.carrier_id, call.caller.actor_name, key or call.key)


async def named(call: Call, desk: Accounts, name: accounts.AccountName | None, account_id: int | None) -> Named:
    """Return the account of a request that carries its name or its id.

    Raises:
        InvalidRequest: Both or neither, or no name that an account could have.
    """
    carrier_id = call.caller.carrier_id
    wanted = asked_for(name, account_id)
    if isinstance(wanted, int):
        return Named.by_id(wanted, await desk.account_by_id(carrier_id, wanted))
    try:
        return Named.by_name(wanted, await desk.account_by_name(carrier_id, wanted))
    except AccountAmbiguous as no:
        return Named.by_name(wanted, None, flaw=Refused(no.code))


def asked_for(name: accounts.AccountName | None, account_id: int | None) -> AccountName | int:
    """Return the name or the id, whichever was given; errors are those of `named`."""
    if account_id is not None and name is None:
        return account_id
    if name is None or account_id is not None:
        raise InvalidRequest("Name the account, or give its id.", field="account")
    digits(name.currency)
    for field, text in (("code", name.code), ("city", name.city)):
        # Whatever is written here goes to the database and into the list of refused attempts.
        if not (text.isascii() and text.isprintable()):
            raise InvalidRequest("Plain letters and digits.", field=f"account/{field}")
    return AccountName(name.type, name.code, name.currency, name.city)


async def of_id(call: Call, desk: Desk, account_id: int | None) -> tuple[Named, Found | None]:
    """Return the account of a sale or hold that was found; nobody for None."""
    if account_id is None:
        return Named.nobody(), None
    found = await desk.account_by_id(call.caller.carrier_id, account_id)
    return Named.by_id(account_id, found), found


def id_in_path(text: str, *, field: str) -> int:
    """Return a number out of a path.

    Raises:
        InvalidRequest: Not a number that a row could have.
    """
    if text.isascii() and text.isdecimal() and len(text) < 20:
        number = int(text)
        if 0 < number < 2**63:
            return number
    raise InvalidRequest("Not a number that anything here has.", field=field)
