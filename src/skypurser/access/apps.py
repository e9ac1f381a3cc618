"""Registers the app with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Carriers and members."""

    name = "skypurser.access"
    label = "access"
