"""The paths of invoices, payments and the books."""

from django.urls import URLPattern, path

from skypurser.web.exporting import paths
from skypurser.web.invoices import (
    advances,
    books,
    crediting,
    customer,
    drafting,
    invoice,
    issuer,
    issuing,
    listing,
    paying,
    payments,
    sending,
)

patterns: list[URLPattern] = [
    path("invoices", listing.listing, name="invoices"),
    *paths("invoices", listing.as_file, name="invoices"),
    path("invoices/new", drafting.choose, name="invoice-new"),
    path("invoices/totals", drafting.totals, name="invoice-totals"),
    path("invoices/<int:invoice_id>", invoice.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/invoice.pdf", invoice.pdf, name="invoice-pdf"),
    path("invoices/<int:invoice_id>/invoice.xml", invoice.xml, name="invoice-xml"),
    path("invoices/<int:invoice_id>/preview.pdf", invoice.preview, name="invoice-preview"),
    path("invoices/<int:invoice_id>/edit", drafting.edit, name="invoice-edit"),
    path("invoices/<int:invoice_id>/delete", drafting.delete, name="invoice-delete"),
    path("invoices/<int:invoice_id>/issue", issuing.issue, name="invoice-issue"),
    path("invoices/<int:invoice_id>/send", sending.send, name="invoice-send"),
    path("invoices/<int:invoice_id>/pay", paying.pay, name="invoice-pay"),
    path("invoices/<int:invoice_id>/forecast", paying.forecast, name="invoice-forecast"),
    path("invoices/<int:invoice_id>/link/<int:payment_id>", paying.link, name="invoice-link"),
    path("invoices/<int:invoice_id>/unlink/<int:payment_id>", advances.unlink, name="invoice-unlink"),
    path("invoices/<int:invoice_id>/credit", crediting.credit, name="invoice-credit"),
    path("customers/<int:customer_id>/invoices", customer.invoices, name="customer-invoices"),
    path("customers/<int:customer_id>/invoices/new", drafting.new, name="customer-invoice-new"),
    path("customers/<int:customer_id>/payments/new", advances.take, name="payment-new"),
    path("payments", payments.listing, name="payments"),
    *paths("payments", payments.as_file, name="payments"),
    path("payments/<int:payment_id>/link", advances.link, name="payment-link"),
    path("payments/<int:payment_id>/give-back", payments.give_back, name="payment-give-back"),
    path("books/trial-balance", books.trial_balance, name="trial-balance"),
    path("books/trial-balance.xlsx", books.workbook, name="trial-balance-excel"),
    path("administration/invoices", issuer.issuer, name="issuer"),
]
