"""Pages of holds: those that are open, a hold, and what one does to it. Start reading at `listing.py`."""
