"""Isolated by carrier; made anew again and again."""

from django.db import migrations

from skypurser.access.isolation import isolate


class Migration(migrations.Migration):
    dependencies = (("overview", "0001_tables"), ("access", "0003_guards"))
    operations = (
        isolate("overview_exposure", privileges="SELECT, INSERT, DELETE"),
        isolate("overview_sales", privileges="SELECT, INSERT, DELETE"),
        isolate("overview_madeat", privileges="SELECT, INSERT, UPDATE"),
    )
