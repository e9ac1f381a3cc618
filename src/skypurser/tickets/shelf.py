"""The tickets that a batch knows: read under the locks, written with each portion of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from skypurser.ledger.arrays import Integers, Texts
from skypurser.ledger.requests import Lookup
from skypurser.ledger.writes import Table, Writes
from skypurser.tickets.amounts import FormOfPayment, Settlement

if TYPE_CHECKING:
    from skypurser.ledger.book import Book
    from skypurser.tickets.requests import TicketRequest

CHANGED = Table(
    "tickets_ticket",
    """
    carrier_id integer shared
    document_number text
    status text
    refunds integer
    refunded_fare bigint
    refunded_taxes bigint
    recalled_commission bigint
    """,
    keys=2,
)
_SOLD = """
    carrier_id integer shared
    document_number text
    account_id bigint
    form_of_payment text
    settlement text
    scope text
    route text
    fare bigint
    taxes bigint
    commission_mode text
    commission_percent_bps smallint
    commission_rate_bps smallint
    commission bigint
    issued_at timestamptz
    issue_date date
    passenger text
    reference text
    entry_id bigint
"""
SOLD = Table("tickets_ticket", _SOLD)
# Sold and voided or refunded in the same batch; the others take the columns' defaults.
SOLD_AND_TAKEN_BACK = Table(
    "tickets_ticket",
    _SOLD
    + """
    status text
    refunds integer
    refunded_fare bigint
    refunded_taxes bigint
    recalled_commission bigint
    """,
)

_LOOKUP = """
SELECT json_agg(json_build_array(
    t.carrier_id, t.document_number, t.account_id, t.settlement, t.form_of_payment, t.scope, t.route, t.fare, t.taxes,
    t.commission_mode, t.commission_percent_bps, t.commission_rate_bps, t.commission, t.issued_at, t.issue_date,
    t.entry_id, t.status, t.refunds, t.refunded_fare, t.refunded_taxes, t.recalled_commission))
FROM unnest($1::integer[], $2::text[]) AS asked(carrier_id, document)
CROSS JOIN LATERAL (SELECT * FROM tickets_ticket f
                     WHERE f.carrier_id = asked.carrier_id AND f.document_number = asked.document LIMIT 1) AS t
"""


class TicketState(msgspec.Struct, array_like=True):
    """A ticket as it stands under its account's lock. Amounts are minor units."""

    carrier_id: int
    document_number: str
    account_id: int
    settlement: Settlement
    form_of_payment: FormOfPayment
    scope: str
    route: str
    fare: int
    taxes: int
    commission_mode: str
    commission_percent_bps: int
    commission_rate_bps: int
    commission: int
    issued_at: datetime
    issue_date: date
    entry_id: int | None
    status: str = "ISSUED"
    refunds: int = 0
    refunded_fare: int = 0
    refunded_taxes: int = 0
    recalled_commission: int = 0


@dataclass(slots=True)
class _Sale:
    """A ticket that was sold and is not written yet, with what only its row needs."""

    ticket: TicketState
    passenger: str
    reference: str


_decode = msgspec.json.Decoder(list[TicketState]).decode


class TicketShelf:
    """The tickets of a batch, by carrier and document number."""

    def __init__(self) -> None:
        self.tickets: dict[tuple[int, str], TicketState] = {}
        self._sold: dict[tuple[int, str], _Sale] = {}
        self._changed: dict[tuple[int, str], TicketState] = {}

    def lookup(self, requests: Sequence["TicketRequest"], book: "Book") -> Lookup | None:  # noqa: ARG002
        """Ask for the documents that the requests name, and let them see what there is."""
        for request in requests:
            request.tickets = self.tickets
        named = [request for request in requests if request.document is not None]
        if not named:
            return None
        return Lookup(
            _LOOKUP, (Integers(request.carrier_id for request in named), Texts(request.document for request in named))
        )

    def learn(self, text: str | None) -> None:
        """Take the tickets found."""
        for ticket in _decode(text or "[]"):
            self.tickets[ticket.carrier_id, ticket.document_number] = ticket

    def add(self, ticket: TicketState, *, passenger: str, reference: str) -> None:
        """Note a sale."""
        at = (ticket.carrier_id, ticket.document_number)
        self.tickets[at] = ticket
        self._sold[at] = _Sale(ticket, passenger, reference)

    def change(self, ticket: TicketState) -> None:
        """Note that the ticket was voided or refunded; one that is not written yet will be, as it ends up."""
        at = (ticket.carrier_id, ticket.document_number)
        if at not in self._sold:
            self._changed[at] = ticket

    def store(self, writes: Writes) -> None:
        """Write each ticket that was sold or has changed, once."""
        for sale in self._sold.values():
            ticket = sale.ticket
            row = (
                ticket.carrier_id,
                ticket.document_number,
                ticket.account_id,
                ticket.form_of_payment,
                ticket.settlement,
                ticket.scope,
                ticket.route,
                ticket.fare,
                ticket.taxes,
                ticket.commission_mode,
                ticket.commission_percent_bps,
                ticket.commission_rate_bps,
                ticket.commission,
                ticket.issued_at,
                ticket.issue_date,
                sale.passenger,
                sale.reference,
                ticket.entry_id,
            )
            if ticket.status == "ISSUED":
                writes.rows(SOLD).append(row)
            else:
                writes.rows(SOLD_AND_TAKEN_BACK).append((*row, *_changing(ticket)))
        if self._changed:
            writes.rows(CHANGED).extend(
                (ticket.carrier_id, ticket.document_number, *_changing(ticket)) for ticket in self._changed.values()
            )
        self._sold.clear()
        self._changed.clear()


def _changing(ticket: TicketState) -> tuple[str, int, int, int, int]:
    return (
        ticket.status,
        ticket.refunds,
        ticket.refunded_fare,
        ticket.refunded_taxes,
        ticket.recalled_commission,
    )
