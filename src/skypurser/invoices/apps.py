"""Registers the app with Django."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """Invoices."""

    name = "skypurser.invoices"
    label = "invoices"
