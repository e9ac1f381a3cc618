"""Where the rows draw their numbers from."""

from django.db import migrations

from skypurser.access.isolation import sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = (("history", "0003_guards"),)
    operations = (
        sequence("webhooks_endpoint_id_seq"),
        sequence("webhooks_delivery_id_seq"),
        sequence("webhooks_attempt_id_seq"),
    )
