"""Prove that invoices, payments and the ledger agree: numbers, contents, entries, what belongs to what."""

from collections.abc import Iterator

from skypurser.invoices import queries
from skypurser.invoices.content import content_hash
from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.controls import ENTRY_OF_X, balances_of
from skypurser.ledger.audit.snapshot import MOST, rows, snapshot
from skypurser.ledger.states import Control

_GAPS = """
SELECT i.series, i.year, count(*), max(i.number), coalesce(max(last.number), 0), bool_or(i.goes_back)
  FROM (SELECT series, year, number,
               issue_date < lag(issue_date) OVER (PARTITION BY series, year ORDER BY number) AS goes_back
          FROM invoices_invoice WHERE carrier_id = $1 AND number IS NOT NULL) i
  LEFT JOIN invoices_lastnumber last ON last.carrier_id = $1 AND last.series = i.series AND last.year = i.year
 GROUP BY 1, 2 ORDER BY 1, 2
"""

_INVOICE_ENTRIES = """
SELECT x.id, x.currency, x.net + x.tax, x.entry_id FROM invoices_invoice x
{entry}
  LEFT JOIN LATERAL (SELECT entry_id FROM invoices_invoice
                      WHERE carrier_id = $1 AND id = x.corrects LIMIT 1) o ON true
 CROSS JOIN LATERAL (SELECT CASE x.kind WHEN 'invoice' THEN 1 ELSE -1 END AS side) s
 WHERE x.carrier_id = $1 AND x.status = 'issued' AND (
       e.kind IS DISTINCT FROM CASE x.kind WHEN 'invoice' THEN 'invoice_issued' ELSE 'credit_note_issued' END
    OR e.currency IS DISTINCT FROM x.currency OR e.reverses IS DISTINCT FROM o.entry_id
    OR e.moved IS DISTINCT FROM jsonb_strip_nulls(jsonb_build_object(
           'receivables', s.side * (x.net + x.tax),
           'charter_sales', CASE x.subject WHEN 'sale' THEN nullif(-s.side * x.net, 0) END,
           'cancellation_fees', CASE x.subject WHEN 'cancellation_fee' THEN nullif(-s.side * x.net, 0) END,
           'taxes_payable', nullif(-s.side * x.tax, 0))))
 LIMIT $2
"""

# A payment's money lies on one of two control accounts: advances, or receivables where it paid an issued invoice.
_PAYMENT_ENTRIES = """
SELECT x.id, x.currency, x.amount, x.entry_id FROM invoices_payment x
{entry}
 WHERE x.carrier_id = $1 AND (e.currency IS DISTINCT FROM x.currency
    OR e.account_id IS DISTINCT FROM x.account_id OR e.debit <> CASE WHEN x.account_id IS NULL THEN 0 ELSE x.amount END
    OR NOT (jsonb_build_object('bank_clearing', x.amount) @> (e.moved - 'customer_advances' - 'receivables'))
    OR (e.moved ? 'bank_clearing') <> (x.account_id IS NULL)
    OR NOT (e.moved @> jsonb_build_object('customer_advances', -x.amount)
            OR e.moved @> jsonb_build_object('receivables', -x.amount)
               AND EXISTS (SELECT FROM invoices_paymentlink k WHERE k.carrier_id = $1 AND k.payment_id = x.id
                              AND k.entry_id = x.entry_id AND k.amount = x.amount)))
 LIMIT $2
"""

_LINK_ENTRIES = """
SELECT x.id, p.currency, x.amount, x.entry_id FROM invoices_paymentlink x
  JOIN invoices_payment p ON p.carrier_id = x.carrier_id AND p.id = x.payment_id
{entry}
 WHERE x.carrier_id = $1 AND x.entry_id <> p.entry_id AND (e.currency IS DISTINCT FROM p.currency
    OR e.kind IS DISTINCT FROM CASE WHEN x.amount > 0 THEN 'payment_linked' ELSE 'payment_released' END
    OR e.moved IS DISTINCT FROM jsonb_build_object('customer_advances', x.amount, 'receivables', -x.amount))
 LIMIT $2
"""

