"""Registers the app with Django."""

from django.apps import AppConfig


class JetCardsConfig(AppConfig):
    """Jet cards."""

    name = "skypurser.jetcards"
    label = "jetcards"
