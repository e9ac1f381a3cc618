"""Charter customers: the list, and account pages with cards, statement, persons, history. Start at `customer.py`."""
