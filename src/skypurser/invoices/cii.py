"""An issued invoice or credit note as XML: the syntax CII of EN 16931, which Factur-X and ZUGFeRD embed.

The same invoice makes the same bytes. What the standard can't say was refused before (`en16931.require_expressible`).
"""

from collections.abc import Sequence
from datetime import date
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from skypurser.invoices.en16931 import TYPE_CODES, Paid, category_of, decimal, payment_means, tax_groups
from skypurser.invoices.lines import Line, TaxCategory, TaxTotal, format_quantity
from skypurser.invoices.queries import InvoiceView, PartyData
from skypurser.invoices.vat_numbers import vat_identifier
from skypurser.invoices.words import WORDS
from skypurser.money import format_amount

#: BT-24: which standard it keeps, with nothing added and nothing left out.
GUIDELINE = "urn:cen.eu:en16931:2017"

_NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
_DAY = "102"  # UNTDID 2379: YYYYMMDD
_PIECE = "C62"  # UN/ECE Recommendation 20: one of whatever the text says
#: BT-121, where the European list has a code for the category as a whole.
_REASONS = {
    TaxCategory.REVERSE_CHARGE: "VATEX-EU-AE",
    TaxCategory.EXPORT: "VATEX-EU-G",
    TaxCategory.OUTSIDE_SCOPE: "VATEX-EU-O",
}
_WITHOUT_REASON = frozenset({TaxCategory.STANDARD, TaxCategory.ZERO_RATED})  # BR-S-10, BR-Z-10


