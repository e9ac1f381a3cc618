"""Registers the app with Django."""

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    """Roll-ups of exposure and sales."""

    name = "skypurser.overview"
    label = "overview"
