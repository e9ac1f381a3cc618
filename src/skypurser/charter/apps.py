"""Registers the app with Django."""

from django.apps import AppConfig


class CharterConfig(AppConfig):
    """Quotes and bookings."""

    name = "skypurser.charter"
    label = "charter"

    def ready(self) -> None:
        """Name what closes the cards whose closing was approved."""
        from skypurser.charter import closing  # noqa: F401, PLC0415 — needs the models
