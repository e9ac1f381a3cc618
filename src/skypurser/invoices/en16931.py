"""What EN 16931 asks of an invoice beyond what ours have anyway, judged before one is issued as an e-invoice.

BT-… and BR-… are the standard's names of its terms and rules. Amounts are minor units. No database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from skypurser.errors import Refusal
from skypurser.invoices.lines import Line, TaxCategory, TaxTotal, tax_totals
from skypurser.invoices.payments import Method
from skypurser.invoices.queries import InvoiceView, Kind, PartyData
from skypurser.invoices.vat_numbers import vat_identifier
from skypurser.money import MAX_BPS, digits, format_amount

#: UNTDID 1001.
TYPE_CODES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}

#: Currencies of ISO 4217 that the standard's list (BR-CL-03) does not have.
_UNLISTED = frozenset({"XAD"})
#: Amounts have two decimals at most (BR-DEC-09 and those after it), whatever the currency has.
_DECIMALS = 2

# UNTDID 4461. A jet card is an account with the carrier, so it settles by clearing; 30 and 58, credit transfers, would
# ask for the account that was paid to (BR-61), which nobody has told us, and 42 does not.
_PAID_BY = {Method.JET_CARD: "97", Method.BANK_TRANSFER: "42", Method.CARD: "48", Method.OTHER: "1"}
_UNKNOWN_MEANS, _SEVERAL_MEANS, _CLEARING = "1", "ZZZ", "97"


class EInvoiceDataMissing(Refusal):
    """An e-invoice needs something of the seller or the buyer that nobody has said."""

    code = "e_invoice_data_missing"


class EInvoiceMixesCategories(Refusal):
    """In an e-invoice, lines that are not subject to tax stand by themselves."""

    code = "e_invoice_mixes_categories"


class EInvoiceCurrencyUnfit(Refusal):
    """An e-invoice has no amounts finer than hundredths, and not every currency."""

    code = "e_invoice_currency_unfit"


class EInvoiceTaxDeviates(Refusal):
    """The tax of the lines is too far from the tax on their sum."""

    code = "e_invoice_tax_deviates"


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid of an invoice when it was issued, in minor units."""

    method: Method
    amount: int


def require_expressible(
    invoice: InvoiceView, *, seller: PartyData, buyer: PartyData, paid: Sequence[Paid] = ()
) -> None:
    """Raise unless EN 16931 can say what this invoice says.

    Raises:
        EInvoiceDataMissing: Names what, as `buyer.country`, several with a comma between.
        EInvoiceMixesCategories, EInvoiceCurrencyUnfit, EInvoiceTaxDeviates.
    """
    groups = tax_groups(invoice.lines)
    categories = {one.tax_category for one in groups}
    missing = [f"seller.{name}" for name in missing_of_seller(seller, categories)]
    missing += [f"buyer.{name}" for name in _missing_of_buyer(buyer, categories)]
    if missing:
        named = ", ".join(missing)
        raise EInvoiceDataMissing(f"an e-invoice needs {named}", missing=named)
    if TaxCategory.OUTSIDE_SCOPE in categories and len(categories) > 1:  # BR-O-11 to BR-O-14
        raise EInvoiceMixesCategories
    amounts = [invoice.net, invoice.tax, *(one.net for one in invoice.lines), *(one.tax for one in groups)]
    if invoice.currency in _UNLISTED or any(
        minor % _finest(invoice.currency) for minor in (*amounts, *(one.amount for one in paid))
    ):
        raise EInvoiceCurrencyUnfit(currency=invoice.currency)
    for group in groups:
        _require_near(group, invoice.currency)


def missing_of_seller(seller: PartyData, categories: set[TaxCategory]) -> list[str]:
    """Return the fields that are still missing of a seller.

    The standard itself asks for the country only (BR-09); a city and a tax number are what tax law asks of every
    seller, and all categories of tax but one need the number (BR-S-02, BR-Z-02, BR-E-02, BR-AE-02).
    """
    needed = [name for name in ("city", "country", "tax_number") if not getattr(seller, name)]
    is_export = TaxCategory.EXPORT in categories  # BR-G-02: by its VAT identifier
    return needed or (["tax_number"] if is_export and not vat_identifier(seller.tax_number) else [])


def tax_groups(of: Sequence[Line]) -> tuple[TaxTotal, ...]:
    """Return the tax summary as the standard sees it: what is taxed at 0 % is zero-rated (BR-S-05)."""
    return tax_totals([replace(one, tax_category=category_of(one)) for one in of])


def category_of(line: Line) -> TaxCategory:
    """Return a line's category as the standard sees it."""
    is_zero = line.tax_category is TaxCategory.STANDARD and not line.tax_bps
    return TaxCategory.ZERO_RATED if is_zero else line.tax_category


def decimal(minor: int, currency: str) -> str:
    """Write an amount that `require_expressible` has let pass, with two decimals at most."""
    text = format_amount(minor, currency)
    return text[: len(text) - max(0, digits(currency) - _DECIMALS)]


def payment_means(invoice: InvoiceView, paid: Sequence[Paid]) -> str:
    """Return how it was, or will be, paid (BT-81).

    One way where all of it was paid in one way; what is open may come in any. A credit note is cleared against what
    the customer owes or has paid.
    """
    if invoice.kind is Kind.CREDIT_NOTE:
        return _CLEARING
    if sum(one.amount for one in paid) < invoice.total:
        return _UNKNOWN_MEANS
    ways = {_PAID_BY[one.method] for one in paid}
    return ways.pop() if len(ways) == 1 else _SEVERAL_MEANS


def _missing_of_buyer(buyer: PartyData, categories: set[TaxCategory]) -> list[str]:
    missing = [] if buyer.country else ["country"]  # BR-11
    if TaxCategory.REVERSE_CHARGE in categories and not buyer.tax_number:  # BR-AE-02
        missing.append("tax_number")
    return missing


def _finest(currency: str) -> int:
    """Return of how many minor units an amount must be a multiple."""
    return int(10 ** max(0, digits(currency) - _DECIMALS))


def _require_near(group: TaxTotal, currency: str) -> None:
    """Raise unless a group's tax, a sum of rounded lines, is near enough to the tax on its sum.

    BR-S-09: less than one unit of the currency apart, once the latter is rounded to hundredths. BR-CO-17: where the
    rate rounds to 0 %, so does the tax to nothing.
    """
    unit = 10 ** digits(currency)
    exact = group.net * group.tax_bps * 100
    hundredths = (2 * exact + MAX_BPS * unit) // (2 * MAX_BPS * unit)
    is_near = abs(group.tax * 100 - hundredths * unit) < 100 * unit
    if not is_near or (group.tax_bps < 50 and 2 * group.tax >= unit):
        raise EInvoiceTaxDeviates(
            tax_minor=group.tax,
            expected_minor=(2 * group.net * group.tax_bps + MAX_BPS) // (2 * MAX_BPS),
            currency=currency,
        )
