"""What surrounds every page: navigation, theme, language, error pages. Start reading at `context.py`."""
