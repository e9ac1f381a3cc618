"""Registers the app with Django."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Recipients of alerts, and alerts to be written."""

    name = "skypurser.alerts"
    label = "alerts"
