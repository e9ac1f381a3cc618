"""Isolated by carrier and append-only."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate


class Migration(migrations.Migration):
    dependencies = (("history", "0002_tables"),)
    operations = (
        isolate("history_act", privileges="SELECT, INSERT"),
        append_only("history_act"),
        isolate("history_refusedattempt", privileges="SELECT, INSERT"),
        append_only("history_refusedattempt"),
    )