def xml_of(
    invoice: InvoiceView,
    *,
    seller: PartyData,
    buyer: PartyData,
    seller_code: str,
    paid: Sequence[Paid],
    corrected: tuple[str, date] | None,
) -> bytes:
    """Return the document as UTF-8.

    Args:
        seller_code: By which the buyer knows the carrier (BT-29).
        paid: What was linked when it was issued.
        corrected: Number and date of the invoice that a credit note corrects.
    """
    root = Element("rsm:CrossIndustryInvoice", {f"xmlns:{name}": uri for name, uri in _NAMES.items()})
    _put(root, "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", GUIDELINE)
    document = SubElement(root, "rsm:ExchangedDocument")
    _put(document, "ram:ID", str(invoice.number))
    _put(document, "ram:TypeCode", TYPE_CODES[invoice.kind])
    _put_day(document, "ram:IssueDateTime", invoice.issue_date)
    if invoice.notes:
        _put(document, "ram:IncludedNote/ram:Content", invoice.notes)
    trade = SubElement(root, "rsm:SupplyChainTradeTransaction")
    for line in invoice.lines:
        _put_line(trade, line, invoice.currency)
    agreement = SubElement(trade, "ram:ApplicableHeaderTradeAgreement")
    is_outside = any(line.tax_category is TaxCategory.OUTSIDE_SCOPE for line in invoice.lines)
    _put_seller(agreement, seller, seller_code, is_outside=is_outside)
    _put_buyer(agreement, buyer, is_outside=is_outside)
    if invoice.document:
        _put(agreement, "ram:SellerOrderReferencedDocument/ram:IssuerAssignedID", invoice.document)
    delivery = SubElement(trade, "ram:ApplicableHeaderTradeDelivery")
    if invoice.supply_date is not None:
        event = SubElement(delivery, "ram:ActualDeliverySupplyChainEvent")
        _put_day(event, "ram:OccurrenceDateTime", invoice.supply_date)
    _put_settlement(trade, invoice, paid, corrected)
    indent(root, "")
    written: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _put_line(trade: Element, line: Line, currency: str) -> None:
    item = SubElement(trade, "ram:IncludedSupplyChainTradeLineItem")
    _put(item, "ram:AssociatedDocumentLineDocument/ram:LineID", str(line.position))
    _put(item, "ram:SpecifiedTradeProduct/ram:Name", line.text)
    price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"
    _put(item, price, format_amount(line.unit_price, currency))
    quantity = _put(item, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", format_quantity(line.quantity_milli))
    quantity.set("unitCode", _PIECE)
    settlement = SubElement(item, "ram:SpecifiedLineTradeSettlement")
    tax = SubElement(settlement, "ram:ApplicableTradeTax")
    category = category_of(line)
    _put(tax, "ram:TypeCode", "VAT")
    _put(tax, "ram:CategoryCode", category.value)
    _put_rate(tax, category, line.tax_bps)
    total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    _put(settlement, total, decimal(line.net, currency))


def _put_seller(agreement: Element, seller: PartyData, code: str, *, is_outside: bool) -> None:
    party = SubElement(agreement, "ram:SellerTradeParty")
    _put(party, "ram:ID", code)
    _put(party, "ram:Name", seller.legal_name)
    _put_address(party, seller)
    vat = "" if is_outside else vat_identifier(seller.tax_number)  # BR-O-02
    _put_tax_number(party, vat or seller.tax_number, "VA" if vat else "FC")


def _put_buyer(agreement: Element, buyer: PartyData, *, is_outside: bool) -> None:
    party = SubElement(agreement, "ram:BuyerTradeParty")
    _put(party, "ram:ID", buyer.code)
    _put(party, "ram:Name", buyer.legal_name)
    vat = "" if is_outside else vat_identifier(buyer.tax_number)
    if buyer.tax_number and not vat:
        # A buyer has no place for a tax number that is no VAT identifier; this is the one for official numbers (BT-47).
        _put(party, "ram:SpecifiedLegalOrganization/ram:ID", buyer.tax_number)
    _put_address(party, buyer)
    if vat:
        _put_tax_number(party, vat, "VA")


def _put_address(party: Element, of: PartyData) -> None:
    address = SubElement(party, "ram:PostalTradeAddress")
    first, second, *rest = (*of.address_lines, "", "")
    parts = {
        "PostcodeCode": of.postal_code,
        "LineOne": first,
        "LineTwo": second,
        "LineThree": ", ".join(filter(None, rest)),  # there is no fourth
        "CityName": of.city,
        "CountryID": of.country,
    }
    for name, text in parts.items():
        if text:
            _put(address, f"ram:{name}", text)


def _put_tax_number(party: Element, number: str, scheme: str) -> None:
    _put(party, "ram:SpecifiedTaxRegistration/ram:ID", number).set("schemeID", scheme)


def _put_settlement(
    trade: Element, invoice: InvoiceView, paid: Sequence[Paid], corrected: tuple[str, date] | None
) -> None:
    settlement = SubElement(trade, "ram:ApplicableHeaderTradeSettlement")
    _put(settlement, "ram:InvoiceCurrencyCode", invoice.currency)
    means = "ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode"
    _put(settlement, means, payment_means(invoice, paid))
    for group in tax_groups(invoice.lines):
        _put_tax(settlement, group, invoice.currency, invoice.language)
    terms = SubElement(settlement, "ram:SpecifiedTradePaymentTerms")
    _put_day(terms, "ram:DueDateDateTime", invoice.due_date)
    prepaid = sum(one.amount for one in paid)
    totals = SubElement(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    for name, minor in (
        ("LineTotalAmount", invoice.net),
        ("TaxBasisTotalAmount", invoice.net),
        ("TaxTotalAmount", invoice.tax),
        ("GrandTotalAmount", invoice.total),
        ("TotalPrepaidAmount", prepaid),
        ("DuePayableAmount", invoice.total - prepaid),
    ):
        amount = _put(totals, f"ram:{name}", decimal(minor, invoice.currency))
        if name == "TaxTotalAmount":
            amount.set("currencyID", invoice.currency)
    if corrected is not None:
        number, issued = corrected
        reference = SubElement(settlement, "ram:InvoiceReferencedDocument")
        _put(reference, "ram:IssuerAssignedID", number)
        _put_day(reference, "ram:FormattedIssueDateTime", issued, kind="qdt")


def _put_tax(settlement: Element, group: TaxTotal, currency: str, language: str) -> None:
    tax = SubElement(settlement, "ram:ApplicableTradeTax")
    _put(tax, "ram:CalculatedAmount", decimal(group.tax, currency))
    _put(tax, "ram:TypeCode", "VAT")
    if group.tax_category not in _WITHOUT_REASON:
        _put(tax, "ram:ExemptionReason", WORDS[language][f"tax_{group.tax_category.value}"])
    _put(tax, "ram:BasisAmount", decimal(group.net, currency))
    _put(tax, "ram:CategoryCode", group.tax_category.value)
    if group.tax_category in _REASONS:
        _put(tax, "ram:ExemptionReasonCode", _REASONS[group.tax_category])
    _put_rate(tax, group.tax_category, group.tax_bps)


def _put_rate(tax: Element, category: TaxCategory, bps: int) -> None:
    if category is not TaxCategory.OUTSIDE_SCOPE:  # BR-O-05
        _put(tax, "ram:RateApplicablePercent", f"{bps // 100}.{bps % 100:02d}")


def _put_day(parent: Element, name: str, day: date | None, *, kind: str = "udt") -> None:
    if day is not None:
        _put(parent, f"{name}/{kind}:DateTimeString", day.strftime("%Y%m%d")).set("format", _DAY)


def _put(parent: Element, path: str, text: str) -> Element:
    """Add the elements of a path, each within the one before, and return the last, with the text in it."""
    for name in path.split("/"):
        parent = SubElement(parent, name)
    parent.text = text
    return parent
