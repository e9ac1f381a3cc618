"""Registers the app with Django."""

from django.apps import AppConfig


class BacklogConfig(AppConfig):
    """Jobs that were asked for, and the files that they made."""

    name = "skypurser.backlog"
    label = "backlog"
