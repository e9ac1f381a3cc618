"""Registers the app with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Carriers, members and API keys."""

    name = "skypurser.access"
    label = "access"
