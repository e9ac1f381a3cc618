"""Registers the app with Django."""

from django.apps import AppConfig


class ElectronicConfig(AppConfig):
    """Electronic accounts."""

    name = "skypurser.electronic"
    label = "electronic"
