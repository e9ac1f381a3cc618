"""Saved views: a member's own filters of a list, under a name. The part of a list's page is `{% saved_views %}`."""
