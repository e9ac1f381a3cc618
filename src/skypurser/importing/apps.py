"""Registers the app with Django."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Files to be imported, until they are."""

    name = "skypurser.importing"
    label = "importing"
