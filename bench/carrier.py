"""A large carrier for the desk's benchmark: accounts, tickets, holds, refusals, history, and one very busy account.

Rows are copied in by the superuser, behind the guards' back, and are what posting would have left: items, nets,
digests, keys, control totals and warnings included. `skypurser audit` finds nothing in them.
"""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import airportsdata
import psycopg

BATCH = 20_000
DAYS = 365
FIRST_WORDS = ("Andes", "Pampa", "Atlantic", "Sierra", "Condor", "Austral", "Nordic", "Delta", "Coral", "Vega", "Orion")
SECOND_WORDS = ("Travel", "Viajes", "Tours", "Turismo", "Voyages", "Trips", "Holidays", "Wings", "Express", "Corporate")
CURRENCIES = ("USD", "EUR", "ARS", "BRL", "JPY", "KWD")
#: The account of many movements.
BUSY = 1

_ENTRY = (
    "carrier_id, id, kind, currency, document, reference, actor, occurred_at, posted_at, account_id, item, debit,"
    " credit, net, available, business_date, digest, controls, amounts"
)
_KEY = "carrier_id, key, fingerprint, outcome, entry_id, facts, bound_at"
_TICKET = (
    "carrier_id, document_number, account_id, form_of_payment, settlement, scope, route, fare, taxes, commission_mode,"
    " commission_percent_bps, commission_rate_bps, commission, issued_at, issue_date, passenger, reference, entry_id"
)
_ACT = "carrier_id, at, actor, action, account_id, entry_id, document, reference"


@dataclass(slots=True)
class _Book:
    """An account while its movements are made."""

    id: int
    type: str
    code: str
    city: str
    country: str
    zone: Any
    currency: str
    credit_limit: int
    status: str
    debits: int = 0
    credits: int = 0
    held: int = 0
    item: int = 0
    digest: bytes = b""
    last_at: datetime | None = None
    low_since: datetime | None = None

    @property
    def available(self) -> int:
        return self.credits - self.debits + self.credit_limit - self.held


@dataclass
class _Carrier:
    """What is being filled."""

    id: int
    now: datetime
    dice: random.Random
    books: dict[int, _Book] = field(default_factory=dict)
    totals: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def fill(url: str, *, carrier_id: int, accounts: int, movements: int, now: datetime) -> None:
    """Fill a carrier: so many accounts with three movements each, and so many movements on account `BUSY`.

    Args:
        url: The superuser's, of a freshly migrated database.
        now: The last movement's instant; the first is a year before.
    """
    of = _Carrier(carrier_id, now, random.Random(7))
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        _open_accounts(connection, of, accounts)
        for batch in itertools.batched(_posted(of, accounts, movements), BATCH):
            for at, (table, columns) in enumerate(
                (("ledger_entry", _ENTRY), ("ledger_key", _KEY), ("tickets_ticket", _TICKET), ("history_act", _ACT))
            ):
                _copy(connection, table, columns, (rows[at] for rows in batch if rows[at] is not None))
        _place_holds(connection, of)
        _refuse(connection, of)
        _store_accounts(connection, of)
        totals = [
            (carrier_id, control, currency, *((amount, 0) if side == "debit" else (0, amount)))
            for (control, currency, side), amount in of.totals.items()
        ]
        _copy(connection, "ledger_controltotal", "carrier_id, control, currency, debits, credits", totals)
        last = movements + 4 * accounts
        for name in ("ledger_entry_id_seq", "ledger_account_id_seq", "parties_office_id_seq", "parties_client_id_seq"):
            connection.execute("SELECT setval(%s, %s)", [name, last])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        for name in ("entry_saying", "ticket_saying", "refusedattempt_by_time"):
            connection.execute("SELECT brin_summarize_new_values(%s::regclass)", [name])
        connection.execute("CHECKPOINT")


