"""Django's settings. There is nothing to configure by hand: the database comes from `config.database`."""

import os

from skypurser.config.database import django_databases

SECRET_KEY = os.environ.get("SKYPURSER_SECRET_KEY", "")
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.postgres",
    "skypurser.access",
    "skypurser.history",
    "skypurser.ledger",
    "skypurser.parties",
    "skypurser.electronic",
    "skypurser.tickets",
    "skypurser.webhooks",
    "procrastinate.contrib.django",
    "skypurser.jobs",
]

# The worker imports this when it starts; nothing else looks for tasks.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["skypurser.jobs.schedule"]

DATABASES = django_databases(os.environ)
