"""Isolated by carrier."""

from django.db import migrations

from skypurser.access.isolation import isolate


class Migration(migrations.Migration):
    dependencies = (("parties", "0002_tables"),)
    operations = (
        isolate("parties_office", privileges="SELECT, INSERT, UPDATE"),
        isolate("parties_client", privileges="SELECT, INSERT, UPDATE"),
    )
