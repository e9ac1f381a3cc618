"""Mass management: the rates of many accounts at once, previewed, confirmed, undone."""
