"""Open what the accounts file names: the carrier and its accounts, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, operator
from skypurser.access.carriers import CarrierNotFound, CarrierView, find_carrier
from skypurser.administration.carriers import create_carrier
from skypurser.cli.replaying.accounts import AccountRow, Line, unusable
from skypurser.cli.replaying.csvfile import FileUnusable
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.electronic.opening import open_agency_account, open_corporate_account
from skypurser.electronic.requests import OpeningCredit
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.queries import first_movements
from skypurser.ledger.states import Status
from skypurser.parties.airports import airport
from skypurser.parties.registering import ClientData, OfficeData

#: Who the history says it was.
ACTOR = "replay"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was there and what was added."""

    carrier: CarrierView
    carrier_is_new: bool
    new_accounts: int
    old_accounts: int


def open_all(path: Path, lines: Sequence[Line], *, carrier_code: str, carrier_name: str, now: datetime) -> Opened:
    """Open the carrier where it does not exist, and the accounts that do not, in one transaction.

    A new carrier is at home where its first account is.

    Args:
        path: The accounts file, for messages.
        now: When they are opened; the day of the opening credits.

    Raises:
        FileUnusable: An account exists with other data, or can't be opened. Nothing is written.
        CarrierNotFound: It does not exist, and there is no account to tell where it is at home.
    """
    with transaction.atomic():
        carrier, is_new = _carrier(carrier_code, carrier_name, lines, now)
        actor = operator(carrier.id, name=ACTOR)
        with acting_for(carrier.id):
            existing = {} if is_new else _existing(actor)
            for line in lines:
                old = existing.get(line.row.identity)
                if old is not None and (different := line.row.differs_from(old)):
                    raise FileUnusable(
                        f"{path}, line {line.number}: {line.row.type} {line.row.code} {line.row.currency} exists with "
                        f"another {', '.join(different)}. Nothing was written."
                    )
            fresh = [line for line in lines if line.row.identity not in existing]
            for line in fresh:
                _open(path, line, actor, now)
    return Opened(carrier, is_new, len(fresh), len(lines) - len(fresh))


def _carrier(code: str, name: str, lines: Sequence[Line], now: datetime) -> tuple[CarrierView, bool]:
    try:
        return find_carrier(code), False
    except CarrierNotFound:
        if not lines:
            raise
    home = lines[0].row
    carrier = create_carrier(
        code=code,
        name=name,
        country=home.country,
        time_zone=airport(home.airport).time_zone,
        currency=home.currency,
        now=now,
        operator=ACTOR,
    )
    return carrier, True


def _existing(actor: Actor) -> dict[tuple[str, str, str, str], AccountRow]:
    """Return the carrier's accounts as the file would name them."""
    everything = Filters(type=None, statuses=frozenset(Status))
    rows: dict[tuple[str, str, str, str], AccountRow] = {}
    after = None
    while page := queries.accounts(everything, actor=actor, after=after, limit=queries.LONGEST_PAGE):
        after = page[-1].position
        first = first_movements(carrier_id=actor.carrier_id, account_ids=[view.account_id for view in page])
        for view in page:
            kind, _, credit = first.get(view.account_id, ("", 0, 0))
            row = _as_row(view, credit if kind == OpeningCredit.operation else 0)
            rows[row.identity] = row
    return rows


def _as_row(view: queries.AccountView, opening_credit: int) -> AccountRow:
    return AccountRow(
        type=view.type,
        code=view.code,
        name=view.name,
        issue_id=view.issue_id,
        city=view.city,
        airport=view.airport,
        country=view.country,
        currency=view.currency,
        credit_limit=view.standing.credit_limit,
        credit_card=view.credit_card,
        rates=view.rates,
        agency_involved=view.agency_involved,
        opening_credit=opening_credit,
    )


def _open(path: Path, line: Line, actor: Actor, now: datetime) -> None:
    row = line.row
    try:
        if row.type == "agency":
            open_agency_account(
                office=OfficeData(
                    code=row.code,
                    name=row.name,
                    issue_id=row.issue_id,
                    city=row.city,
                    airport=row.airport,
                    country=row.country,
                ),
                currency=row.currency,
                credit_limit=row.credit_limit,
                credit_card=row.credit_card,
                rates=row.rates,
                reference=line.reference,
                actor=actor,
                now=now,
                opening_credit=row.opening_credit,
            )
        else:
            open_corporate_account(
                client=ClientData(
                    code=row.code,
                    name=row.name,
                    city=row.city,
                    airport=row.airport,
                    country=row.country,
                    agency_involved=row.agency_involved,
                ),
                currency=row.currency,
                credit_limit=row.credit_limit,
                rates=row.rates,
                reference=line.reference,
                actor=actor,
                now=now,
                opening_credit=row.opening_credit,
            )
    except InvalidRequest as flaw:
        raise unusable(path, line.number, flaw) from flaw
    except Refusal as no:
        raise FileUnusable(f"{path}, line {line.number}: {no}. Nothing was written.") from no
