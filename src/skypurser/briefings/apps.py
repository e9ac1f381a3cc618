"""Registers the app with Django."""

from django.apps import AppConfig


class BriefingsConfig(AppConfig):
    """Which member was briefed on which day."""

    name = "skypurser.briefings"
    label = "briefings"
