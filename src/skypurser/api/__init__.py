"""JSON for machines: accounts, movements, history, tickets and holds as resources; one folder per version.

Start at `v1/urls.py`. What is hot (issue, void, refund, holds, availability) has handlers of its own elsewhere.
"""
