"""Pages for people: one folder per group of screens, templates inside. Start reading at `pages.py`."""
