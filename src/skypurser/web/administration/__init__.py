"""The administrator's pages: members, API keys, webhooks, the carrier itself. Start reading at `urls.py`."""
