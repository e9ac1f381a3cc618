"""Registers the app with Django."""

from django.apps import AppConfig


class CharterConfig(AppConfig):
    """Quotes and bookings."""

    name = "skypurser.charter"
    label = "charter"
