"""Tickets and EMDs sold against an account: issuance, void, refund.

Start with `amounts` (what each of the three does to the account); `documents` reads document numbers.
"""
