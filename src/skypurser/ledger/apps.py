"""Registers the app with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger."""

    name = "skypurser.ledger"
    label = "ledger"
