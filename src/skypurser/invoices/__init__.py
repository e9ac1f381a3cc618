"""Invoices of charter customers, what was paid of them, and credit notes.

An invoice is drafted, then issued under a number without gaps, and never changes again; a credit note corrects it.
Money that a customer has paid and no invoice says yet is an advance. Start with `recording` for those, `issuing` for
invoices, `einvoices` for their XML; `once` has all of it under keys of the caller's.
"""
