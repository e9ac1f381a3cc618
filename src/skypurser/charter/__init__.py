"""Quotes and bookings of charter flights: what is flown at which price, who pays how, and what a change costs.

A quote with a jet card is kept within what the card has; only its conversion into a booking deducts, in the same
transaction. Start with `quoting`, then `converting`; the money is the ledger's, asked by `requests`.
"""
