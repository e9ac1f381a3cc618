"""The carrier or account that a command means."""

from skypurser.access.actors import operator
from skypurser.access.carriers import CarrierView, all_carrier_ids, find_carrier, get_carrier
from skypurser.electronic import queries
from skypurser.electronic.directory import AccountAmbiguous
from skypurser.errors import Refusal
from skypurser.ledger.accounts import AccountNotFound

#: How many choices a message names.
_NAMED = 12


class CarrierNotNamed(Refusal):
    """There are several carriers, or none, and the command names none."""

    code = "carrier_not_named"


def chosen_carrier(code: str | None) -> CarrierView:
    """Return the carrier with this code; without one, the only carrier.

    Raises:
        CarrierNotFound, CarrierNotNamed: Says what there is.
    """
    if code is not None:
        return find_carrier(code)
    ids = all_carrier_ids()
    if len(ids) == 1:
        return get_carrier(ids[0])
    if not ids:
        raise CarrierNotNamed("there is no carrier yet; set one up with `skypurser carrier create`, or run the demo")
    codes = sorted(get_carrier(carrier_id).code for carrier_id in ids[:_NAMED])
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    raise CarrierNotNamed(f"there are several carriers; name one with --carrier: {', '.join(codes)}{more}")


def chosen_account(carrier: CarrierView, code: str, *, type: str, currency: str, city: str) -> queries.AccountView:  # noqa: A002 — the API's word
    """Return the account that the words fit.

    Raises:
        AccountNotFound, AccountAmbiguous: The latter says between which accounts to choose.
    """
    found = queries.named(code, actor=operator(carrier.id), type=type, currency=currency, city=city)
    if len(found) == 1:
        return found[0]
    narrowed = " ".join(word for word in (type, currency, f"in {city}" if city else "") if word)
    if not found:
        raise AccountNotFound(
            f"carrier {carrier.code} has no account {code}" + (f" ({narrowed})" if narrowed else "") + "; "
            "`skypurser account list` shows what it has"
        )
    choices = ", ".join(f"{view.type} {view.currency} {view.city}" for view in found[:_NAMED])
    raise AccountAmbiguous(f"{code} has {len(found)} accounts: {choices}. Add --type, --currency or --city")


def called(carrier: CarrierView) -> str:
    """Return the carrier's code and name, as headers show it."""
    return carrier.code if carrier.name == carrier.code else f"{carrier.code} {carrier.name}"
