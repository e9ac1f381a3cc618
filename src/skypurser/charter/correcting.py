"""What a change of a booking does to its invoices: drafts go, and what says what is no longer so is taken back.

An issued invoice stays while the booking costs, at each rate of tax, at least what its invoices say: the rest can be
invoiced besides. Where it costs less, the newest that say too much are credited, whole; a cancellation takes all back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.charter.pricing import PriceLine
from skypurser.charter.views import document_of
from skypurser.invoices import queries
from skypurser.invoices.drafting import delete_drafts_of
from skypurser.invoices.queries import InvoiceView, Reference
from skypurser.invoices.standing import ByRate, Standing, by_rate, said, standing_of, take_back
from skypurser.ledger.requests import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What became of a booking's invoices: credit notes that were issued, and how many drafts were deleted."""

    credit_notes: tuple[Reference, ...]
    drafts: int


@dataclass(frozen=True, slots=True)
class Outdated:
    """A booking's invoices that are no longer so, newest first, and its drafts."""

    invoices: tuple[Standing, ...]
    drafts: tuple[InvoiceView, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The invoices by id and number, oldest first."""
        return tuple(Reference(one.invoice.id, str(one.invoice.number)) for one in reversed(self.invoices))


def outdated(
    *,
    booking_id: int,
    customer_id: int,
    carrier_id: int,
    before: Sequence[PriceLine],
    after: Sequence[PriceLine] | None,
) -> Outdated:
    """Return the invoices of a booking that another price would take back, and the drafts that go with any change.

    Args:
        before: The booking's lines as they are.
        after: As they would be; None for a cancellation.
    """
    with reading_for(carrier_id):
        found = queries.of_document(document_of(booking_id), customer_id=customer_id, carrier_id=carrier_id)
        there = standing_of(found, carrier_id=carrier_id)
    wrong = there if after is None else _wrong(there, before, after)
    drafts = () if after is not None and tuple(after) == tuple(before) else (one for one in found if not one.is_issued)
    return Outdated(tuple(wrong), tuple(drafts))


def _wrong(there: list[Standing], before: Sequence[PriceLine], after: Sequence[PriceLine]) -> list[Standing]:
    wanted, left, taken = rates_of(after), [*there], list[Standing]()
    if not _exceeding(rates_of(before), wanted):
        return taken  # nothing costs less; what somebody invoiced in another way is left alone
    while too_much := _exceeding(said(left), wanted):
        worst = next(one for one in left if too_much & said([one]).keys())
        left.remove(worst)
        taken.append(worst)
    return taken


def correct(
    *,
    booking_id: int,
    customer_id: int,
    before: Sequence[PriceLine],
    after: Sequence[PriceLine] | None,
    why: str,
    actor: Actor,
    now: datetime,
) -> Corrected:
    """Delete the booking's drafts and take back the invoices that are `outdated`, in the transaction of the change.

    Locks the customer, so before a card is locked. Whoever may change the booking may do that; it is part of the
    change. What was paid on the invoices is an advance again.

    Raises:
        EInvoiceDataMissing, EInvoiceCurrencyUnfit, EInvoiceTaxDeviates: A credit note could not be issued.
    """
    drafts = delete_drafts_of(document_of(booking_id), customer_id=customer_id, actor=actor, now=now)
    wrong = outdated(
        booking_id=booking_id, customer_id=customer_id, carrier_id=actor.carrier_id, before=before, after=after
    )
    notes = take_back(wrong.invoices, why=why, actor=actor, now=now)
    return Corrected(credit_notes=tuple(Reference(one.id, str(one.number)) for one in notes), drafts=drafts)


def told_correction(answer: Answer) -> Corrected:
    """Return what a change or a cancellation did to the booking's invoices, as when it was first answered."""
    return msgspec.convert(answer.facts["corrected"], Corrected)


def facts_of(corrected: Corrected) -> Mapping[str, Any]:
    """Return it as facts of an answer."""
    return {"corrected": msgspec.to_builtins(corrected)}


def rates_of(lines: Sequence[PriceLine]) -> ByRate:
    """Return what lines come to by rate of tax."""
    return by_rate((one.tax_bps, one.net, one.tax) for one in lines)


def _exceeding(these: ByRate, those: ByRate) -> set[int]:
    """Return the rates at which these come to more than those, in net or in tax."""
    nothing = (0, 0)
    return {
        rate
        for rate, (net, tax) in these.items()
        if net > those.get(rate, nothing)[0] or tax > those.get(rate, nothing)[1]
    }
