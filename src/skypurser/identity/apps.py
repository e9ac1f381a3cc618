"""The app's entry in Django's registry."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Users."""

    name = "skypurser.identity"
    label = "identity"
