"""What a benchmark needs on stage: a server of its own with full durability, a carrier, accounts, requests."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from skypurser.config import embedded


@dataclass(frozen=True)
class Stage:
    """A migrated database; `settings` are the server's that decide about durability."""

    app_url: str
    superuser_url: str
    settings: dict[str, str]


@dataclass(frozen=True)
class Seller:
    """An electronic account to sell on."""

    carrier_id: int
    account_id: int
    code: str


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Start an embedded server in a folder of its own, migrate it, set up Django, and remove it all at the end."""
    home = Path(tempfile.mkdtemp(prefix="skypurser-bench-"))
    home.chmod(0o711)  # an unprivileged server account passes through
    os.environ["SKYPURSER_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "skypurser.config.settings"
    try:
        with embedded.lease(home) as server:
            import django  # noqa: PLC0415 — only now do the settings point to this server

            django.setup()
            from django.core.management import call_command  # noqa: PLC0415
            from django.db import connections  # noqa: PLC0415

            call_command("migrate", database="owner", verbosity=0)
            superuser_url = server.url("postgres", "skypurser")
            with psycopg.connect(superuser_url) as connection:
                names = (
                    "fsync",
                    "synchronous_commit",
                    "full_page_writes",
                    "shared_buffers",
                    "max_wal_size",
                    "server_version",
                )
                settings = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}  # type: ignore[index]
            _age(superuser_url)
            yield Stage(server.url(), superuser_url, settings)
            connections.close_all()
        embedded.wait_until_stopped(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _age(superuser_url: str) -> None:
    """Let the server have the files of its log that one has that has run for a while.

    On a new one a commit every second or so waits until PostgreSQL has made another file of 16 MB; later it uses the
    old ones again.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for _ in range(63):  # `min_wal_size`, all but the one in use
            connection.execute("SELECT pg_logical_emit_message(true, 'bench', '')")
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")


def sellers(count: int) -> list[Seller]:
    """Open so many agencies of one carrier, with a limit that no benchmark reaches."""
    from skypurser.access.actors import operator  # noqa: PLC0415 — needs Django
    from skypurser.administration.carriers import create_carrier  # noqa: PLC0415
    from skypurser.commissions.rules import Rates, Rule  # noqa: PLC0415
    from skypurser.electronic.opening import open_agency_account  # noqa: PLC0415
    from skypurser.money import MAX_MINOR  # noqa: PLC0415
    from skypurser.parties.registering import OfficeData  # noqa: PLC0415

    now = datetime.now(UTC)
    carrier = create_carrier(
        code="BENCH", name="Bench Air", country="US", time_zone="America/New_York", currency="USD", now=now
    )
    eight = Rule.parse("FIXED 8.00")
    found = []
    for number in range(count):
        opened = open_agency_account(
            office=OfficeData(
                code=f"NYC{number}", name=f"Agency {number}", issue_id="1", city="NYC", airport="JFK", country="US"
            ),
            currency="USD",
            credit_limit=MAX_MINOR,
            credit_card=True,
            rates=Rates(eight, eight, eight, eight),
            reference="bench",
            actor=operator(carrier.id),
            now=now,
        )
        found.append(Seller(carrier.id, opened.account_id, opened.code))
    return found


class Sales:
    """Makes requests to issue tickets, each with a key and a document number of its own."""

    def __init__(self, first: int = 1) -> None:
        self._number = first

    def on(self, seller: Seller) -> Any:
        """Return the next sale on this account: 400.00 and 80.00 taxes, 8 % commission."""
        from skypurser.ledger.requests import fingerprint  # noqa: PLC0415 — needs Django
        from skypurser.tickets.amounts import FormOfPayment  # noqa: PLC0415
        from skypurser.tickets.requests import IssueTicket  # noqa: PLC0415

        self._number += 1
        document = f"279{self._number % 10**10:010d}"
        key = f"{time.time_ns():x}-{self._number}"
        return IssueTicket(
            carrier_id=seller.carrier_id,
            key=key,
            fingerprint=fingerprint(seller.code, document, "account", "JFK-LAX", 40_000, 8_000),
            account_id=seller.account_id,
            account_named=seller.code,
            currency="USD",
            actor="gds",
            reference="PNR 8F0D1BE9",
            document=document,
            form_of_payment=FormOfPayment.ACCOUNT,
            route=("JFK", "LAX"),
            fare=40_000,
            taxes=8_000,
            passenger="DOE/JANE",
        )
