"""What a carrier's administrator does: sets up the carrier, its roles, members and API keys, and leaves a history.

`access` keeps the rows; here each change and its act are one transaction. One module per subject: `carriers.py`,
`roles.py`,
`members.py`, `api_keys.py`.
"""
