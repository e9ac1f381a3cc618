"""Invoices, payments and the books: what customers owe, what they have paid, and that it all adds up."""
