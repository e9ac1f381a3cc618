"""Isolated by carrier. Deliveries are moved on and purged; attempts are added and purged, never changed."""

from django.db import migrations

from skypurser.access.isolation import isolate


class Migration(migrations.Migration):
    dependencies = (("webhooks", "0002_tables"),)
    operations = (
        isolate("webhooks_endpoint", privileges="SELECT, INSERT, UPDATE, DELETE"),
        isolate("webhooks_delivery", privileges="SELECT, INSERT, UPDATE, DELETE"),
        isolate("webhooks_attempt", privileges="SELECT, INSERT, DELETE"),
    )
