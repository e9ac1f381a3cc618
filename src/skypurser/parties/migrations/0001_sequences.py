"""Where the rows draw their numbers from."""

from django.db import migrations

from skypurser.access.isolation import sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = (("access", "0003_guards"),)
    operations = (
        sequence("parties_office_id_seq"),
        sequence("parties_client_id_seq"),
        sequence("parties_customer_id_seq"),
        sequence("parties_person_id_seq"),
    )
