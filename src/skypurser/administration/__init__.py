"""What a carrier's administrator does: sets up the carrier, its members and its API keys, and leaves a history of it.

`access` keeps the rows; here each change and its act are one transaction. One module per subject: `carriers.py`,
`members.py`, `api_keys.py`.
"""
