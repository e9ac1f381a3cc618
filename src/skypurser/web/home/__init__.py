"""The first page: what needs the member first, then what accounts owe and what was sold. See `home.py`."""
