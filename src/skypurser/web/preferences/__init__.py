"""A person's choices of language, theme and keyboard; `shell/preferences.py` draws pages by them."""
