"""Where the rows draw their numbers from."""

from django.db import migrations

from skypurser.access.isolation import sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = (("access", "0003_guards"),)
    operations = (
        sequence("history_act_id_seq"),
        sequence("history_refusedattempt_id_seq"),
    )
