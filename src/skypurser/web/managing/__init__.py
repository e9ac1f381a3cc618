"""Pages that open, manage, credit and debit accounts, and approve. Start reading at `urls.py`."""
