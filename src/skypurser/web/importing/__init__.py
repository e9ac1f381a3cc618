"""Importing files: bring one, see what it would make or what is wrong with it, have it imported; the templates."""
