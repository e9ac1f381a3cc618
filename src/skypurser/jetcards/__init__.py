"""Jet cards: prepaid accounts of charter customers, who may use them, and the money on them.

A card is a ledger account with limit zero, so "may this card pay?" is the ledger's question. Start with `adding`, then
`funding`; `shelf` has what is judged under the lock.
"""
