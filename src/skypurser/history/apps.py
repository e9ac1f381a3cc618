"""Registers the app with Django."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """Acts and refused attempts."""

    name = "skypurser.history"
    label = "history"
