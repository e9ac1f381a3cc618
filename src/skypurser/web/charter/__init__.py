"""Quotes and bookings: lists, the form of a quote, and what becomes of it. Start at `quote.py` and `booking.py`."""