# One entry may give several payments back. What is kept as a fee has none.
_REFUND_ENTRIES = """
SELECT x.id, x.currency, x.amount, x.entry_id FROM (
    SELECT min(r.id) AS id, r.entry_id, p.currency, p.account_id, sum(r.amount)::bigint AS amount
      FROM invoices_refund r JOIN invoices_payment p ON p.carrier_id = r.carrier_id AND p.id = r.payment_id
     WHERE r.carrier_id = $1 AND r.kind = 'given_back' GROUP BY r.entry_id, p.currency, p.account_id) x
{entry}
 WHERE (e.currency IS DISTINCT FROM x.currency OR e.account_id IS DISTINCT FROM x.account_id
    OR e.credit <> CASE WHEN x.account_id IS NULL THEN 0 ELSE x.amount END
    OR e.moved IS DISTINCT FROM jsonb_strip_nulls(jsonb_build_object('customer_advances', x.amount,
           'bank_clearing', CASE WHEN x.account_id IS NULL THEN -x.amount END)))
 LIMIT $2
"""

# What is open of issued invoices is what customers owe by the books.
_OPEN = """
SELECT currency, sum(amount)::bigint FROM (
    SELECT currency, CASE kind WHEN 'invoice' THEN net + tax ELSE -net - tax END AS amount
      FROM invoices_invoice WHERE carrier_id = $1 AND status = 'issued'
    UNION ALL
    SELECT p.currency, -k.amount FROM invoices_paymentlink k
      JOIN invoices_payment p ON p.carrier_id = k.carrier_id AND p.id = k.payment_id
     WHERE k.carrier_id = $1) parts GROUP BY currency
"""

# What no invoice says of payments, and nobody has got back, is what the books have of customers in advance.
_ADVANCED = """
SELECT currency, sum(amount)::bigint FROM (
    SELECT currency, amount FROM invoices_payment WHERE carrier_id = $1
    UNION ALL
    SELECT p.currency, -k.amount FROM invoices_paymentlink k
      JOIN invoices_payment p ON p.carrier_id = k.carrier_id AND p.id = k.payment_id WHERE k.carrier_id = $1
    UNION ALL
    SELECT p.currency, -r.amount FROM invoices_refund r
      JOIN invoices_payment p ON p.carrier_id = r.carrier_id AND p.id = r.payment_id
     WHERE r.carrier_id = $1 AND r.kind = 'given_back') parts GROUP BY currency
"""

# What is kept as a fee may belong to the fee's invoice.
_OVERSPENT = """
SELECT p.id, p.currency, p.amount, linked.amount, spent.refunded, spent.kept FROM invoices_payment p
 CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0)::bigint AS amount FROM invoices_paymentlink
                      WHERE carrier_id = $1 AND payment_id = p.id) linked
 CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE kind = 'given_back'), 0)::bigint AS refunded,
                            coalesce(sum(amount) FILTER (WHERE kind = 'fee'), 0)::bigint AS kept
                       FROM invoices_refund WHERE carrier_id = $1 AND payment_id = p.id) spent
 WHERE p.carrier_id = $1
   AND (linked.amount < 0 OR greatest(linked.amount, spent.kept) + spent.refunded > p.amount) LIMIT $2
"""

_STRAYED = """
SELECT DISTINCT p.id, p.document, i.id FROM invoices_paymentlink k
  JOIN invoices_payment p ON p.carrier_id = k.carrier_id AND p.id = k.payment_id
  JOIN invoices_invoice i ON i.carrier_id = k.carrier_id AND i.id = k.invoice_id
 WHERE k.carrier_id = $1 AND p.is_bound AND i.document IS DISTINCT FROM p.document LIMIT $2
"""

_OVERCREDITED = """
SELECT o.invoice_id, o.position FROM invoices_invoiceline o
  JOIN invoices_invoiceline c ON c.carrier_id = $1 AND c.corrects = o.position
  JOIN invoices_invoice n ON n.carrier_id = $1 AND n.id = c.invoice_id AND n.corrects = o.invoice_id
 WHERE o.carrier_id = $1 AND n.status = 'issued' GROUP BY o.invoice_id, o.position, o.net, o.tax
HAVING sum(c.net) > o.net OR sum(c.tax) > o.tax LIMIT $2
"""

# The XML is no part of the invoice's own hash: what was paid is known only once the rest is issued.
_FOREIGN_XML = """
SELECT e.invoice_id FROM invoices_einvoice e
  LEFT JOIN invoices_invoice i ON i.carrier_id = e.carrier_id AND i.id = e.invoice_id
 WHERE e.carrier_id = $1 AND e.xml_hash IS DISTINCT FROM sha256(i.content_hash || e.xml) LIMIT $2
"""

