"""Registers the app with Django."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Endpoints and deliveries."""

    name = "skypurser.webhooks"
    label = "webhooks"
