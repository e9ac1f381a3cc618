"""Registers the app with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The queue's privileges; its tables are procrastinate's."""

    name = "skypurser.jobs"
    label = "jobs"
