"""The app's entry in Django's registry."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The desk."""

    name = "skypurser.web"
    label = "web"
