"""Registers the app with Django."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets and EMDs."""

    name = "skypurser.tickets"
    label = "tickets"
