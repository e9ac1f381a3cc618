"""Registers the app with Django."""

from django.apps import AppConfig


class JetCardsConfig(AppConfig):
    """Jet cards."""

    name = "skypurser.jetcards"
    label = "jetcards"

    def ready(self) -> None:
        """Name what posts the requests of cards that were approved."""
        from skypurser.jetcards import requesting  # noqa: F401, PLC0415 — needs the models