def _copy(connection: psycopg.Connection, table: str, columns: str, rows: Any) -> None:
    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _open_accounts(connection: psycopg.Connection, of: _Carrier, accounts: int) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 — one cache of zones per process

    dice, at = of.dice, of.now - timedelta(days=DAYS)
    airports = sorted(
        (code, found["country"], found["tz"]) for code, found in airportsdata.load("IATA").items() if found["tz"]
    )
    places = dice.sample(airports, min(300, 10 + accounts // 10))
    parties: dict[str, list[Any]] = {"office": [], "client": []}
    terms = []
    for number in range(1, accounts + 1):
        airport, country, zone = dice.choice(places)
        is_agency = number == BUSY or dice.random() < 0.8
        code = f"{airport}{number}" if is_agency else f"CORP{number}"
        name = f"{dice.choice(FIRST_WORDS)} {dice.choice(SECOND_WORDS)} {number}"
        draw = dice.random()
        status = "SUSPENDED" if draw < 0.03 else "INHIBITED" if draw < 0.035 and is_agency else "ACTIVE"
        limit = 0 if dice.random() < 0.1 else dice.choice((5, 10, 50, 200)) * 1_000_00
        currency = "USD" if number == BUSY else dice.choice(CURRENCIES)
        if number == BUSY:
            status, limit = "ACTIVE", 10**14
        of.books[number] = _Book(
            number,
            "agency" if is_agency else "corporate",
            code,
            airport,
            country,
            ZoneInfo(zone),
            currency,
            limit,
            status,
        )
        party = (of.id, number, code, name, airport, airport, country, zone)
        parties["office" if is_agency else "client"].append((*party, str(9_000_000 + number) if is_agency else ""))
        card = ("FIXED", 500, "FREE", 0) if is_agency else (None,) * 4
        holder = (number, None) if is_agency else (None, number)
        kind = "agency" if is_agency else "corporate"
        terms.append(
            (of.id, number, kind, *holder, code, airport, country, zone, currency, is_agency, "FIXED", 800, "MAX", 800)  # noqa: RUF005
            + (*card, at)
        )
    shared = "carrier_id, id, code, name, city, airport, country, time_zone"
    _copy(connection, "parties_office", f"{shared}, issue_id", parties["office"])
    _copy(connection, "parties_client", f"{shared}, agency_involved", parties["client"])
    _copy(
        connection,
        "electronic_electronicaccount",
        "carrier_id, account_id, type, office_id, client_id, code, city, country, time_zone, currency, credit_card,"
        " domestic_mode, domestic_bps, international_mode, international_bps, domestic_card_mode, domestic_card_bps,"
        " international_card_mode, international_card_bps, opened_at",
        terms,
    )


def _posted(of: _Carrier, accounts: int, movements: int) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Yield entry, key, ticket (or None) and act of each movement, in the order of time."""
    span, dice = DAYS * 86_400, of.dice
    due = [(span * number / movements, BUSY) for number in range(movements)]
    due += [(dice.random() * span, number) for number in range(2, accounts + 1) for _ in range(3)]
    due.sort()
    first = of.now - timedelta(seconds=span)
    for entry_id, (seconds, number) in enumerate(due, 1):
        at = (first + timedelta(seconds=seconds)).replace(microsecond=0)
        yield _movement(of, of.books[number], entry_id, at)


def _movement(of: _Carrier, book: _Book, entry_id: int, at: datetime) -> tuple[Any, Any, Any, Any]:
    from skypurser.ledger.digests import link  # noqa: PLC0415 — needs Django

    fare = of.dice.randrange(5_000, 90_000)
    taxes, commission = fare // 5, (fare * 800 + 5_000) // 10_000
    is_ticket = book.item % 1_000 != 0 and fare + taxes - commission <= book.available
    lines: tuple[tuple[str, int], ...]
    document, reference, debit, credit = None, f"PNR {entry_id * 7919 % 36**6:06X}", 0, 0
    draw = of.dice.random()
    if is_ticket:
        kind, debit, document = "ticket", fare + taxes - commission, f"279{entry_id:010d}"
        lines = (("sales", -fare), ("taxes_payable", -taxes), ("commission_expense", commission))
    elif book.id != BUSY and draw < 0.05:
        # A debit memo that leaves little, or less than nothing.
        kind, reference, debit = (
            "debit",
            f"memo {entry_id}",
            max(1, book.available * (95 if draw < 0.04 else 102) // 100),
        )
        lines = (("adjustments", -debit),)
    else:
        kind, reference, credit = "credit", f"transfer {entry_id}", fare * 3
        lines = (("bank_clearing", credit),)
    book.debits, book.credits, book.item = book.debits + debit, book.credits + credit, book.item + 1
    net, day = book.credits - book.debits, at.astimezone(book.zone).date()
    controls, amounts = [name for name, _ in lines], [amount for _, amount in lines]
    for name, amount in lines:
        of.totals[name, book.currency, "debit" if amount > 0 else "credit"] += abs(amount)
    entry = (entry_id, kind, book.currency, document, reference, "gds", at, at, None)
    moved = (book.id, book.item, debit, credit, net, book.available, day, None)
    book.digest, book.last_at = link(book.digest, entry, moved, controls, amounts), at
    if book.available < book.credit_limit // 10 and book.low_since is None:
        book.low_since = at
    elif book.low_since is not None and book.available >= book.credit_limit // 10 * 11 // 10:
        book.low_since = None
    facts = (
        f'{{"account": {book.id}, "net": {net}, "held": 0, "available": {book.available}, "entry": {entry_id},'
        f' "item": {book.item}, "debit": {debit}, "credit": {credit}}}'
    )
    sold: tuple[Any, ...] | None = None
    if is_ticket:
        sold = (
            of.id,
            document,
            book.id,
            "account",
            "on_account",
            "domestic",
            "JFK-LAX",
            fare,
            taxes,
            "FIXED",
            800,
            800,
        )
        sold += (commission, at, day, "DOE/JANE", reference, entry_id)
    acted = {"ticket": "ticket.issued", "debit": "account.debited", "credit": "account.credited"}[kind]
    return (
        (of.id, *entry[:8], *moved[:7], book.digest, controls, amounts),
        (of.id, f"bench-{entry_id}", book.digest, "posted", entry_id, facts, at),
        sold,
        (of.id, at, "gds", acted, book.id, entry_id, document, reference),
    )


def _place_holds(connection: psycopg.Connection, of: _Carrier) -> None:
    rows = []
    for number, book in enumerate(of.books.values(), 1):
        if number % 50 == 7 and book.available > 10_000:
            book.held = 5_000
            rows.append(
                (of.id, 10**9 + number, book.id, 5_000, of.now + timedelta(days=30), of.now, f"option {number}", "gds")
            )
    _copy(
        connection,
        "ledger_hold",
        "carrier_id, id, account_id, amount, expires_at, placed_at, reference, actor, status, captured",
        ((*row, "OPEN", 0) for row in rows),
    )


def _refuse(connection: psycopg.Connection, of: _Carrier) -> None:
    """Refused attempts of a year, as many as every tenth account has in a day."""
    rows = []
    books = list(of.books.values())
    for number in range(len(books) * 2):
        book = of.dice.choice(books)
        at = of.now - timedelta(seconds=DAYS * 86_400 * (1 - number / len(books) / 2))
        code = of.dice.choice(("insufficient_funds", "insufficient_funds", "account_suspended", "duplicate_document"))
        short = (40_000, 8_000) if code == "insufficient_funds" else (None, None)
        rows.append((of.id, at, "gds", "ticket", f"refused-{number}", code, book.id, book.code, book.currency, *short))
    _copy(
        connection,
        "history_refusedattempt",
        "carrier_id, at, actor, operation, key, code, account_id, account_named, currency, available_minor,"
        " shortfall_minor",
        rows,
    )


def _store_accounts(connection: psycopg.Connection, of: _Carrier) -> None:
    _copy(
        connection,
        "ledger_account",
        "carrier_id, id, currency, status, credit_limit, debits, credits, held, last_item,"
        " last_posted_at, digest, low_since",
        (
            (of.id, book.id, book.currency, book.status, book.credit_limit, book.debits, book.credits, book.held)  # noqa: RUF005
            + (book.item, book.last_at, book.digest, book.low_since)
            for book in of.books.values()
        ),
    )


def moment() -> datetime:
    """Return now, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
