"""Where the jobs draw their numbers from."""

from django.db import migrations

from skypurser.access.isolation import sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = (("access", "0003_guards"),)
    operations = (sequence("backlog_job_id_seq"),)
