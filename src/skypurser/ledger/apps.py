"""Registers the app with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger."""

    name = "skypurser.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Teach the driver the ledger's arrays, before any connection is opened."""
        from skypurser.ledger import arrays  # noqa: PLC0415 — the driver is not needed to read this file

        arrays.register()
