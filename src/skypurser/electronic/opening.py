"""Open an electronic account for an agency office or a corporate client.

Source: KIU, "New Account".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from skypurser import money
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic.models import ElectronicAccount
from skypurser.electronic.requests import OpeningCredit
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.ledger import accounts
from skypurser.ledger.opening import bring_along
from skypurser.parties.registering import ClientData, OfficeData, Party, register_client, register_office


class AccountExists(Refusal):
    """This office or client has an account in this currency already."""

    code = "account_exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAccount:
    """An account that was opened; `account_id` is the ledger's."""

    account_id: int
    code: str
    currency: str


def open_agency_account(
    *,
    office: OfficeData,
    currency: str,
    credit_limit: int,
    credit_card: bool,
    rates: Rates,
    reference: str,
    actor: Actor,
    now: datetime,
    opening_credit: int = 0,
) -> OpenedAccount:
    """Open an agency's account, and register the office where it is new.

    Args:
        credit_limit: Minor units; 0 makes it prepaid.
        credit_card: Whether sales by card, validated online, credit their commission to the account.
        rates: All four.
        reference: Why; mandatory.
        opening_credit: Minor units that the agency brings along; its first movement.

    Raises:
        PermissionDenied, InvalidRequest, PartyDiffers, AccountExists: Nothing is written.
    """
    if rates.domestic_card is None:
        raise InvalidRequest("an agency has four commission rates", field="commissions")
    with acting_for(actor.carrier_id):
        party = register_office(office, actor=actor)
        row = ElectronicAccount(type=ElectronicAccount.AGENCY, office_id=party.id, credit_card=credit_card)
        return _open(row, party, currency, credit_limit, rates, reference, opening_credit, actor, now)


def open_corporate_account(
    *,
    client: ClientData,
    currency: str,
    credit_limit: int,
    rates: Rates,
    reference: str,
    actor: Actor,
    now: datetime,
    opening_credit: int = 0,
) -> OpenedAccount:
    """Open a corporate client's account, and register the client where it is new.

    Arguments and errors are those of `open_agency_account`; a corporate client has two rates and no *Credit Card*.
    """
    if rates.domestic_card is not None:
        raise InvalidRequest("a corporate client has two commission rates", field="commissions")
    with acting_for(actor.carrier_id):
        party = register_client(client, actor=actor)
        row = ElectronicAccount(type=ElectronicAccount.CORPORATE, client_id=party.id)
        return _open(row, party, currency, credit_limit, rates, reference, opening_credit, actor, now)


def _open(
    row: ElectronicAccount,
    party: Party,
    currency: str,
    credit_limit: int,
    rates: Rates,
    reference: str,
    opening_credit: int,
    actor: Actor,
    now: datetime,
) -> OpenedAccount:
    money.digits(currency)
    if not 0 <= credit_limit <= money.MAX_MINOR:
        raise InvalidRequest("the credit limit is zero or more", field="credit_limit")
    if not 0 <= opening_credit <= money.MAX_MINOR:
        raise InvalidRequest("the opening credit is zero or more", field="opening_credit")
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    account_id = accounts.open_account(carrier_id=actor.carrier_id, currency=currency, credit_limit=credit_limit)
    row.carrier_id, row.account_id = actor.carrier_id, account_id
    row.code, row.currency, row.time_zone, row.opened_at = party.code, currency, party.time_zone, now
    row.city, row.country = party.place.city, party.place.country
    set_rates(row, rates)
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        if "one_account_per_" in str(error):
            raise AccountExists(f"{party.code} has an account in {currency} already") from error
        raise
    acts.record(
        carrier_id=actor.carrier_id,
        action="account.opened",
        account_id=account_id,
        actor=actor.name,
        reference=reference,
        changes=opened(credit_limit=credit_limit, credit_card=row.credit_card, rates=rates),
        now=now,
    )
    if opening_credit:
        bring_along(
            opening=OpeningCredit,
            carrier_id=actor.carrier_id,
            account_id=account_id,
            currency=currency,
            amount=opening_credit,
            reference=reference,
            actor=actor.name,
            now=now,
        )
    return OpenedAccount(account_id=account_id, code=party.code, currency=currency)


def opened(*, credit_limit: int, credit_card: bool, rates: Rates) -> dict[str, list[Any]]:
    """Return what the history tells of an opening."""
    return {"credit_limit": [None, credit_limit], "credit_card": [None, credit_card], **_rates(rates)}


def set_rates(row: ElectronicAccount, rates: Rates) -> None:
    """Put the rates into the row's columns; nothing is saved."""
    for column, value in rate_columns(rates).items():
        setattr(row, column, value)


def rate_columns(rates: Rates) -> dict[str, str | int | None]:
    """Return the rates as an account's columns have them."""
    columns: dict[str, str | int | None] = {}
    for name in ("domestic", "international", "domestic_card", "international_card"):
        columns[f"{name}_mode"], columns[f"{name}_bps"] = _columns(getattr(rates, name))
    return columns


def _columns(rule: Rule | None) -> tuple[str | None, int | None]:
    return (None, None) if rule is None else (rule.mode, rule.percent_bps)


def _rates(rates: Rates) -> dict[str, list[str | None]]:
    named = {
        "domestic": rates.domestic,
        "international": rates.international,
        "domestic_card": rates.domestic_card,
        "international_card": rates.international_card,
    }
    return {f"commission.{name}": [None, str(rule)] for name, rule in named.items() if rule is not None}
