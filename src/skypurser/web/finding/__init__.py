"""The way to anything: the search with its suggestions, and the command palette. Start reading at `hits.py`."""