_ISSUED = "SELECT id FROM invoices_invoice WHERE carrier_id = $1 AND status = 'issued' ORDER BY id"


def audit_invoices(carrier_id: int) -> Iterator[Break]:
    """Yield numbers with gaps, issued documents that were changed, and what the ledger does not confirm.

    All is judged as of one moment, while invoices are issued and paid.

    Raises:
        RuntimeError: Inside a transaction.
    """
    with snapshot(carrier_id):
        yield from _audit_numbers(carrier_id)
        yield from _audit_contents(carrier_id)
        for (invoice_id,) in rows(_FOREIGN_XML, carrier_id, MOST):
            yield Break(Invariant.CHAIN, f"the XML of invoice {invoice_id} is not what was issued", carrier_id)
        for what, sql in (
            ("invoice or credit note", _INVOICE_ENTRIES),
            ("payment", _PAYMENT_ENTRIES),
            ("payment's link", _LINK_ENTRIES),
            ("refund", _REFUND_ENTRIES),
        ):
            for row_id, currency, amount, entry_id in rows(sql.replace("{entry}", ENTRY_OF_X), carrier_id, MOST):
                detail = f"{what} {row_id} of {told(amount, currency)} is not what its entry {entry_id} posted"
                yield Break(Invariant.ONE_DEDUCTION, detail, carrier_id)
        yield from _audit_sums(carrier_id)
        for payment_id, currency, amount, linked, refunded, kept in rows(_OVERSPENT, carrier_id, MOST):
            detail = (
                f"of payment {payment_id} over {told(amount, currency)}, {told(linked, currency)} belongs to invoices,"
                f" {told(refunded, currency)} was given back and {told(kept, currency)} is kept"
            )
            yield Break(Invariant.REVERSALS, detail, carrier_id)
        for payment_id, document, invoice_id in rows(_STRAYED, carrier_id, MOST):
            detail = f"payment {payment_id} is bound to {document} and belongs to invoice {invoice_id} besides"
            yield Break(Invariant.ONE_DEDUCTION, detail, carrier_id)
        for invoice_id, position in rows(_OVERCREDITED, carrier_id, MOST):
            detail = f"more was credited of line {position} of invoice {invoice_id} than it has"
            yield Break(Invariant.REVERSALS, detail, carrier_id)


def _audit_numbers(carrier_id: int) -> Iterator[Break]:
    for series, year, many, highest, counted, goes_back in rows(_GAPS, carrier_id):
        if not many == highest == counted:
            detail = f"{series}-{year} has {many} documents, the highest number {highest}, and counts {counted}"
            yield Break(Invariant.CHAIN, detail, carrier_id)
        if goes_back:
            yield Break(Invariant.CHAIN, f"a date of {series}-{year} is before that of a lower number", carrier_id)


def _audit_contents(carrier_id: int) -> Iterator[Break]:
    for (invoice_id,) in rows(_ISSUED, carrier_id):
        found = queries.shown(invoice_id, carrier_id=carrier_id)
        if content_hash(found).hex() != found.content_hash:
            detail = f"{found.number} (invoice {invoice_id}) is not what was issued"
            yield Break(Invariant.CHAIN, detail, carrier_id)
        if sum(one.net for one in found.lines) != found.net or sum(one.tax for one in found.lines) != found.tax:
            yield Break(Invariant.SUMS, f"{found.number} is not the sum of its lines", carrier_id)


def _audit_sums(carrier_id: int) -> Iterator[Break]:
    """Hold what invoices and payments say against the control accounts that have it; debits are above zero."""
    for control, sql, side, what in (
        (Control.RECEIVABLES, _OPEN, 1, "is open of invoices, the receivables are"),
        (Control.CUSTOMER_ADVANCES, _ADVANCED, -1, "of payments no invoice says, the customers' advances are"),
    ):
        counted: dict[str, int] = dict(rows(sql, carrier_id))
        posted = balances_of(control, carrier_id)
        for currency in sorted(counted.keys() | posted.keys()):
            ours, theirs = counted.get(currency, 0), side * posted.get(currency, 0)
            if ours != theirs:
                yield Break(Invariant.SUMS, f"{told(ours, currency)} {what} {told(theirs, currency)}", carrier_id)
