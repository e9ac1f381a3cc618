"""What a booking's invoices do not say yet, as the lines of the next one. Pure; amounts are minor units."""

from collections.abc import Sequence

from skypurser.charter.correcting import rates_of
from skypurser.charter.pricing import PriceLine
from skypurser.errors import Refusal
from skypurser.invoices.lines import LineData, TaxCategory
from skypurser.invoices.standing import Standing, said
from skypurser.money import MAX_BPS, share


class InvoicedDifferently(Refusal):
    """At a rate of tax the booking's invoices say more than it costs: credit them, or write the rest by hand."""

    code = "invoiced_differently"


def remaining(lines: Sequence[PriceLine], invoices: Sequence[Standing], *, text: str) -> tuple[LineData, ...]:
    """Return what is to be invoiced still: the lines that no invoice has; where they were changed, the differences.

    Together with the invoices they come to the price, to the cent: the tax of a difference is that of the lines less
    what the invoices say.

    Args:
        text: What a difference is called.

    Raises:
        InvoicedDifferently: The differences can't be said by an invoice.
    """
    left, is_whole = list(lines), True
    for one in (line for invoice in invoices for line in invoice.lines):
        same = (one.text, one.quantity_milli, one.unit_price, one.tax_bps, one.net, one.tax)
        found = next((line for line in left if _said_by(line) == same), None)
        is_whole = is_whole and found is not None
        if found is not None:
            left.remove(found)
    if is_whole:
        return tuple(
            LineData(text=one.text, quantity_milli=one.quantity_milli, unit_price=one.unit_price, tax_bps=one.tax_bps)
            for one in left
        )
    wanted, there = rates_of(lines), said(invoices)
    differences = []
    for rate in sorted({*wanted, *there}, reverse=True):
        net, tax = (
            mine - theirs for mine, theirs in zip(wanted.get(rate, (0, 0)), there.get(rate, (0, 0)), strict=True)
        )
        if net < 0 or tax < 0 or (tax and not net):
            raise InvoicedDifferently
        if net:
            differences.append(LineData(text=text, quantity_milli=1_000, unit_price=net, tax_bps=rate, tax=tax))
    return tuple(differences)


def fee_line(gross: int, *, tax_bps: int, text: str) -> LineData:
    """Return the line of a fee that has its tax in it; without a rate it is not subject to tax.

    The tax is what the rate makes of the net amount, but for a minor unit where no net amount makes the fee.
    """
    if not tax_bps:
        return LineData(text=text, quantity_milli=1_000, unit_price=gross, tax_category=TaxCategory.OUTSIDE_SCOPE)
    about = (2 * gross * MAX_BPS + MAX_BPS + tax_bps) // (2 * (MAX_BPS + tax_bps))
    exact = (net for net in (about, about - 1, about + 1) if net + share(net, tax_bps) == gross)
    net = next(exact, about)
    return LineData(text=text, quantity_milli=1_000, unit_price=net, tax_bps=tax_bps, tax=gross - net)


def _said_by(line: PriceLine) -> tuple[str, int, int, int, int, int]:
    return line.text, line.quantity_milli, line.unit_price, line.tax_bps, line.net, line.tax
