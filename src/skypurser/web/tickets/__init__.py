"""Pages of sales: list, sale, issue, void and refund by hand, and what was refused. Start reading at `listing.py`."""
