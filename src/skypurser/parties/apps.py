"""Registers the app with Django."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Agency offices and corporate clients."""

    name = "skypurser.parties"
    label = "parties"
