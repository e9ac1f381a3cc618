"""Servers and sellers are killed in the middle; whatever was acknowledged is there, once."""
