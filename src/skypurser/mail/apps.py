"""Registers the app with Django."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Letters and their attachments."""

    name = "skypurser.mail"
    label = "mail"
