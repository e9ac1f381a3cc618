"""What stands of the invoices for a document: issued, and not taken back by credit notes. Amounts are minor units.

For the package that sells: it says when an invoice says what is no longer so, and has it taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.invoices import crediting
from skypurser.invoices.lines import Line
from skypurser.invoices.queries import InvoiceView, Kind

#: Net and tax by rate, the latter in hundredths of a percent.
type ByRate = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """An issued invoice, and its lines with what is left of each; those of which nothing is left are not there."""

    invoice: InvoiceView
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """What is left of it, with tax."""
        return sum(one.gross for one in self.lines)


def standing_of(found: Iterable[InvoiceView], *, carrier_id: int) -> list[Standing]:
    """Return those of a document's invoices that are issued and not taken back whole, in their order.

    Inside `reading_for`.
    """
    return [
        _standing(one, carrier_id)
        for one in found
        if one.kind is Kind.INVOICE and one.is_issued and one.total > one.credited
    ]


def by_rate(lines: Iterable[tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    """Return the sums of lines, each given as its rate, net and tax."""
    sums: dict[int, tuple[int, int]] = {}
    for rate, net, tax in lines:
        before = sums.get(rate, (0, 0))
        sums[rate] = (before[0] + net, before[1] + tax)
    return sums


def said(of: Iterable[Standing]) -> ByRate:
    """Return what the invoices say together."""
    return by_rate((one.tax_bps, one.net, one.tax) for invoice in of for one in invoice.lines)


def take_back(of: Sequence[Standing], *, why: str, actor: Actor, now: datetime) -> list[InvoiceView]:
    """Credit each of them, whole, and return the credit notes; what was paid on them is an advance again.

    Whoever calls holds the customer's row and has asked for permission. Errors are those of `crediting.credit`.
    """
    with acting_for(actor.carrier_id):
        return [crediting.credit(one.invoice, None, why=why, actor=actor, now=now) for one in of]


def _standing(invoice: InvoiceView, carrier_id: int) -> Standing:
    left = crediting.left_of(invoice, carrier_id=carrier_id)
    lines = (replace(one, net=left[one.position][0], tax=left[one.position][1]) for one in invoice.lines)
    return Standing(invoice, tuple(one for one in lines if one.gross))
